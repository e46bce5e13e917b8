// ApiVersions. How a client learns which requests a listener answers, in which versions (KIP-35,
// KIP-511), and which features the cluster has (KIP-584). A request in a version that is not known
// is answered in version 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct ApiVersionsRequest {
  static constexpr std::string_view message_name = "ApiVersionsRequest";
  static constexpr ApiKey key = ApiKey::api_versions;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 4;
  static constexpr std::int16_t flexible_version = 3;

  std::string client_software_name;
  std::string client_software_version;

  bool operator==(const ApiVersionsRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ApiVersionsRequest::client_software_name, "ClientSoftwareName").since(3));
    visit(field(&ApiVersionsRequest::client_software_version, "ClientSoftwareVersion").since(3));
  }
};

struct ApiVersionsResponse {
  static constexpr std::string_view message_name = "ApiVersionsResponse";
  static constexpr ApiKey key = ApiKey::api_versions;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 4;
  static constexpr std::int16_t flexible_version = 3;

  struct ApiVersion {
    std::int16_t api_key = 0;
    std::int16_t min_version = 0;
    std::int16_t max_version = 0;

    bool operator==(const ApiVersion&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&ApiVersion::api_key, "ApiKey"));
      visit(field(&ApiVersion::min_version, "MinVersion"));
      visit(field(&ApiVersion::max_version, "MaxVersion"));
    }
  };

  struct SupportedFeatureKey {
    std::string name;
    std::int16_t min_version = 0;
    std::int16_t max_version = 0;

    bool operator==(const SupportedFeatureKey&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&SupportedFeatureKey::name, "Name"));
      visit(field(&SupportedFeatureKey::min_version, "MinVersion"));
      visit(field(&SupportedFeatureKey::max_version, "MaxVersion"));
    }
  };

  struct FinalizedFeatureKey {
    std::string name;
    std::int16_t max_version_level = 0;
    std::int16_t min_version_level = 0;

    bool operator==(const FinalizedFeatureKey&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&FinalizedFeatureKey::name, "Name"));
      visit(field(&FinalizedFeatureKey::max_version_level, "MaxVersionLevel"));
      visit(field(&FinalizedFeatureKey::min_version_level, "MinVersionLevel"));
    }
  };

  std::int16_t error_code = 0;
  std::vector<ApiVersion> api_keys;
  std::int32_t throttle_time_ms = 0;
  std::vector<SupportedFeatureKey> supported_features;
  std::int64_t finalized_features_epoch = -1;
  std::vector<FinalizedFeatureKey> finalized_features;
  bool zk_migration_ready = false;

  bool operator==(const ApiVersionsResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ApiVersionsResponse::error_code, "ErrorCode"));
    visit(field(&ApiVersionsResponse::api_keys, "ApiKeys"));
    visit(field(&ApiVersionsResponse::throttle_time_ms, "ThrottleTimeMs").since(1));
    visit(field(&ApiVersionsResponse::supported_features, "SupportedFeatures").tagged(0).since(3));
    visit(field(&ApiVersionsResponse::finalized_features_epoch, "FinalizedFeaturesEpoch")
              .tagged(1)
              .since(3));
    visit(field(&ApiVersionsResponse::finalized_features, "FinalizedFeatures").tagged(2).since(3));
    visit(field(&ApiVersionsResponse::zk_migration_ready, "ZkMigrationReady").tagged(3).since(3));
  }
};

}  // namespace lab::protocol
