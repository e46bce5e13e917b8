#include "tests/engine/raft/harness.h"

#include <algorithm>

#include "engine/protocol/codec.h"

namespace lab::raft::test {

namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw Violation(what);
}

// Through the wire's bytes and back.
template <class M>
M over_wire(const M& message, std::int16_t version) {
  auto out = protocol::decode<M>(join(protocol::encode(message, version)), version);
  return std::move(out.value());
}
std::int16_t version_of(std::size_t alternative) {
  static constexpr std::int16_t versions[] = {2, 1, 1, 17, 1};
  return versions[alternative];
}
template <class Variant>
Variant over_wire(const Variant& message) requires(std::variant_size_v<Variant> > 1) {
  return std::visit(
      [&](const auto& m) { return Variant(over_wire(m, version_of(message.index()))); }, message);
}

}  // namespace

Settings lab_settings() {
  Settings settings;
  settings.fetch_timeout = milliseconds(400);
  settings.election_timeout = milliseconds(100);
  settings.election_backoff_max = milliseconds(100);
  settings.append_linger = milliseconds(5);
  return settings;
}

// What a running process has; gone with a crash.
struct World::Part : Network, Listener {
  Part(World& w, Node& n, Settings settings) : world(w), node(n), context(NodeId(n.id), true) {
    own = std::move(settings);
  }
  void send(NodeId to, Request request, RequestHandle handle) override {
    world.send(node, to, request, handle);
  }
  void gave_up(NodeId, RequestHandle) override {}
  void on_leader_change(const LeaderAndEpoch& leader) override {
    require(leader.epoch >= told.epoch, "a listener was told an older epoch");
    told = leader;
  }
  void on_leader_ready(Epoch epoch) override {
    require(told.is_leader(NodeId(node.id)) && told.epoch == epoch, "ready without leading");
    require(node.next >= world.committed_end_, "a ready leader lacks committed records");
  }
  void on_committed(const CommittedBatch& batch) override { world.note_committed(node, batch); }
  void on_snapshot(const OffsetAndEpoch& id, WallTime, std::vector<Slice> values) override {
    node.values.clear();
    for (const Slice& value : values) node.values.emplace_back(value.text());
    node.next = id.offset;
    ++node.snapshots_taken_in;
    require(id.offset <= world.committed_end_, "a snapshot of what is not committed");
  }

  World& world;
  Node& node;
  Context context;
  Settings own;
  std::unique_ptr<storage::PartitionLog> log;
  std::unique_ptr<Quorum> quorum;
  LeaderAndEpoch told{no_node, no_epoch};
  bool halted = false;
};

World::World(Options options) : options_(std::move(options)), rng_(options_.seed) {
  for (int id = 1; id <= options_.voters + options_.observers; ++id) {
    nodes_.push_back(std::make_unique<Node>());
    nodes_.back()->id = id;
  }
  for (const int id : ids()) start(id);
}
World::~World() = default;

std::vector<int> World::ids() const {
  std::vector<int> out;
  for (const auto& n : nodes_) out.push_back(n->id);
  return out;
}

Quorum& World::quorum(int id) {
  LAB_CHECK(up(id));
  return *node(id).part->quorum;
}

// ---- Time

void World::at(Instant when, std::function<void()> what) {
  events_.emplace(std::pair{when, order_++}, std::move(what));
}

void World::step() {
  const auto first = events_.begin();
  now_ = first->first.first;
  const auto what = std::move(first->second);
  events_.erase(first);
  what();
  check();
}

void World::run_for(Duration duration) {
  const Instant end = now_ + duration;
  while (!events_.empty() && events_.begin()->first.first <= end) step();
  now_ = end;
}

bool World::run_until(const std::function<bool()>& done, Duration limit) {
  const Instant end = now_ + limit;
  while (!done()) {
    if (events_.empty() || events_.begin()->first.first > end) return false;
    step();
  }
  return true;
}

// ---- Nodes

