// DescribeCluster. The cluster id, its brokers (or controllers, KIP-919) and the controller as a
// client sees it (KIP-700).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct DescribeClusterRequest {
  static constexpr std::string_view message_name = "DescribeClusterRequest";
  static constexpr ApiKey key = ApiKey::describe_cluster;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 0;

  bool include_cluster_authorized_operations = false;
  std::int8_t endpoint_type = 1;

  bool operator==(const DescribeClusterRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&DescribeClusterRequest::include_cluster_authorized_operations,
                "IncludeClusterAuthorizedOperations"));
    visit(field(&DescribeClusterRequest::endpoint_type, "EndpointType").since(1));
  }
};

struct DescribeClusterResponse {
  static constexpr std::string_view message_name = "DescribeClusterResponse";
  static constexpr ApiKey key = ApiKey::describe_cluster;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 0;

  struct DescribeClusterBroker {
    std::int32_t broker_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;

    bool operator==(const DescribeClusterBroker&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&DescribeClusterBroker::broker_id, "BrokerId"));
      visit(field(&DescribeClusterBroker::host, "Host"));
      visit(field(&DescribeClusterBroker::port, "Port"));
      visit(field(&DescribeClusterBroker::rack, "Rack").nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::int8_t endpoint_type = 1;
  std::string cluster_id;
  std::int32_t controller_id = -1;
  std::vector<DescribeClusterBroker> brokers;
  std::int32_t cluster_authorized_operations = INT32_MIN;

  bool operator==(const DescribeClusterResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&DescribeClusterResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&DescribeClusterResponse::error_code, "ErrorCode"));
    visit(field(&DescribeClusterResponse::error_message, "ErrorMessage").nullable());
    visit(field(&DescribeClusterResponse::endpoint_type, "EndpointType").since(1));
    visit(field(&DescribeClusterResponse::cluster_id, "ClusterId"));
    visit(field(&DescribeClusterResponse::controller_id, "ControllerId"));
    visit(field(&DescribeClusterResponse::brokers, "Brokers"));
    visit(field(&DescribeClusterResponse::cluster_authorized_operations,
                "ClusterAuthorizedOperations"));
  }
};

}  // namespace lab::protocol
