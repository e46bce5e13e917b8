// Built-in clients, groups, and the ledger of what producers were promised.
#include <algorithm>

#include "app/model/applier.h"

namespace lab::model {
namespace {

// Moves the part of a range that a later leader's log does not have out of it.
std::int64_t cut(Acked& range, Offset epoch_start) {
  if (range.end <= epoch_start) return 0;
  const Offset from = std::max(range.first, epoch_start);
  const std::int64_t gone = range.end - from;
  range.end = from;
  return gone;
}

std::int64_t positive(std::int32_t count) { return std::max(count, 0); }

}  // namespace

Client& Applier::built_in(const std::string& client_id, const char* role) {
  Client& client = m_.clients_[client_id];
  if (client.key.empty()) {
    client.key = client.name = client.client_id = client_id;
    client.first_seen = e_.at;
  }
  client.kind = ClientKind::built_in;
  client.name = client_id;
  if (client.role.empty()) client.role = role;
  client.last_seen = std::max(client.last_seen, e_.at);
  return client;
}

void Applier::operator()(const trace::ClientStarted& started) {
  if (started.client.empty()) return;
  // Its connections may have been told before it was.
  std::vector<std::string> strangers;
  for (const auto& [key, client] : m_.clients_) {
    const bool same = client.kind == ClientKind::outside && client.client_id == started.client;
    if (same && key != started.client) strangers.push_back(key);
  }
  Client& client = built_in(started.client, "");
  client.role = started.role;
  client.acks = started.acks;
  client.group = started.group;
  client.topics = started.topics;
  client.gone_at.reset();
  for (const std::string& key : strangers) {
    for (auto& [id, connection] : m_.connections_) {
      if (connection.peer.client != key) continue;
      connection.peer.client = started.client;
      ++client.connections;
    }
    m_.clients_.erase(key);
  }
}

void Applier::operator()(const trace::ClientStopped& stopped) {
  const auto at = m_.clients_.find(stopped.client);
  if (at != m_.clients_.end()) at->second.gone_at = e_.at;
}

void Applier::operator()(const trace::ProducerSent& sent) {
  Client& client = built_in(sent.client, "producer");
  client.writes = true;
  PartitionLedger& ledger = client.ledger.partitions[{sent.topic, sent.partition}];
  ledger.last_leader = sent.leader;
  const std::int64_t count = positive(sent.count);
  if (sent.attempt <= 1) {
    ledger.sent += count;
    client.ledger.sent += count;
  } else {
    ledger.retried += count;
    client.ledger.retried += count;
  }
}

void Applier::operator()(const trace::ProducerAcked& acked) {
  Client& client = built_in(acked.client, "producer");
  if (client.acks == "0") return;  // written off when it was sent: nobody has promised anything
  client.retries = 0;
  client.latency_us.set(acked.latency_us, e_.at, the_lab);
  promise(client, acked);
  milestone_ = write_acked(acked);
}

void Applier::promise(Client& client, const trace::ProducerAcked& acked) {
  const std::int64_t count = positive(acked.count);
  client.ledger.acked += count;
  PartitionLedger& ledger = client.ledger.partitions[{acked.topic, acked.partition}];
  ledger.acked += count;
  // An answer without an offset promises nothing that could be looked up.
  constexpr std::int64_t limit = std::int64_t{1} << 60;
  if (count == 0 || acked.base.v < 0 || acked.base.v > limit) return;
  const Partition& p = partition(acked.topic, acked.partition);
  Acked range{acked.base, acked.base + count, ledger.last_leader, e_.at,
              p.epoch_start ? p.epoch_start->first.v : -1};
  const bool other_leader = range.leader != no_node && range.leader != p.epoch_leader;
  const bool earlier = e_.at < p.epoch_since;
  if (p.epoch_start && (other_leader || earlier)) {
    ledger.overwritten += cut(range, p.epoch_start->second);
  } else {
    imply_marks(client, acked, range.leader);
  }
  if (range.end <= range.first) return;
  Acked* last = ledger.ranges.empty() ? nullptr : &ledger.ranges.back();
  const bool goes_on = last != nullptr && last->end == range.first &&
                       last->leader == range.leader && last->generation == range.generation;
  if (goes_on) {
    last->end = range.end;
    last->last = e_.at;
    return;
  }
  ledger.ranges.push_back(range);
  if (ledger.ranges.size() > PartitionLedger::max_ranges) {
    ledger.ranges[1].first = std::min(ledger.ranges[0].first, ledger.ranges[1].first);
    ledger.ranges.erase(ledger.ranges.begin());
  }
}

// An acknowledgement proves that the leader has the records, with acks=all that the whole ISR has
// them, although their own marks come up to 50 ms later.
void Applier::imply_marks(const Client& client, const trace::ProducerAcked& acked, NodeId leader) {
  Partition& p = partition(acked.topic, acked.partition);
  if (p.agreed == nullptr) return;
  const Offset end = acked.base + positive(acked.count);
  const bool all = client.acks == "all" || client.acks == "-1";
  const NodeId from = leader == no_node ? p.agreed->leader : leader;
  for (auto& [node, replica] : p.replicas) {
    const bool has = node == from || (all && p.agreed->in_isr(node));
    const bool news = has && replica.marks.known() && e_.at >= replica.marks.as_of &&
                      replica.marks->log_end < end && replica.state != ReplicaState::offline;
    if (!news) continue;
    replica.marks.value->log_end = end;
    replica.marks.as_of = e_.at;
    replica.marks.by = the_lab;
  }
}

// A new leader's log decides: what was acknowledged before it and lies beyond the start of its
// epoch is not in it, and everyone else will cut it.
void Applier::overwrite(Partition& partition) {
  const Offset start = partition.epoch_start->second;
  for (auto& [key, client] : m_.clients_) {
    const auto at = client.ledger.partitions.find(partition.id);
    if (at == client.ledger.partitions.end()) continue;
    PartitionLedger& ledger = at->second;
    for (Acked& range : ledger.ranges) {
      const bool other_leader = range.leader != no_node && range.leader != e_.node;
      if (other_leader || range.last < e_.at) ledger.overwritten += cut(range, start);
    }
    std::erase_if(ledger.ranges, [](const Acked& range) { return range.end <= range.first; });
  }
}

void Applier::operator()(const trace::ProducerFailed& failed) {
  Client& client = built_in(failed.client, "producer");
  client.last_error.set(failed.error, e_.at, the_lab);
  const std::int64_t count = positive(failed.count);
  if (failed.again) {
    ++client.retries;
    return;
  }
  client.retries = 0;
  client.ledger.failed += count;
  client.ledger.partitions[{failed.topic, failed.partition}].failed += count;
}

void Applier::operator()(const trace::ConsumerRead& read) {
  Client& client = built_in(read.client, "consumer");
  client.reads = true;
  client.positions[{read.topic, read.partition}] = Offset(
      std::clamp<std::int64_t>(read.base.v, 0, std::int64_t{1} << 60) + positive(read.count));
}

void Applier::operator()(const trace::GroupChanged& changed) {
  if (changed.group.empty()) return;
  Group& group = m_.groups_[changed.group];
  group.name = changed.group;
  if (!group.state.set(changed.state, e_.at, e_.node)) return;
  group.generation = changed.generation;
  group.members = changed.members;
}

void Applier::operator()(const trace::OffsetCommitted& committed) {
  if (committed.group.empty()) return;
  Group& group = m_.groups_[committed.group];
  group.name = committed.group;
  group.committed[{committed.topic, committed.partition}] = committed.offset;
}

void Applier::operator()(const trace::LedgerChecked& checked) {
  Client& client = built_in(checked.client, "producer");
  client.ledger.lost.set(checked.lost, e_.at, the_lab);
  client.ledger.duplicated.set(checked.duplicated, e_.at, the_lab);
}

}  // namespace lab::model
