// AllocateProducerIds. A broker asks the active controller for a block of producer ids to give out
// (KIP-730).
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct AllocateProducerIdsRequest {
  static constexpr std::string_view message_name = "AllocateProducerIdsRequest";
  static constexpr ApiKey key = ApiKey::allocate_producer_ids;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = -1;

  bool operator==(const AllocateProducerIdsRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&AllocateProducerIdsRequest::broker_id, "BrokerId"));
    visit(field(&AllocateProducerIdsRequest::broker_epoch, "BrokerEpoch"));
  }
};

struct AllocateProducerIdsResponse {
  static constexpr std::string_view message_name = "AllocateProducerIdsResponse";
  static constexpr ApiKey key = ApiKey::allocate_producer_ids;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::int64_t producer_id_start = 0;
  std::int32_t producer_id_len = 0;

  bool operator==(const AllocateProducerIdsResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&AllocateProducerIdsResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&AllocateProducerIdsResponse::error_code, "ErrorCode"));
    visit(field(&AllocateProducerIdsResponse::producer_id_start, "ProducerIdStart"));
    visit(field(&AllocateProducerIdsResponse::producer_id_len, "ProducerIdLen"));
  }
};

}  // namespace lab::protocol
