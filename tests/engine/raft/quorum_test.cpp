// The quorum's stories, each on the small world of harness.h: elections, replication, restarts,
// snapshots, and settings that would make a lesser quorum elect for ever.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "engine/raft/election_state.h"
#include "tests/engine/raft/harness.h"

using namespace lab;
using namespace lab::raft;
using namespace lab::raft::test;
using trace::Role;

namespace {

Options lab_options(std::uint64_t seed = 1) {
  Options options;
  options.seed = seed;
  options.settings = lab_settings();
  return options;
}

int other_than(const World& w, std::initializer_list<int> not_these) {
  for (const int id : w.ids())
    if (std::find(not_these.begin(), not_these.end(), id) == not_these.end()) return id;
  return 0;
}

bool was(const World& w, int id, Role role) {
  for (const auto& event : w.traced(id))
    if (const auto* changed = std::get_if<trace::RoleChanged>(&event))
      if (changed->role == role) return true;
  return false;
}

int candidates(const World& w) {
  int times = 0;
  for (const int id : w.ids())
    for (const auto& event : w.traced(id))
      if (const auto* changed = std::get_if<trace::RoleChanged>(&event))
        times += changed->role == Role::candidate ? 1 : 0;
  return times;
}

void append_all(World& w, int count) {
  for (int i = 0; i < count; ++i) {
    REQUIRE(w.append("r" + std::to_string(i)));
    w.run_for(milliseconds(2));
  }
}

}  // namespace

TEST_CASE("three nodes from nothing elect a leader in 300 ms and replicate") {
  World w(lab_options());
  REQUIRE(w.elect(milliseconds(300)));
  const int leader = w.leader();
  REQUIRE(w.append("a"));
  REQUIRE(w.append("b"));
  REQUIRE(w.settle(milliseconds(200)));
  for (const int id : w.ids()) {
    CHECK(w.values(id) == std::vector<std::string>{"a", "b"});
    CHECK(w.quorum(id).leader() == LeaderAndEpoch{NodeId(leader), w.quorum(leader).epoch()});
  }
  // Two appends within the linger are one batch behind the epoch's first record.
  CHECK(w.quorum(leader).log_end() == Offset(3));
  w.run_for(seconds(20));
  CHECK(w.epochs_seen() == 1);
  CHECK(was(w, leader, Role::prospective));
  CHECK(was(w, leader, Role::candidate));
  const auto& lines = w.lines(leader);
  CHECK(std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("Completed transition to Leader(") != std::string::npos;
  }));
}

TEST_CASE("a single voter leads at once") {
  auto options = lab_options();
  options.voters = 1;
  options.settings.election_timeout = seconds(100);
  World w(options);
  REQUIRE(w.elect(milliseconds(20)));
  REQUIRE(w.append("only"));
  REQUIRE(w.settle(milliseconds(50)));
  w.power_loss(1);
  w.start(1);
  REQUIRE(w.elect(milliseconds(20)));
  CHECK(w.quorum(1).epoch() == Epoch(2));
  CHECK(w.values(1) == std::vector<std::string>{"only"});
}

TEST_CASE("an isolated node does not disturb the others when it comes back (pre-vote)") {
  World w(lab_options(3));
  REQUIRE(w.elect());
  const int leader = w.leader();
  const int lone = other_than(w, {leader});
  const Epoch epoch = w.quorum(leader).epoch();
  w.isolate(lone);
  w.run_for(seconds(10));
  CHECK(was(w, lone, Role::prospective));
  CHECK(w.quorum(lone).epoch() == epoch);
  w.heal();
  REQUIRE(w.append("x"));
  REQUIRE(w.settle(seconds(2)));
  CHECK(w.leader() == leader);
  CHECK(w.quorum(leader).epoch() == epoch);
}

TEST_CASE("the leader dies: another leads within a second, what was committed stays") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World w(lab_options(seed));
    REQUIRE(w.elect());
    append_all(w, 5);
    REQUIRE(w.settle());
    const int old = w.leader();
    w.crash(old);
    CHECK_MESSAGE(w.elect(milliseconds(1200)), "seed ", seed);
    REQUIRE(w.append("after"));
    w.start(old);
    REQUIRE(w.settle());
    for (const int id : w.ids()) {
      REQUIRE(w.values(id).size() == 6);
      CHECK(w.values(id).back() == "after");
    }
  }
}

