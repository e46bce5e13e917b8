// The lives of nodes and their processes: which state each card shows.
#include "app/model/applier.h"

namespace lab::model {
namespace {

// A Java broker that ends on SIGTERM exits with 128 + 15.
constexpr std::int32_t exit_after_sigterm = 143;

BrokerState state_after_exit(const Broker& broker) {
  const Exit exit = broker.exit.value_or(Exit{});
  if (exit.signal != 0 || exit.code == exit_unknown) return BrokerState::dead;
  if (exit.code == 0 || exit.code == exit_after_sigterm) return BrokerState::stopped;
  return broker.ready.value_or(false) ? BrokerState::dead : BrokerState::did_not_start;
}

BrokerState state_untold(const Broker& broker) {
  if (!broker.registered.value_or(true)) return BrokerState::stopped;
  if (!broker.fenced.known()) return BrokerState::unknown;
  return *broker.fenced ? BrokerState::fenced : BrokerState::running;
}

BrokerState state_of(const Broker& broker) {
  if (!broker.alive.known()) return state_untold(broker);
  if (!*broker.alive) return state_after_exit(broker);
  if (broker.frozen.value_or(false)) return BrokerState::frozen;
  if (broker.stopping.value_or(false)) return BrokerState::stopping;
  if (broker.refused.known()) return BrokerState::waiting;
  if (!broker.ready.value_or(false)) return BrokerState::starting;
  if (broker.controller_only() || !broker.fenced.value_or(false)) return BrokerState::running;
  return broker.served ? BrokerState::fenced : BrokerState::starting;
}

}  // namespace

Broker& Applier::broker(NodeId id) {
  Broker& broker = m_.brokers_[id];
  broker.id = id;
  return broker;
}

void Applier::refresh_all_dead() {
  if (m_.brokers_.empty() || m_.anyone_live()) {
    m_.all_dead_since_.reset();
  } else if (!m_.all_dead_since_) {
    m_.all_dead_since_ = e_.at;
  }
}

void Applier::refresh_broker(Broker& broker) {
  const BrokerState state = state_of(broker);
  if (state == broker.state) return;
  broker.state = state;
  broker.since = e_.at;
  refresh_all_dead();
  for (auto& [id, partition] : m_.partitions_) refresh_agreed(partition);
}

void Applier::begin_process(Broker& broker) {
  broker.started_at = e_.at;
  broker.incarnation = 0;
  ++broker.starts;
  broker.served = false;
  broker.fenced_seen.forget();
  broker.ready.forget();
  broker.stopping.forget();
  broker.recovery.forget();
  broker.refused.forget();
  broker.stalled_ms.forget();
  broker.memory_bytes.forget();
  broker.frozen = Fact<bool>{false, e_.at, e_.node};
  drop_connections(broker.id);
}

void Applier::operator()(const trace::ProcessStarted& started) {
  if (!from_node()) return;
  Broker& b = broker(e_.node);
  if (!b.alive.set(true, e_.at, the_lab)) return;
  begin_process(b);
  if (started.pid != 0) b.pid.set(started.pid, e_.at, the_lab);
  refresh_broker(b);
}

void Applier::operator()(const trace::NodeStarted& started) {
  if (!from_node()) return;
  Broker& b = broker(e_.node);
  const bool known = b.incarnation == e_.incarnation && b.incarnation != 0;
  if (known) return;
  const bool awaited = b.alive.value_or(false) && b.incarnation == 0;
  if (!b.alive.set(true, e_.at, e_.node)) return;
  if (!awaited) begin_process(b);
  b.incarnation = e_.incarnation;
  b.roles = started.roles;
  b.version = started.version;
  b.client_port = started.client_port;
  b.controller_port = started.controller_port;
  if (started.pid != 0) b.pid.set(started.pid, e_.at, e_.node);
  if (!started.cluster_id.empty()) m_.cluster_id_ = started.cluster_id;
  refresh_broker(b);
}

void Applier::operator()(const trace::Recovering& recovering) {
  if (!from_node()) return;
  Broker& b = broker(e_.node);
  if (e_.at < b.started_at) return;
  b.recovery.set({recovering.done, recovering.total}, e_.at, e_.node);
}

void Applier::operator()(const trace::NodeReady&) {
  if (!from_node()) return;
  Broker& b = broker(e_.node);
  if (e_.at < b.started_at) return;
  b.ready.set(true, e_.at, e_.node);
  refresh_broker(b);
}

void Applier::operator()(const trace::NodeStopping&) {
  if (!from_node()) return;
  Broker& b = broker(e_.node);
  if (e_.at < b.started_at) return;
  b.stopping.set(true, e_.at, e_.node);
  refresh_broker(b);
}

void Applier::operator()(const trace::NodeHalted& halted) {
  if (!from_node()) return;
  Broker& b = broker(e_.node);
  if (e_.at < b.started_at || !b.alive.set(false, e_.at, e_.node)) return;
  b.exit.set({0, halted.clean ? 0 : 1, false, halted.reason}, e_.at, e_.node);
  lose_connections(b.id);
  refresh_broker(b);
  leader_lost(b.id, halted.clean ? LossCause::stopped : LossCause::failed, e_.at);
}

void Applier::operator()(const trace::ProcessExited& exited) {
  if (!from_node()) return;
  Broker& b = broker(e_.node);
  if (!b.alive.set(false, e_.at, the_lab)) return;
  Exit exit{exited.signal, exited.code, exited.asked, exited.last_error};
  if (exit.reason.empty() && b.exit.known() && b.exit.as_of >= b.started_at) {
    exit.reason = b.exit->reason;
  }
  b.exit.set(exit, e_.at, the_lab);
  lose_connections(b.id);
  refresh_broker(b);
  const LossCause cause = exit.signal != 0                  ? LossCause::killed
                          : b.state == BrokerState::stopped ? LossCause::stopped
                                                            : LossCause::failed;
  leader_lost(b.id, cause, e_.at);
}

void Applier::operator()(const trace::ProcessFrozen& frozen) {
  if (!from_node()) return;
  Broker& b = broker(e_.node);
  if (!b.frozen.set(frozen.frozen, e_.at, the_lab)) return;
  refresh_broker(b);
  if (frozen.frozen) {
    leader_lost(b.id, LossCause::frozen, e_.at);
  } else {
    loss_undone(b.id);
  }
}

void Applier::operator()(const trace::ProcessMemory& memory) {
  if (from_node()) broker(e_.node).memory_bytes.set(memory.rss_bytes, e_.at, the_lab);
}

void Applier::operator()(const trace::Stalled& stalled) {
  if (from_node()) broker(e_.node).stalled_ms.set(stalled.late_ms, e_.at, e_.node);
}

void Applier::lose_connections(NodeId node) {
  for (auto& [key, connection] : m_.connections_) {
    if (key.node == node && !connection.closed_at) connection.closed_at = e_.at;
  }
}

void Applier::drop_connections(NodeId node) {
  std::vector<ConnectionKey> old;
  for (const auto& [key, connection] : m_.connections_) {
    if (key.node == node) old.push_back(key);
  }
  for (const ConnectionKey& key : old) forget_connection(key);
}

}  // namespace lab::model
