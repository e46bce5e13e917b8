#include "engine/sim/fault_draw.h"

#include <algorithm>
#include <utility>

namespace lab::sim {

FaultDraw::FaultDraw(Cluster& cluster, const Plan& plan, const std::vector<std::string>& topics,
                     FaultGroups groups, Rng rng)
    : cluster_(cluster), plan_(plan), topics_(topics), rng_(rng) {
  const Weighed all[] = {{FaultKind::crash, false, plan.crash},
                         {FaultKind::crash, true, plan.crash_all},
                         {FaultKind::power_loss, false, plan.power_loss},
                         {FaultKind::stop, false, plan.stop},
                         {FaultKind::freeze, false, plan.freeze},
                         {FaultKind::isolate, false, plan.isolate},
                         {FaultKind::cut, false, plan.cut},
                         {FaultKind::delay, false, plan.delay},
                         {FaultKind::reset, false, plan.reset},
                         {FaultKind::stall, false, plan.stall},
                         {FaultKind::churn, false, plan.churn}};
  for (const auto& weighed : all) {
    if (weighed.weight == 0 || !groups.contains(group_of(weighed.kind))) continue;
    weights_.push_back(weighed);
    all_weights_ += weighed.weight;
  }
}

Duration FaultDraw::between(Duration least, Duration most) {
  return Duration(rng_.between(least.count(), most.count()));
}

Duration FaultDraw::pause() { return between({}, 2 * plan_.between_faults); }

Duration FaultDraw::time_down() {
  return between(milliseconds(50), milliseconds(rng_.one_in(4) ? 6000 : 1500));
}

const FaultDraw::Weighed& FaultDraw::draw_kind() {
  auto at = static_cast<int>(rng_.below(static_cast<std::uint64_t>(all_weights_)));
  for (const auto& weighed : weights_) {
    if (at < weighed.weight) return weighed;
    at -= weighed.weight;
  }
  return weights_.back();
}

int FaultDraw::victim() {
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

int FaultDraw::other_than(int broker) {
  const auto ends = static_cast<std::uint64_t>(cluster_.brokers()) + 1;
  const int other = static_cast<int>(rng_.below(ends));
  return other != broker ? other : (other + 1) % (cluster_.brokers() + 1);
}

std::vector<FaultCommand> FaultDraw::next() {
  FaultCommand command;
  command.at = cluster_.world().now();
  const Weighed& drawn = draw_kind();
  command.kind = drawn.kind;
  command.broker = victim();
  if (command.broker == 0) return {};
  if (drawn.all) {
    std::vector<FaultCommand> all;
    for (int n = 1; n <= cluster_.brokers(); ++n) {
      if (!cluster_.alive(n)) continue;
      command.broker = n;
      command.lasts = time_down();
      all.push_back(command);
    }
    return all;
  }
  draw(command);
  return {command};
}

void FaultDraw::draw(FaultCommand& command) {
  switch (command.kind) {
    case FaultKind::crash:
    case FaultKind::power_loss:
    case FaultKind::stop:
      command.lasts = time_down();
      break;
    case FaultKind::freeze:
      command.lasts = between(milliseconds(50), milliseconds(4000));
      break;
    case FaultKind::isolate:
      command.in = !rng_.one_in(3);
      command.clients = rng_.one_in(2);
      command.lasts = between(milliseconds(50), milliseconds(5000));
      break;
    case FaultKind::cut:
      command.other = other_than(command.broker);
      if (!rng_.one_in(2)) (rng_.one_in(2) ? command.in : command.out) = false;
      command.lasts = between(milliseconds(50), milliseconds(5000));
      break;
    case FaultKind::delay:
      command.other = other_than(command.broker);
      command.extra = milliseconds(rng_.between(1, 300));
      command.lasts = between(milliseconds(100), milliseconds(4000));
      break;
    case FaultKind::reset:
      command.other = other_than(command.broker);
      break;
    case FaultKind::stall:
      command.lasts = milliseconds(rng_.between(20, 1500));
      break;
    case FaultKind::churn:
      command.broker = 0;
      command.number = churned_++;
      break;
  }
}

}  // namespace lab::sim
