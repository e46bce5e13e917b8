// The quorum, the registration of brokers, and what nodes believe of each other.
#include "app/model/applier.h"

namespace lab::model {

void Applier::operator()(const trace::RoleChanged& changed) {
  if (!from_node()) return;
  Broker& b = broker(e_.node);
  if (!b.role.set({changed.role, changed.epoch, changed.leader}, e_.at, e_.node)) return;
  Quorum& quorum = m_.quorum_;
  if (changed.epoch < quorum.epoch) return;
  const bool newer = changed.epoch > quorum.epoch;
  NodeId leader = changed.role == trace::Role::leader ? e_.node : changed.leader;
  const bool steps_down = quorum.leader.value_or(no_node) == e_.node && leader != e_.node;
  if (leader == no_node && !newer && !steps_down) return;
  if (leader == no_node && quorum.leader.value_or(no_node) != e_.node) return;
  const NodeId before = quorum.leader.value_or(no_node);
  quorum.epoch = changed.epoch;
  quorum.leader.set(leader, e_.at, e_.node);
  if (leader == before) return;
  if (before != no_node) quorum.leader_before.set(before, e_.at, e_.node);
  if (leader == no_node || retelling()) return;
  controller_elected(leader);
  forget_uncommitted(leader);
}

// What the controller before had decided and no metadata has shown is not committed; where it is
// after all, the new controller's metadata will show it.
void Applier::forget_uncommitted(NodeId controller) {
  for (auto& [id, b] : m_.brokers_) {
    if (!b.fenced.known() || !b.fenced_seen.known() || b.fenced.by == controller) continue;
    if (*b.fenced == *b.fenced_seen || !b.fenced.set(*b.fenced_seen, e_.at, controller)) continue;
    refresh_broker(b);
  }
}

void Applier::operator()(const trace::QuorumMarks& marks) {
  if (!from_node()) return;
  broker(e_.node).quorum.set({marks.epoch, marks.log_start, marks.high_watermark, marks.log_end},
                             e_.at, e_.node);
}

void Applier::operator()(const trace::BrokerRegistered& registered) {
  if (registered.broker.v < 0) return;
  Broker& b = broker(registered.broker);
  b.epoch.set(registered.epoch, e_.at, e_.node);
  b.registered.set(true, e_.at, e_.node);
  b.fenced.set(true, e_.at, e_.node);
  if (b.refused.known() && b.refused.as_of <= e_.at) b.refused.forget();
  if (!registered.host.empty()) b.host = registered.host;
  if (b.client_port == 0) b.client_port = registered.port;
  refresh_broker(b);
}

void Applier::operator()(const trace::RegistrationRefused& refused) {
  if (refused.broker.v < 0) return;
  Broker& b = broker(refused.broker);
  if (e_.at < b.started_at || refused.wait_ms <= 0) return;
  if (b.state == BrokerState::running && b.served) return;  // another process asked for its id
  b.refused.set({refused.error, e_.at + bounded_ms(refused.wait_ms)}, e_.at, e_.node);
  refresh_broker(b);
}

// What a controller that is cut off decides before it knows of its successor is never committed.
bool Applier::by_deposed_controller() const {
  const auto& leader = m_.quorum_.leader;
  const bool known = leader.known() && *leader != no_node;
  return known && from_node() && *leader != e_.node && e_.at >= leader.as_of;
}

void Applier::operator()(const trace::BrokerFenced& fenced) {
  if (fenced.broker.v < 0 || by_deposed_controller()) return;
  Broker& b = broker(fenced.broker);
  b.fenced.set(true, e_.at, e_.node);
  if (fenced.reason == "session") {
    b.silent_ms.set(fenced.silent_ms, e_.at, e_.node);
    if (!retelling()) loss_noticed(fenced);
  }
  refresh_broker(b);
}

void Applier::operator()(const trace::BrokerUnfenced& unfenced) {
  if (unfenced.broker.v < 0) return;
  Broker& b = broker(unfenced.broker);
  if (!b.fenced.set(false, e_.at, e_.node)) return;
  if (e_.at >= b.started_at) b.served = true;
  refresh_broker(b);
}

void Applier::operator()(const trace::BrokerSeen& seen) {
  quiet_ = true;
  if (seen.broker.v < 0) return;
  Broker& b = broker(seen.broker);
  // A node that is behind with the metadata tells old things late: who knows more goes before it.
  const Broker* teller = m_.broker(e_.node);
  const Broker* other = b.fenced.known() ? m_.broker(b.fenced.by) : nullptr;
  const auto position = [](const Broker* node) {
    return node != nullptr && node->applied.known() ? node->applied->offset : no_offset;
  };
  if (other != nullptr && other != teller && position(teller) < position(other)) return;
  b.registered.set(!seen.gone, e_.at, e_.node);
  if (!seen.gone) {
    b.epoch.set(seen.epoch, e_.at, e_.node);
    if (!seen.host.empty()) b.host = seen.host;
    if (b.client_port == 0) b.client_port = seen.port;
    b.fenced_seen.set(seen.fenced, e_.at, e_.node);
    const bool news = b.fenced.set(seen.fenced, e_.at, e_.node);
    const bool serves = news && !seen.fenced && !b.refused.known() && e_.at >= b.started_at;
    if (serves) b.served = true;
  }
  refresh_broker(b);
}

void Applier::operator()(const trace::MetadataApplied& applied) {
  if (!from_node()) return;
  broker(e_.node).applied.set({applied.offset, applied.epoch, applied.controller}, e_.at, e_.node);
}

void Applier::operator()(const trace::PropertySeen& seen) {
  quiet_ = true;
  if (!seen.topic.empty()) {
    if (const auto at = m_.topics_.find(seen.topic); at != m_.topics_.end()) {
      at->second.configs[seen.property] = seen.value;
    }
  } else if (from_node()) {
    broker(e_.node).properties[seen.property] = seen.value;
  } else {
    m_.client_properties_[seen.property] = seen.value;
  }
}

}  // namespace lab::model
