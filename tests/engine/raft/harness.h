// A small world for the quorum alone: N nodes on simulated disks, a network with delay, loss and
// cuts, virtual time, all from one seed. After every step it checks what must always hold
// (elections, votes, commits) and throws Violation where it does not.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/raft/quorum.h"
#include "engine/storage/memory_disk.h"

namespace lab::raft::test {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Options {
  int voters = 3;
  int observers = 0;
  std::uint64_t seed = 1;
  Settings settings;  // timeouts; the rest is filled in
  microseconds delay_low{100}, delay_high{1000};
  microseconds disk_low{50}, disk_high{500};
  int loss_per_1000 = 0;
  std::int64_t segment_bytes = 1 << 20;
  std::size_t tail_cache_bytes = 1 << 20;
  bool print_lines = false;  // the nodes' log lines on standard output as they come
};

// Settings of the lab (DESIGN §3).
Settings lab_settings();

class World {
 public:
  explicit World(Options options);
  ~World();

  void run_for(Duration duration);
  // Runs until `done` holds, checked after each step; false when `limit` has passed before.
  bool run_until(const std::function<bool()>& done, Duration limit = seconds(30));

  Instant now() const { return now_; }
  std::vector<int> ids() const;
  bool up(int id) const { return node(id).part != nullptr; }
  Quorum& quorum(int id);
  storage::MemoryDisk& disk(int id) { return node(id).disk; }
  // What the node's listener has: all values in order.
  const std::vector<std::string>& values(int id) const { return node(id).values; }
  int snapshots_taken_in(int id) const { return node(id).snapshots_taken_in; }
  std::vector<trace::Payload> traced(int id) const { return node(id).traced; }
  const std::vector<std::string>& lines(int id) const { return node(id).lines; }

  // The node that is ready to lead in the highest epoch, 0 where there is none.
  int leader() const;
  bool elect(Duration limit = seconds(30));
  // Appends on the leader; its offset where there is one.
  std::optional<Offset> append(const std::string& value);
  // Everything appended so far is delivered on all nodes that run.
  bool settle(Duration limit = seconds(30));
  bool snapshot(int id);
  // Runs `fn` as an input of the node.
  void input(int id, const std::function<void(Quorum&)>& fn);

  void start(int id);
  void crash(int id);       // the process dies, the disk stays
  void power_loss(int id);  // unsynced bytes go, too
  void stop_cleanly(int id) {
    input(id, [](Quorum& q) { q.resign(); });
  }
  void cut(int from, int to) { cuts_.insert({from, to}); }
  void isolate(int id);
  void heal() { cuts_.clear(); }
  void slow_disk(int id, milliseconds latency) { node(id).slow_disk = latency; }
  void loss(int per_1000) { options_.loss_per_1000 = per_1000; }

  Rng& rng() { return rng_; }
  std::size_t committed() const { return committed_.size(); }
  int epochs_seen() const { return static_cast<int>(leaders_.size()); }

 private:
  struct Part;
  struct Node {
    int id = 0;
    storage::MemoryDisk disk;
    std::unique_ptr<Part> part;
    std::uint64_t incarnation = 0;
    std::vector<Effect> disk_queue;  // not yet carried out, in order
    Instant disk_free{};
    milliseconds slow_disk{0};
    std::vector<std::string> values, lines;
    Offset next{0};
    int snapshots_taken_in = 0;
    std::vector<trace::Payload> traced;
    Epoch seen{0};  // in messages that left
    std::map<std::int32_t, std::int32_t> votes;
  };
  friend struct Part;

  Node& node(int id) { return *nodes_.at(static_cast<std::size_t>(id - 1)); }
  const Node& node(int id) const { return *nodes_.at(static_cast<std::size_t>(id - 1)); }
  void at(Instant when, std::function<void()> what);
  void step();
  void handle(Node& n, const std::function<void()>& fn);
  void take(Node& n, Effects effects);
  void disk_step(Node& n, std::uint64_t incarnation);
  void send(Node& from, NodeId to, const Request& request, RequestHandle handle);
  void deliver(int from, int to, const Request& request, RequestHandle handle,
               std::uint64_t incarnation);
  void answer(int from, int to, Response response, RequestHandle handle, std::uint64_t incarnation);
  void failed(int id, RequestHandle handle, std::uint64_t incarnation);
  void halt_part(Node& n);
  bool lost(int from, int to);
  Duration delay();
  void note_sent(Node& n, Epoch epoch);
  void note_vote(Node& n, Epoch epoch, NodeId candidate);
  void note_committed(Node& n, const CommittedBatch& batch);
  void check();

  Options options_;
  Rng rng_;
  Instant now_{};
  std::uint64_t order_ = 0;
  std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> events_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::set<std::pair<int, int>> cuts_;
  std::map<std::int32_t, std::int32_t> leaders_;  // by epoch
  struct Committed {
    Epoch epoch;
    std::vector<std::string> values;
    Offset last;
  };
  std::map<std::int64_t, Committed> committed_;  // by base offset
  Offset committed_end_{0};
};

}  // namespace lab::raft::test
