// BeginQuorumEpoch. A new quorum leader tells the voters that the epoch is its own (KIP-595,
// KIP-853).
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

struct BeginQuorumEpochRequest {
  static constexpr std::string_view message_name = "BeginQuorumEpochRequest";
  static constexpr ApiKey key = ApiKey::begin_quorum_epoch;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 1;

  struct PartitionData {
    std::int32_t partition_index = 0;
    Uuid voter_directory_id;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;

    bool operator==(const PartitionData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionData::partition_index, "PartitionIndex"));
      visit(field(&PartitionData::voter_directory_id, "VoterDirectoryId").since(1));
      visit(field(&PartitionData::leader_id, "LeaderId"));
      visit(field(&PartitionData::leader_epoch, "LeaderEpoch"));
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

  struct LeaderEndpoint {
    std::string name;
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const LeaderEndpoint&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&LeaderEndpoint::name, "Name"));
      visit(field(&LeaderEndpoint::host, "Host"));
      visit(field(&LeaderEndpoint::port, "Port"));
    }
  };

  std::optional<std::string> cluster_id;
  std::int32_t voter_id = -1;
  std::vector<TopicData> topics;
  std::vector<LeaderEndpoint> leader_endpoints;

  bool operator==(const BeginQuorumEpochRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&BeginQuorumEpochRequest::cluster_id, "ClusterId").nullable());
    visit(field(&BeginQuorumEpochRequest::voter_id, "VoterId").since(1));
    visit(field(&BeginQuorumEpochRequest::topics, "Topics"));
    visit(field(&BeginQuorumEpochRequest::leader_endpoints, "LeaderEndpoints").since(1));
  }
};

struct BeginQuorumEpochResponse {
  static constexpr std::string_view message_name = "BeginQuorumEpochResponse";
  static constexpr ApiKey key = ApiKey::begin_quorum_epoch;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 1;

  struct PartitionData {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;

    bool operator==(const PartitionData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionData::partition_index, "PartitionIndex"));
      visit(field(&PartitionData::error_code, "ErrorCode"));
      visit(field(&PartitionData::leader_id, "LeaderId"));
      visit(field(&PartitionData::leader_epoch, "LeaderEpoch"));
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

  bool operator==(const BeginQuorumEpochResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&BeginQuorumEpochResponse::error_code, "ErrorCode"));
    visit(field(&BeginQuorumEpochResponse::topics, "Topics"));
    visit(field(&BeginQuorumEpochResponse::node_endpoints, "NodeEndpoints").tagged(0).since(1));
  }
};

}  // namespace lab::protocol
