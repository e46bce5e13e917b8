// The simulated world: virtual time, a network and disks for any number of machines. It drives the
// very same machines as engine/host does, from one seed; nothing in it is real and nothing waits.
// Cluster (cluster.h) puts brokers and clients into it; tests and brokersim use it. It decides when
// things happen, never what a machine does.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "engine/base/rng.h"
#include "engine/machine/machine.h"
#include "engine/storage/memory_disk.h"

namespace lab::sim {

// A machine's place in the world: its address book, its disk, its lives.
using MemberId = std::size_t;

struct Timing {
  Duration link_min = microseconds(20), link_max = microseconds(200);  // one way, a delivery
  Duration disk_min = microseconds(10), disk_max = microseconds(500);  // a write or read
  Duration sync_min = microseconds(100), sync_max = milliseconds(3);
  bool fragment = true;  // deliveries are cut at random bytes
};

class World {
 public:
  using Make = std::function<std::unique_ptr<Machine>(storage::Disk&)>;
  // What a machine traced or logged, and when it halted; any may be empty.
  struct Watch {
    std::function<void(MemberId, const trace::Event&)> on_trace;
    std::function<void(MemberId, const LogLine&, Instant)> on_log;
    std::function<void(MemberId, const std::string& reason)> on_end;  // halted or crashed
  };

  explicit World(std::uint64_t seed, Timing timing = {});

  // A machine that listens at these addresses (by listener name) once it says Listen. `make` builds
  // it anew at each start.
  MemberId add(std::string name, std::map<std::string, Address> listeners, Make make);
  void watch(Watch watch) { watch_ = std::move(watch); }

  // ---- Lives.
  void start(MemberId id);
  // The process dies: connections break, what was not reported written may be lost or torn.
  void crash(MemberId id);
  // A crash in which unsynced data goes too.
  void lose_power(MemberId id);
  // SIGTERM.
  void stop(MemberId id);
  void freeze(MemberId id);
  void thaw(MemberId id);
  bool alive(MemberId id) const { return members_[id]->machine != nullptr; }
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
  void reset(MemberId a, MemberId b);

  // ---- Time.
  Instant now() const { return now_; }
  // Lets the next thing happen; false where nothing is left.
  bool step();
  // Until the condition holds (looked at after each thing) or `limit` has passed; true where it
  // holds.
  bool run_until(const std::function<bool()>& condition, Duration limit);
  void run_for(Duration time);
  // Something at a time of its own.
  void at(Instant when, std::function<void()> what);

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
    bool listening = false, frozen = false;
    std::vector<Input> frozen_inputs;
    std::optional<Instant> wake_at;
    std::uint64_t wake_turn = 0;
    Instant disk_free{};  // file effects finish one after the other
    std::uint64_t next_conn = 2;
    std::size_t effects_in_work = 0;
  };
  // One direction of a connection.
  struct Half {
    MemberId to = 0;
    ConnId conn;  // the receiver's id
    MemberId from = 0;
    ConnId from_conn;  // the sender's id
    Instant last{};    // nothing overtakes
    bool paused = false;
    std::vector<std::function<void()>> held;  // behind a cut or a pause
  };
  using End = std::pair<MemberId, ConnId>;

  void deliver(MemberId id, Input input);
  void carry_out(MemberId id, Effects& effects);
  void open(MemberId id, const Open& open);
  void send(MemberId id, const Send& send);
  void close(MemberId id, const Close& close);
  void file(MemberId id, Effect effect);
  void end_life(MemberId id, const std::string& reason);
  void transmit(Half& half, std::function<void()> arrive);
  void flush_held(Half& half);
  void note(MemberId id, const Input& input);
  Duration between(Duration low, Duration high);
  Duration link_delay(MemberId a, MemberId b);

  struct Planned {
    Instant when;
    std::uint64_t order;
    std::function<void()> what;
  };
  struct Later {
    bool operator()(const Planned& a, const Planned& b) const {
      return std::tie(a.when, a.order) > std::tie(b.when, b.order);
    }
  };

  Rng rng_;
  Timing timing_;
  Watch watch_;
  Instant now_{seconds(1)};
  std::uint64_t next_order_ = 0, digest_ = 0xcbf29ce484222325ULL, steps_ = 0;
  std::uint16_t next_port_ = 40000;
  std::priority_queue<Planned, std::vector<Planned>, Later> planned_;
  std::vector<std::unique_ptr<Member>> members_;
  std::map<End, std::shared_ptr<Half>> out_;  // by sender's end: the way of what it sends
  std::set<std::pair<MemberId, MemberId>> cuts_;
  std::map<std::pair<MemberId, MemberId>, Duration> delays_;
};

}  // namespace lab::sim