TEST_CASE("a tail that was never committed is cut off") {
  World w(lab_options(5));
  REQUIRE(w.elect());
  append_all(w, 2);
  REQUIRE(w.settle());
  const int old = w.leader();
  w.isolate(old);
  for (int i = 0; i < 3; ++i) {
    w.input(old, [](Quorum& q) { q.append(q.epoch(), {Slice::copy("lost")}); });
    w.run_for(milliseconds(20));
  }
  const Offset longer = w.quorum(old).log_end();
  REQUIRE(w.run_until([&] { return w.leader() != 0 && w.leader() != old; }));
  REQUIRE(w.append("kept"));
  w.run_for(seconds(1));
  CHECK(longer == w.quorum(old).log_end());
  w.heal();
  REQUIRE(w.settle());
  CHECK(w.values(old) == std::vector<std::string>{"r0", "r1", "kept"});
  bool truncated = false;
  for (const auto& event : w.traced(old))
    truncated |= std::holds_alternative<trace::Truncated>(event);
  CHECK(truncated);
}

TEST_CASE("a former leader's record that is not synced yet is not taken for a committed one") {
  int happened = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    auto options = lab_options(seed);
    options.voters = 5;
    World w(options);
    REQUIRE(w.elect());
    append_all(w, 2);
    REQUIRE(w.settle());
    const int old = w.leader();
    const int slow = other_than(w, {old});
    for (const int id : w.ids())
      if (id != slow) w.cut(old, id);
    w.slow_disk(slow, seconds(2));
    REQUIRE(w.append("lost"));
    w.run_for(milliseconds(30));
    const bool has_it = w.quorum(slow).log_end() == w.quorum(old).log_end();
    w.isolate(old);
    REQUIRE(w.run_until([&] { return w.leader() != 0 && w.leader() != old; }));
    if (has_it && w.leader() != slow) ++happened;
    // More of them than the tail is long, committed by the others while the slow disk syncs it.
    append_all(w, 3);
    w.run_for(seconds(3));
    w.slow_disk(slow, milliseconds(0));
    w.heal();
    REQUIRE(w.settle());
    CHECK(w.values(slow) == w.values(w.leader()));
    CHECK(w.values(old) == w.values(slow));
  }
  CHECK(happened > 0);
}

TEST_CASE("a leader that is started anew is resigned in its epoch and never leads it again") {
  World w(lab_options(2));
  REQUIRE(w.elect());
  const int leader = w.leader();
  const Epoch epoch = w.quorum(leader).epoch();
  w.crash(leader);
  w.start(leader);
  CHECK(w.quorum(leader).role() == Role::resigned);
  CHECK(w.quorum(leader).epoch() == epoch);
  REQUIRE(w.elect(seconds(2)));
  CHECK(w.quorum(w.leader()).epoch() > epoch);
  REQUIRE(w.settle());
}

// A new leader does not wait until its quorum-state names it. That is safe: before it counted its
// own vote that was durable, and with it this node neither votes for another in the epoch nor
// stands in it again; all that is lost is that it starts as one who voted instead of one who
// resigned.
TEST_CASE("a leader that acts before its disk knows of it does not lead that epoch twice") {
  World w(lab_options(2));
  int leader = 0;
  REQUIRE(w.run_until([&] {
    for (const int id : w.ids()) leader = w.quorum(id).role() == Role::leader ? id : leader;
    return leader != 0;
  }));
  const Epoch epoch = w.quorum(leader).epoch();
  const auto bytes = w.disk(leader).content(quorum_state_file);
  const auto known = ElectionState::parse(std::string(bytes.begin(), bytes.end()));
  REQUIRE(known.ok());
  CHECK(known->epoch == epoch);
  CHECK(known->voted == NodeId(leader));
  CHECK(known->leader == no_node);
  w.power_loss(leader);
  w.start(leader);
  CHECK(w.quorum(leader).epoch() == epoch);
  REQUIRE(w.elect());  // the world throws where two lead in one epoch, or a vote is given twice
  CHECK(w.quorum(w.leader()).epoch() > epoch);
  REQUIRE(w.settle());
}

