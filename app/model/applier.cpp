#include "app/model/applier.h"

#include <algorithm>

namespace lab::model {

Duration bounded_ms(std::int64_t ms) {
  constexpr std::int64_t year = std::int64_t{366} * 24 * 3600 * 1000;
  return milliseconds(std::clamp<std::int64_t>(ms, 0, year));
}

namespace {

bool is_routine(const trace::Payload& payload) {
  return std::holds_alternative<trace::Frame>(payload) ||
         std::holds_alternative<trace::FrameCounts>(payload) ||
         std::holds_alternative<trace::ProcessMemory>(payload) ||
         std::holds_alternative<trace::QuorumMarks>(payload) ||
         std::holds_alternative<trace::MetadataApplied>(payload);
}

}  // namespace

void ClusterModel::apply(const trace::Event& event) {
  newest_ = std::max(newest_, event.at);
  if (!is_routine(event.payload)) newest_change_ = std::max(newest_change_, event.at);
  Applier(*this, event).run();
}

void Applier::run() {
  const bool whole = retelling();
  std::visit(*this, e_.payload);
  if (!whole && !retelling()) log();
}

// A reader that comes back is told the control events since the start once more.
bool Applier::seen_before() {
  if (!from_node() || e_.incarnation == 0) return false;
  const auto [at, fresh] = m_.logged_.try_emplace({e_.node, e_.incarnation}, e_.number);
  if (fresh) return false;
  if (e_.number <= at->second) return true;
  at->second = e_.number;
  return false;
}

void Applier::log() {
  const bool control = trace::weight_of(e_.payload) == trace::Weight::control;
  if (quiet_ || (!control && !milestone_)) return;
  if (control && seen_before()) return;
  m_.log_.add(e_, milestone_ && !control);
}

void Applier::operator()(const trace::FaultChanged& fault) {
  const std::pair key(fault.fault, fault.target);
  if (fault.active) {
    m_.faults_[key] = Fault{fault.fault, fault.target, fault.detail, e_.at};
  } else {
    m_.faults_.erase(key);
  }
}

void Applier::operator()(const trace::Gap& gap) { m_.lost_events_ += gap.lost; }

void Applier::operator()(const trace::SnapshotBegin& begin) {
  constexpr std::int64_t limit = std::int64_t{1} << 60;
  if (begin.wall_us > 0 && begin.wall_us < limit) m_.wall_pair_ = {e_.at, begin.wall_us};
  if (from_node()) m_.retelling_[e_.node] = {};
}

void Applier::operator()(const trace::SnapshotEnd&) {
  const auto at = m_.retelling_.find(e_.node);
  if (at == m_.retelling_.end()) return;
  const ClusterModel::Retelling told = std::move(at->second);
  m_.retelling_.erase(at);
  quiet_ = true;
  for (auto& [id, partition] : m_.partitions_) {
    if (told.partitions.count(id) != 0) continue;
    if (partition.beliefs.erase(e_.node) != 0) refresh_agreed(partition);
  }
  std::vector<ConnectionKey> old;
  for (const auto& [key, connection] : m_.connections_) {
    if (key.node == e_.node && told.connections.count(key) == 0) old.push_back(key);
  }
  for (const ConnectionKey& key : old) forget_connection(key);
}

}  // namespace lab::model
