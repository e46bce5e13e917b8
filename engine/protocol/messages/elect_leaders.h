// ElectLeaders. Elects the preferred replica, or any live one though records may be lost, as
// leader (KIP-183, KIP-460). Carried out by the active controller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct ElectLeadersRequest {
  static constexpr std::string_view message_name = "ElectLeadersRequest";
  static constexpr ApiKey key = ApiKey::elect_leaders;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 2;

  struct TopicPartitions {
    std::string topic;
    std::vector<std::int32_t> partitions;

    bool operator==(const TopicPartitions&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&TopicPartitions::topic, "Topic"));
      visit(field(&TopicPartitions::partitions, "Partitions"));
    }
  };

  std::int8_t election_type = 0;
  std::optional<std::vector<TopicPartitions>> topic_partitions = std::vector<TopicPartitions>{};
  std::int32_t timeout_ms = 60000;

  bool operator==(const ElectLeadersRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ElectLeadersRequest::election_type, "ElectionType").since(1));
    visit(field(&ElectLeadersRequest::topic_partitions, "TopicPartitions").nullable());
    visit(field(&ElectLeadersRequest::timeout_ms, "TimeoutMs"));
  }
};

struct ElectLeadersResponse {
  static constexpr std::string_view message_name = "ElectLeadersResponse";
  static constexpr ApiKey key = ApiKey::elect_leaders;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 2;

  struct PartitionResult {
    std::int32_t partition_id = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = "";

    bool operator==(const PartitionResult&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionResult::partition_id, "PartitionId"));
      visit(field(&PartitionResult::error_code, "ErrorCode"));
      visit(field(&PartitionResult::error_message, "ErrorMessage").nullable());
    }
  };

  struct ReplicaElectionResult {
    std::string topic;
    std::vector<PartitionResult> partition_result;

    bool operator==(const ReplicaElectionResult&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&ReplicaElectionResult::topic, "Topic"));
      visit(field(&ReplicaElectionResult::partition_result, "PartitionResult"));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::vector<ReplicaElectionResult> replica_election_results;

  bool operator==(const ElectLeadersResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ElectLeadersResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&ElectLeadersResponse::error_code, "ErrorCode").since(1));
    visit(field(&ElectLeadersResponse::replica_election_results, "ReplicaElectionResults"));
  }
};

}  // namespace lab::protocol