TEST_CASE("a vote outlives the process") {
  auto options = lab_options();
  options.settings.election_timeout = seconds(100);
  World w(options);
  Epoch durable{0};
  const auto ask = [&](int candidate, Epoch epoch) {
    protocol::VoteRequest request;
    request.cluster_id = "test-cluster";
    request.voter_id = 1;
    request.topics.resize(1);
    request.topics[0].topic_name = metadata_topic;
    auto& data = request.topics[0].partitions.emplace_back();
    data.replica_id = candidate;
    data.replica_epoch = epoch.v;
    std::optional<bool> granted;
    w.input(1, [&](Quorum& q) {
      q.vote(request, [&](const protocol::VoteResponse& r) {
        granted = r.topics[0].partitions[0].vote_granted;
      });
    });
    const bool at_once = granted == true;
    CHECK_FALSE((at_once && epoch > durable));  // never before it is durable
    durable = std::max(durable, epoch);
    w.run_for(milliseconds(20));
    REQUIRE(granted);
    return *granted;
  };
  w.run_for(milliseconds(10));
  CHECK(ask(2, Epoch(5)));
  CHECK(ask(2, Epoch(5)));
  w.power_loss(1);
  w.start(1);
  CHECK(w.quorum(1).epoch() == Epoch(5));
  CHECK_FALSE(ask(3, Epoch(5)));
  CHECK(ask(2, Epoch(5)));
  CHECK_FALSE(ask(3, Epoch(4)));
  CHECK(ask(3, Epoch(6)));
}

TEST_CASE("a leader without followers resigns (check quorum)") {
  World w(lab_options(4));
  REQUIRE(w.elect());
  const int leader = w.leader();
  w.isolate(leader);
  REQUIRE(w.run_until([&] { return w.quorum(leader).role() == Role::resigned; }, seconds(1)));
  CHECK_FALSE(w.quorum(leader).is_ready_leader());
  // It cannot commit, and it does not raise its epoch again and again.
  const Epoch epoch = w.quorum(leader).epoch();
  w.run_for(seconds(10));
  CHECK(w.quorum(leader).epoch().v <= epoch.v + 1);
  w.heal();
  REQUIRE(w.settle());
}

TEST_CASE("a graceful end hands over to the follower that is furthest") {
  World w(lab_options(6));
  REQUIRE(w.elect());
  append_all(w, 3);
  REQUIRE(w.settle());
  const int old = w.leader();
  const Instant before = w.now();
  w.stop_cleanly(old);
  REQUIRE(w.run_until([&] { return w.leader() != 0; }, seconds(2)));
  CHECK(to_ms(w.now() - before) < 100);
  CHECK(w.leader() != old);
  w.run_for(seconds(5));
  CHECK(w.quorum(old).leader().leader == NodeId(w.leader()));
}

TEST_CASE("observers find the leader, follow it, and never vote") {
  auto options = lab_options(7);
  options.observers = 2;
  World w(options);
  REQUIRE(w.elect());
  append_all(w, 4);
  REQUIRE(w.settle());
  CHECK(w.values(4).size() == 4);
  CHECK(w.values(5).size() == 4);
  const int old = w.leader();
  w.crash(old);
  REQUIRE(w.elect());
  REQUIRE(w.append("next"));
  REQUIRE(w.settle(seconds(3)));
  CHECK(w.values(5).back() == "next");
  CHECK_FALSE(was(w, 4, Role::prospective));
  CHECK(was(w, 4, Role::observer));
  // Observers alone do not keep a leader.
  const int leader = w.leader();
  w.crash(other_than(w, {leader, old}));
  CHECK(w.run_until([&] { return w.leader() == 0; }, seconds(3)));
}