void World::start(int id) {
  Node& n = node(id);
  LAB_CHECK(n.part == nullptr);
  Settings settings = options_.settings;
  settings.self = NodeId(id);
  settings.directory_id.bytes[0] = static_cast<std::uint8_t>(id);
  settings.cluster_id = "test-cluster";
  settings.is_voter = id <= options_.voters;
  for (int v = 1; v <= options_.voters; ++v)
    settings.voters.push_back({NodeId(v), {"localhost", static_cast<std::uint16_t>(20000 + v)}});
  n.part = std::make_unique<Part>(*this, n, settings);
  ++n.incarnation;
  n.values.clear();
  n.next = Offset(0);
  n.disk_free = now_;
  handle(n, [&] {
    Part& p = *n.part;
    p.context.started({rng_.next(), n.incarnation});
    storage::LogConfig config;
    config.segment_bytes = options_.segment_bytes;
    config.tail_cache_bytes = options_.tail_cache_bytes;
    config.retention_ms = -1;
    if (n.disk.exists(metadata_directory)) {
      auto opened = storage::PartitionLog::open(p.context, n.disk, metadata_directory, config, {});
      p.log = std::move(opened.value());
    } else {
      p.log = storage::PartitionLog::create(p.context, metadata_directory, config, Uuid{});
    }
    p.quorum = std::make_unique<Quorum>(p.context, settings, *p.log, p, p);
    const auto recovered = p.quorum->recover(n.disk);
    require(recovered.ok(), recovered.ok() ? "" : recovered.error().message);
    require(p.quorum->epoch() >= n.seen, "a restart made the epoch fall");
    p.quorum->start();
  });
}

void World::halt_part(Node& n) {
  n.part.reset();
  // Of what was on its way to the disk a part got there.
  const std::size_t kept = rng_.below(n.disk_queue.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) n.disk.apply(n.disk_queue[i]);
  n.disk_queue.clear();
}

void World::crash(int id) {
  Node& n = node(id);
  if (n.part) halt_part(n);
}

void World::power_loss(int id) {
  crash(id);
  Node& n = node(id);
  n.disk.lose_power(rng_.below(n.disk.unsynced() + 1), rng_.below(64));
}

void World::isolate(int id) {
  for (const int other : ids()) {
    if (other == id) continue;
    cut(id, other);
    cut(other, id);
  }
}

void World::handle(Node& n, const std::function<void()>& fn) {
  Effects effects;
  Context& context = n.part->context;
  context.begin({now_, WallTime(std::chrono::duration_cast<milliseconds>(now_.time_since_epoch()))},
                effects);
  fn();
  context.run_due_timers();
  context.end();
  take(n, std::move(effects));
}

void World::input(int id, const std::function<void(Quorum&)>& fn) {
  handle(node(id), [&] { fn(quorum(id)); });
}

void World::take(Node& n, Effects effects) {
  const std::uint64_t incarnation = n.incarnation;
  for (Effect& effect : effects) {
    if (const auto* wake = std::get_if<WakeAt>(&effect)) {
      at(std::max(wake->at, now_), [this, &n, incarnation] {
        if (n.part && n.incarnation == incarnation) handle(n, [] {});
      });
    } else if (auto* line = std::get_if<LogLine>(&effect)) {
      n.lines.push_back(fmt::format(
          "{:9.3f} ms {}", std::chrono::duration<double, std::milli>(now_ - Instant{}).count(),
          line->text));
      if (options_.print_lines) fmt::print("{}\n", n.lines.back());
    } else if (auto* trace = std::get_if<Trace>(&effect)) {
      n.traced.push_back(std::move(trace->event.payload));
    } else if (const auto* halt = std::get_if<Halt>(&effect)) {
      throw Violation("node " + std::to_string(n.id) + " halted: " + halt->reason);
    } else {
      const Duration slow =
          std::holds_alternative<Sync>(effect) ? Duration(n.slow_disk) : Duration(0);
      n.disk_queue.push_back(std::move(effect));
      n.disk_free =
          std::max(n.disk_free, now_) + slow +
          microseconds(rng_.between(options_.disk_low.count(), options_.disk_high.count()) / 4);
      at(n.disk_free, [this, &n, incarnation] { disk_step(n, incarnation); });
    }
  }
}

