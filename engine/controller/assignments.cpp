// Which brokers hold a new partition: as the placer puts it, or as somebody wrote it down.
#include <set>

#include "engine/controller/controller.h"
#include "engine/controller/node_ids.h"
#include "engine/controller/placement.h"

namespace lab::controller {

using namespace protocol;

std::vector<NodeId> Controller::active_of(const std::vector<NodeId>& replicas) const {
  std::vector<NodeId> out;
  for (const NodeId id : replicas) {
    const Broker* broker = image_.broker(id);
    if (broker != nullptr && broker->active()) out.push_back(id);
  }
  return out;
}

Controller::NewPartitions Controller::place(std::int32_t count, std::int32_t replication_factor) {
  std::vector<UsableBroker> usable;
  for (const auto& [id, broker] : image_.brokers()) {
    if (!broker.fenced && broker.in_controlled_shutdown) continue;
    usable.push_back({id, broker.rack, broker.fenced});
  }
  NewPartitions out;
  Placer placer(usable, context_.rng());
  if (const auto why = placer.refusal(replication_factor)) {
    out.refusal = Refusal{
        ErrorCode::invalid_replication_factor,
        fmt::format("Unable to replicate the partition {} time(s): {}", replication_factor, *why)};
    return out;
  }
  for (std::int32_t i = 0; i < count; ++i) {
    out.assignments.push_back(placer.next(replication_factor));
  }
  return out;
}

// `first`: the index of the first of them. `replication_factor` 0: as many as the first one has.
Controller::NewPartitions Controller::assign_by_hand(const std::vector<std::vector<NodeId>>& wanted,
                                                     std::int32_t first,
                                                     std::size_t replication_factor) const {
  NewPartitions out;
  const auto refuse = [&out](std::string message) {
    out.refusal = Refusal{ErrorCode::invalid_replica_assignment, std::move(message)};
    return out;
  };
  std::int32_t index = first;
  for (const auto& replicas : wanted) {
    if (replicas.empty()) {
      return refuse("The manual partition assignment includes an empty replica list.");
    }
    std::set<NodeId> seen;
    for (const NodeId id : replicas) {
      if (image_.broker(id) == nullptr) {
        return refuse(
            fmt::format("The manual partition assignment includes broker {}, but no such "
                        "broker is registered.",
                        id));
      }
      if (!seen.insert(id).second) {
        return refuse(fmt::format(
            "The manual partition assignment includes the broker {} more than once.", id));
      }
    }
    if (replication_factor == 0) replication_factor = replicas.size();
    if (replicas.size() != replication_factor) {
      return refuse(
          fmt::format("The manual partition assignment includes a partition with {} "
                      "replica(s), but this is not consistent with previous partitions, "
                      "which have {} replica(s).",
                      replicas.size(), replication_factor));
    }
    if (active_of(replicas).empty()) {
      return refuse(
          fmt::format("All brokers specified in the manual partition assignment for "
                      "partition {} are fenced or in controlled shutdown.",
                      index));
    }
    out.assignments.push_back(replicas);
    ++index;
  }
  return out;
}

Controller::NewPartitions Controller::assign(const CreateTopicsRequest::CreatableTopic& topic) {
  const auto refuse = [](ErrorCode error, std::string message) {
    return NewPartitions{{}, Refusal{error, std::move(message)}};
  };
  if (topic.assignments.empty()) {
    if (topic.replication_factor < -1 || topic.replication_factor == 0) {
      return refuse(ErrorCode::invalid_replication_factor,
                    "Replication factor must be larger than 0, or -1 to use the default value.");
    }
    if (topic.num_partitions < -1 || topic.num_partitions == 0) {
      return refuse(ErrorCode::invalid_partitions,
                    "Number of partitions was set to an invalid non-positive value.");
    }
    return place(topic.num_partitions == -1 ? config_.num_partitions : topic.num_partitions,
                 topic.replication_factor == -1 ? config_.default_replication_factor
                                                : topic.replication_factor);
  }
  if (topic.replication_factor != -1) {
    return refuse(ErrorCode::invalid_request,
                  "A manual partition assignment was specified, but replication factor was not set "
                  "to -1.");
  }
  if (topic.num_partitions != -1) {
    return refuse(ErrorCode::invalid_request,
                  "A manual partition assignment was specified, but numPartitions was not set to "
                  "-1.");
  }
  std::map<std::int32_t, std::vector<NodeId>> by_index;
  for (const auto& assignment : topic.assignments) {
    if (!by_index.emplace(assignment.partition_index, node_ids(assignment.broker_ids)).second) {
      return refuse(ErrorCode::invalid_replica_assignment,
                    fmt::format("Found multiple manual partition assignments for partition {}",
                                assignment.partition_index));
    }
  }
  std::vector<std::vector<NodeId>> wanted;
  for (auto& [index, replicas] : by_index) {
    if (index != static_cast<std::int32_t>(wanted.size())) {
      return refuse(ErrorCode::invalid_replica_assignment,
                    "partitions should be a consecutive 0-based integer sequence");
    }
    wanted.push_back(std::move(replicas));
  }
  return assign_by_hand(wanted, 0, 0);
}

Partition Controller::new_partition(const std::vector<NodeId>& replicas) const {
  // Kafka's DirectoryId.UNASSIGNED, for a broker with none or several.
  Uuid unassigned;
  unassigned.bytes.back() = 1;
  Partition partition;
  partition.replicas = replicas;
  partition.isr = active_of(replicas);
  partition.leader = partition.isr.front();
  partition.leader_epoch = Epoch(0);
  partition.partition_epoch = 0;
  for (const NodeId id : replicas) {
    const auto& dirs = image_.broker(id)->log_dirs;
    partition.directories.push_back(dirs.size() == 1 ? dirs.front() : unassigned);
  }
  return partition;
}

}  // namespace lab::controller
