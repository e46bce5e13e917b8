// ListOffsets. The offset at a time, or at the begin or end of a partition: negative timestamps
// have meanings of their own (-1 latest, -2 earliest, -3 largest timestamp, KIP-734).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct ListOffsetsRequest {
  static constexpr std::string_view message_name = "ListOffsetsRequest";
  static constexpr ApiKey key = ApiKey::list_offsets;
  static constexpr std::int16_t min_version = 1;
  static constexpr std::int16_t max_version = 9;
  static constexpr std::int16_t flexible_version = 6;

  struct ListOffsetsPartition {
    std::int32_t partition_index = 0;
    std::int32_t current_leader_epoch = -1;
    std::int64_t timestamp = 0;

    bool operator==(const ListOffsetsPartition&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&ListOffsetsPartition::partition_index, "PartitionIndex"));
      visit(field(&ListOffsetsPartition::current_leader_epoch, "CurrentLeaderEpoch").since(4));
      visit(field(&ListOffsetsPartition::timestamp, "Timestamp"));
    }
  };

  struct ListOffsetsTopic {
    std::string name;
    std::vector<ListOffsetsPartition> partitions;

    bool operator==(const ListOffsetsTopic&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&ListOffsetsTopic::name, "Name"));
      visit(field(&ListOffsetsTopic::partitions, "Partitions"));
    }
  };

  std::int32_t replica_id = 0;
  std::int8_t isolation_level = 0;
  std::vector<ListOffsetsTopic> topics;

  bool operator==(const ListOffsetsRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ListOffsetsRequest::replica_id, "ReplicaId"));
    visit(field(&ListOffsetsRequest::isolation_level, "IsolationLevel").since(2));
    visit(field(&ListOffsetsRequest::topics, "Topics"));
  }
};

struct ListOffsetsResponse {
  static constexpr std::string_view message_name = "ListOffsetsResponse";
  static constexpr ApiKey key = ApiKey::list_offsets;
  static constexpr std::int16_t min_version = 1;
  static constexpr std::int16_t max_version = 9;
  static constexpr std::int16_t flexible_version = 6;

  struct ListOffsetsPartitionResponse {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::int64_t timestamp = -1;
    std::int64_t offset = -1;
    std::int32_t leader_epoch = -1;

    bool operator==(const ListOffsetsPartitionResponse&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&ListOffsetsPartitionResponse::partition_index, "PartitionIndex"));
      visit(field(&ListOffsetsPartitionResponse::error_code, "ErrorCode"));
      visit(field(&ListOffsetsPartitionResponse::timestamp, "Timestamp"));
      visit(field(&ListOffsetsPartitionResponse::offset, "Offset"));
      visit(field(&ListOffsetsPartitionResponse::leader_epoch, "LeaderEpoch").since(4));
    }
  };

  struct ListOffsetsTopicResponse {
    std::string name;
    std::vector<ListOffsetsPartitionResponse> partitions;

    bool operator==(const ListOffsetsTopicResponse&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&ListOffsetsTopicResponse::name, "Name"));
      visit(field(&ListOffsetsTopicResponse::partitions, "Partitions"));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<ListOffsetsTopicResponse> topics;

  bool operator==(const ListOffsetsResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ListOffsetsResponse::throttle_time_ms, "ThrottleTimeMs").since(2));
    visit(field(&ListOffsetsResponse::topics, "Topics"));
  }
};

}  // namespace lab::protocol
