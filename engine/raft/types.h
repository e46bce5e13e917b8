// What other rooms may know of the metadata quorum: where a leader and a log stand, who votes, and
// the interface through which committed records come out. Included by the controller and the
// broker; it holds no behaviour.
#pragma once

#include <compare>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/slice.h"
#include "engine/base/time.h"
#include "engine/base/uuid.h"
#include "engine/machine/machine.h"

namespace lab::raft {

inline constexpr const char* metadata_topic = "__cluster_metadata";
// Its directory below the log directory; the only partition is 0.
inline constexpr const char* metadata_directory = "__cluster_metadata-0";

// Its topic id, the same in every cluster: AAAAAAAAAAAAAAAAAAAAAQ.
inline Uuid metadata_topic_id() {
  Uuid id;
  id.bytes[15] = 1;
  return id;
}

// Who leads the quorum in an epoch; leader is no_node where none is known.
struct LeaderAndEpoch {
  NodeId leader = no_node;
  Epoch epoch{0};
  bool operator==(const LeaderAndEpoch&) const = default;
  bool is_leader(NodeId node) const { return leader == node && node != no_node; }
};

// The end of a log or of a snapshot: the offset after its last record, and that record's epoch.
// Ordered as Raft compares logs: by epoch, then by offset.
struct OffsetAndEpoch {
  Offset offset{0};
  Epoch epoch{0};
  bool operator==(const OffsetAndEpoch&) const = default;
  std::strong_ordering operator<=>(const OffsetAndEpoch& other) const {
    if (const auto by_epoch = epoch <=> other.epoch; by_epoch != 0) return by_epoch;
    return offset <=> other.offset;
  }
};

// One entry of controller.quorum.voters.
struct Voter {
  NodeId id = no_node;
  Address address;
  bool operator==(const Voter&) const = default;
};

// One committed batch. `values` are the records' values, the first at base_offset; a control batch
// (KRaft's own records) has none but moves the offset on.
struct CommittedBatch {
  Offset base_offset{0};
  Offset last_offset{0};  // of its last record
  Epoch epoch{0};
  WallTime append_time{};
  std::vector<Slice> values;
};

// Gets what the quorum decides, in the log's order: first the snapshot (where there is one), then
// each committed batch once. Called within an input; it may call the quorum's append().
class Listener {
 public:
  virtual ~Listener() = default;
  // The leader or the epoch as this node knows them. With leader == self this node was elected, but
  // may still lack knowledge of what is committed: on_leader_ready tells when it may act.
  virtual void on_leader_change(const LeaderAndEpoch& leader) = 0;
  // This node leads `epoch` and every record before its epoch has been given to on_committed.
  virtual void on_leader_ready(Epoch epoch) = 0;
  virtual void on_committed(const CommittedBatch& batch) = 0;
  // All state up to `id` anew; what was given before is forgotten. `last_append` is the append time
  // of the last record in it.
  virtual void on_snapshot(const OffsetAndEpoch& id, WallTime last_append,
                           std::vector<Slice> values) = 0;
};

}  // namespace lab::raft
