// CreateTopics. Makes topics, with a number of partitions and replicas or an assignment of its
// own, and settings. Carried out by the active controller.
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

struct CreateTopicsRequest {
  static constexpr std::string_view message_name = "CreateTopicsRequest";
  static constexpr ApiKey key = ApiKey::create_topics;
  static constexpr std::int16_t min_version = 2;
  static constexpr std::int16_t max_version = 7;
  static constexpr std::int16_t flexible_version = 5;

  struct CreatableReplicaAssignment {
    std::int32_t partition_index = 0;
    std::vector<std::int32_t> broker_ids;

    bool operator==(const CreatableReplicaAssignment&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&CreatableReplicaAssignment::partition_index, "PartitionIndex"));
      visit(field(&CreatableReplicaAssignment::broker_ids, "BrokerIds"));
    }
  };

  struct CreatableTopicConfig {
    std::string name;
    std::optional<std::string> value = "";

    bool operator==(const CreatableTopicConfig&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&CreatableTopicConfig::name, "Name"));
      visit(field(&CreatableTopicConfig::value, "Value").nullable());
    }
  };

  struct CreatableTopic {
    std::string name;
    std::int32_t num_partitions = 0;
    std::int16_t replication_factor = 0;
    std::vector<CreatableReplicaAssignment> assignments;
    std::vector<CreatableTopicConfig> configs;

    bool operator==(const CreatableTopic&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&CreatableTopic::name, "Name"));
      visit(field(&CreatableTopic::num_partitions, "NumPartitions"));
      visit(field(&CreatableTopic::replication_factor, "ReplicationFactor"));
      visit(field(&CreatableTopic::assignments, "Assignments"));
      visit(field(&CreatableTopic::configs, "Configs"));
    }
  };

  std::vector<CreatableTopic> topics;
  std::int32_t timeout_ms = 60000;
  bool validate_only = false;

  bool operator==(const CreateTopicsRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&CreateTopicsRequest::topics, "Topics"));
    visit(field(&CreateTopicsRequest::timeout_ms, "timeoutMs"));
    visit(field(&CreateTopicsRequest::validate_only, "validateOnly"));
  }
};

struct CreateTopicsResponse {
  static constexpr std::string_view message_name = "CreateTopicsResponse";
  static constexpr ApiKey key = ApiKey::create_topics;
  static constexpr std::int16_t min_version = 2;
  static constexpr std::int16_t max_version = 7;
  static constexpr std::int16_t flexible_version = 5;

  struct CreatableTopicConfigs {
    std::string name;
    std::optional<std::string> value = "";
    bool read_only = false;
    std::int8_t config_source = -1;
    bool is_sensitive = false;

    bool operator==(const CreatableTopicConfigs&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&CreatableTopicConfigs::name, "Name"));
      visit(field(&CreatableTopicConfigs::value, "Value").nullable());
      visit(field(&CreatableTopicConfigs::read_only, "ReadOnly"));
      visit(field(&CreatableTopicConfigs::config_source, "ConfigSource"));
      visit(field(&CreatableTopicConfigs::is_sensitive, "IsSensitive"));
    }
  };

  struct CreatableTopicResult {
    std::string name;
    Uuid topic_id;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    std::int16_t topic_config_error_code = 0;
    std::int32_t num_partitions = -1;
    std::int16_t replication_factor = -1;
    std::optional<std::vector<CreatableTopicConfigs>> configs =
        std::vector<CreatableTopicConfigs>{};

    bool operator==(const CreatableTopicResult&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&CreatableTopicResult::name, "Name"));
      visit(field(&CreatableTopicResult::topic_id, "TopicId").since(7));
      visit(field(&CreatableTopicResult::error_code, "ErrorCode"));
      visit(field(&CreatableTopicResult::error_message, "ErrorMessage").nullable());
      visit(field(&CreatableTopicResult::topic_config_error_code, "TopicConfigErrorCode")
                .tagged(0)
                .since(5));
      visit(field(&CreatableTopicResult::num_partitions, "NumPartitions").since(5));
      visit(field(&CreatableTopicResult::replication_factor, "ReplicationFactor").since(5));
      visit(field(&CreatableTopicResult::configs, "Configs").since(5).nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<CreatableTopicResult> topics;

  bool operator==(const CreateTopicsResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&CreateTopicsResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&CreateTopicsResponse::topics, "Topics"));
  }
};

}  // namespace lab::protocol
