// OffsetForLeaderEpoch. The end offset of a leader epoch in the leader's log: how consumers notice
// a truncation and how a follower without epochs finds where its log parts (KIP-101, KIP-320).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct OffsetForLeaderEpochRequest {
  static constexpr std::string_view message_name = "OffsetForLeaderEpochRequest";
  static constexpr ApiKey key = ApiKey::offset_for_leader_epoch;
  static constexpr std::int16_t min_version = 2;
  static constexpr std::int16_t max_version = 4;
  static constexpr std::int16_t flexible_version = 4;

  struct OffsetForLeaderPartition {
    std::int32_t partition = 0;
    std::int32_t current_leader_epoch = -1;
    std::int32_t leader_epoch = 0;

    bool operator==(const OffsetForLeaderPartition&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&OffsetForLeaderPartition::partition, "Partition"));
      visit(field(&OffsetForLeaderPartition::current_leader_epoch, "CurrentLeaderEpoch"));
      visit(field(&OffsetForLeaderPartition::leader_epoch, "LeaderEpoch"));
    }
  };

  struct OffsetForLeaderTopic {
    std::string topic;
    std::vector<OffsetForLeaderPartition> partitions;

    bool operator==(const OffsetForLeaderTopic&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&OffsetForLeaderTopic::topic, "Topic"));
      visit(field(&OffsetForLeaderTopic::partitions, "Partitions"));
    }
  };

  std::int32_t replica_id = -2;
  std::vector<OffsetForLeaderTopic> topics;

  bool operator==(const OffsetForLeaderEpochRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&OffsetForLeaderEpochRequest::replica_id, "ReplicaId").since(3));
    visit(field(&OffsetForLeaderEpochRequest::topics, "Topics"));
  }
};

struct OffsetForLeaderEpochResponse {
  static constexpr std::string_view message_name = "OffsetForLeaderEpochResponse";
  static constexpr ApiKey key = ApiKey::offset_for_leader_epoch;
  static constexpr std::int16_t min_version = 2;
  static constexpr std::int16_t max_version = 4;
  static constexpr std::int16_t flexible_version = 4;

  struct EpochEndOffset {
    std::int16_t error_code = 0;
    std::int32_t partition = 0;
    std::int32_t leader_epoch = -1;
    std::int64_t end_offset = -1;

    bool operator==(const EpochEndOffset&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&EpochEndOffset::error_code, "ErrorCode"));
      visit(field(&EpochEndOffset::partition, "Partition"));
      visit(field(&EpochEndOffset::leader_epoch, "LeaderEpoch"));
      visit(field(&EpochEndOffset::end_offset, "EndOffset"));
    }
  };

  struct OffsetForLeaderTopicResult {
    std::string topic;
    std::vector<EpochEndOffset> partitions;

    bool operator==(const OffsetForLeaderTopicResult&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&OffsetForLeaderTopicResult::topic, "Topic"));
      visit(field(&OffsetForLeaderTopicResult::partitions, "Partitions"));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<OffsetForLeaderTopicResult> topics;

  bool operator==(const OffsetForLeaderEpochResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&OffsetForLeaderEpochResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&OffsetForLeaderEpochResponse::topics, "Topics"));
  }
};

}  // namespace lab::protocol
