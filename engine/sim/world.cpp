#include "engine/sim/world.h"

#include <algorithm>
#include <tuple>

namespace lab::sim {
namespace {
constexpr WallTime epoch_of_worlds{milliseconds(1'700'000'000'000)};

Now as_now(Instant at) {
  return {at, epoch_of_worlds + std::chrono::duration_cast<milliseconds>(at.time_since_epoch())};
}
}  // namespace

World::World(std::uint64_t seed, Timing timing) : rng_(seed), timing_(timing) {}

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

Duration World::link_delay(MemberId a, MemberId b) {
  Duration delay = between(timing_.link_min, timing_.link_max);
  if (const auto it = delays_.find({a, b}); it != delays_.end()) delay += it->second;
  return delay;
}

void World::at(Instant when, std::function<void()> what) {
  planned_.push({std::max(when, now_), next_order_++, std::move(what)});
}

bool World::step() {
  if (planned_.empty()) return false;
  Planned next = planned_.top();
  planned_.pop();
  now_ = next.when;
  ++steps_;
  next.what();
  return true;
}

bool World::run_until(const std::function<bool()>& condition, Duration limit) {
  const Instant end = now_ + limit;
  while (!condition()) {
    if (planned_.empty() || planned_.top().when > end) {
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
  ++member.life;
  member.listening = member.frozen = false;
  member.wake_at.reset();
  member.next_conn = 2;
  member.disk_free = now_;
  member.machine = member.make(member.disk);
  deliver(id, Start{rng_.next(), member.life});
}

void World::stop(MemberId id) { deliver(id, Admin{Admin::Kind::stop}); }

void World::crash(MemberId id) { end_life(id, "crashed"); }

void World::lose_power(MemberId id) {
  end_life(id, "lost power");
  auto& disk = members_[id]->disk;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < disk.unsynced(); ++i) {
    kept.push_back(rng_.one_in(2) ? 0 : static_cast<std::size_t>(rng_.below(4096)));
  }
  disk.lose_power(kept);
}

void World::freeze(MemberId id) { members_[id]->frozen = true; }

void World::thaw(MemberId id) {
  Member& member = *members_[id];
  if (!member.frozen) return;
  member.frozen = false;
  for (auto& input : std::exchange(member.frozen_inputs, {})) deliver(id, std::move(input));
}

void World::end_life(MemberId id, const std::string& reason) {
  Member& member = *members_[id];
  if (!member.machine) return;
  member.machine.reset();
  ++member.life;
  member.listening = member.frozen = false;
  member.frozen_inputs.clear();
  std::vector<ConnId> open;
  for (auto it = out_.lower_bound({id, ConnId(0)}); it != out_.end() && it->first.first == id;
       ++it) {
    open.push_back(it->first.second);
  }
  for (const ConnId conn : open) close(id, Close{conn, false, "peer died"});
  if (watch_.on_end) watch_.on_end(id, reason);
}

void World::within(MemberId id, const std::function<void(Machine&, const Now&, Effects&)>& call) {
  Member& member = *members_[id];
  LAB_CHECK(member.machine != nullptr);
  Effects effects;
  call(*member.machine, as_now(now_), effects);
  carry_out(id, effects);
}

void World::note(MemberId id, const Input& input) {
  const auto mix = [this](std::uint64_t x) { digest_ = (digest_ ^ x) * 0x100000001b3ULL; };
  mix(id);
  mix(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
  mix(input.index());
  if (const auto* bytes = std::get_if<Bytes>(&input)) {
    for (const auto byte : bytes->slice.view()) mix(byte);
  }
}

void World::deliver(MemberId id, Input input) {
  Member& member = *members_[id];
  if (!member.machine) return;
  if (member.frozen) {
    member.frozen_inputs.push_back(std::move(input));
    return;
  }
  note(id, input);
  Effects effects;
  try {
    member.machine->handle(as_now(now_), std::move(input), effects);
  } catch (const CheckFailed& failed) {
    end_life(id, failed.what());
    throw;
  }
  carry_out(id, effects);
}

void World::carry_out(MemberId id, Effects& effects) {
  const std::uint64_t life = members_[id]->life;
  for (auto& effect : effects) {
    Member& member = *members_[id];
    if (!member.machine || member.life != life) return;
    if (auto* o = std::get_if<Open>(&effect)) {
      open(id, *o);
    } else if (auto* s = std::get_if<Send>(&effect)) {
      send(id, *s);
    } else if (auto* c = std::get_if<Close>(&effect)) {
      close(id, *c);
    } else if (std::holds_alternative<Listen>(effect)) {
      member.listening = true;
    } else if (auto* pause = std::get_if<PauseRead>(&effect)) {
      for (auto& [end, half] : out_) {
        if (half->to == id && half->conn == pause->conn) half->paused = true;
      }
    } else if (auto* resume = std::get_if<ResumeRead>(&effect)) {
      for (auto& [end, half] : out_) {
        if (half->to == id && half->conn == resume->conn) {
          half->paused = false;
          flush_held(*half);
        }
      }
    } else if (auto* wake = std::get_if<WakeAt>(&effect)) {
      member.wake_at = wake->at;
      at(wake->at, [this, id, life, turn = ++member.wake_turn] {
        const Member& sleeper = *members_[id];
        if (sleeper.life == life && sleeper.wake_turn == turn) deliver(id, Wake{});
      });
    } else if (auto* traced = std::get_if<Trace>(&effect)) {
      if (watch_.on_trace) watch_.on_trace(id, traced->event);
    } else if (auto* line = std::get_if<LogLine>(&effect)) {
      if (watch_.on_log) watch_.on_log(id, *line, now_);
    } else if (auto* halt = std::get_if<Halt>(&effect)) {
      end_life(id, halt->reason);
    } else {
      file(id, std::move(effect));
    }
  }
}

// ---- Links.

void World::transmit(Half& half, std::function<void()> arrive) {
  if (half.paused || cuts_.contains({half.from, half.to})) {
    half.held.push_back(std::move(arrive));
    return;
  }
  half.last = std::max(half.last, now_ + link_delay(half.from, half.to));
  at(half.last, std::move(arrive));
}

void World::flush_held(Half& half) {
  if (half.paused || cuts_.contains({half.from, half.to})) return;
  for (auto& arrive : std::exchange(half.held, {})) transmit(half, std::move(arrive));
}

void World::open(MemberId id, const Open& open) {
  const std::uint64_t life = members_[id]->life;
  const std::uint16_t port = next_port_ = static_cast<std::uint16_t>(next_port_ + 1);
  std::optional<std::pair<MemberId, std::string>> target;
  for (MemberId other = 0; other < members_.size(); ++other) {
    for (const auto& [name, address] : members_[other]->listeners) {
      if (address == open.address) target = {other, name};
    }
  }
  const auto refuse = [this, id, life, conn = open.conn] {
    if (members_[id]->life == life) deliver(id, Closed{conn, "connection refused"});
  };
  if (!target) return at(now_ + link_delay(id, id), refuse);
  const auto [other, listener] = *target;
  if (cuts_.contains({id, other}) || cuts_.contains({other, id}))
    return;  // pending, as on a dead link
  at(now_ + link_delay(id, other),
     [this, id, life, open, other = other, listener = listener, port, refuse] {
       Member& server = *members_[other];
       if (members_[id]->life != life) return;
       if (!server.machine || !server.listening) return at(now_ + link_delay(other, id), refuse);
       const ConnId accepted(server.next_conn);
       server.next_conn += 2;
       auto forth = std::make_shared<Half>();
       *forth = {other, accepted, id, open.conn, now_, false, {}};
       auto back = std::make_shared<Half>();
       *back = {id, open.conn, other, accepted, now_, false, {}};
       out_[{id, open.conn}] = forth;
       out_[{other, accepted}] = back;
       const Address client{"127.0.0.1", port};
       transmit(*back, [this, id, life, open, port] {
         if (members_[id]->life == life && out_.contains({id, open.conn})) {
           deliver(id, Opened{open.conn, "", open.address, port});
         }
       });
       deliver(other, Opened{accepted, listener, client, open.address.port});
     });
}

void World::send(MemberId id, const Send& send) {
  const auto it = out_.find({id, send.conn});
  if (it == out_.end()) return;
  const auto half = it->second;
  Slice all = join(send.slices);
  const std::uint64_t size = all.size();
  while (!all.empty()) {
    std::size_t part = all.size();
    if (timing_.fragment && part > 1 && rng_.one_in(8)) part = 1 + rng_.below(part - 1);
    transmit(*half, [this, half, piece = all.sub(0, part)] {
      if (out_.contains({half->to, half->conn})) deliver(half->to, Bytes{half->conn, piece});
    });
    all = all.sub(part);
  }
  const std::uint64_t life = members_[id]->life;
  at(now_ + between(timing_.link_min, timing_.link_max), [this, id, life, conn = send.conn, size] {
    if (members_[id]->life == life && out_.contains({id, conn})) deliver(id, Writable{conn, size});
  });
}

void World::close(MemberId id, const Close& close) {
  const auto it = out_.find({id, close.conn});
  if (it == out_.end()) return;
  const auto half = it->second;
  out_.erase(it);
  transmit(*half, [this, half, reason = close.reason] {
    const End end{half->to, half->conn};
    if (out_.erase(end) > 0) deliver(half->to, Closed{half->conn, reason});
  });
}

void World::cut(MemberId a, MemberId b) { cuts_.insert({a, b}); }

void World::heal(MemberId a, MemberId b) {
  cuts_.erase({a, b});
  std::vector<std::shared_ptr<Half>> halves;
  for (const auto& [end, half] : out_) {
    if (half->from == a && half->to == b) halves.push_back(half);
  }
  for (const auto& half : halves) flush_held(*half);
}

void World::heal_all() {
  for (const auto& [a, b] : std::set(cuts_)) heal(a, b);
  delays_.clear();
}

void World::delay(MemberId a, MemberId b, Duration extra) { delays_[{a, b}] = extra; }

void World::reset(MemberId a, MemberId b) {
  std::vector<std::shared_ptr<Half>> halves;
  for (const auto& [end, half] : out_) {
    if ((half->from == a && half->to == b) || (half->from == b && half->to == a))
      halves.push_back(half);
  }
  for (const auto& half : halves) {
    if (out_.erase({half->from, half->from_conn}) > 0) {
      deliver(half->from, Closed{half->from_conn, "connection reset by peer"});
    }
  }
}

// ---- Files.

void World::file(MemberId id, Effect effect) {
  Member& member = *members_[id];
  const bool sync = std::holds_alternative<Sync>(effect);
  member.disk_free =
      std::max(member.disk_free, now_) + (sync ? between(timing_.sync_min, timing_.sync_max)
                                               : between(timing_.disk_min, timing_.disk_max));
  at(member.disk_free, [this, id, life = member.life, effect = std::move(effect)] {
    Member& owner = *members_[id];
    if (owner.life != life) return;  // the process died before: it was never written
    if (auto done = owner.disk.apply(effect)) deliver(id, std::move(*done));
  });
}

}  // namespace lab::sim
