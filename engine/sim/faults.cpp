#include "engine/sim/faults.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/protocol/messages/delete_topics.h"

namespace lab::sim {

Faults::Faults(Cluster& cluster, const Plan& plan, const std::vector<std::string>& topics, Rng rng)
    : cluster_(cluster), plan_(plan), topics_(topics), rng_(rng) {}

void Faults::begin() { next(); }

void Faults::later(Duration least, Duration most, std::function<void()> then) {
  World& world = cluster_.world();
  world.at(world.now() + Duration(rng_.between(least.count(), most.count())),
           [this, turn = turn_, then = std::move(then)] {
             if (turn == turn_) then();
           });
}

void Faults::next() {
  later({}, 2 * plan_.between_faults, [this] {
    strike();
    next();
  });
}

void Faults::end() {
  ++turn_;
  World& world = cluster_.world();
  world.heal_all();
  for (int n = 1; n <= cluster_.brokers(); ++n) {
    world.thaw(cluster_.member(n));
    if (!cluster_.alive(n)) cluster_.start(n);
  }
  // A broker that is just shutting down is started again when it has ended.
  for (int n = 1; n <= cluster_.brokers(); ++n) start_later(n);
}

Faults::Kind Faults::draw_kind() {
  const std::vector<std::pair<Kind, int>> kinds{{Kind::crash, plan_.crash},
                                                {Kind::crash_all, plan_.crash_all},
                                                {Kind::power_loss, plan_.power_loss},
                                                {Kind::stop, plan_.stop},
                                                {Kind::freeze, plan_.freeze},
                                                {Kind::isolate, plan_.isolate},
                                                {Kind::cut, plan_.cut},
                                                {Kind::delay, plan_.delay},
                                                {Kind::reset, plan_.reset},
                                                {Kind::stall, plan_.stall},
                                                {Kind::churn, plan_.churn}};
  int all = 0;
  for (const auto& [kind, weight] : kinds) all += weight;
  if (all == 0) return Kind::crash;
  auto at = static_cast<int>(rng_.below(static_cast<std::uint64_t>(all)));
  for (const auto& [kind, weight] : kinds) {
    if (at < weight) return kind;
    at -= weight;
  }
  return Kind::crash;
}

int Faults::victim() {
  std::vector<int> alive;
  for (int n = 1; n <= cluster_.brokers(); ++n) {
    if (cluster_.alive(n) && !cluster_.world().frozen(cluster_.member(n))) alive.push_back(n);
  }
  if (alive.empty()) return 0;
  int aimed = 0;
  if (rng_.one_in(3)) aimed = cluster_.active_controller();
  if (rng_.one_in(3)) {
    aimed =
        cluster_.leader(topics_[rng_.below(topics_.size())],
                        static_cast<int>(rng_.below(static_cast<std::uint64_t>(plan_.partitions))));
  }
  const int any = alive[rng_.below(alive.size())];
  return std::find(alive.begin(), alive.end(), aimed) == alive.end() ? any : aimed;
}

MemberId Faults::other_than(int broker) {
  const auto members = static_cast<std::uint64_t>(cluster_.brokers()) + 1;
  const MemberId other = rng_.below(members);
  return other == cluster_.member(broker) ? (other + 1) % members : other;
}

void Faults::strike() {
  const Kind kind = draw_kind();
  const int broker = victim();
  if (broker == 0) return;
  switch (kind) {
    case Kind::crash:
      return crash(broker);
    case Kind::crash_all:
      return crash_all();
    case Kind::power_loss:
      return lose_power(broker);
    case Kind::stop:
      return stop(broker);
    case Kind::freeze:
      return freeze(broker);
    case Kind::isolate:
      return isolate(broker);
    case Kind::cut:
      return cut(broker);
    case Kind::delay:
      return delay(broker);
    case Kind::reset:
      ++counted_.other_faults;
      return cluster_.world().reset(cluster_.member(broker), other_than(broker));
    case Kind::stall:
      ++counted_.other_faults;
      return cluster_.world().stall_disk(cluster_.member(broker),
                                         milliseconds(rng_.between(20, 1500)));
    case Kind::churn:
      return churn();
  }
}

// ---- Deaths.

// It is in the ISR of every partition that it has a replica of, in its present life.
bool Faults::is_whole(int broker) {
  auto* node = cluster_.node(broker);
  const int active = cluster_.active_controller();
  auto* judge = active == 0 ? nullptr : cluster_.node(active);
  if (node == nullptr || judge == nullptr || !node->running() || node->broker() == nullptr) {
    return false;
  }
  const auto& image = judge->metadata().image();
  const auto* known = image.broker(NodeId(broker));
  if (known == nullptr || !known->active() || known->epoch != node->broker()->lifecycle().epoch()) {
    return false;
  }
  for (const auto& [name, topic] : image.topics()) {
    for (const auto& [index, partition] : topic.partitions) {
      if (partition.has_replica(NodeId(broker)) && !partition.in_isr(NodeId(broker))) return false;
    }
  }
  return true;
}

// A controller cannot tell a process that was killed from a disk that forgot (KIP-966). While data
// may be missing anywhere, the dead are therefore fewer than min.insync.replicas: ISR and ELR
// together are at least so many, so one that has everything is left in them. (That a member of the
// ISR merely lives is not enough: it may be asleep, be fenced first and leave.)
bool Faults::may_die(const std::set<int>& brokers, bool with_data) {
  std::erase_if(lossy_, [this](int n) { return is_whole(n); });
  std::erase_if(unclean_, [this](int n) { return is_whole(n); });
  if (lossy_.empty() && !with_data) return true;
  std::set<int> unclean = unclean_;
  unclean.insert(brokers.begin(), brokers.end());
  return static_cast<int>(unclean.size()) < plan_.min_isr;
}

void Faults::start_later(int broker) {
  later(milliseconds(50), milliseconds(rng_.one_in(4) ? 6000 : 1500), [this, broker] {
    if (!cluster_.alive(broker)) {
      cluster_.start(broker);
    } else {
      start_later(broker);
    }
  });
}

void Faults::crash(int broker) {
  if (!may_die({broker}, false)) return;
  ++counted_.crashes;
  unclean_.insert(broker);
  cluster_.crash(broker);
  start_later(broker);
}

void Faults::crash_all() {
  std::set<int> alive;
  for (int n = 1; n <= cluster_.brokers(); ++n) {
    if (cluster_.alive(n)) alive.insert(n);
  }
  if (!may_die(alive, false)) return;
  for (const int n : alive) {
    ++counted_.crashes;
    unclean_.insert(n);
    cluster_.crash(n);
    start_later(n);
  }
}

void Faults::lose_power(int broker) {
  if (!may_die({broker}, true)) return;
  ++counted_.power_losses;
  lossy_.insert(broker);
  unclean_.insert(broker);
  cluster_.world().lose_power(cluster_.member(broker));
  start_later(broker);
}

void Faults::stop(int broker) {
  if (!may_die({broker}, false)) return;
  ++counted_.stops;
  unclean_.insert(broker);
  cluster_.world().stop(cluster_.member(broker));
  start_later(broker);
}

void Faults::freeze(int broker) {
  ++counted_.freezes;
  const MemberId id = cluster_.member(broker);
  cluster_.world().freeze(id);
  later(milliseconds(50), milliseconds(4000), [this, id] { cluster_.world().thaw(id); });
}

// ---- Links.

void Faults::isolate(int broker) {
  ++counted_.cuts;
  World& world = cluster_.world();
  const bool one_way = rng_.one_in(3), clients_too = rng_.one_in(2);
  std::vector<std::pair<MemberId, MemberId>> cuts;
  for (int n = 1; n <= cluster_.brokers() + (clients_too ? 1 : 0); ++n) {
    if (n == broker) continue;
    const MemberId other = cluster_.member(n);  // the clients come after the last broker
    cuts.emplace_back(cluster_.member(broker), other);
    if (!one_way) cuts.emplace_back(other, cluster_.member(broker));
  }
  for (const auto& [a, b] : cuts) world.cut(a, b);
  later(milliseconds(50), milliseconds(5000), [this, cuts] {
    for (const auto& [a, b] : cuts) cluster_.world().heal(a, b);
  });
}

void Faults::cut(int broker) {
  ++counted_.cuts;
  World& world = cluster_.world();
  MemberId a = cluster_.member(broker), b = other_than(broker);
  if (rng_.one_in(2)) std::swap(a, b);
  const bool both = rng_.one_in(2);
  world.cut(a, b);
  if (both) world.cut(b, a);
  later(milliseconds(50), milliseconds(5000), [this, a, b, both] {
    cluster_.world().heal(a, b);
    if (both) cluster_.world().heal(b, a);
  });
}

void Faults::delay(int broker) {
  ++counted_.other_faults;
  const MemberId a = cluster_.member(broker), b = other_than(broker);
  cluster_.world().delay(a, b, milliseconds(rng_.between(1, 300)));
  later(milliseconds(100), milliseconds(4000),
        [this, a, b] { cluster_.world().delay(a, b, Duration{}); });
}

// ---- Topics that come and go beside those that are looked at.

void Faults::churn() {
  ++counted_.other_faults;
  const int number = churned_++;
  cluster_.with_clients([&](client::ClientMachine& host) {
    auto* admin = host.admin("admin");
    if (admin == nullptr) return;
    if (number % 2 == 1) {
      return admin->delete_topics({fmt::format("churn{}", number / 2 % 2)},
                                  [](const Result<protocol::DeleteTopicsResponse>&) {});
    }
    client::NewTopic topic;
    topic.name = fmt::format("churn{}", number / 2 % 2);
    topic.partitions = 2;
    topic.replication_factor = 2;
    admin->create_topics({topic}, false, [](const Result<protocol::CreateTopicsResponse>&) {});
  });
}

void Faults::sum_up(Report& report) const {
  report.crashes = counted_.crashes;
  report.power_losses = counted_.power_losses;
  report.stops = counted_.stops;
  report.freezes = counted_.freezes;
  report.cuts = counted_.cuts;
  report.other_faults = counted_.other_faults;
}

}  // namespace lab::sim
