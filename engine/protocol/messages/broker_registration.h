// BrokerRegistration. A broker makes itself known to the active controller with a new incarnation
// id, and gets its broker epoch (KIP-631).
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

struct BrokerRegistrationRequest {
  static constexpr std::string_view message_name = "BrokerRegistrationRequest";
  static constexpr ApiKey key = ApiKey::broker_registration;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 4;
  static constexpr std::int16_t flexible_version = 0;

  struct Listener {
    std::string name;
    std::string host;
    std::uint16_t port = 0;
    std::int16_t security_protocol = 0;

    bool operator==(const Listener&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Listener::name, "Name"));
      visit(field(&Listener::host, "Host"));
      visit(field(&Listener::port, "Port"));
      visit(field(&Listener::security_protocol, "SecurityProtocol"));
    }
  };

  struct Feature {
    std::string name;
    std::int16_t min_supported_version = 0;
    std::int16_t max_supported_version = 0;

    bool operator==(const Feature&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Feature::name, "Name"));
      visit(field(&Feature::min_supported_version, "MinSupportedVersion"));
      visit(field(&Feature::max_supported_version, "MaxSupportedVersion"));
    }
  };

  std::int32_t broker_id = 0;
  std::string cluster_id;
  Uuid incarnation_id;
  std::vector<Listener> listeners;
  std::vector<Feature> features;
  std::optional<std::string> rack = "";
  bool is_migrating_zk_broker = false;
  std::vector<Uuid> log_dirs;
  std::int64_t previous_broker_epoch = -1;

  bool operator==(const BrokerRegistrationRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&BrokerRegistrationRequest::broker_id, "BrokerId"));
    visit(field(&BrokerRegistrationRequest::cluster_id, "ClusterId"));
    visit(field(&BrokerRegistrationRequest::incarnation_id, "IncarnationId"));
    visit(field(&BrokerRegistrationRequest::listeners, "Listeners"));
    visit(field(&BrokerRegistrationRequest::features, "Features"));
    visit(field(&BrokerRegistrationRequest::rack, "Rack").nullable());
    visit(
        field(&BrokerRegistrationRequest::is_migrating_zk_broker, "IsMigratingZkBroker").since(1));
    visit(field(&BrokerRegistrationRequest::log_dirs, "LogDirs").since(2));
    visit(field(&BrokerRegistrationRequest::previous_broker_epoch, "PreviousBrokerEpoch").since(3));
  }
};

struct BrokerRegistrationResponse {
  static constexpr std::string_view message_name = "BrokerRegistrationResponse";
  static constexpr ApiKey key = ApiKey::broker_registration;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 4;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::int64_t broker_epoch = -1;

  bool operator==(const BrokerRegistrationResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&BrokerRegistrationResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&BrokerRegistrationResponse::error_code, "ErrorCode"));
    visit(field(&BrokerRegistrationResponse::broker_epoch, "BrokerEpoch"));
  }
};

}  // namespace lab::protocol
