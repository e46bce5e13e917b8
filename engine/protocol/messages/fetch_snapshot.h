// FetchSnapshot. A piece of a metadata snapshot, for a node whose log ends before the leader's
// begins (KIP-630).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/uuid.h"
#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"
#include "engine/protocol/records.h"

namespace lab::protocol {

struct FetchSnapshotRequest {
  static constexpr std::string_view message_name = "FetchSnapshotRequest";
  static constexpr ApiKey key = ApiKey::fetch_snapshot;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 0;

  struct SnapshotId {
    std::int64_t end_offset = 0;
    std::int32_t epoch = 0;

    bool operator==(const SnapshotId&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&SnapshotId::end_offset, "EndOffset"));
      visit(field(&SnapshotId::epoch, "Epoch"));
    }
  };

  struct PartitionSnapshot {
    std::int32_t partition = 0;
    std::int32_t current_leader_epoch = 0;
    SnapshotId snapshot_id;
    std::int64_t position = 0;
    Uuid replica_directory_id;

    bool operator==(const PartitionSnapshot&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionSnapshot::partition, "Partition"));
      visit(field(&PartitionSnapshot::current_leader_epoch, "CurrentLeaderEpoch"));
      visit(field(&PartitionSnapshot::snapshot_id, "SnapshotId"));
      visit(field(&PartitionSnapshot::position, "Position"));
      visit(
          field(&PartitionSnapshot::replica_directory_id, "ReplicaDirectoryId").tagged(0).since(1));
    }
  };

  struct TopicSnapshot {
    std::string name;
    std::vector<PartitionSnapshot> partitions;

    bool operator==(const TopicSnapshot&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&TopicSnapshot::name, "Name"));
      visit(field(&TopicSnapshot::partitions, "Partitions"));
    }
  };

  std::optional<std::string> cluster_id;
  std::int32_t replica_id = -1;
  std::int32_t max_bytes = 0x7fffffff;
  std::vector<TopicSnapshot> topics;

  bool operator==(const FetchSnapshotRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&FetchSnapshotRequest::cluster_id, "ClusterId").tagged(0).nullable());
    visit(field(&FetchSnapshotRequest::replica_id, "ReplicaId"));
    visit(field(&FetchSnapshotRequest::max_bytes, "MaxBytes"));
    visit(field(&FetchSnapshotRequest::topics, "Topics"));
  }
};

struct FetchSnapshotResponse {
  static constexpr std::string_view message_name = "FetchSnapshotResponse";
  static constexpr ApiKey key = ApiKey::fetch_snapshot;
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 0;

  struct SnapshotId {
    std::int64_t end_offset = 0;
    std::int32_t epoch = 0;

    bool operator==(const SnapshotId&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&SnapshotId::end_offset, "EndOffset"));
      visit(field(&SnapshotId::epoch, "Epoch"));
    }
  };

  struct LeaderIdAndEpoch {
    std::int32_t leader_id = 0;
    std::int32_t leader_epoch = 0;

    bool operator==(const LeaderIdAndEpoch&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&LeaderIdAndEpoch::leader_id, "LeaderId"));
      visit(field(&LeaderIdAndEpoch::leader_epoch, "LeaderEpoch"));
    }
  };

  struct PartitionSnapshot {
    std::int32_t index = 0;
    std::int16_t error_code = 0;
    SnapshotId snapshot_id;
    LeaderIdAndEpoch current_leader;
    std::int64_t size = 0;
    std::int64_t position = 0;
    Records unaligned_records;

    bool operator==(const PartitionSnapshot&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionSnapshot::index, "Index"));
      visit(field(&PartitionSnapshot::error_code, "ErrorCode"));
      visit(field(&PartitionSnapshot::snapshot_id, "SnapshotId"));
      visit(field(&PartitionSnapshot::current_leader, "CurrentLeader").tagged(0));
      visit(field(&PartitionSnapshot::size, "Size"));
      visit(field(&PartitionSnapshot::position, "Position"));
      visit(field(&PartitionSnapshot::unaligned_records, "UnalignedRecords"));
    }
  };

  struct TopicSnapshot {
    std::string name;
    std::vector<PartitionSnapshot> partitions;

    bool operator==(const TopicSnapshot&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&TopicSnapshot::name, "Name"));
      visit(field(&TopicSnapshot::partitions, "Partitions"));
    }
  };

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const NodeEndpoint&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&NodeEndpoint::node_id, "NodeId"));
      visit(field(&NodeEndpoint::host, "Host"));
      visit(field(&NodeEndpoint::port, "Port"));
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::vector<TopicSnapshot> topics;
  std::vector<NodeEndpoint> node_endpoints;

  bool operator==(const FetchSnapshotResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&FetchSnapshotResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&FetchSnapshotResponse::error_code, "ErrorCode"));
    visit(field(&FetchSnapshotResponse::topics, "Topics"));
    visit(field(&FetchSnapshotResponse::node_endpoints, "NodeEndpoints").tagged(0).since(1));
  }
};

}  // namespace lab::protocol
