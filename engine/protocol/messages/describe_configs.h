// DescribeConfigs. The settings of topics and brokers, each with where its value comes from
// (KIP-133, KIP-226, KIP-569).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct DescribeConfigsRequest {
  static constexpr std::string_view message_name = "DescribeConfigsRequest";
  static constexpr ApiKey key = ApiKey::describe_configs;
  static constexpr std::int16_t min_version = 1;
  static constexpr std::int16_t max_version = 4;
  static constexpr std::int16_t flexible_version = 4;

  struct DescribeConfigsResource {
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::optional<std::vector<std::string>> configuration_keys = std::vector<std::string>{};

    bool operator==(const DescribeConfigsResource&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&DescribeConfigsResource::resource_type, "ResourceType"));
      visit(field(&DescribeConfigsResource::resource_name, "ResourceName"));
      visit(field(&DescribeConfigsResource::configuration_keys, "ConfigurationKeys").nullable());
    }
  };

  std::vector<DescribeConfigsResource> resources;
  bool include_synonyms = false;
  bool include_documentation = false;

  bool operator==(const DescribeConfigsRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&DescribeConfigsRequest::resources, "Resources"));
    visit(field(&DescribeConfigsRequest::include_synonyms, "IncludeSynonyms"));
    visit(field(&DescribeConfigsRequest::include_documentation, "IncludeDocumentation").since(3));
  }
};

struct DescribeConfigsResponse {
  static constexpr std::string_view message_name = "DescribeConfigsResponse";
  static constexpr ApiKey key = ApiKey::describe_configs;
  static constexpr std::int16_t min_version = 1;
  static constexpr std::int16_t max_version = 4;
  static constexpr std::int16_t flexible_version = 4;

  struct DescribeConfigsSynonym {
    std::string name;
    std::optional<std::string> value = "";
    std::int8_t source = 0;

    bool operator==(const DescribeConfigsSynonym&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&DescribeConfigsSynonym::name, "Name"));
      visit(field(&DescribeConfigsSynonym::value, "Value").nullable());
      visit(field(&DescribeConfigsSynonym::source, "Source"));
    }
  };

  struct DescribeConfigsResourceResult {
    std::string name;
    std::optional<std::string> value = "";
    bool read_only = false;
    std::int8_t config_source = -1;
    bool is_sensitive = false;
    std::vector<DescribeConfigsSynonym> synonyms;
    std::int8_t config_type = 0;
    std::optional<std::string> documentation = "";

    bool operator==(const DescribeConfigsResourceResult&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&DescribeConfigsResourceResult::name, "Name"));
      visit(field(&DescribeConfigsResourceResult::value, "Value").nullable());
      visit(field(&DescribeConfigsResourceResult::read_only, "ReadOnly"));
      visit(field(&DescribeConfigsResourceResult::config_source, "ConfigSource"));
      visit(field(&DescribeConfigsResourceResult::is_sensitive, "IsSensitive"));
      visit(field(&DescribeConfigsResourceResult::synonyms, "Synonyms"));
      visit(field(&DescribeConfigsResourceResult::config_type, "ConfigType").since(3));
      visit(field(&DescribeConfigsResourceResult::documentation, "Documentation")
                .since(3)
                .nullable());
    }
  };

  struct DescribeConfigsResult {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = "";
    std::int8_t resource_type = 0;
    std::string resource_name;
    std::vector<DescribeConfigsResourceResult> configs;

    bool operator==(const DescribeConfigsResult&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&DescribeConfigsResult::error_code, "ErrorCode"));
      visit(field(&DescribeConfigsResult::error_message, "ErrorMessage").nullable());
      visit(field(&DescribeConfigsResult::resource_type, "ResourceType"));
      visit(field(&DescribeConfigsResult::resource_name, "ResourceName"));
      visit(field(&DescribeConfigsResult::configs, "Configs"));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<DescribeConfigsResult> results;

  bool operator==(const DescribeConfigsResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&DescribeConfigsResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&DescribeConfigsResponse::results, "Results"));
  }
};

}  // namespace lab::protocol
