// AlterConfigs. Replaces all settings of a resource; the older form of IncrementalAlterConfigs.
// Carried out by the active controller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct AlterConfigsRequest {
  static constexpr std::string_view message_name = "AlterConfigsRequest";
  static constexpr ApiKey key = ApiKey::alter_configs;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 2;

  struct AlterableConfig {
    std::string name;
    std::optional<std::string> value = "";

    bool operator==(const AlterableConfig&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&AlterableConfig::name, "Name"));
      visit(field(&AlterableConfig::value, "Value").nullable());
    }
  };

  struct AlterConfigsResource {
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::vector<AlterableConfig> configs;

    bool operator==(const AlterConfigsResource&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&AlterConfigsResource::resource_type, "ResourceType"));
      visit(field(&AlterConfigsResource::resource_name, "ResourceName"));
      visit(field(&AlterConfigsResource::configs, "Configs"));
    }
  };

  std::vector<AlterConfigsResource> resources;
  bool validate_only = false;

  bool operator==(const AlterConfigsRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&AlterConfigsRequest::resources, "Resources"));
    visit(field(&AlterConfigsRequest::validate_only, "ValidateOnly"));
  }
};

struct AlterConfigsResponse {
  static constexpr std::string_view message_name = "AlterConfigsResponse";
  static constexpr ApiKey key = ApiKey::alter_configs;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 2;

  struct AlterConfigsResourceResponse {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    std::int8_t resource_type = 0;
    std::string resource_name;

    bool operator==(const AlterConfigsResourceResponse&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&AlterConfigsResourceResponse::error_code, "ErrorCode"));
      visit(field(&AlterConfigsResourceResponse::error_message, "ErrorMessage").nullable());
      visit(field(&AlterConfigsResourceResponse::resource_type, "ResourceType"));
      visit(field(&AlterConfigsResourceResponse::resource_name, "ResourceName"));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<AlterConfigsResourceResponse> responses;

  bool operator==(const AlterConfigsResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&AlterConfigsResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&AlterConfigsResponse::responses, "Responses"));
  }
};

}  // namespace lab::protocol
