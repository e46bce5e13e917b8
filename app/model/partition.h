// A partition and its replicas as the lab knows them: what each broker believes, what is newest
// among the live ones, and where each replica's log stands. Changed by ClusterModel alone.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "app/model/facts.h"

namespace lab::model {

// One belief about a partition, as committed metadata had it.
struct PartitionView {
  std::vector<NodeId> replicas, isr, elr;  // replicas[0] is the preferred leader
  NodeId leader = no_node;                 // -1: none
  Epoch leader_epoch{0};
  std::int32_t partition_epoch = 0;

  bool newer_than(const PartitionView& other) const {
    return std::pair(leader_epoch, partition_epoch) >
           std::pair(other.leader_epoch, other.partition_epoch);
  }
  bool has_replica(NodeId node) const;
  bool in_isr(NodeId node) const;
  bool under_replicated() const { return isr.size() < replicas.size(); }
  bool operator==(const PartitionView&) const = default;
};
using SharedView = std::shared_ptr<const PartitionView>;  // equal beliefs share one

// What one broker believes, and when it said so.
struct Belief {
  SharedView view;
  Instant as_of{};
};

enum class ReplicaState : std::uint8_t {
  unknown,      // nobody tells the metadata
  leader,       //
  in_sync,      // in the ISR
  out_of_sync,  // not in the ISR, and it does not come nearer
  catching_up,  // not in the ISR, and the gap closes
  offline,      // its broker's process is not running: the marks are the last known
};
std::string_view name_of(ReplicaState state);

struct Marks {
  Offset log_start{0}, high_watermark{0}, log_end{0};
  std::int64_t bytes = 0;  // on disk
  bool operator==(const Marks&) const = default;
};
// The records [to, from) fell off.
struct Truncation {
  Offset from{0}, to{0};
  Epoch epoch{0};
  Instant at{};
  bool operator==(const Truncation&) const = default;
};

struct Replica {
  ReplicaState state = ReplicaState::unknown;
  Instant since{};    // of `state`
  Fact<Marks> marks;  // told by its broker; log_end also by an acknowledgement that implies it
  Fact<Epoch> epoch;  // in which it became leader or follower
  std::optional<Truncation> truncated;  // the last one: the scene lets it fall at its `at`
  // How it comes nearer to the leader while out of the ISR; empty while not known.
  std::optional<double> closes_per_second;  // records of the gap a second
  Offset copied_from = no_offset;           // its log end when it left the ISR or came back
  bool copies = false;                      // its log end grew since then
  std::optional<std::pair<Instant, std::int64_t>> gap_sample;  // the gap when it last told
};

struct Partition {
  TopicPartition id;
  std::map<NodeId, Belief> beliefs;  // what each broker believes, dead ones included
  SharedView agreed;  // the newest among live brokers; the last known where none lives; or null
  Instant agreed_since{};         // when that view was first told
  Instant leader_since{};         // when this leader and epoch were first told
  Epoch epoch_before = no_epoch;  // the leader epoch before this one ("epoch 4 → 5"), -1 none
  bool elected =
      false;  // the leader came by an election seen here (chip NEW LEADER), not at creation
  std::map<NodeId, Replica> replicas;
  std::optional<std::pair<Epoch, Offset>> epoch_start;  // where the leader's epoch starts
  NodeId epoch_leader = no_node;                        // who leads since epoch_start
  Instant epoch_since{};                                // and since when
};

}  // namespace lab::model
