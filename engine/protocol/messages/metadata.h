// Metadata. Where everything is: brokers, topics, partitions with leader, replicas and ISR. Asked
// by every client when it starts and whenever a leader has moved.
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

struct MetadataRequest {
  static constexpr std::string_view message_name = "MetadataRequest";
  static constexpr ApiKey key = ApiKey::metadata;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 12;
  static constexpr std::int16_t flexible_version = 9;

  struct MetadataRequestTopic {
    Uuid topic_id;
    std::optional<std::string> name = "";

    bool operator==(const MetadataRequestTopic&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&MetadataRequestTopic::topic_id, "TopicId").since(10));
      visit(field(&MetadataRequestTopic::name, "Name").nullable(10));
    }
  };

  std::optional<std::vector<MetadataRequestTopic>> topics = std::vector<MetadataRequestTopic>{};
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  bool operator==(const MetadataRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&MetadataRequest::topics, "Topics").nullable(1));
    visit(field(&MetadataRequest::allow_auto_topic_creation, "AllowAutoTopicCreation").since(4));
    visit(field(&MetadataRequest::include_cluster_authorized_operations,
                "IncludeClusterAuthorizedOperations")
              .since(8)
              .until(10));
    visit(field(&MetadataRequest::include_topic_authorized_operations,
                "IncludeTopicAuthorizedOperations")
              .since(8));
  }
};

struct MetadataResponse {
  static constexpr std::string_view message_name = "MetadataResponse";
  static constexpr ApiKey key = ApiKey::metadata;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 12;
  static constexpr std::int16_t flexible_version = 9;

  struct MetadataResponseBroker {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;

    bool operator==(const MetadataResponseBroker&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&MetadataResponseBroker::node_id, "NodeId"));
      visit(field(&MetadataResponseBroker::host, "Host"));
      visit(field(&MetadataResponseBroker::port, "Port"));
      visit(field(&MetadataResponseBroker::rack, "Rack").since(1).nullable());
    }
  };

  struct MetadataResponsePartition {
    std::int16_t error_code = 0;
    std::int32_t partition_index = 0;
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = -1;
    std::vector<std::int32_t> replica_nodes;
    std::vector<std::int32_t> isr_nodes;
    std::vector<std::int32_t> offline_replicas;

    bool operator==(const MetadataResponsePartition&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&MetadataResponsePartition::error_code, "ErrorCode"));
      visit(field(&MetadataResponsePartition::partition_index, "PartitionIndex"));
      visit(field(&MetadataResponsePartition::leader_id, "LeaderId"));
      visit(field(&MetadataResponsePartition::leader_epoch, "LeaderEpoch").since(7));
      visit(field(&MetadataResponsePartition::replica_nodes, "ReplicaNodes"));
      visit(field(&MetadataResponsePartition::isr_nodes, "IsrNodes"));
      visit(field(&MetadataResponsePartition::offline_replicas, "OfflineReplicas").since(5));
    }
  };

  struct MetadataResponseTopic {
    std::int16_t error_code = 0;
    std::optional<std::string> name = "";
    Uuid topic_id;
    bool is_internal = false;
    std::vector<MetadataResponsePartition> partitions;
    std::int32_t topic_authorized_operations = INT32_MIN;

    bool operator==(const MetadataResponseTopic&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&MetadataResponseTopic::error_code, "ErrorCode"));
      visit(field(&MetadataResponseTopic::name, "Name").nullable(12));
      visit(field(&MetadataResponseTopic::topic_id, "TopicId").since(10));
      visit(field(&MetadataResponseTopic::is_internal, "IsInternal").since(1));
      visit(field(&MetadataResponseTopic::partitions, "Partitions"));
      visit(field(&MetadataResponseTopic::topic_authorized_operations, "TopicAuthorizedOperations")
                .since(8));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<MetadataResponseBroker> brokers;
  std::optional<std::string> cluster_id;
  std::int32_t controller_id = -1;
  std::vector<MetadataResponseTopic> topics;
  std::int32_t cluster_authorized_operations = INT32_MIN;

  bool operator==(const MetadataResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&MetadataResponse::throttle_time_ms, "ThrottleTimeMs").since(3));
    visit(field(&MetadataResponse::brokers, "Brokers"));
    visit(field(&MetadataResponse::cluster_id, "ClusterId").since(2).nullable());
    visit(field(&MetadataResponse::controller_id, "ControllerId").since(1));
    visit(field(&MetadataResponse::topics, "Topics"));
    visit(field(&MetadataResponse::cluster_authorized_operations, "ClusterAuthorizedOperations")
              .since(8)
              .until(10));
  }
};

}  // namespace lab::protocol
