// DescribeTopicPartitions. Topics in pages, with ELR and last known ELR (KIP-966). A cursor names
// the partition to go on with.
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

struct DescribeTopicPartitionsRequest {
  static constexpr std::string_view message_name = "DescribeTopicPartitionsRequest";
  static constexpr ApiKey key = ApiKey::describe_topic_partitions;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  struct TopicRequest {
    std::string name;

    bool operator==(const TopicRequest&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&TopicRequest::name, "Name"));
    }
  };

  struct Cursor {
    std::string topic_name;
    std::int32_t partition_index = 0;

    bool operator==(const Cursor&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Cursor::topic_name, "TopicName"));
      visit(field(&Cursor::partition_index, "PartitionIndex"));
    }
  };

  std::vector<TopicRequest> topics;
  std::int32_t response_partition_limit = 2000;
  std::optional<Cursor> cursor;

  bool operator==(const DescribeTopicPartitionsRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&DescribeTopicPartitionsRequest::topics, "Topics"));
    visit(
        field(&DescribeTopicPartitionsRequest::response_partition_limit, "ResponsePartitionLimit"));
    visit(field(&DescribeTopicPartitionsRequest::cursor, "Cursor").nullable());
  }
};

struct DescribeTopicPartitionsResponse {
  static constexpr std::string_view message_name = "DescribeTopicPartitionsResponse";
  static constexpr ApiKey key = ApiKey::describe_topic_partitions;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  struct DescribeTopicPartitionsResponsePartition {
    std::int16_t error_code = 0;
    std::int32_t partition_index = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = -1;
    std::vector<std::int32_t> replica_nodes;
    std::vector<std::int32_t> isr_nodes;
    std::optional<std::vector<std::int32_t>> eligible_leader_replicas;
    std::optional<std::vector<std::int32_t>> last_known_elr;
    std::vector<std::int32_t> offline_replicas;

    bool operator==(const DescribeTopicPartitionsResponsePartition&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&DescribeTopicPartitionsResponsePartition::error_code, "ErrorCode"));
      visit(field(&DescribeTopicPartitionsResponsePartition::partition_index, "PartitionIndex"));
      visit(field(&DescribeTopicPartitionsResponsePartition::leader_id, "LeaderId"));
      visit(field(&DescribeTopicPartitionsResponsePartition::leader_epoch, "LeaderEpoch"));
      visit(field(&DescribeTopicPartitionsResponsePartition::replica_nodes, "ReplicaNodes"));
      visit(field(&DescribeTopicPartitionsResponsePartition::isr_nodes, "IsrNodes"));
      visit(field(&DescribeTopicPartitionsResponsePartition::eligible_leader_replicas,
                  "EligibleLeaderReplicas")
                .nullable());
      visit(field(&DescribeTopicPartitionsResponsePartition::last_known_elr, "LastKnownElr")
                .nullable());
      visit(field(&DescribeTopicPartitionsResponsePartition::offline_replicas, "OfflineReplicas"));
    }
  };

  struct DescribeTopicPartitionsResponseTopic {
    std::int16_t error_code = 0;
    std::optional<std::string> name = "";
    Uuid topic_id;
    bool is_internal = false;
    std::vector<DescribeTopicPartitionsResponsePartition> partitions;
    std::int32_t topic_authorized_operations = INT32_MIN;

    bool operator==(const DescribeTopicPartitionsResponseTopic&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&DescribeTopicPartitionsResponseTopic::error_code, "ErrorCode"));
      visit(field(&DescribeTopicPartitionsResponseTopic::name, "Name").nullable());
      visit(field(&DescribeTopicPartitionsResponseTopic::topic_id, "TopicId"));
      visit(field(&DescribeTopicPartitionsResponseTopic::is_internal, "IsInternal"));
      visit(field(&DescribeTopicPartitionsResponseTopic::partitions, "Partitions"));
      visit(field(&DescribeTopicPartitionsResponseTopic::topic_authorized_operations,
                  "TopicAuthorizedOperations"));
    }
  };

  struct Cursor {
    std::string topic_name;
    std::int32_t partition_index = 0;

    bool operator==(const Cursor&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Cursor::topic_name, "TopicName"));
      visit(field(&Cursor::partition_index, "PartitionIndex"));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<DescribeTopicPartitionsResponseTopic> topics;
  std::optional<Cursor> next_cursor;

  bool operator==(const DescribeTopicPartitionsResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&DescribeTopicPartitionsResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&DescribeTopicPartitionsResponse::topics, "Topics"));
    visit(field(&DescribeTopicPartitionsResponse::next_cursor, "NextCursor").nullable());
  }
};

}  // namespace lab::protocol
