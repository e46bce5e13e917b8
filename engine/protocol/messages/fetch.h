// Fetch. Record batches from partitions: asked by consumers, by followers (replica id and state),
// and by the nodes of the quorum for the metadata log (KIP-595). Waits at the leader for
// min_bytes. Sessions (KIP-227) send only what changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/uuid.h"
#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"
#include "engine/protocol/records.h"

namespace lab::protocol {

struct FetchRequest {
  static constexpr std::string_view message_name = "FetchRequest";
  static constexpr ApiKey key = ApiKey::fetch;
  static constexpr std::int16_t min_version = 4;
  static constexpr std::int16_t max_version = 17;
  static constexpr std::int16_t flexible_version = 12;

  struct ReplicaState {
    std::int32_t replica_id = -1;
    std::int64_t replica_epoch = -1;

    bool operator==(const ReplicaState&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&ReplicaState::replica_id, "ReplicaId"));
      visit(field(&ReplicaState::replica_epoch, "ReplicaEpoch"));
    }
  };

  struct FetchPartition {
    std::int32_t partition = 0;
    std::int32_t current_leader_epoch = -1;
    std::int64_t fetch_offset = 0;
    std::int32_t last_fetched_epoch = -1;
    std::int64_t log_start_offset = -1;
    std::int32_t partition_max_bytes = 0;
    Uuid replica_directory_id;

    bool operator==(const FetchPartition&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&FetchPartition::partition, "Partition"));
      visit(field(&FetchPartition::current_leader_epoch, "CurrentLeaderEpoch").since(9));
      visit(field(&FetchPartition::fetch_offset, "FetchOffset"));
      visit(field(&FetchPartition::last_fetched_epoch, "LastFetchedEpoch").since(12));
      visit(field(&FetchPartition::log_start_offset, "LogStartOffset").since(5));
      visit(field(&FetchPartition::partition_max_bytes, "PartitionMaxBytes"));
      visit(field(&FetchPartition::replica_directory_id, "ReplicaDirectoryId").tagged(0).since(17));
    }
  };

  struct FetchTopic {
    std::string topic;
    Uuid topic_id;
    std::vector<FetchPartition> partitions;

    bool operator==(const FetchTopic&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&FetchTopic::topic, "Topic").until(12));
      visit(field(&FetchTopic::topic_id, "TopicId").since(13));
      visit(field(&FetchTopic::partitions, "Partitions"));
    }
  };

  struct ForgottenTopic {
    std::string topic;
    Uuid topic_id;
    std::vector<std::int32_t> partitions;

    bool operator==(const ForgottenTopic&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&ForgottenTopic::topic, "Topic").until(12));
      visit(field(&ForgottenTopic::topic_id, "TopicId").since(13));
      visit(field(&ForgottenTopic::partitions, "Partitions"));
    }
  };

  std::optional<std::string> cluster_id;
  std::int32_t replica_id = -1;
  ReplicaState replica_state;
  std::int32_t max_wait_ms = 0;
  std::int32_t min_bytes = 0;
  std::int32_t max_bytes = 0x7fffffff;
  std::int8_t isolation_level = 0;
  std::int32_t session_id = 0;
  std::int32_t session_epoch = -1;
  std::vector<FetchTopic> topics;
  std::vector<ForgottenTopic> forgotten_topics_data;
  std::string rack_id;

  bool operator==(const FetchRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&FetchRequest::cluster_id, "ClusterId").tagged(0).since(12).nullable());
    visit(field(&FetchRequest::replica_id, "ReplicaId").until(14));
    visit(field(&FetchRequest::replica_state, "ReplicaState").tagged(1).since(15));
    visit(field(&FetchRequest::max_wait_ms, "MaxWaitMs"));
    visit(field(&FetchRequest::min_bytes, "MinBytes"));
    visit(field(&FetchRequest::max_bytes, "MaxBytes"));
    visit(field(&FetchRequest::isolation_level, "IsolationLevel"));
    visit(field(&FetchRequest::session_id, "SessionId").since(7));
    visit(field(&FetchRequest::session_epoch, "SessionEpoch").since(7));
    visit(field(&FetchRequest::topics, "Topics"));
    visit(field(&FetchRequest::forgotten_topics_data, "ForgottenTopicsData").since(7));
    visit(field(&FetchRequest::rack_id, "RackId").since(11));
  }
};

