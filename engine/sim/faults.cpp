#include "engine/sim/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/protocol/messages/delete_topics.h"

namespace lab::sim {

Faults::Faults(Cluster& cluster, const Plan& plan, const std::vector<std::string>& topics,
               const FaultGroups& groups, std::optional<std::vector<FaultCommand>> given, Rng rng)
    : cluster_(cluster),
      plan_(plan),
      draw_(cluster, plan, topics, groups, rng),
      given_(std::move(given)) {}

void Faults::begin() {
  if (given_) return next_given();
  if (draw_.any()) next_drawn();
}

void Faults::later(Duration time, std::function<void()> then) {
  World& world = cluster_.world();
  world.at(world.now() + time, [this, turn = turn_, then = std::move(then)] {
    if (turn == turn_) then();
  });
}

void Faults::next_drawn() {
  later(draw_.pause(), [this] {
    for (const auto& command : draw_.next()) carry_out(command);
    next_drawn();
  });
}

void Faults::next_given() {
  if (next_given_ == given_->size()) return;
  const FaultCommand command = (*given_)[next_given_++];
  later(std::max(Duration{}, command.at - cluster_.world().now()), [this, command] {
    carry_out(command);
    next_given();
  });
}

void Faults::end(int without) {
  ++turn_;
  World& world = cluster_.world();
  world.heal_all();
  while (!told_.empty()) {
    const auto [kind, broker] = *told_.begin();
    tell_over(kind, broker);
  }
  for (int n = 1; n <= cluster_.brokers(); ++n) {
    world.thaw(cluster_.member(n));
    if (n == without) {
      if (cluster_.alive(n)) cluster_.crash(n);
    } else if (!cluster_.alive(n)) {
      cluster_.start(n);
    }
  }
  // A broker that is just shutting down is started again when it has ended.
  for (int n = 1; n <= cluster_.brokers(); ++n) {
    if (n != without) start_later(n, milliseconds(100));
  }
}

void Faults::carry_out(const FaultCommand& command) {
  if (!hit(command)) return;
  if (command.kind == FaultKind::stall || command.kind == FaultKind::power_loss) tell(command);
  carried_out_.push_back(command);
  carried_out_.back().at = cluster_.world().now();
}

void Faults::tell(const FaultCommand& command) {
  const std::string kind(name_of(command.kind)), broker = std::to_string(command.broker);
  const auto time = fmt::format("{} ms", to_ms(command.lasts));
  if (told_.emplace(kind, broker); told_.count({kind, broker}) == 1) {
    cluster_.tell_fault({kind, broker, time, true});
  }
  later(command.lasts, [this, kind, broker] { tell_over(kind, broker); });
}

void Faults::tell_over(const std::string& kind, const std::string& broker) {
  const auto told = told_.find({kind, broker});
  if (told != told_.end()) told_.erase(told);
  if (!told_.contains({kind, broker})) cluster_.tell_fault({kind, broker, "", false});
}

MemberId Faults::end_of(int broker) const {
  return broker == 0 ? cluster_.clients() : cluster_.member(broker);
}

bool Faults::hit(const FaultCommand& command) {
  World& world = cluster_.world();
  const MemberId id = end_of(command.broker), other = end_of(command.other);
  switch (command.kind) {
    case FaultKind::crash:
    case FaultKind::power_loss:
    case FaultKind::stop:
      return kill(command);
    case FaultKind::freeze:
      if (!world.alive(id) || world.frozen(id)) return false;
      world.freeze(id);
      later(command.lasts, [this, id] { cluster_.world().thaw(id); });
      return true;
    case FaultKind::isolate:
    case FaultKind::cut:
      cut(command);
      return true;
    case FaultKind::delay:
      world.delay(id, other, command.extra);
      later(command.lasts, [this, id, other] { cluster_.world().delay(id, other, Duration{}); });
      return true;
    case FaultKind::reset:
      world.reset(id, other);
      return true;
    case FaultKind::stall:
      if (!world.alive(id)) return false;
      world.stall_disk(id, command.lasts);
      return true;
    case FaultKind::churn:
      churn(command.number);
      return true;
  }
  return false;
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
bool Faults::may_die(int broker, bool with_data) {
  std::erase_if(lossy_, [this](int n) { return is_whole(n); });
  std::erase_if(unclean_, [this](int n) { return is_whole(n); });
  if (lossy_.empty() && !with_data) return true;
  std::set<int> unclean = unclean_;
  unclean.insert(broker);
  return static_cast<int>(unclean.size()) < plan_.min_isr;
}

void Faults::start_later(int broker, Duration time) {
  later(time, [this, broker] {
    if (!cluster_.alive(broker)) {
      cluster_.start(broker);
    } else {
      start_later(broker, milliseconds(100));  // it is still stopping
    }
  });
}

bool Faults::kill(const FaultCommand& command) {
  const int broker = command.broker;
  const bool with_data = command.kind == FaultKind::power_loss;
  if (!cluster_.alive(broker) || !may_die(broker, with_data)) return false;
  unclean_.insert(broker);
  World& world = cluster_.world();
  if (command.kind == FaultKind::stop) {
    world.stop(cluster_.member(broker));
  } else if (with_data) {
    lossy_.insert(broker);
    world.lose_power(cluster_.member(broker));
  } else {
    world.crash(cluster_.member(broker));
  }
  start_later(broker, command.lasts);
  return true;
}

// ---- Links.

void Faults::cut(const FaultCommand& command) {
  std::vector<MemberId> others;
  if (command.kind == FaultKind::cut) others.push_back(end_of(command.other));
  if (command.kind == FaultKind::isolate) {
    for (int n = command.clients ? 0 : 1; n <= cluster_.brokers(); ++n) {
      if (n != command.broker) others.push_back(end_of(n));
    }
  }
  std::vector<std::pair<MemberId, MemberId>> cuts;
  for (const MemberId other : others) {
    if (command.out) cuts.emplace_back(end_of(command.broker), other);
    if (command.in) cuts.emplace_back(other, end_of(command.broker));
  }
  for (const auto& [a, b] : cuts) cluster_.world().cut(a, b);
  later(command.lasts, [this, cuts] {
    for (const auto& [a, b] : cuts) cluster_.world().heal(a, b);
  });
}

// ---- Topics that come and go beside those that are looked at.

void Faults::churn(std::int64_t number) {
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

}  // namespace lab::sim
