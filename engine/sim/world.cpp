#include "engine/sim/world.h"

#include <algorithm>
#include <tuple>

#include "engine/base/crc32c.h"

namespace lab::sim {
namespace {
constexpr WallTime epoch_of_worlds{milliseconds(1'700'000'000'000)};

Now as_now(Instant at) {
  return {at, epoch_of_worlds + std::chrono::duration_cast<milliseconds>(at.time_since_epoch())};
}

// For the heap: what happens later is "less".
template <class Planned>
bool later(const Planned& a, const Planned& b) {
  return std::tie(a.when, a.order) > std::tie(b.when, b.order);
}
}  // namespace

Now beginning_of_worlds() { return as_now(Instant(seconds(1))); }

World::World(std::uint64_t seed, Timing timing)
    : rng_(seed), timing_(timing), network_(*this, timing.link, rng_.fork()) {}

MemberId World::add(std::string name, std::map<std::string, Address> listeners, Make make) {
  auto member = std::make_unique<Member>();
  member->name = std::move(name);
  member->listeners = std::move(listeners);
  member->make = std::move(make);
  members_.push_back(std::move(member));
  return members_.size() - 1;
}

Duration World::between(Duration low, Duration high) {
  return Duration(rng_.between(low.count(), std::max(low, high).count()));
}

// ---- Time.

WallTime World::wall() const { return as_now(now_).wall; }

void World::at(Instant when, std::function<void()> what) {
  planned_.push_back({std::max(when, now_), next_order_++, std::move(what)});
  std::push_heap(planned_.begin(), planned_.end(), later<Planned>);
}

bool World::step() {
  if (planned_.empty()) return false;
  std::pop_heap(planned_.begin(), planned_.end(), later<Planned>);
  Planned next = std::move(planned_.back());
  planned_.pop_back();
  now_ = next.when;
  ++steps_;
  next.what();
  return true;
}

bool World::run_until(const std::function<bool()>& condition, Duration limit) {
  const Instant end = now_ + limit;
  while (!condition()) {
    if (planned_.empty() || planned_.front().when > end) {
      now_ = end;
      return condition();
    }
    step();
  }
  return true;
}

void World::run_for(Duration time) {
  run_until([] { return false; }, time);
}

// ---- Lives.

void World::start(MemberId id) {
  Member& member = *members_[id];
  LAB_CHECK_MSG(member.machine == nullptr, member.name + " runs already");
  if (watch_.on_start) watch_.on_start(id);
  ++member.life;
  member.powered = true;
  member.disk_free = now_;
  member.machine = member.make(member.disk);
  deliver(id, Start{rng_.next(), member.life});
}

void World::stop(MemberId id) { deliver(id, Admin{Admin::Kind::stop}); }

void World::crash(MemberId id) { end_life(id, crashed, false, false); }

void World::lose_power(MemberId id) {
  end_life(id, lost_power, true, false);
  Member& member = *members_[id];
  member.powered = false;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < member.disk.unsynced(); ++i) {
    kept.push_back(rng_.one_in(2) ? 0 : static_cast<std::size_t>(rng_.below(4096)));
  }
  member.disk.lose_power(kept);
}

void World::freeze(MemberId id) {
  Member& member = *members_[id];
  if (member.frozen || !alive(id)) return;
  if (watch_.on_freeze) watch_.on_freeze(id, true);
  member.frozen = true;
}

void World::thaw(MemberId id) {
  Member& member = *members_[id];
  if (!member.frozen) return;
  if (watch_.on_freeze) watch_.on_freeze(id, false);
  member.frozen = false;
  const std::uint64_t life = member.life;
  for (auto& input : std::exchange(member.frozen_inputs, {})) {
    if (member.life != life) return;
    const auto* bytes = std::get_if<Bytes>(&input);
    const std::size_t size = bytes == nullptr ? 0 : bytes->slice.size();
    const ConnId conn = bytes == nullptr ? ConnId(0) : bytes->conn;
    deliver(id, std::move(input));
    if (size > 0) network_.consumed(id, conn, size);
  }
}

void World::end_life(MemberId id, const std::string& reason, bool silent, bool orderly) {
  Member& member = *members_[id];
  if (!member.machine) return;
  member.machine.reset();
  ++member.life;
  member.listening = member.frozen = false;
  member.frozen_inputs.clear();
  leave_files(member, orderly);
  network_.gone(id, silent);
  if (watch_.on_end) watch_.on_end(id, reason);
}

void World::within(MemberId id, const std::function<void(Machine&, const Now&, Effects&)>& call) {
  LAB_CHECK(members_[id]->machine != nullptr);
  run(id, call);
}

// ---- Links.

void World::cut(MemberId a, MemberId b) {
  tell_link(a, b, {true, link(a, b).delay});
  network_.cut(a, b);
}

void World::heal(MemberId a, MemberId b) {
  tell_link(a, b, {false, link(a, b).delay});
  network_.heal(a, b);
}

void World::heal_all() {
  for (MemberId a = 0; a < members_.size(); ++a) {
    for (MemberId b = 0; b < members_.size(); ++b) tell_link(a, b, {});
  }
  network_.heal_all();
}

void World::delay(MemberId a, MemberId b, Duration extra) {
  tell_link(a, b, {link(a, b).cut, extra});
  network_.delay(a, b, extra);
}

LinkState World::link(MemberId a, MemberId b) const {
  return {network_.is_cut(a, b), network_.extra_delay(a, b)};
}

