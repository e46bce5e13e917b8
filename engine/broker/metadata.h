// This node's copy of the cluster's metadata: what the quorum has committed, applied record by
// record to an image, in combined mode for both roles of the node. It tells its owner what changed.
// Owned by Node; the quorum is its only source.
#pragma once

#include <functional>

#include "engine/controller/image.h"
#include "engine/machine/context.h"
#include "engine/raft/types.h"

namespace lab::broker {

class Metadata : public raft::Listener {
 public:
  struct Owner {
    std::function<void(const raft::LeaderAndEpoch&)> on_leader;
    std::function<void(Epoch)> on_leader_ready;
    std::function<void(const controller::ImageChange&)> on_change;  // after each batch or snapshot
    std::function<void()> on_applied;  // the offset moved, with or without a change
  };
  Metadata(Context& context, std::string client_listener, Owner owner)
      : context_(context), client_listener_(std::move(client_listener)), owner_(std::move(owner)) {}

  void on_leader_change(const raft::LeaderAndEpoch& leader) override;
  void on_leader_ready(Epoch epoch) override { owner_.on_leader_ready(epoch); }
  void on_committed(const raft::CommittedBatch& batch) override;
  void on_snapshot(const raft::OffsetAndEpoch& id, WallTime last_append,
                   std::vector<Slice> values) override;

  const controller::Image& image() const { return image_; }
  const raft::LeaderAndEpoch& leader() const { return leader_; }
  // The end of what has been applied.
  const raft::OffsetAndEpoch& applied() const { return applied_; }
  std::int64_t bytes_since_snapshot() const { return bytes_; }
  void snapshot_made() { bytes_ = 0; }
  // Tells all that this node believes anew, for a lab that has just connected.
  void trace_state();

 private:
  void apply(const std::vector<Slice>& values, controller::ImageChange& change);
  void moved_on(const raft::OffsetAndEpoch& to, const controller::ImageChange& change);
  void trace_change(const controller::ImageChange& change);
  void trace_broker(NodeId id);
  void trace_topic(const controller::Topic& topic);
  void trace_partition(const controller::Topic& topic, PartitionIndex index);
  void trace_applied();

  Context& context_;
  std::string client_listener_;
  Owner owner_;
  controller::Image image_;
  raft::LeaderAndEpoch leader_;
  raft::OffsetAndEpoch applied_;
  std::int64_t bytes_ = 0;
};

}  // namespace lab::broker