TEST_CASE("a node far behind installs a snapshot, chunk by chunk") {
  auto options = lab_options(8);
  options.observers = 1;
  options.settings.snapshot_chunk_bytes = 100;
  World w(options);
  REQUIRE(w.elect());
  append_all(w, 3);
  REQUIRE(w.settle());
  const int lone = other_than(w, {w.leader()});
  w.crash(lone);
  w.crash(4);
  append_all(w, 20);
  REQUIRE(w.settle());
  const int leader = w.leader();
  REQUIRE(w.snapshot(leader));
  CHECK_FALSE(w.snapshot(leader));  // one at a time
  w.run_for(milliseconds(50));
  CHECK_FALSE(w.snapshot(leader));  // nothing new
  CHECK(w.quorum(leader).latest_snapshot() == w.quorum(leader).delivered());
  append_all(w, 2);
  REQUIRE(w.settle());
  w.start(lone);
  w.start(4);
  REQUIRE(w.settle());
  for (const int id : {lone, 4}) {
    CHECK(w.snapshots_taken_in(id) == 1);
    CHECK(w.values(id) == w.values(leader));
    CHECK(w.values(id).size() == 25);
    CHECK(w.quorum(id).latest_snapshot() == w.quorum(leader).latest_snapshot());
  }
  // Everybody starts from its own snapshot afterwards.
  for (const int id : w.ids()) w.power_loss(id);
  for (const int id : w.ids()) w.start(id);
  REQUIRE(w.settle());
  CHECK(w.values(lone).size() == 25);
  CHECK(w.snapshots_taken_in(leader) == 1);
}

TEST_CASE("all lose power at once: what was committed comes back") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World w(lab_options(seed));
    REQUIRE(w.elect());
    append_all(w, 6);
    REQUIRE(w.append("perhaps"));
    w.run_for(milliseconds(6));
    const std::size_t committed = w.values(w.leader()).size();
    for (const int id : w.ids()) w.power_loss(id);
    for (const int id : w.ids()) w.start(id);
    REQUIRE(w.elect());
    REQUIRE(w.settle());
    for (const int id : w.ids()) CHECK(w.values(id).size() >= committed);
  }
}

TEST_CASE("the log is read back from disk for listeners and followers") {
  auto options = lab_options(9);
  options.segment_bytes = 600;
  options.tail_cache_bytes = 200;
  World w(options);
  REQUIRE(w.elect());
  const int lone = other_than(w, {w.leader()});
  w.crash(lone);
  append_all(w, 60);
  w.start(lone);
  REQUIRE(w.settle());
  CHECK(w.values(lone).size() == 60);
}

TEST_CASE("a slow disk does not cost the leadership") {
  World w(lab_options(10));
  REQUIRE(w.elect());
  const int leader = w.leader();
  for (const int id : w.ids())
    if (id != leader) w.slow_disk(id, milliseconds(900));  // more than the fetch timeout
  REQUIRE(w.append("slow"));
  w.run_for(seconds(5));
  CHECK(w.epochs_seen() == 1);
  CHECK(w.values(leader) == std::vector<std::string>{"slow"});
}

