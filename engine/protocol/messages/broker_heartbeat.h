// BrokerHeartbeat. A broker tells the active controller that it lives, how far it has read the
// metadata, and whether it wants to be fenced or to shut down (KIP-631).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/uuid.h"
#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct BrokerHeartbeatRequest {
  static constexpr std::string_view message_name = "BrokerHeartbeatRequest";
  static constexpr ApiKey key = ApiKey::broker_heartbeat;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t broker_id = 0;
  std::int64_t broker_epoch = -1;
  std::int64_t current_metadata_offset = 0;
  bool want_fence = false;
  bool want_shut_down = false;
  std::vector<Uuid> offline_log_dirs;

  bool operator==(const BrokerHeartbeatRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&BrokerHeartbeatRequest::broker_id, "BrokerId"));
    visit(field(&BrokerHeartbeatRequest::broker_epoch, "BrokerEpoch"));
    visit(field(&BrokerHeartbeatRequest::current_metadata_offset, "CurrentMetadataOffset"));
    visit(field(&BrokerHeartbeatRequest::want_fence, "WantFence"));
    visit(field(&BrokerHeartbeatRequest::want_shut_down, "WantShutDown"));
    visit(field(&BrokerHeartbeatRequest::offline_log_dirs, "OfflineLogDirs").tagged(0).since(1));
  }
};

struct BrokerHeartbeatResponse {
  static constexpr std::string_view message_name = "BrokerHeartbeatResponse";
  static constexpr ApiKey key = ApiKey::broker_heartbeat;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 0;

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  bool is_caught_up = false;
  bool is_fenced = true;
  bool should_shut_down = false;

  bool operator==(const BrokerHeartbeatResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&BrokerHeartbeatResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&BrokerHeartbeatResponse::error_code, "ErrorCode"));
    visit(field(&BrokerHeartbeatResponse::is_caught_up, "IsCaughtUp"));
    visit(field(&BrokerHeartbeatResponse::is_fenced, "IsFenced"));
    visit(field(&BrokerHeartbeatResponse::should_shut_down, "ShouldShutDown"));
  }
};

}  // namespace lab::protocol
