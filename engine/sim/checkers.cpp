#include "engine/sim/checkers.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/sim/branches.h"
#include "engine/sim/log_order.h"

namespace lab::sim {
Checkers::Checkers(Cluster& cluster) : cluster_(cluster) {}

void Checkers::after_input(int broker) {
  auto* node = cluster_.node(broker);
  if (node == nullptr || !node->running()) return;
  check_quorum(broker, *node);
  check_roles(broker, *node);
  check_metadata(broker, *node);
  if (node->broker() != nullptr) check_replicas(broker, *node);
}

// ---- The quorum.

void Checkers::check_quorum(int broker, broker::Node& node) {
  Known& known = known_[broker];
  const auto& quorum = node.quorum();
  const std::uint64_t life = cluster_.world().life(cluster_.member(broker));
  if (known.life != life) {
    known.life = life;
    known.applied = Offset(-1);
    // What was not durable was not told to anyone; leading rests on a vote for itself.
    known.epoch = known.led;
    if (std::max(node.metadata_log().log_end(), quorum.latest_snapshot().offset) < known.synced) {
      violated(5, "broker {} had {} records of the metadata log on disk and restarted with {}",
               broker, known.synced, node.metadata_log().log_end());
    }
    known.role = trace::Role::observer;
  }
  if (quorum.role() != known.role || quorum.epoch() != known.epoch) check_vote(broker);
  known.role = quorum.role();
  if (quorum.epoch() < known.epoch) {
    violated(2, "broker {} went from quorum epoch {} back to {}", broker, known.epoch,
             quorum.epoch());
  }
  known.epoch = quorum.epoch();
  // A log that has just been opened does not know what of it is synced; who looks on does.
  const auto& log = node.metadata_log();
  known.synced = std::max(log.synced_end(), std::min(known.synced, log.log_end()));
  if (node.metadata_log().latest_epoch() > quorum.epoch()) {
    violated(7, "broker {} has records of epoch {} in its metadata log, but is in epoch {}", broker,
             node.metadata_log().latest_epoch(), quorum.epoch());
  }
  if (quorum.role() == trace::Role::leader) check_leader(broker, node);
}

// Of each epoch it has one vote, which stays on its disk over restarts (2).
void Checkers::check_vote(int broker) {
  Known& known = known_[broker];
  const auto state = durable_state(broker);
  if (!state || state->epoch < known.voted_in) return;
  if (state->epoch == known.voted_in && state->voted != known.voted) {
    violated(2, "broker {} voted for {} in epoch {}; its disk says {} now", broker, known.voted,
             state->epoch, state->voted);
  }
  if (state->voted == no_node) return;
  known.voted_in = state->epoch;
  known.voted = state->voted;
}

// quorum-state as a loss of power would leave it.
std::optional<raft::ElectionState> Checkers::durable_state(int broker) {
  const auto& disk = cluster_.world().disk(cluster_.member(broker));
  const auto state = raft::ElectionState::parse(text_of(disk.durable(raft::quorum_state_file)));
  return state ? std::optional(*state) : std::nullopt;
}

// What a node is goes together with whom it follows (6), and who decides leads the quorum.
void Checkers::check_roles(int broker, broker::Node& node) const {
  const auto& quorum = node.quorum();
  const auto leader = quorum.leader().leader;
  const trace::Role role = quorum.role();
  const bool leads = role == trace::Role::leader;
  if (leads != (leader.v == broker) && role != trace::Role::resigned) {
    violated(6, "broker {} is {} in epoch {} and calls {} the leader", broker, trace::text(role),
             quorum.epoch(), leader);
  }
  if (role == trace::Role::follower && leader == no_node) {
    violated(6, "broker {} follows nobody in epoch {}", broker, quorum.epoch());
  }
  if (!quorum.settings().is_voter &&
      (leads || role == trace::Role::candidate || role == trace::Role::prospective ||
       role == trace::Role::resigned)) {
    violated(6, "broker {} is no voter and {}", broker, trace::text(role));
  }
  if (node.controller() != nullptr && node.controller()->active() && !quorum.is_ready_leader()) {
    violated(6, "broker {} decides as the active controller and is {} of the quorum", broker,
             trace::text(role));
  }
}

void Checkers::check_leader(int broker, broker::Node& node) {
  const auto& quorum = node.quorum();
  const auto [it, first] = quorum_leaders_.emplace(quorum.epoch(), broker);
  if (it->second != broker) {
    violated(1, "brokers {} and {} both lead the quorum in epoch {}", it->second, broker,
             quorum.epoch());
  }
  // Who wakes up late may lead an epoch that is over: it commits nothing there.
  const bool newest = quorum_leaders_.rbegin()->first == quorum.epoch();
  if (first && newest && node.metadata_log().log_end() < quorum_committed_) {
    violated(5, "broker {} was elected in epoch {} with {} records; {} are committed", broker,
             quorum.epoch(), node.metadata_log().log_end(), quorum_committed_);
  }
  Known& known = known_[broker];
  known.led = quorum.epoch();
  if (first) check_votes(broker, quorum.epoch());
  const Offset high_watermark = quorum.high_watermark();
  // What it counts itself includes a record of its own epoch, the first of which is written as
  // soon as it leads (Raft, 5.4.2).
  if (first) known.inherited = high_watermark, known.begun_at = node.metadata_log().log_end();
  if (high_watermark > known.inherited && high_watermark < known.begun_at) {
    violated(3, "broker {} calls {} records committed; its epoch {} begins after them", broker,
             high_watermark, quorum.epoch());
  }
  if (!quorum.is_ready_leader()) return;
  if (high_watermark <= quorum_committed_) return;
  quorum_committed_ = high_watermark;
  // A majority holds it on disk. What a dead or restarting voter has is what it had synced last.
  const int voters = std::min(3, cluster_.brokers());
  int holders = 0;
  for (int n = 1; n <= voters; ++n) {
    if (known_[n].synced >= high_watermark) ++holders;
  }
  if (holders <= voters / 2) {
    violated(3, "broker {} calls {} metadata records committed; only {} voters have synced them",
             broker, high_watermark, holders);
  }
}

// A majority has its vote on disk, or has moved on since.
void Checkers::check_votes(int leader, Epoch epoch) {
  const int voters = std::min(3, cluster_.brokers());
  int votes = 0;
  for (int n = 1; n <= voters; ++n) {
    const auto state = durable_state(n);
    if (!state) continue;
    if (state->epoch > epoch || (state->epoch == epoch && state->voted.v == leader)) ++votes;
  }
  if (votes <= voters / 2) {
    violated(2, "broker {} leads the quorum in epoch {} with {} votes on disk", leader, epoch,
             votes);
  }
}

void Checkers::check_metadata(int broker, broker::Node& node) {
  Known& known = known_[broker];
  const auto applied = node.metadata().applied();
  if (applied.offset == known.applied) return;
  if (applied.offset < known.applied) {
    violated(3, "broker {} applied the metadata up to {} and then up to {}", broker, known.applied,
             applied.offset);
  }
  known.applied = applied.offset;
  if (applied.offset.v == 0) return;
  const auto& image = node.metadata().image();
  const auto [it, first] =
      images_.emplace(applied.offset, std::pair{applied.epoch, image.digest()});
  if (it->second != std::pair{applied.epoch, image.digest()}) {
    violated(8,
             "broker {} has other metadata at offset {} (epoch {}) than was seen before (epoch {})",
             broker, applied.offset, applied.epoch, it->second.first);
  }
  if (applied.offset > newest_applied_) {
    newest_applied_ = applied.offset;
    newest_broker_ = broker;
    newest_life_ = known.life;
    if (first) check_image(image);
  }
}

void Checkers::check_image(const controller::Image& image) {
  for (const auto& [name, topic] : image.topics()) {
    for (const auto& [index, partition] : topic.partitions) {
      PartitionState& state = partitions_[{topic.id, index}];
      names_[{topic.id, index}] = fmt::format("{}-{}", name, index);
      if (partition.leader_epoch < state.image_epoch ||
          partition.partition_epoch < state.partition_epoch) {
        violated(16, "{}-{} went from leader epoch {}, partition epoch {} back to {}, {}", name,
                 index, state.image_epoch, state.partition_epoch, partition.leader_epoch,
                 partition.partition_epoch);
      }
      if (on_branch && partition.leader != state.image_leader &&
          std::count(state.elr.begin(), state.elr.end(), partition.leader) > 0) {
        on_branch(Branches::elected_from_elr);
      }
      state.image_leader = partition.leader;
      state.elr = partition.elr;
      state.image_epoch = partition.leader_epoch;
      state.partition_epoch = partition.partition_epoch;
      if (partition.leader != no_node && !partition.in_isr(partition.leader)) {
        violated(16, "{}-{} is led by {}, which is not in its ISR", name, index, partition.leader);
      }
      for (const NodeId id : partition.isr) {
        const auto* member = image.broker(id);
        if (member == nullptr || member->fenced) {
          violated(16, "{}-{} has broker {} in its ISR, which is fenced", name, index, id);
        }
        if (partition.in_elr(id)) {
          violated(16, "{}-{} has broker {} both in ISR and ELR", name, index, id);
        }
      }
    }
  }
}

const controller::Image* Checkers::newest_image() {
  if (newest_broker_ == 0) return nullptr;
  auto* node = cluster_.node(newest_broker_);
  if (node == nullptr || known_[newest_broker_].life != newest_life_ || !node->running()) {
    newest_broker_ = 0;  // until anyone gets further
    return nullptr;
  }
  return &node->metadata().image();
}

// ---- Partitions.

void Checkers::check_replicas(int broker, broker::Node& node) {
  for (const auto& [key, replica] : node.broker()->replicas().partitions()) {
    const auto& log = replica->log();
    if (log.log_start() > replica->high_watermark() || replica->high_watermark() > log.log_end() ||
        log.written_end() > log.log_end() || log.latest_epoch() > replica->leader_epoch()) {
      violated(17,
               "{} on broker {}: log start {}, high watermark {}, written {}, end {}, epochs {} {}",
               key.text(), broker, log.log_start(), replica->high_watermark(), log.written_end(),
               log.log_end(), log.latest_epoch(), replica->leader_epoch());
    }
    if (replica->leads() != (replica->leader().v == broker) ||
        replica->leads() != (replica->in_sync() != nullptr)) {
      violated(6, "{} on broker {} {} and calls {} the leader", key.text(), broker,
               replica->leads() ? "leads" : "does not lead", replica->leader());
    }
    PartitionState& state = partitions_[{replica->topic_id(), key.partition}];
    state.synced[broker] = log.synced_end();
    if (replica->leads()) check_leadership(broker, *replica, state);
    check_members({replica->topic_id(), key.partition}, state);
  }
}

void Checkers::check_leadership(int broker, const replication::Partition& replica,
                                PartitionState& state) {
  const auto [it, first] = state.leaders.emplace(replica.leader_epoch(), broker);
  if (it->second != broker) {
    violated(1, "brokers {} and {} both lead {} in epoch {}", it->second, broker,
             replica.key().text(), replica.leader_epoch());
  }
  if (first) {
    ++partition_leaders_;
    // Who learns late that it led (from a snapshot, say) may begin an epoch that is over: it can
    // commit nothing there.
    const bool newest = state.leaders.rbegin()->first == replica.leader_epoch();
    if (newest && replica.log().log_end() < state.committed) {
      violated(11, "broker {} leads {} in epoch {} with {} records; {} are committed", broker,
               replica.key().text(), replica.leader_epoch(), replica.log().log_end(),
               state.committed);
    }
  }
  learn_committed(broker, replica, state);
  const auto* image = newest_image();
  if (image == nullptr) return;
  const auto* official = image->partition({replica.topic_id(), replica.key().partition});
  const auto* in_sync = replica.in_sync();
  if (official == nullptr || official->leader_epoch != replica.leader_epoch() ||
      official->partition_epoch < in_sync->partition_epoch()) {
    return;
  }
  const auto maximal = in_sync->maximal();
  for (const NodeId id : official->isr) {
    if (!replication::contains(maximal, id)) {
      violated(12,
               "{}: the controller has broker {} in the ISR (partition epoch {}), its leader {} "
               "does not count it (partition epoch {})",
               replica.key().text(), id, official->partition_epoch, broker,
               in_sync->partition_epoch());
    }
  }
}

void Checkers::learn_committed(int broker, const replication::Partition& replica,
                               PartitionState& state) {
  const std::uint64_t life = known_[broker].life;
  if (state.leader_epoch < replica.leader_epoch()) {
    state.leader_epoch = replica.leader_epoch();
    state.reader =
        LogReader(cluster_.world().disk(cluster_.member(broker)), replica.log().directory());
    state.reader_of = broker;
    state.reader_life = life;
    state.compared = 0;
    state.compared_end = Offset(0);
  }
  const Offset high_watermark = replica.high_watermark();
  const bool newest = state.reader_of == broker && state.reader_life == life &&
                      state.leader_epoch == replica.leader_epoch();
  if (high_watermark > state.committed) {
    if (state.leader_epoch > replica.leader_epoch()) check_successor(broker, replica, state);
    state.committed = high_watermark;
    Offset& known = committed_[{replica.key().topic, replica.key().partition.v}];
    known = std::max(known, high_watermark);
  }
  if (newest && high_watermark > state.compared_end) {
    compare(fmt::format("{} on its leader {}", replica.key().text(), broker), state.reader,
            high_watermark, state.compared, state);
    state.compared_end = high_watermark;
  }
}

// A leader that is deposed may learn late that followers have its records. They are committed:
// its successor had them before it was elected, or it would not have been in the ISR.
void Checkers::check_successor(int broker, const replication::Partition& replica,
                               const PartitionState& state) {
  auto* node = cluster_.node(state.leaders.rbegin()->second);
  if (node == nullptr || !node->running() || node->broker() == nullptr) return;
  const auto* successor = node->broker()->replicas().find(replica.key());
  if (successor == nullptr || successor->leader_epoch() < state.leader_epoch) return;
  if (successor->log().log_end() < replica.high_watermark()) {
    violated(
        18,
        "{}: broker {}, deposed in epoch {}, calls {} records committed; its successor {} has {}",
        replica.key().text(), broker, replica.leader_epoch(), replica.high_watermark(),
        state.leaders.rbegin()->second, successor->log().log_end());
  }
}

void Checkers::compare(const std::string& who, LogReader& reader, Offset end, std::size_t& at,
                       PartitionState& state) {
  while (const auto batch = reader.next(end)) {
    if (at < state.batches.size()) {
      if (state.batches[at] != *batch) {
        violated(13, "{} has {} where {} is committed", who, batch->text(),
                 state.batches[at].text());
      }
    } else {
      state.batches.push_back(*batch);
    }
    ++at;
  }
}

// Each member of the ISR that takes part holds all that is committed (10).
void Checkers::check_members(const Key& key, const PartitionState& state) {
  const auto* image = newest_image();
  const auto* official = image == nullptr
                             ? nullptr
                             : image->partition(controller::PartitionKey{key.first, key.second});
  if (official == nullptr) return;
  for (const NodeId id : official->isr) {
    auto* node = cluster_.node(id.v);
    const auto* member = image->broker(id);
    if (node == nullptr || !node->running() || node->broker() == nullptr || member == nullptr ||
        node->broker()->lifecycle().epoch() != member->epoch) {
      continue;  // another incarnation than the one that is in the ISR
    }
    const auto& replicas = node->broker()->replicas().partitions();
    const auto it = replicas.find({image->topic(key.first)->name, key.second});
    if (it == replicas.end() || it->second->topic_id() != key.first) continue;
    if (it->second->log().log_end() < state.committed) {
      violated(10, "{}: broker {} is in the ISR and ends at {}; {} records are committed",
               names_[key], id, it->second->log().log_end(), state.committed);
    }
  }
}

void Checkers::compare_logs() {
  for (int n = 1; n <= cluster_.brokers(); ++n) {
    auto* node = cluster_.node(n);
    if (node == nullptr || !node->running()) continue;
    compare_metadata(n, *node);
    if (node->broker() == nullptr) continue;
    for (const auto& [key, replica] : node->broker()->replicas().partitions()) {
      PartitionState& state = partitions_[{replica->topic_id(), key.partition}];
      compare_log(fmt::format("{} on broker {}", key.text(), n),
                  {cluster_.world().disk(cluster_.member(n)), replica->log().directory()}, *replica,
                  state);
    }
  }
}

void Checkers::compare_metadata(int broker, broker::Node& node) {
  const auto& log = node.metadata_log();
  LogReader reader(cluster_.world().disk(cluster_.member(broker)), log.directory());
  const Offset end = std::min(node.quorum().high_watermark(), log.written_end());
  while (const auto batch = reader.next(end)) {
    // Files of before the start may be there still: their removal has not reached the disk.
    if (batch->base < log.log_start()) continue;
    const auto [it, first] = metadata_.emplace(batch->base, *batch);
    if (it->second != *batch) {
      violated(4, "broker {} has {} in its metadata log where {} is committed", broker,
               batch->text(), it->second.text());
    }
  }
}

void Checkers::compare_log(const std::string& who, LogReader reader,
                           const replication::Partition& replica, const PartitionState& state) {
  LogOrder order(who);
  std::size_t at = 0;
  while (const auto batch = reader.next(replica.log().written_end())) {
    order.take(*batch);
    order.agrees(*batch, replica.log().epochs());
    if (at < state.batches.size() && batch->next <= replica.high_watermark() &&
        state.batches[at] != *batch) {
      violated(13, "{} has {} where {} is committed", who, batch->text(), state.batches[at].text());
    }
    ++at;
  }
}

Offset Checkers::committed(const std::string& topic, int partition) const {
  const auto it = committed_.find({topic, partition});
  return it == committed_.end() ? Offset(0) : it->second;
}

Offset Checkers::synced(int broker, const Uuid& topic, int partition) const {
  const auto state = partitions_.find({topic, PartitionIndex(partition)});
  if (state == partitions_.end()) return Offset(0);
  const auto it = state->second.synced.find(broker);
  return it == state->second.synced.end() ? Offset(0) : it->second;
}

std::optional<std::string> Checkers::leak(const Wire& wire) {
  // Brokers and clients open few connections to one another: for the quorum, to the controller,
  // to fetch; a client one to each broker, with few clients.
  const auto most = static_cast<std::size_t>(8 * cluster_.brokers() + 24);
  for (int n = 1; n <= cluster_.brokers(); ++n) {
    auto* node = cluster_.node(n);
    if (node == nullptr || !node->running() || node->broker() == nullptr) continue;
    const std::size_t inner = 1;  // the link inside a node is a session, too
    if (node->sessions() > wire.connections(n) + inner) {
      return fmt::format("broker {} has {} sessions for {} connections", n, node->sessions(),
                         wire.connections(n));
    }
    if (node->broker()->replicas().waiting() > wire.waiting(n)) {
      return fmt::format("{} requests wait in broker {} for records or replicas; {} are unanswered",
                         node->broker()->replicas().waiting(), n, wire.waiting(n));
    }
    const std::size_t open = cluster_.world().network().connections(cluster_.member(n));
    if (open > most)
      return fmt::format("broker {} has {} connections, more than {}", n, open, most);
  }
  return std::nullopt;
}

void Checkers::acknowledged(const std::string& topic, int partition, Offset offset) const {
  if (offset < committed(topic, partition)) return;
  violated(14, "{}-{} offset {} was acknowledged with acks=all; only {} records are committed",
           topic, partition, offset, committed(topic, partition));
}

void Checkers::seen(const std::string& topic, int partition, Offset offset) const {
  if (offset < committed(topic, partition)) return;
  violated(15, "{}-{} offset {} was read; only {} records are committed", topic, partition, offset,
           committed(topic, partition));
}

}  // namespace lab::sim