void World::tell_link(MemberId a, MemberId b, const LinkState& after) {
  const LinkState before = link(a, b);
  if (watch_.on_link && before != after) watch_.on_link(a, b, before, after);
}

// ---- Inputs and effects.

void World::note(MemberId id, const Input& input) {
  const auto mix = [this](std::uint64_t x) { digest_ = (digest_ ^ x) * 0x100000001b3ULL; };
  mix(id);
  mix(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
  mix(input.index());
  if (const auto* bytes = std::get_if<Bytes>(&input)) mix(crc32c(bytes->slice.view()));
}

bool World::deliver(MemberId id, Input input) {
  Member& member = *members_[id];
  if (!member.machine) return true;
  if (member.frozen) {
    member.frozen_inputs.push_back(std::move(input));
    return false;
  }
  note(id, input);
  if (watch_.on_input) watch_.on_input(id, input);
  run(id, [&](Machine& machine, const Now& now, Effects& effects) {
    machine.handle(now, std::move(input), effects);
  });
  return true;
}

void World::run(MemberId id, const std::function<void(Machine&, const Now&, Effects&)>& call) {
  Effects effects;
  try {
    call(*members_[id]->machine, as_now(now_), effects);
  } catch (const CheckFailed& failed) {
    end_life(id, failed.what(), false, false);
    throw;
  }
  carry_out(id, effects);
  if (watch_.after_input) watch_.after_input(id);
}

void World::carry_out(MemberId id, Effects& effects) {
  Member& member = *members_[id];
  for (auto& effect : effects) {
    if (auto* o = std::get_if<Open>(&effect)) {
      LAB_CHECK_MSG(o->conn.v % 2 == 1, "a machine opened a connection with an even id");
      network_.open(id, *o);
    } else if (auto* s = std::get_if<Send>(&effect)) {
      if (watch_.on_send) watch_.on_send(id, *s);
      network_.send(id, *s);
    } else if (auto* c = std::get_if<Close>(&effect)) {
      network_.close(id, *c);
    } else if (auto* pause = std::get_if<PauseRead>(&effect)) {
      network_.pause(id, pause->conn);
    } else if (auto* resume = std::get_if<ResumeRead>(&effect)) {
      network_.resume(id, resume->conn);
    } else if (std::holds_alternative<Listen>(effect)) {
      member.listening = true;
    } else if (auto* wake = std::get_if<WakeAt>(&effect)) {
      wake_at(id, wake->at);
    } else if (auto* traced = std::get_if<Trace>(&effect)) {
      if (watch_.on_trace) watch_.on_trace(id, traced->event);
    } else if (auto* line = std::get_if<LogLine>(&effect)) {
      if (watch_.on_log) watch_.on_log(id, *line, now_);
    } else if (auto* halt = std::get_if<Halt>(&effect)) {
      return end_life(id, halt->reason, false, true);
    } else {
      file(id, std::move(effect));
    }
  }
}

void World::wake_at(MemberId id, Instant at_instant) {
  Member& member = *members_[id];
  at(at_instant, [this, id, life = member.life, turn = ++member.wake_turn] {
    const Member& sleeper = *members_[id];
    if (sleeper.life == life && sleeper.wake_turn == turn) deliver(id, Wake{});
  });
}

std::optional<std::pair<MemberId, std::string>> World::listener_at(const Address& address) {
  for (MemberId id = 0; id < members_.size(); ++id) {
    for (const auto& [name, own] : members_[id]->listeners) {
      if (own == address) return std::pair{id, name};
    }
  }
  return std::nullopt;
}

// A frozen process still accepts: its kernel does.
bool World::accepts(MemberId id) const {
  return members_[id]->machine != nullptr && members_[id]->listening;
}

// ---- Files.

void World::file(MemberId id, Effect effect) {
  Member& member = *members_[id];
  const bool sync = std::holds_alternative<Sync>(effect);
  member.files.push_back(std::move(effect));
  member.disk_free =
      std::max(member.disk_free, now_) + (sync ? between(timing_.sync_min, timing_.sync_max)
                                               : between(timing_.disk_min, timing_.disk_max));
  at(member.disk_free, [this, id, life = member.life] {
    if (members_[id]->life == life) file_done(id);
  });
}

void World::file_done(MemberId id) {
  Member& member = *members_[id];
  const Effect effect = std::move(member.files.front());
  member.files.pop_front();
  if (auto done = member.disk.apply(effect)) deliver(id, std::move(*done));
}

void World::stall_disk(MemberId id, Duration time) {
  Member& member = *members_[id];
  member.disk_free = std::max(member.disk_free, now_ + time);
}

// What becomes of the effects that were not reported when the process ended: an orderly end waits
// for all, a crash leaves the first of them, and the last of those perhaps in part.
void World::leave_files(Member& member, bool all) {
  auto left = std::exchange(member.files, {});
  const std::size_t whole = all ? left.size() : rng_.below(left.size() + 1);
  for (std::size_t i = 0; i < whole; ++i) member.disk.apply(left[i]);
  if (whole == left.size()) return;
  if (const auto* write = std::get_if<Write>(&left[whole])) {
    const Slice bytes = join(write->slices);
    if (bytes.empty()) return;
    Write torn = *write;
    torn.slices = {bytes.sub(0, rng_.below(bytes.size()))};
    if (!torn.slices.front().empty()) member.disk.apply(Effect{torn});
  }
}

}  // namespace lab::sim