TEST_CASE("no legal setting makes it elect for ever") {
  struct Case {
    const char* name;
    int fetch, election, backoff, request, retry;
    int delay_ms, disk_ms;
  };
  const Case cases[] = {
      {"the lab's", 400, 100, 100, 2000, 20, 1, 1},
      {"KAFKA.md 2.7", 500, 300, 1000, 2000, 20, 1, 1},
      {"fetch below the wait", 100, 1000, 1000, 2000, 20, 5, 1},
      {"election below a round trip", 2000, 1, 1, 2000, 20, 20, 5},
      {"all of them 1 ms", 1, 1, 1, 1, 1, 10, 5},
      {"all of them 0", 0, 0, 0, 0, 0, 10, 5},
      {"a request shorter than a round trip", 400, 100, 100, 5, 1, 20, 5},
      {"a slow network", 400, 100, 100, 2000, 20, 150, 1},
      {"slow disks", 400, 100, 100, 2000, 20, 1, 300},
      {"a backoff without end", 400, 100, 60000, 2000, 20, 1, 1},
  };
  for (const Case& c : cases) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      CAPTURE(c.name);
      CAPTURE(seed);
      auto options = lab_options(seed);
      options.observers = 1;
      options.settings.fetch_timeout = milliseconds(c.fetch);
      options.settings.election_timeout = milliseconds(c.election);
      options.settings.election_backoff_max = milliseconds(c.backoff);
      options.settings.request_timeout = milliseconds(c.request);
      options.settings.retry_backoff = milliseconds(c.retry);
      options.delay_low = milliseconds(c.delay_ms) / 2;
      options.delay_high = milliseconds(c.delay_ms);
      World w(options);
      for (const int id : w.ids()) w.slow_disk(id, milliseconds(c.disk_ms));
      REQUIRE(w.elect(seconds(60)));
      w.run_for(seconds(10));
      // From here on it is steady: records are committed, and hardly anybody is elected.
      const int epochs = w.epochs_seen();
      const std::size_t before = w.committed();
      for (int i = 0; i < 20; ++i) {
        w.append("r");
        w.run_for(milliseconds(1000));
      }
      CHECK(w.committed() >= before + 15);
      CHECK(w.epochs_seen() <= epochs + 2);
      const int old = w.leader();
      REQUIRE(old != 0);
      w.crash(old);
      CHECK(w.elect(seconds(60)));
    }
  }
}

TEST_CASE("a disk that syncs for seconds delays an election, but does not repeat it") {
  for (const int voters : {1, 3}) {
    CAPTURE(voters);
    auto options = lab_options(11);
    options.voters = voters;
    options.print_lines = std::getenv("LAB_LINES") != nullptr;
    World w(options);
    REQUIRE(w.elect());
    const Epoch before = w.quorum(w.leader()).epoch();
    for (const int id : w.ids()) {
      w.crash(id);
      w.slow_disk(id, milliseconds(3000));
    }
    const int candidates_before = candidates(w);
    for (const int id : w.ids()) w.start(id);
    // A file replaced is two syncs, a record one: the vote, the voters' votes, and the epoch's
    // first record at both ends.
    REQUIRE(w.elect(seconds(60)));
    CHECK(w.quorum(w.leader()).epoch() <= Epoch(before.v + (voters == 1 ? 1 : 2)));
    CHECK(candidates(w) - candidates_before <= (voters == 1 ? 1 : 4));
  }
}

TEST_CASE("whatever has happened before, the voters elect a leader soon after all is healed") {
  struct Case {
    const char* name;
    int delay_ms, sync_ms, loss_per_1000;
  };
  const Case cases[] = {{"quick", 1, 1, 0},
                        {"a network like the timeouts", 120, 1, 0},
                        {"disks like them", 1, 150, 0},
                        {"both", 60, 90, 0},
                        {"a lossy network", 10, 5, 100},
                        {"disks of a second", 5, 1000, 0}};
  for (const Case& c : cases) {
    Duration longest{};
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      CAPTURE(c.name);
      CAPTURE(seed);
      auto options = lab_options(seed);
      options.delay_high = milliseconds(c.delay_ms);
      options.loss_per_1000 = c.loss_per_1000;
      World w(options);
      for (const int id : w.ids())
        w.slow_disk(id, milliseconds(w.rng().below(1 + static_cast<std::uint64_t>(c.sync_ms))));
      REQUIRE(w.elect(seconds(60)));
      w.append("the same on all");
      REQUIRE(w.settle(seconds(60)));
      // With equal logs each of them may be elected, and each of them tries: alone, or all at once.
      for (const int id : w.ids()) {
        w.isolate(id);
        if (w.rng().one_in(3)) w.crash(id);
      }
      w.run_for(milliseconds(w.rng().between(1, 10000)));
      w.heal();
      for (const int id : w.ids())
        if (!w.up(id)) w.start(id);
      const Instant healed = w.now();
      REQUIRE(w.elect(seconds(60)));
      longest = std::max(longest, w.now() - healed);
    }
    MESSAGE(std::string(c.name) << ": at most " << to_ms(longest) << " ms");
    CHECK(longest < seconds(3) + 20 * (milliseconds(c.delay_ms) + milliseconds(c.sync_ms)));
  }
}
