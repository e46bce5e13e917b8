// DescribeQuorum. The state of the metadata quorum as its leader sees it: epoch, high watermark,
// and how far each voter and observer has fetched (KIP-595, KIP-836).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/uuid.h"
#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct DescribeQuorumRequest {
  static constexpr std::string_view message_name = "DescribeQuorumRequest";
  static constexpr ApiKey key = ApiKey::describe_quorum;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 0;

  struct PartitionData {
    std::int32_t partition_index = 0;

    bool operator==(const PartitionData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionData::partition_index, "PartitionIndex"));
    }
  };

  struct TopicData {
    std::string topic_name;
    std::vector<PartitionData> partitions;

    bool operator==(const TopicData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&TopicData::topic_name, "TopicName"));
      visit(field(&TopicData::partitions, "Partitions"));
    }
  };

  std::vector<TopicData> topics;

  bool operator==(const DescribeQuorumRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&DescribeQuorumRequest::topics, "Topics"));
  }
};

struct DescribeQuorumResponse {
  static constexpr std::string_view message_name = "DescribeQuorumResponse";
  static constexpr ApiKey key = ApiKey::describe_quorum;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 0;

  struct ReplicaState {
    std::int32_t replica_id = 0;
    Uuid replica_directory_id;
    std::int64_t log_end_offset = 0;
    std::int64_t last_fetch_timestamp = -1;
    std::int64_t last_caught_up_timestamp = -1;

    bool operator==(const ReplicaState&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&ReplicaState::replica_id, "ReplicaId"));
      visit(field(&ReplicaState::replica_directory_id, "ReplicaDirectoryId").since(2));
      visit(field(&ReplicaState::log_end_offset, "LogEndOffset"));
      visit(field(&ReplicaState::last_fetch_timestamp, "LastFetchTimestamp").since(1));
      visit(field(&ReplicaState::last_caught_up_timestamp, "LastCaughtUpTimestamp").since(1));
    }
  };

  struct PartitionData {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;
    std::int64_t high_watermark = 0;
    std::vector<ReplicaState> current_voters;
    std::vector<ReplicaState> observers;

    bool operator==(const PartitionData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionData::partition_index, "PartitionIndex"));
      visit(field(&PartitionData::error_code, "ErrorCode"));
      visit(field(&PartitionData::error_message, "ErrorMessage").since(2).nullable());
      visit(field(&PartitionData::leader_id, "LeaderId"));
      visit(field(&PartitionData::leader_epoch, "LeaderEpoch"));
      visit(field(&PartitionData::high_watermark, "HighWatermark"));
      visit(field(&PartitionData::current_voters, "CurrentVoters"));
      visit(field(&PartitionData::observers, "Observers"));
    }
  };

  struct TopicData {
    std::string topic_name;
    std::vector<PartitionData> partitions;

    bool operator==(const TopicData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&TopicData::topic_name, "TopicName"));
      visit(field(&TopicData::partitions, "Partitions"));
    }
  };

  struct Listener {
    std::string name;
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const Listener&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Listener::name, "Name"));
      visit(field(&Listener::host, "Host"));
      visit(field(&Listener::port, "Port"));
    }
  };

  struct Node {
    std::int32_t node_id = 0;
    std::vector<Listener> listeners;

    bool operator==(const Node&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Node::node_id, "NodeId"));
      visit(field(&Node::listeners, "Listeners"));
    }
  };

  std::int16_t error_code = 0;
  std::optional<std::string> error_message = "";
  std::vector<TopicData> topics;
  std::vector<Node> nodes;

  bool operator==(const DescribeQuorumResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&DescribeQuorumResponse::error_code, "ErrorCode"));
    visit(field(&DescribeQuorumResponse::error_message, "ErrorMessage").since(2).nullable());
    visit(field(&DescribeQuorumResponse::topics, "Topics"));
    visit(field(&DescribeQuorumResponse::nodes, "Nodes").since(2));
  }
};

}  // namespace lab::protocol
