// UnregisterBroker. Removes a broker that will not come back from the cluster's metadata
// (KIP-631). Carried out by the active controller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct UnregisterBrokerRequest {
  static constexpr std::string_view message_name = "UnregisterBrokerRequest";
  static constexpr ApiKey key = ApiKey::unregister_broker;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t broker_id = 0;

  bool operator==(const UnregisterBrokerRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&UnregisterBrokerRequest::broker_id, "BrokerId"));
  }
};

struct UnregisterBrokerResponse {
  static constexpr std::string_view message_name = "UnregisterBrokerResponse";
  static constexpr ApiKey key = ApiKey::unregister_broker;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 0;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = "";

  bool operator==(const UnregisterBrokerResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&UnregisterBrokerResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&UnregisterBrokerResponse::error_code, "ErrorCode"));
    visit(field(&UnregisterBrokerResponse::error_message, "ErrorMessage").nullable());
  }
};

}  // namespace lab::protocol
