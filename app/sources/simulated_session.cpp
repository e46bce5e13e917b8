#include "app/sources/simulated_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace lab::sources {
namespace {

// CPU time of one take(): a window draws between them, a script does nothing else.
constexpr Duration budget = milliseconds(5), unlimited_budget = milliseconds(25);
// The CPU clock is looked at after so many things that happened.
constexpr int look_every = 64;
// Real time that a slow machine (or an owner that did not come) may owe before it is let off.
constexpr Duration most_debt = milliseconds(100);
// More than this lost is told, once until the pace has been kept for a while.
constexpr Duration told_when_lost = seconds(1), calm_after = seconds(5);
constexpr Duration longest_step = seconds(60), as_far_as_it_goes = std::chrono::hours(24);

}  // namespace

SimulatedSession::SimulatedSession(SimulatedOptions options)
    : SimulatedSession(std::move(options), host::monotonic_now) {}

SimulatedSession::SimulatedSession(SimulatedOptions options, Clock clock, Clock work_clock)
    : options_(std::move(options)), clock_(std::move(clock)), work_clock_(std::move(work_clock)) {
  begin();
}

void SimulatedSession::begin() {
  SimulatedCluster::Handlers handlers;
  handlers.on_event = [this](const trace::Event& event) { events_.push_back(event); };
  handlers.on_notice = [this](const std::string& text) {
    hand_back([this, text] { say(text, true); });
  };
  cluster_ = std::make_unique<SimulatedCluster>(options_, std::move(handlers));
  last_real_ = clock_();
  due_ = now();
}

Capabilities SimulatedSession::capabilities() const {
  Capabilities can;
  can.processes = can.clients = can.link_faults = can.link_timing = true;
  can.properties = can.log_dirs = can.add_brokers = can.reset = can.pace = true;
  return can;
}

std::string SimulatedSession::name() const {
  return fmt::format("simulated, seed {}", options_.seed);
}

// ---- Orders

void SimulatedSession::command(const Command& command, Then then) {
  if (!then) then = [](const Answer&) {};
  orders_.push_back([this, command, then = back(std::move(then))] { carry_out(command, then); });
}

void SimulatedSession::with_clients(std::function<void(LabClients&)> call) {
  orders_.push_back([this, call = std::move(call)] { cluster_->with_clients(call); });
}

void SimulatedSession::hand_back(std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  calls_.push_back(std::move(call));
}

void SimulatedSession::carry_out(const Command& command, const Then& then) {
  const auto* cluster = std::get_if<ClusterCommand>(&command);
  if (cluster != nullptr && cluster->action == ClusterAction::reset) return reset(then);
  then(cluster_->carry_out(command));
}

// The same seed again: the same cluster.
void SimulatedSession::reset(const Then& then) {
  cluster_.reset();
  events_.clear();
  ++generation_;
  begin();
  then(fmt::format("a fresh cluster of {} brokers, seed {}", options_.brokers, options_.seed));
}

void SimulatedSession::give_orders() {
  for (auto orders = std::exchange(orders_, {}); !orders.empty(); orders.pop_front()) {
    orders.front()();
  }
}

// ---- Time

void SimulatedSession::take(std::vector<trace::Event>& out) {
  give_orders();
  if (step_to_) {
    take_step();
  } else {
    keep_pace();
  }
  out.insert(out.end(), std::make_move_iterator(events_.begin()),
             std::make_move_iterator(events_.end()));
  events_.clear();
  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(mutex_);
    calls.swap(calls_);
  }
  for (const auto& call : calls) call();
}

void SimulatedSession::set_pace(double pace) {
  pace_ = std::max(0.0, pace);
  behind_ = false;
  forget_loss();
  last_real_ = clock_();
  due_ = now();
}

void SimulatedSession::keep_pace() {
  const Instant real = clock_();
  const Duration passed = std::min(real - std::exchange(last_real_, real), most_debt);
  behind_ = false;
  if (pace_ <= 0) return;
  if (std::isinf(pace_)) {
    advance(now() + as_far_as_it_goes, {});
    return;
  }
  due_ += std::chrono::duration_cast<Duration>(passed * pace_);
  behind_ = !advance(due_, {});
  if (behind_) forgive(due_ - now());
}

// What cannot be made up for is not owed for ever; whoever watches is told, once for each time that
// the machine cannot keep the pace.
void SimulatedSession::forgive(Duration debt) {
  const auto most = std::chrono::duration_cast<Duration>(most_debt * pace_);
  if (debt <= most) return;
  due_ -= debt - most;
  if (last_real_ - last_lost_ > calm_after) forget_loss();
  last_lost_ = last_real_;
  lost_ += std::chrono::duration_cast<Duration>((debt - most) / pace_);
  if (lost_ <= told_when_lost || std::exchange(told_behind_, true)) return;
  say("the machine is busy: simulated time is more than a second behind real time", true);
}

void SimulatedSession::forget_loss() {
  lost_ = {};
  told_behind_ = false;
}

// Through what nobody sees to the next event; an idle world ends the search, and a busy one goes on
// searching with the next take().
void SimulatedSession::take_step() {
  last_real_ = clock_();
  if (advance(now() + longest_step, step_to_)) step_to_.reset();
  due_ = now();
}

bool SimulatedSession::advance(Instant end, std::optional<trace::Weight> to) {
  const Instant begun = work_clock_();
  const Duration allowed = std::isinf(pace_) ? unlimited_budget : budget;
  int happened = 0;
  bool spent = false, found = false;
  std::size_t seen = events_.size();
  const auto enough = [&] {
    for (; to && seen < events_.size(); ++seen) {
      const bool fits =
          *to == trace::Weight::bulk || trace::weight_of(events_[seen].payload) == *to;
      found = found || fits;
    }
    if (++happened % look_every == 0) spent = work_clock_() - begun > allowed;
    return found || spent;
  };
  const bool reached = cluster_->run(end, enough);
  return found || reached;
}

void SimulatedSession::run_for(Duration time) {
  give_orders();
  cluster_->run(now() + time, [] { return false; });
  due_ = now();
}

}  // namespace lab::sources
