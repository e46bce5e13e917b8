// FindCoordinator. Which broker coordinates a group or a transactional id; from version 4 on for
// several keys at once (KIP-699).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct FindCoordinatorRequest {
  static constexpr std::string_view message_name = "FindCoordinatorRequest";
  static constexpr ApiKey key = ApiKey::find_coordinator;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 5;
  static constexpr std::int16_t flexible_version = 3;

  std::string coordinator_key;
  std::int8_t key_type = 0;
  std::vector<std::string> coordinator_keys;

  bool operator==(const FindCoordinatorRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&FindCoordinatorRequest::coordinator_key, "Key").until(3));
    visit(field(&FindCoordinatorRequest::key_type, "KeyType").since(1));
    visit(field(&FindCoordinatorRequest::coordinator_keys, "CoordinatorKeys").since(4));
  }
};

struct FindCoordinatorResponse {
  static constexpr std::string_view message_name = "FindCoordinatorResponse";
  static constexpr ApiKey key = ApiKey::find_coordinator;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 5;
  static constexpr std::int16_t flexible_version = 3;

  struct Coordinator {
    std::string key;
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = "";

    bool operator==(const Coordinator&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Coordinator::key, "Key"));
      visit(field(&Coordinator::node_id, "NodeId"));
      visit(field(&Coordinator::host, "Host"));
      visit(field(&Coordinator::port, "Port"));
      visit(field(&Coordinator::error_code, "ErrorCode"));
      visit(field(&Coordinator::error_message, "ErrorMessage").nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = "";
  std::int32_t node_id = 0;
  std::string host;
  std::int32_t port = 0;
  std::vector<Coordinator> coordinators;

  bool operator==(const FindCoordinatorResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&FindCoordinatorResponse::throttle_time_ms, "ThrottleTimeMs").since(1));
    visit(field(&FindCoordinatorResponse::error_code, "ErrorCode").until(3));
    visit(field(&FindCoordinatorResponse::error_message, "ErrorMessage")
              .since(1)
              .until(3)
              .nullable());
    visit(field(&FindCoordinatorResponse::node_id, "NodeId").until(3));
    visit(field(&FindCoordinatorResponse::host, "Host").until(3));
    visit(field(&FindCoordinatorResponse::port, "Port").until(3));
    visit(field(&FindCoordinatorResponse::coordinators, "Coordinators").since(4));
  }
};

}  // namespace lab::protocol