void World::disk_step(Node& n, std::uint64_t incarnation) {
  if (!n.part || n.incarnation != incarnation) return;
  const Effect effect = std::move(n.disk_queue.front());
  n.disk_queue.erase(n.disk_queue.begin());
  if (const auto done = n.disk.apply(effect)) handle(n, [&] { n.part->context.complete(*done); });
}

// ---- Network

bool World::lost(int from, int to) {
  return cuts_.count({from, to}) > 0 ||
         (options_.loss_per_1000 > 0 &&
          rng_.below(1000) < static_cast<std::uint64_t>(options_.loss_per_1000));
}

Duration World::delay() {
  return microseconds(rng_.between(options_.delay_low.count(), options_.delay_high.count()));
}

void World::send(Node& from, NodeId to, const Request& request, RequestHandle handle) {
  if (const auto* vote = std::get_if<protocol::VoteRequest>(&request)) {
    const auto& data = vote->topics[0].partitions[0];
    note_sent(from, Epoch(data.replica_epoch));
    if (!data.pre_vote) note_vote(from, Epoch(data.replica_epoch), NodeId(from.id));
  }
  if (const auto* begin = std::get_if<protocol::BeginQuorumEpochRequest>(&request))
    note_sent(from, Epoch(begin->topics[0].partitions[0].leader_epoch));
  if (lost(from.id, to.v)) return;
  at(now_ + delay(),
     [this, id = from.id, to, message = over_wire(request), handle,
      incarnation = from.incarnation] { deliver(id, to.v, message, handle, incarnation); });
}

void World::deliver(int from, int to, const Request& request, RequestHandle handle_id,
                    std::uint64_t incarnation) {
  Node& n = node(to);
  if (!n.part) return failed(from, handle_id, incarnation);
  const std::uint64_t to_incarnation = n.incarnation;
  const auto reply = [this, from, to, handle_id, incarnation, to_incarnation](auto response) {
    if (node(to).incarnation == to_incarnation)
      answer(to, from, Response(std::move(response)), handle_id, incarnation);
  };
  handle(n, [&] {
    Quorum& q = *n.part->quorum;
    if (const auto* vote = std::get_if<protocol::VoteRequest>(&request)) {
      const auto asked = vote->topics[0].partitions[0];
      q.vote(*vote, [this, &n, asked, reply](const protocol::VoteResponse& response) {
        if (!asked.pre_vote && response.topics[0].partitions[0].vote_granted)
          note_vote(n, Epoch(asked.replica_epoch), NodeId(asked.replica_id));
        note_sent(n, Epoch(response.topics[0].partitions[0].leader_epoch));
        reply(response);
      });
    } else if (const auto* begin = std::get_if<protocol::BeginQuorumEpochRequest>(&request)) {
      q.begin_quorum_epoch(*begin, reply);
    } else if (const auto* end = std::get_if<protocol::EndQuorumEpochRequest>(&request)) {
      q.end_quorum_epoch(*end, reply);
    } else if (const auto* fetch = std::get_if<protocol::FetchRequest>(&request)) {
      q.fetch(*fetch, [this, &n, reply](const protocol::FetchResponse& response) {
        note_sent(n, Epoch(response.responses[0].partitions[0].current_leader.leader_epoch));
        reply(response);
      });
    } else {
      q.fetch_snapshot(std::get<protocol::FetchSnapshotRequest>(request), reply);
    }
  });
}

void World::answer(int from, int to, Response response, RequestHandle handle_id,
                   std::uint64_t incarnation) {
  if (lost(from, to)) return;
  at(now_ + delay(), [this, to, message = over_wire(response), handle_id, incarnation] {
    Node& n = node(to);
    if (n.part && n.incarnation == incarnation)
      handle(n, [&] { n.part->quorum->on_response(handle_id, message); });
  });
}

