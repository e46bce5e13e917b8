// Random runs: crashes, power losses, cuts, loss, snapshots and restarts from a seed. The world
// checks the invariants after each step; at the end everything heals and must converge.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "tests/engine/raft/harness.h"

using namespace lab;
using namespace lab::raft;
using namespace lab::raft::test;

namespace {

Options draw(std::uint64_t seed) {
  Rng rng(seed * 77 + 1);
  Options options;
  options.seed = seed;
  options.settings = lab_settings();
  options.voters = static_cast<int>(1 + 2 * rng.below(3));
  options.observers = static_cast<int>(rng.below(2));
  options.delay_high = microseconds(rng.between(200, 20000));
  options.disk_high = microseconds(rng.between(100, 20000));
  options.loss_per_1000 = rng.one_in(2) ? static_cast<int>(rng.below(50)) : 0;
  options.settings.append_linger = milliseconds(rng.below(6));
  options.settings.snapshot_chunk_bytes = static_cast<std::int32_t>(rng.between(64, 2000));
  options.segment_bytes = rng.one_in(2) ? 1000 : 1 << 20;
  options.tail_cache_bytes = rng.one_in(2) ? 300 : 1 << 20;
  return options;
}

void disturb(World& w) {
  Rng& rng = w.rng();
  const auto ids = w.ids();
  const int id = ids[rng.below(ids.size())];
  switch (rng.below(12)) {
    case 0:
      if (w.up(id)) w.crash(id);
      break;
    case 1:
      if (w.up(id)) w.power_loss(id);
      break;
    case 2:
      if (w.leader() != 0) w.crash(w.leader());
      break;
    case 3:
      w.isolate(id);
      break;
    case 4:
      w.cut(id, ids[rng.below(ids.size())]);
      break;
    case 5:
      w.heal();
      break;
    case 6:
      if (w.up(id)) w.snapshot(id);
      break;
    case 7:
      if (w.leader() != 0)
        w.input(w.leader(), [](Quorum& q) { q.renounce(q.epoch(), "the test says so"); });
      break;
    case 8:
      if (rng.one_in(4))
        for (const int each : ids)
          if (w.up(each)) w.power_loss(each);
      break;
    case 9:
      w.slow_disk(id, milliseconds(rng.one_in(2) ? rng.below(300) : 0));
      break;
    default:
      for (const int each : ids)
        if (!w.up(each) && rng.one_in(2)) w.start(each);
  }
}

void run(std::uint64_t seed) {
  Options options = draw(seed);
  options.print_lines = std::getenv("LAB_SEED") != nullptr;
  World w(options);
  int sent = 0;
  std::set<std::string> seen;
  for (int round = 0; round < 25; ++round) {
    for (int i = static_cast<int>(w.rng().below(4)); i > 0; --i)
      w.append(std::to_string(seed) + "-" + std::to_string(sent++));
    w.run_for(milliseconds(w.rng().between(1, 400)));
    disturb(w);
  }
  w.heal();
  w.loss(0);
  for (const int id : w.ids()) {
    w.slow_disk(id, milliseconds(0));
    if (!w.up(id)) w.start(id);
  }
  REQUIRE(w.elect(seconds(30)));
  w.run_for(seconds(5));  // a leader that was cut off may have been taken for the leader
  REQUIRE(w.elect(seconds(30)));
  REQUIRE(w.append("last"));
  REQUIRE(w.settle(seconds(30)));
  const auto& all = w.values(1);
  CHECK(std::count(all.begin(), all.end(), "last") == 1);
  for (const int id : w.ids()) CHECK(w.values(id) == all);
  for (const std::string& value : all) CHECK(seen.insert(value).second);
}

}  // namespace

TEST_CASE("random runs keep the quorum's promises") {
  // LAB_SEED=127 runs that seed alone and shows every node's log lines.
  const char* one = std::getenv("LAB_SEED");
  const std::uint64_t first = one != nullptr ? std::strtoull(one, nullptr, 10) : 1;
  for (std::uint64_t seed = first; seed < (one != nullptr ? first + 1 : 201); ++seed) {
    CAPTURE(seed);
    try {
      run(seed);
    } catch (const std::exception& e) {
      FAIL_CHECK("seed ", seed, ": ", e.what());
    }
  }
}

TEST_CASE("the same seed gives the same run") {
  const auto digest = [] {
    World w(draw(11));
    w.run_for(seconds(2));
    disturb(w);
    w.run_for(seconds(2));
    std::string out;
    for (const int id : w.ids())
      for (const std::string& line : w.lines(id)) out += line + "\n";
    return out;
  };
  CHECK(digest() == digest());
}
