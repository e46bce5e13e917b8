// The failover stopwatch: from the loss of a leader to the follower that has caught up, each step
// with its time and the property that decided it. Made by ClusterModel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/model/facts.h"

namespace lab::model {

// A step that was reached, or not yet. `property` and `value` are empty where no setting decides it
// or its value was not told.
struct FailoverStep {
  std::optional<Instant> at;
  std::string property;   // "broker.session.timeout.ms"
  std::string value;      // "1000"
  NodeId node = no_node;  // who did it: the controller, the new leader, the follower
};

enum class LossCause : std::uint8_t { killed, failed, frozen, silent, stopped };

struct Failover {
  std::uint64_t id = 0;      // counts up
  TopicPartition partition;  // topic empty: the controller itself was lost, only that step counts
  NodeId lost_leader = no_node;
  LossCause cause = LossCause::killed;
  bool was_controller = false;  // the active controller died too
  Instant lost{};               // the zero of the stopwatch
  std::optional<Instant> last_heartbeat;
  FailoverStep controller;  // a new active controller; only where was_controller
  FailoverStep noticed;     // fenced
  FailoverStep elected;     // a new leader
  FailoverStep acked;       // the first write acknowledged by it
  FailoverStep caught_up;   // the lost leader is back in the ISR
  Epoch epoch = no_epoch;   // of the new leader
  std::string client;       // whose write was the first

  bool writable() const { return acked.at.has_value(); }
  bool done() const;
  // Milliseconds from the loss; empty while not reached.
  std::optional<double> ms(const FailoverStep& step) const;
};

}  // namespace lab::model