void World::failed(int id, RequestHandle handle_id, std::uint64_t incarnation) {
  at(now_ + delay(), [this, id, handle_id, incarnation] {
    Node& n = node(id);
    if (n.part && n.incarnation == incarnation)
      handle(n, [&] { n.part->quorum->on_failed(handle_id); });
  });
}

// ---- What the tests ask for

int World::leader() const {
  int best = 0;
  Epoch epoch{-1};
  for (const auto& n : nodes_) {
    if (!n->part || !n->part->quorum->is_ready_leader()) continue;
    if (n->part->quorum->epoch() <= epoch) continue;
    best = n->id;
    epoch = n->part->quorum->epoch();
  }
  return best;
}

bool World::elect(Duration limit) {
  return run_until([&] { return leader() != 0; }, limit);
}

std::optional<Offset> World::append(const std::string& value) {
  const int id = leader();
  if (id == 0) return std::nullopt;
  std::optional<Offset> offset;
  input(id, [&](Quorum& q) { offset = q.append(q.epoch(), {Slice::copy(value)}); });
  return offset;
}

bool World::settle(Duration limit) {
  run_for(options_.settings.append_linger + milliseconds(1));  // what was queued is in the log
  return run_until(
      [&] {
        const int id = leader();
        if (id == 0) return false;
        const Offset end = quorum(id).log_end();
        for (const auto& n : nodes_)
          if (n->part && n->part->quorum->delivered().offset != end) return false;
        return true;
      },
      limit);
}

bool World::snapshot(int id) {
  bool begun = false;
  input(id, [&](Quorum& q) {
    std::vector<Slice> values;
    for (const std::string& value : node(id).values) values.push_back(Slice::copy(value));
    begun = q.make_snapshot(q.delivered(), values);
  });
  return begun;
}

// ---- What must always hold (FAULTS.md 1 to 7)

void World::note_sent(Node& n, Epoch epoch) { n.seen = std::max(n.seen, epoch); }

void World::note_vote(Node& n, Epoch epoch, NodeId candidate) {
  const auto [it, fresh] = n.votes.emplace(epoch.v, candidate.v);
  require(it->second == candidate.v, fmt::format("node {} voted for {} and {} in epoch {}", n.id,
                                                 it->second, candidate, epoch));
}

void World::note_committed(Node& n, const CommittedBatch& batch) {
  require(batch.base_offset == n.next, "a listener missed records or got them twice");
  n.next = batch.last_offset + 1;
  Committed now{batch.epoch, {}, batch.last_offset};
  for (const Slice& value : batch.values) now.values.emplace_back(value.text());
  n.values.insert(n.values.end(), now.values.begin(), now.values.end());
  const auto [it, fresh] = committed_.emplace(batch.base_offset.v, now);
  require(it->second.epoch == now.epoch && it->second.values == now.values &&
              it->second.last == now.last,
          fmt::format("two truths at offset {}: epochs {} and {}", batch.base_offset,
                      it->second.epoch, now.epoch));
  if (fresh) require(batch.base_offset == committed_end_, "a gap in what is committed");
  committed_end_ = std::max(committed_end_, n.next);
}

void World::check() {
  for (const auto& n : nodes_) {
    if (!n->part) continue;
    const Quorum& q = *n->part->quorum;
    if (q.role() == trace::Role::leader) {
      const auto [it, fresh] = leaders_.emplace(q.epoch().v, n->id);
      require(it->second == n->id,
              fmt::format("nodes {} and {} lead in epoch {}", it->second, n->id, q.epoch()));
    }
    const Epoch last = n->part->log->log_end() > n->part->log->log_start()
                           ? n->part->log->epoch_at(n->part->log->log_end() - 1)
                           : Epoch(0);
    require(last <= q.epoch(), "the log holds an epoch above the node's");
    require(q.high_watermark() <= q.log_end(), "the high watermark is above the log's end");
    require(q.high_watermark() <= committed_end_ || q.delivered().offset < q.high_watermark(),
            "a high watermark above what is committed");
  }
}

}  // namespace lab::raft::test
