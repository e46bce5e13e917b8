// Topics, partitions and replicas: who believes what, and where each log stands.
#include <algorithm>

#include "app/model/applier.h"

namespace lab::model {

Partition& Applier::partition(const std::string& topic, PartitionIndex index) {
  const TopicPartition id{topic, index};
  Partition& partition = m_.partitions_[id];
  if (partition.id.topic.empty()) partition.id = id;
  return partition;
}

// ---- Beliefs

void Applier::drop_topic(const std::string& topic) {
  auto at = m_.partitions_.lower_bound({topic, PartitionIndex(-1)});
  while (at != m_.partitions_.end() && at->first.topic == topic) at = m_.partitions_.erase(at);
  m_.topics_.erase(topic);
}

void Applier::operator()(const trace::TopicSeen& seen) {
  const auto at = m_.topics_.find(seen.topic);
  const bool known = at != m_.topics_.end() && at->second.id == seen.id;
  quiet_ = seen.gone ? !known : known;  // only the first to tell is in the log
  if (seen.gone) {
    if (known && e_.at >= at->second.since) drop_topic(seen.topic);
    return;
  }
  if (known) return;
  if (at != m_.topics_.end()) {
    if (e_.at < at->second.since) return;
    drop_topic(seen.topic);  // deleted and created again between two tellings
  }
  m_.topics_[seen.topic] = Topic{seen.topic, seen.id, e_.at, {}};
}

void Applier::operator()(const trace::PartitionSeen& seen) {
  quiet_ = true;
  if (!from_node()) return;
  if (m_.topics_.find(seen.topic) == m_.topics_.end()) {
    m_.topics_[seen.topic] = Topic{seen.topic, {}, e_.at, {}};
  }
  Partition& p = partition(seen.topic, seen.partition);
  if (const auto told = m_.retelling_.find(e_.node); told != m_.retelling_.end()) {
    told->second.partitions[p.id] = true;
  }
  Belief& belief = p.beliefs[e_.node];
  if (belief.view != nullptr && e_.at < belief.as_of) return;
  PartitionView view{seen.replicas, seen.isr,          seen.elr,
                     seen.leader,   seen.leader_epoch, seen.partition_epoch};
  const bool shared = p.agreed != nullptr && *p.agreed == view;
  belief.view = shared ? p.agreed : std::make_shared<const PartitionView>(std::move(view));
  belief.as_of = e_.at;
  refresh_agreed(p);
}

void Applier::refresh_agreed(Partition& partition) {
  SharedView best, best_of_all;
  for (const auto& [node, belief] : partition.beliefs) {
    const SharedView& view = belief.view;
    if (best_of_all == nullptr || view->newer_than(*best_of_all)) best_of_all = view;
    const Broker* teller = m_.broker(node);
    // Who tells and of whose process nothing is known is taken at its word.
    const bool live = teller == nullptr || !teller->alive.known() || teller->live();
    if (live && (best == nullptr || view->newer_than(*best))) best = view;
  }
  const SharedView before = partition.agreed;
  if (best == nullptr) best = before != nullptr ? before : best_of_all;
  if (best != nullptr && (before == nullptr || !(*best == *before))) {
    partition.agreed = best;
    partition.agreed_since = e_.at;
    const bool first = before == nullptr;
    if (first || best->leader != before->leader || best->leader_epoch != before->leader_epoch) {
      partition.leader_since = e_.at;
      partition.epoch_before = first ? no_epoch : before->leader_epoch;
      partition.elected = !first && best->leader != no_node && best->leader != before->leader;
    }
  }
  refresh_replicas(partition);
}

// ---- Replicas

void Applier::refresh_replicas(Partition& partition) {
  if (partition.agreed != nullptr) {
    for (const NodeId node : partition.agreed->replicas) partition.replicas[node];
    std::erase_if(partition.replicas,
                  [&](const auto& entry) { return !partition.agreed->has_replica(entry.first); });
  }
  for (auto& [node, replica] : partition.replicas) refresh_replica(partition, node, replica);
}

void Applier::refresh_replica(const Partition& partition, NodeId node, Replica& replica) {
  const Broker* broker = m_.broker(node);
  const bool told = broker != nullptr && broker->alive.known();
  const bool fenced = broker != nullptr && broker->fenced.value_or(false);
  const bool gone = told ? !*broker->alive : fenced;
  ReplicaState state = ReplicaState::unknown;
  if (gone) {
    state = ReplicaState::offline;
  } else if (partition.agreed != nullptr && partition.agreed->leader == node) {
    state = ReplicaState::leader;
  } else if (partition.agreed != nullptr && partition.agreed->in_isr(node)) {
    state = ReplicaState::in_sync;
  } else if (partition.agreed != nullptr) {
    const bool there = replica.gap_sample && replica.gap_sample->second == 0;
    const bool closes = replica.copies && replica.closes_per_second.value_or(1) > 0;
    state = there || closes ? ReplicaState::catching_up : ReplicaState::out_of_sync;
  }
  if (state == replica.state) return;
  const bool was_out =
      replica.state == ReplicaState::out_of_sync || replica.state == ReplicaState::catching_up;
  const bool is_out = state == ReplicaState::out_of_sync || state == ReplicaState::catching_up;
  if (is_out && !was_out) {
    replica.copied_from = replica.marks.known() ? replica.marks->log_end : no_offset;
    replica.copies = false;
    replica.closes_per_second.reset();
    replica.gap_sample.reset();
  }
  replica.state = state;
  replica.since = e_.at;
}

// Two samples of the gap tell how fast it closes; they are smoothed, as marks come in bursts.
void Applier::sample_gap(const Partition& partition, Replica& replica) {
  const std::optional<Gap> gap = m_.gap(partition, e_.node);
  if (!gap) return;
  if (!replica.gap_sample) {
    replica.gap_sample = {e_.at, gap->records};
    return;
  }
  const Duration span = e_.at - replica.gap_sample->first;
  if (span < milliseconds(20)) return;
  const double seconds_between = std::chrono::duration<double>(span).count();
  const double rate =
      static_cast<double>(replica.gap_sample->second - gap->records) / seconds_between;
  const double before = replica.closes_per_second.value_or(rate);
  replica.closes_per_second = before + 0.5 * (rate - before);
  replica.gap_sample = {e_.at, gap->records};
}

void Applier::operator()(const trace::ReplicaMarks& marks) {
  if (!from_node()) return;
  Partition& p = partition(marks.topic, marks.partition);
  Replica& replica = own_replica(p);
  const bool grew = replica.marks.known() && marks.log_end > replica.marks->log_end;
  Marks news{marks.log_start, marks.high_watermark, marks.log_end, marks.bytes};
  if (replica.marks.known() && replica.marks.by == the_lab && e_.at < replica.marks.as_of) {
    // An acknowledgement was told first: what it proved stays, the rest is news all the same.
    news.log_end = std::max(news.log_end, replica.marks->log_end);
    replica.marks.value = news;
  } else if (!replica.marks.set(news, e_.at, e_.node)) {
    return;
  }
  const bool out =
      replica.state == ReplicaState::out_of_sync || replica.state == ReplicaState::catching_up;
  if (out) {
    if (replica.copied_from == no_offset) replica.copied_from = marks.log_end;
    replica.copies = replica.copies || grew;
    sample_gap(p, replica);
  }
  refresh_replica(p, e_.node, replica);
}

void Applier::operator()(const trace::BecameLeader& became) {
  if (!from_node()) return;
  Partition& p = partition(became.topic, became.partition);
  Replica& replica = own_replica(p);
  replica.epoch.set(became.epoch, e_.at, e_.node);
  if (replica.marks.known() && e_.at >= replica.marks.as_of) {
    replica.marks.value->log_end = became.log_end;
  }
  if (retelling() || (p.epoch_start && became.epoch <= p.epoch_start->first)) return;
  p.epoch_start = {became.epoch, became.log_end};
  p.epoch_leader = e_.node;
  p.epoch_since = e_.at;
  overwrite(p);
}

void Applier::operator()(const trace::BecameFollower& became) {
  if (!from_node()) return;
  Replica& replica = own_replica(partition(became.topic, became.partition));
  replica.epoch.set(became.epoch, e_.at, e_.node);
  if (replica.marks.known() && e_.at >= replica.marks.as_of) {
    replica.marks.value->log_end = became.log_end;
  }
}

void Applier::operator()(const trace::Truncated& truncated) {
  if (!from_node()) return;
  Partition& p = partition(truncated.topic, truncated.partition);
  Replica& replica = own_replica(p);
  replica.truncated = Truncation{truncated.from, truncated.to, truncated.epoch, e_.at};
  replica.copied_from = truncated.to;
  replica.gap_sample.reset();  // the gap begins anew
  replica.closes_per_second.reset();
  if (replica.marks.known() && e_.at >= replica.marks.as_of) {
    Marks& marks = *replica.marks.value;
    marks.log_end = truncated.to;
    marks.high_watermark = std::min(marks.high_watermark, truncated.to);
    replica.marks.as_of = e_.at;
  }
}

void Applier::operator()(const trace::CaughtUp& caught_up) {
  if (!retelling()) follower_back({caught_up.topic, caught_up.partition}, caught_up.follower);
}

void Applier::operator()(const trace::LeaderElected& elected) {
  if (!retelling()) leader_elected(elected);
}

void Applier::operator()(const trace::IsrChanged& changed) {
  if (retelling()) return;
  for (const NodeId node : changed.isr) {
    const bool added = std::find(changed.was.begin(), changed.was.end(), node) == changed.was.end();
    if (added) follower_back({changed.topic, changed.partition}, node);
  }
}

}  // namespace lab::model
