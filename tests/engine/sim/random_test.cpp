// Random runs: a moderate number of seeds always, many with LAB_LONG=1; and that a seed tells the
// whole run.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "engine/sim/random.h"

using namespace lab;

TEST_CASE("the same seed gives the same run, to the last byte") {
  for (const std::uint64_t seed : {3U, 8U}) {
    CAPTURE(seed);
    const auto once = sim::random_run({seed, seconds(8), false});
    const auto twice = sim::random_run({seed, seconds(8), false});
    CHECK(once.digest == twice.digest);
    CHECK(once.steps == twice.steps);
    CHECK(once.digest != sim::random_run({seed + 1, seconds(8), false}).digest);
  }
}

TEST_CASE("seeds that once failed") {
  // 459: a broker that learns late, from a snapshot, that it had led an epoch was taken for a
  // leader without the committed records; that epoch was over.
  // 925: a leader was deposed while its disk read for a follower, cut its log, filled it from the
  // new leader and answered with the new epoch's batches; on top of the follower's old ones they
  // hid the fork from every later comparison. 1352 and 1434 failed before that was mended and
  // passed after it; that theirs was the same was not traced. 1097: the faults' budget was judged
  // by a controller that did not know yet that it was deposed.
  // 914: a cut of a log that had not reached the disk was read beside the log as if it were part of
  // it. 1453: the faults' budget trusted a member of the ISR that lived, but slept: it was fenced
  // first, and the one that had lost its data was the last known leader. 356: what a voter had
  // synced was forgotten by who looks on when it was started anew. 708, 1003 and 1567 failed once
  // and passed when they were looked into. 3213: stalls of a disk added up, so that one went on for
  // half a minute after all was said to be healed. 159: a cut of a log that had not reached the
  // disk, again, this time where the check of a recovery read it as part of the log.
  for (const std::uint64_t seed :
       {159U, 356U, 459U, 708U, 914U, 925U, 1003U, 1097U, 1453U, 1567U, 3213U}) {
    CAPTURE(seed);
    const auto report = sim::random_run({seed, std::nullopt, false});
    CHECK_MESSAGE(report.kind == sim::Report::Kind::good, report.what);
  }
}

TEST_CASE("random faults break no promise, and all is well when they are over") {
  const char* longer = std::getenv("LAB_LONG");
  const std::uint64_t seeds = longer != nullptr && *longer == '1' ? 500 : 12;
  std::map<std::string, std::int64_t> branches;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    const auto report = sim::random_run({seed, std::nullopt, false});
    INFO(report.plan.text());
    CHECK_MESSAGE(report.kind == sim::Report::Kind::good, report.what);
    CHECK(report.acknowledged > 0);
    for (const auto& [name, count] : report.branches) branches[name] += count;
  }
  // Runs that never get into trouble prove nothing (38). What a dozen seeds must have been through:
  for (const char* name :
       {"diverging epoch cut a follower's log", "last known leader elected", "pre-vote refused",
        "torn or damaged end of a log cut at recovery", "AlterPartition refused"}) {
    CAPTURE(name);
    REQUIRE(branches.contains(name));
    CHECK(branches[name] > 0);
  }
}
