// The failover stopwatch: each step is set once, by the event that reached it.
#include <algorithm>

#include "app/model/applier.h"

namespace lab::model {
namespace {

// A broker that led thousands of partitions makes no more stopwatches than these.
constexpr std::size_t max_per_loss = 64;

constexpr char session_property[] = "broker.session.timeout.ms";
constexpr char append_property[] = "controller.quorum.append.linger.ms";
constexpr char quorum_property[] = "controller.quorum.fetch.timeout.ms";
constexpr char retry_property[] = "retry.backoff.ms";

}  // namespace

void Applier::decide(FailoverStep& step, const char* property, NodeId node) {
  step.at = e_.at;
  step.node = node;
  step.property = property;
  if (!step.property.empty()) step.value = m_.property(step.property, e_.node);
}

Failover* Applier::open_failover(const TopicPartition& id) {
  for (auto at = m_.failovers_.rbegin(); at != m_.failovers_.rend(); ++at) {
    if (at->partition == id) return &*at;
  }
  return nullptr;
}

Failover& Applier::new_failover(const TopicPartition& id, NodeId node, LossCause cause,
                                Instant at) {
  Failover failover;
  failover.id = m_.next_failover_++;
  failover.partition = id;
  failover.lost_leader = node;
  failover.cause = cause;
  failover.lost = at;
  m_.failovers_.push_back(failover);
  if (m_.failovers_.size() > ClusterModel::max_failovers) m_.failovers_.pop_front();
  return m_.failovers_.back();
}

void Applier::leader_lost(NodeId node, LossCause cause, Instant at) {
  if (retelling()) return;
  const bool controller =
      cause != LossCause::stopped && m_.quorum_.leader.value_or(no_node) == node;
  const auto lost_before = [&](const TopicPartition& id) {
    const Failover* open = open_failover(id);
    const bool counts = open != nullptr && open->lost_leader == node && !open->elected.at &&
                        !(id.topic.empty() && open->controller.at);
    return counts;
  };
  if (controller && !lost_before({})) {
    new_failover({}, node, cause, at).was_controller = true;
  }
  // Those first that a built-in producer writes to: they are the ones that are looked at.
  std::vector<TopicPartition> written, others;
  for (const auto& [id, partition] : m_.partitions_) {
    if (partition.agreed == nullptr || partition.agreed->leader != node) continue;
    const bool counts = std::any_of(m_.clients_.begin(), m_.clients_.end(), [&](const auto& c) {
      return c.second.ledger.partitions.count(id) != 0;
    });
    (counts ? written : others).push_back(id);
  }
  written.insert(written.end(), others.begin(), others.end());
  if (written.size() > max_per_loss) written.resize(max_per_loss);
  for (const TopicPartition& id : written) {
    if (!lost_before(id)) new_failover(id, node, cause, at).was_controller = controller;
  }
}

// A broker that thawed before anybody noticed was never lost.
void Applier::loss_undone(NodeId node) {
  std::erase_if(m_.failovers_, [&](const Failover& failover) {
    const bool open = !failover.noticed.at && !failover.elected.at && !failover.controller.at;
    return failover.lost_leader == node && failover.cause == LossCause::frozen && open;
  });
}

void Applier::loss_noticed(const trace::BrokerFenced& fenced) {
  const Instant heard = e_.at - bounded_ms(fenced.silent_ms);
  leader_lost(fenced.broker, LossCause::silent, heard);
  for (Failover& failover : m_.failovers_) {
    if (failover.lost_leader != fenced.broker || failover.noticed.at) continue;
    if (failover.partition.topic.empty()) continue;
    if (failover.caught_up.at || failover.lost > e_.at) continue;
    if (failover.cause == LossCause::silent) failover.lost = heard;
    failover.last_heartbeat = heard;
    decide(failover.noticed, session_property, e_.node);
  }
}

void Applier::controller_elected(NodeId node) {
  for (Failover& failover : m_.failovers_) {
    const bool waits = failover.was_controller && !failover.controller.at &&
                       failover.lost_leader != node && failover.lost <= e_.at;
    if (!waits) continue;
    decide(failover.controller, quorum_property, node);
  }
}

void Applier::leader_elected(const trace::LeaderElected& elected) {
  const TopicPartition id{elected.topic, elected.partition};
  Failover* failover = open_failover(id);
  const bool waits = failover != nullptr && !failover->elected.at && failover->lost <= e_.at;
  if (!waits) {
    const bool lost = elected.why == "fenced" && elected.from != no_node;
    if (!lost) return;
    // Told before the fencing that caused it; that one sets the rest.
    const Broker* from = m_.broker(elected.from);
    const bool dead = from != nullptr && from->alive.known() && !*from->alive;
    const bool frozen = from != nullptr && from->frozen.value_or(false);
    const LossCause cause = dead     ? LossCause::killed
                            : frozen ? LossCause::frozen
                                     : LossCause::silent;
    const Instant at = dead ? from->alive.as_of : frozen ? from->frozen.as_of : e_.at;
    failover = &new_failover(id, elected.from, cause, std::min(at, e_.at));
  }
  if (elected.leader == no_node) return;
  failover->epoch = elected.epoch;
  decide(failover->elected, append_property, elected.leader);
}

bool Applier::write_acked(const trace::ProducerAcked& acked) {
  Failover* failover = open_failover({acked.topic, acked.partition});
  const bool waits = failover != nullptr && failover->elected.at && !failover->acked.at &&
                     e_.at >= *failover->elected.at;
  if (!waits) return false;
  failover->client = acked.client;
  decide(failover->acked, retry_property, failover->elected.node);
  return true;
}

void Applier::follower_back(const TopicPartition& id, NodeId follower) {
  Failover* failover = open_failover(id);
  const bool waits = failover != nullptr && failover->elected.at && !failover->caught_up.at &&
                     failover->lost_leader == follower && e_.at >= *failover->elected.at;
  if (waits) decide(failover->caught_up, "", follower);
}

}  // namespace lab::model
