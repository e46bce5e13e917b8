// InitProducerId. The producer id and epoch that make a producer idempotent (KIP-98, KIP-360).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct InitProducerIdRequest {
  static constexpr std::string_view message_name = "InitProducerIdRequest";
  static constexpr ApiKey key = ApiKey::init_producer_id;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 5;
  static constexpr std::int16_t flexible_version = 2;

  std::optional<std::string> transactional_id = "";
  std::int32_t transaction_timeout_ms = 0;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;

  bool operator==(const InitProducerIdRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&InitProducerIdRequest::transactional_id, "TransactionalId").nullable());
    visit(field(&InitProducerIdRequest::transaction_timeout_ms, "TransactionTimeoutMs"));
    visit(field(&InitProducerIdRequest::producer_id, "ProducerId").since(3));
    visit(field(&InitProducerIdRequest::producer_epoch, "ProducerEpoch").since(3));
  }
};

struct InitProducerIdResponse {
  static constexpr std::string_view message_name = "InitProducerIdResponse";
  static constexpr ApiKey key = ApiKey::init_producer_id;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 5;
  static constexpr std::int16_t flexible_version = 2;

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = 0;

  bool operator==(const InitProducerIdResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&InitProducerIdResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&InitProducerIdResponse::error_code, "ErrorCode"));
    visit(field(&InitProducerIdResponse::producer_id, "ProducerId"));
    visit(field(&InitProducerIdResponse::producer_epoch, "ProducerEpoch"));
  }
};

}  // namespace lab::protocol
