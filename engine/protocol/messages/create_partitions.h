// CreatePartitions. Adds partitions to topics (KIP-195). Carried out by the active controller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct CreatePartitionsRequest {
  static constexpr std::string_view message_name = "CreatePartitionsRequest";
  static constexpr ApiKey key = ApiKey::create_partitions;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 3;
  static constexpr std::int16_t flexible_version = 2;

  struct CreatePartitionsAssignment {
    std::vector<std::int32_t> broker_ids;

    bool operator==(const CreatePartitionsAssignment&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&CreatePartitionsAssignment::broker_ids, "BrokerIds"));
    }
  };

  struct CreatePartitionsTopic {
    std::string name;
    std::int32_t count = 0;
    std::optional<std::vector<CreatePartitionsAssignment>> assignments =
        std::vector<CreatePartitionsAssignment>{};

    bool operator==(const CreatePartitionsTopic&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&CreatePartitionsTopic::name, "Name"));
      visit(field(&CreatePartitionsTopic::count, "Count"));
      visit(field(&CreatePartitionsTopic::assignments, "Assignments").nullable());
    }
  };

  std::vector<CreatePartitionsTopic> topics;
  std::int32_t timeout_ms = 0;
  bool validate_only = false;

  bool operator==(const CreatePartitionsRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&CreatePartitionsRequest::topics, "Topics"));
    visit(field(&CreatePartitionsRequest::timeout_ms, "TimeoutMs"));
    visit(field(&CreatePartitionsRequest::validate_only, "ValidateOnly"));
  }
};

struct CreatePartitionsResponse {
  static constexpr std::string_view message_name = "CreatePartitionsResponse";
  static constexpr ApiKey key = ApiKey::create_partitions;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 3;
  static constexpr std::int16_t flexible_version = 2;

  struct CreatePartitionsTopicResult {
    std::string name;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;

    bool operator==(const CreatePartitionsTopicResult&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&CreatePartitionsTopicResult::name, "Name"));
      visit(field(&CreatePartitionsTopicResult::error_code, "ErrorCode"));
      visit(field(&CreatePartitionsTopicResult::error_message, "ErrorMessage").nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<CreatePartitionsTopicResult> results;

  bool operator==(const CreatePartitionsResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&CreatePartitionsResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&CreatePartitionsResponse::results, "Results"));
  }
};

}  // namespace lab::protocol
