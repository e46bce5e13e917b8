// The simulated world: virtual time, a network and disks for any number of machines. It drives the
// very same machines as engine/host does, from one seed; nothing in it is real and nothing waits.
// Cluster (cluster.h) puts brokers and clients into it; tests and brokersim use it. It decides when
// things happen, never what a machine does.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/rng.h"
#include "engine/machine/machine.h"
#include "engine/sim/network.h"
#include "engine/storage/memory_disk.h"

namespace lab::sim {

struct Timing {
  LinkTiming link;
  Duration disk_min = microseconds(10), disk_max = microseconds(500);  // a write or read
  Duration sync_min = microseconds(100), sync_max = milliseconds(3);
};

// How a directed link is.
struct LinkState {
  bool cut = false;
  Duration delay{};
  bool operator==(const LinkState&) const = default;
};

// When each world begins, by both of its clocks.
Now beginning_of_worlds();

class World : private NetworkHost {
 public:
  using Make = std::function<std::unique_ptr<Machine>(storage::Disk&)>;
  // What a machine traced or logged, and when it ended; any may be empty.
  struct Watch {
    std::function<void(MemberId, const trace::Event&)> on_trace;
    std::function<void(MemberId, const LogLine&, Instant)> on_log;
    std::function<void(MemberId, const std::string& reason)> on_end;  // halted or crashed
    std::function<void(MemberId, const Input&)> on_input;  // a machine is about to get it
    std::function<void(MemberId, const Send&)> on_send;    // a machine sends it
    std::function<void(MemberId)> after_input;             // a machine has handled an input
    // What is done to machines and links, before it is.
    std::function<void(MemberId)> on_start;
    std::function<void(MemberId, bool frozen)> on_freeze;
    std::function<void(MemberId a, MemberId b, const LinkState& before, const LinkState& after)>
        on_link;
  };

  // The reasons of ends that were ordered here; all others are the machine's own.
  static constexpr const char* crashed = "crashed";
  static constexpr const char* lost_power = "lost power";

  explicit World(std::uint64_t seed, Timing timing = {});

  // A machine that listens at these addresses (by listener name) once it says Listen. `make` builds
  // it anew at each start.
  MemberId add(std::string name, std::map<std::string, Address> listeners, Make make);
  void watch(Watch watch) { watch_ = std::move(watch); }
  // Where it listens from its next start on; one that runs must not be asked.
  void set_listeners(MemberId id, std::map<std::string, Address> listeners) {
    members_[id]->listeners = std::move(listeners);
  }

  // ---- Lives. A failed check within a machine ends it as a crash does; CheckFailed goes on to
  // whoever runs the world.
  void start(MemberId id);
  // The process dies: its connections break; of the file effects that were not reported done some
  // have happened, the last of them perhaps in part.
  void crash(MemberId id);
  // A crash in which unsynced data goes too, and peers hear nothing.
  void lose_power(MemberId id);
  // SIGTERM.
  void stop(MemberId id);
  // SIGSTOP: what arrives piles up until the machine thaws.
  void freeze(MemberId id);
  void thaw(MemberId id);
  bool alive(MemberId id) const { return members_[id]->machine != nullptr; }
  bool frozen(MemberId id) const { return members_[id]->frozen; }
  // Counts its starts and ends.
  std::uint64_t life(MemberId id) const { return members_[id]->life; }
  // The machine itself; nullptr where it is dead.
  Machine* machine(MemberId id) { return members_[id]->machine.get(); }
  storage::MemoryDisk& disk(MemberId id) { return members_[id]->disk; }
  const std::string& name(MemberId id) const { return members_[id]->name; }
  std::size_t size() const { return members_.size(); }
  // Lets code run as an input of a machine: (machine, now, effects).
  void within(MemberId id, const std::function<void(Machine&, const Now&, Effects&)>& call);

  // ---- Links. Directed: bytes from `a` to `b`, whoever opened the connection.
  void cut(MemberId a, MemberId b);
  void heal(MemberId a, MemberId b);
  void heal_all();
  void delay(MemberId a, MemberId b, Duration extra);
  // All connections between the two break.
  void reset(MemberId a, MemberId b) { network_.reset(a, b); }
  const Network& network() const { return network_; }

  // ---- Disks. What comes now is not read, written or synced for so long. Stalls that overlap are
  // over with the last of them; they do not add up.
  void stall_disk(MemberId id, Duration time);
  // File effects that are not done yet.
  std::size_t files_in_work(MemberId id) const { return members_[id]->files.size(); }

  // ---- Time.
  Instant now() const override { return now_; }
  WallTime wall() const;
  // Lets the next thing happen; false where nothing is left.
  bool step();
  // Until the condition holds (looked at after each thing) or `limit` has passed; true where it
  // holds.
  bool run_until(const std::function<bool()>& condition, Duration limit);
  void run_for(Duration time);
  // Something at a time of its own.
  void at(Instant when, std::function<void()> what) override;

  Rng& rng() { return rng_; }
  // Of all that happened so far: who, when, which input.
  std::uint64_t digest() const { return digest_; }
  std::uint64_t steps() const { return steps_; }

 private:
  struct Member {
    std::string name;
    std::map<std::string, Address> listeners;
    Make make;
    storage::MemoryDisk disk;
    std::unique_ptr<Machine> machine;
    std::uint64_t life = 0;  // things planned for an earlier life do not happen
    bool listening = false, frozen = false, powered = true;
    std::deque<Input> frozen_inputs;
    std::uint64_t wake_turn = 0;
    Instant disk_free{};       // file effects finish one after the other
    std::deque<Effect> files;  // not done yet, in order
  };
  struct Planned {
    Instant when;
    std::uint64_t order;
    std::function<void()> what;
  };

  // What the network asks for.
  bool deliver(MemberId id, Input input) override;
  std::optional<std::pair<MemberId, std::string>> listener_at(const Address& address) override;
  bool accepts(MemberId id) const override;
  bool powered(MemberId id) const override { return members_[id]->powered; }

  void run(MemberId id, const std::function<void(Machine&, const Now&, Effects&)>& call);
  void carry_out(MemberId id, Effects& effects);
  void wake_at(MemberId id, Instant at);
  void file(MemberId id, Effect effect);
  void file_done(MemberId id);
  void leave_files(Member& member, bool all);
  void end_life(MemberId id, const std::string& reason, bool silent, bool orderly);
  void note(MemberId id, const Input& input);
  LinkState link(MemberId a, MemberId b) const;
  void tell_link(MemberId a, MemberId b, const LinkState& after);
  Duration between(Duration low, Duration high);

  Rng rng_;
  Timing timing_;
  Watch watch_;
  Instant now_ = beginning_of_worlds().monotonic;
  std::uint64_t next_order_ = 0, digest_ = 0xcbf29ce484222325ULL, steps_ = 0;
  std::vector<Planned> planned_;  // a heap, the next thing first
  std::vector<std::unique_ptr<Member>> members_;
  Network network_;
};

}  // namespace lab::sim
