// Vote. A voter asks another for its vote in an epoch, or, with pre_vote, whether it would give it
// (KIP-595, KIP-853, KIP-996).
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

struct VoteRequest {
  static constexpr std::string_view message_name = "VoteRequest";
  static constexpr ApiKey key = ApiKey::vote;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 0;

  struct PartitionData {
    std::int32_t partition_index = 0;
    std::int32_t replica_epoch = 0;
    std::int32_t replica_id = 0;
    Uuid replica_directory_id;
    Uuid voter_directory_id;
    std::int32_t last_offset_epoch = 0;
    std::int64_t last_offset = 0;
    bool pre_vote = false;

    bool operator==(const PartitionData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionData::partition_index, "PartitionIndex"));
      visit(field(&PartitionData::replica_epoch, "ReplicaEpoch"));
      visit(field(&PartitionData::replica_id, "ReplicaId"));
      visit(field(&PartitionData::replica_directory_id, "ReplicaDirectoryId").since(1));
      visit(field(&PartitionData::voter_directory_id, "VoterDirectoryId").since(1));
      visit(field(&PartitionData::last_offset_epoch, "LastOffsetEpoch"));
      visit(field(&PartitionData::last_offset, "LastOffset"));
      visit(field(&PartitionData::pre_vote, "PreVote").since(2));
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

  std::optional<std::string> cluster_id;
  std::int32_t voter_id = -1;
  std::vector<TopicData> topics;

  bool operator==(const VoteRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&VoteRequest::cluster_id, "ClusterId").nullable());
    visit(field(&VoteRequest::voter_id, "VoterId").since(1));
    visit(field(&VoteRequest::topics, "Topics"));
  }
};

struct VoteResponse {
  static constexpr std::string_view message_name = "VoteResponse";
  static constexpr ApiKey key = ApiKey::vote;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 0;

  struct PartitionData {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;
    bool vote_granted = false;

    bool operator==(const PartitionData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionData::partition_index, "PartitionIndex"));
      visit(field(&PartitionData::error_code, "ErrorCode"));
      visit(field(&PartitionData::leader_id, "LeaderId"));
      visit(field(&PartitionData::leader_epoch, "LeaderEpoch"));
      visit(field(&PartitionData::vote_granted, "VoteGranted"));
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

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const NodeEndpoint&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&NodeEndpoint::node_id, "NodeId"));
      visit(field(&NodeEndpoint::host, "Host"));
      visit(field(&NodeEndpoint::port, "Port"));
    }
  };

  std::int16_t error_code = 0;
  std::vector<TopicData> topics;
  std::vector<NodeEndpoint> node_endpoints;

  bool operator==(const VoteResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&VoteResponse::error_code, "ErrorCode"));
    visit(field(&VoteResponse::topics, "Topics"));
    visit(field(&VoteResponse::node_endpoints, "NodeEndpoints").tagged(0).since(1));
  }
};

}  // namespace lab::protocol
