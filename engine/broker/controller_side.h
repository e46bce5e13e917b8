// The controller's role of a node: what arrives on the controller listener goes to the quorum or,
// on the active controller, to controller::Controller, whose decisions are appended to the metadata
// log; replies are held until their records are committed (DESIGN §1). Owned by Node.
#pragma once

#include <deque>
#include <functional>

#include "engine/broker/config.h"
#include "engine/broker/dispatch.h"
#include "engine/broker/metadata.h"
#include "engine/controller/controller.h"
#include "engine/raft/quorum.h"

namespace lab::broker {

class ControllerSide {
 public:
  ControllerSide(Context& context, const Config& config, Metadata& metadata, raft::Quorum& quorum);

  // What Node hears of the quorum.
  void leader_changed(const raft::LeaderAndEpoch& leader);
  void leader_ready(Epoch epoch);
  void applied();
  // This machine stood still: nobody is fenced for that.
  void stalled(Duration late) {
    if (controller_.active()) controller_.stalled(late);
  }
  bool active() const { return controller_.active(); }

  void serve(const Peer& peer, Incoming incoming, const ReplySlot& slot);

  // ---- For handlers.
  Context& context() { return context_; }
  const Config& config() const { return config_; }
  raft::Quorum& quorum() { return quorum_; }
  const Metadata& metadata() const { return metadata_; }
  controller::Controller& controller() { return controller_; }
  // The offset that the log will give to the next record.
  Offset next_offset() const;
  // Appends what was decided and holds the reply until it is committed; `refuse` runs instead where
  // this controller is deposed before.
  void commit(const controller::MetadataRecords& records, std::function<void()> reply,
              std::function<void()> refuse);

 private:
  struct Held {
    Offset until;  // exclusive: the reply waits until everything below is committed
    std::function<void()> reply, refuse;
  };
  bool append(const controller::MetadataRecords& records);
  void tick();
  void arm();
  void write_noop();

  Context& context_;
  const Config& config_;
  Metadata& metadata_;
  raft::Quorum& quorum_;
  controller::Controller controller_;
  Epoch epoch_ = no_epoch;
  Offset appended_end_{0};
  std::deque<Held> held_;
  Context::Timer tick_timer_, noop_timer_;
  Offset noop_seen_{0};
};

}  // namespace lab::broker