struct FetchResponse {
  static constexpr std::string_view message_name = "FetchResponse";
  static constexpr ApiKey key = ApiKey::fetch;
  static constexpr std::int16_t min_version = 4;
  static constexpr std::int16_t max_version = 17;
  static constexpr std::int16_t flexible_version = 12;

  struct EpochEndOffset {
    std::int32_t epoch = -1;
    std::int64_t end_offset = -1;

    bool operator==(const EpochEndOffset&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&EpochEndOffset::epoch, "Epoch"));
      visit(field(&EpochEndOffset::end_offset, "EndOffset"));
    }
  };

  struct LeaderIdAndEpoch {
    std::int32_t leader_id = -1;
    std::int32_t leader_epoch = -1;

    bool operator==(const LeaderIdAndEpoch&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&LeaderIdAndEpoch::leader_id, "LeaderId"));
      visit(field(&LeaderIdAndEpoch::leader_epoch, "LeaderEpoch"));
    }
  };

  struct SnapshotId {
    std::int64_t end_offset = -1;
    std::int32_t epoch = -1;

    bool operator==(const SnapshotId&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&SnapshotId::end_offset, "EndOffset"));
      visit(field(&SnapshotId::epoch, "Epoch"));
    }
  };

  struct AbortedTransaction {
    std::int64_t producer_id = 0;
    std::int64_t first_offset = 0;

    bool operator==(const AbortedTransaction&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&AbortedTransaction::producer_id, "ProducerId"));
      visit(field(&AbortedTransaction::first_offset, "FirstOffset"));
    }
  };

  struct PartitionData {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::int64_t high_watermark = 0;
    std::int64_t last_stable_offset = -1;
    std::int64_t log_start_offset = -1;
    EpochEndOffset diverging_epoch;
    LeaderIdAndEpoch current_leader;
    SnapshotId snapshot_id;
    std::optional<std::vector<AbortedTransaction>> aborted_transactions =
        std::vector<AbortedTransaction>{};
    std::int32_t preferred_read_replica = -1;
    std::optional<Records> records;

    bool operator==(const PartitionData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionData::partition_index, "PartitionIndex"));
      visit(field(&PartitionData::error_code, "ErrorCode"));
      visit(field(&PartitionData::high_watermark, "HighWatermark"));
      visit(field(&PartitionData::last_stable_offset, "LastStableOffset"));
      visit(field(&PartitionData::log_start_offset, "LogStartOffset").since(5));
      visit(field(&PartitionData::diverging_epoch, "DivergingEpoch").tagged(0).since(12));
      visit(field(&PartitionData::current_leader, "CurrentLeader").tagged(1).since(12));
      visit(field(&PartitionData::snapshot_id, "SnapshotId").tagged(2).since(12));
      visit(field(&PartitionData::aborted_transactions, "AbortedTransactions").nullable());
      visit(field(&PartitionData::preferred_read_replica, "PreferredReadReplica").since(11));
      visit(field(&PartitionData::records, "Records").nullable());
    }
  };

  struct FetchableTopicResponse {
    std::string topic;
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const FetchableTopicResponse&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&FetchableTopicResponse::topic, "Topic").until(12));
      visit(field(&FetchableTopicResponse::topic_id, "TopicId").since(13));
      visit(field(&FetchableTopicResponse::partitions, "Partitions"));
    }
  };

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;

    bool operator==(const NodeEndpoint&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&NodeEndpoint::node_id, "NodeId"));
      visit(field(&NodeEndpoint::host, "Host"));
      visit(field(&NodeEndpoint::port, "Port"));
      visit(field(&NodeEndpoint::rack, "Rack").nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::int32_t session_id = 0;
  std::vector<FetchableTopicResponse> responses;
  std::vector<NodeEndpoint> node_endpoints;

  bool operator==(const FetchResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&FetchResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&FetchResponse::error_code, "ErrorCode").since(7));
    visit(field(&FetchResponse::session_id, "SessionId").since(7));
    visit(field(&FetchResponse::responses, "Responses"));
    visit(field(&FetchResponse::node_endpoints, "NodeEndpoints").tagged(0).since(16));
  }
};

}  // namespace lab::protocol
