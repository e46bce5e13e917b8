// AlterPartition. A partition's leader asks the active controller for another ISR (KIP-497,
// KIP-704, KIP-903).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/uuid.h"
#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct AlterPartitionRequest {
  static constexpr std::string_view message_name = "AlterPartitionRequest";
  static constexpr ApiKey key = ApiKey::alter_partition;
  static constexpr std::int16_t min_version = 2;
  static constexpr std::int16_t max_version = 3;
  static constexpr std::int16_t flexible_version = 0;

  struct BrokerState {
    std::int32_t broker_id = 0;
    std::int64_t broker_epoch = -1;

    bool operator==(const BrokerState&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&BrokerState::broker_id, "BrokerId"));
      visit(field(&BrokerState::broker_epoch, "BrokerEpoch"));
    }
  };

  struct PartitionData {
    std::int32_t partition_index = 0;
    std::int32_t leader_epoch = 0;
    std::vector<std::int32_t> new_isr;
    std::vector<BrokerState> new_isr_with_epochs;
    std::int8_t leader_recovery_state = 0;
    std::int32_t partition_epoch = 0;

    bool operator==(const PartitionData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionData::partition_index, "PartitionIndex"));
      visit(field(&PartitionData::leader_epoch, "LeaderEpoch"));
      visit(field(&PartitionData::new_isr, "NewIsr").until(2));
      visit(field(&PartitionData::new_isr_with_epochs, "NewIsrWithEpochs").since(3));
      visit(field(&PartitionData::leader_recovery_state, "LeaderRecoveryState"));
      visit(field(&PartitionData::partition_epoch, "PartitionEpoch"));
    }
  };

  struct TopicData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const TopicData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&TopicData::topic_id, "TopicId"));
      visit(field(&TopicData::partitions, "Partitions"));
    }
  };

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = -1;
  std::vector<TopicData> topics;

  bool operator==(const AlterPartitionRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&AlterPartitionRequest::broker_id, "BrokerId"));
    visit(field(&AlterPartitionRequest::broker_epoch, "BrokerEpoch"));
    visit(field(&AlterPartitionRequest::topics, "Topics"));
  }
};

struct AlterPartitionResponse {
  static constexpr std::string_view message_name = "AlterPartitionResponse";
  static constexpr ApiKey key = ApiKey::alter_partition;
  static constexpr std::int16_t min_version = 2;
  static constexpr std::int16_t max_version = 3;
  static constexpr std::int16_t flexible_version = 0;

  struct PartitionData {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;
    std::vector<std::int32_t> isr;
    std::int8_t leader_recovery_state = 0;
    std::int32_t partition_epoch = 0;

    bool operator==(const PartitionData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionData::partition_index, "PartitionIndex"));
      visit(field(&PartitionData::error_code, "ErrorCode"));
      visit(field(&PartitionData::leader_id, "LeaderId"));
      visit(field(&PartitionData::leader_epoch, "LeaderEpoch"));
      visit(field(&PartitionData::isr, "Isr"));
      visit(field(&PartitionData::leader_recovery_state, "LeaderRecoveryState"));
      visit(field(&PartitionData::partition_epoch, "PartitionEpoch"));
    }
  };

  struct TopicData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    bool operator==(const TopicData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&TopicData::topic_id, "TopicId"));
      visit(field(&TopicData::partitions, "Partitions"));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::vector<TopicData> topics;

  bool operator==(const AlterPartitionResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&AlterPartitionResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&AlterPartitionResponse::error_code, "ErrorCode"));
    visit(field(&AlterPartitionResponse::topics, "Topics"));
  }
};

}  // namespace lab::protocol
