// The faults of a run as a list: what was carried out gives the same run again, and a list from a
// stranger's file is refused with the reason.
#include "engine/sim/fault_command.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "engine/sim/random.h"

using namespace lab;

TEST_CASE("the faults that were drawn give the same run when they are given") {
  for (const std::uint64_t seed : {2U, 5U, 12U, 19U}) {
    CAPTURE(seed);
    const auto drawn = sim::random_run({seed, seconds(15), false});
    REQUIRE_FALSE(drawn.faults.empty());
    sim::RunOptions options{seed, seconds(15), false};
    options.groups = {};  // nothing is drawn any more
    options.faults = drawn.faults;
    const auto given = sim::random_run(options);
    CHECK(given.digest == drawn.digest);
    CHECK(given.faults == drawn.faults);
    options.faults->pop_back();
    CHECK(sim::random_run(options).digest != drawn.digest);
  }
}

TEST_CASE("groups of faults that are left out do not happen") {
  sim::RunOptions options{2, seconds(15), false};
  options.groups = {};
  CHECK(sim::random_run(options).faults.empty());
  options.groups = {sim::FaultGroup::nodes};
  const auto nodes = sim::random_run(options);
  CHECK_FALSE(nodes.faults.empty());
  for (const auto& fault : nodes.faults) {
    CHECK(sim::group_of(fault.kind) == sim::FaultGroup::nodes);
  }
}

TEST_CASE("what cannot be when it comes is left out") {
  sim::RunOptions options{2, seconds(15), false};
  const Instant at(seconds(5));
  sim::FaultCommand crash;
  crash.at = at;
  crash.broker = 2;
  crash.lasts = seconds(3);
  sim::FaultCommand again = crash, frozen = crash;
  again.at += seconds(1);
  frozen.at += seconds(2);
  frozen.kind = sim::FaultKind::freeze;
  options.faults = {crash, again, frozen};
  CHECK(sim::random_run(options).faults == std::vector{crash});
}

TEST_CASE("a list is read as it was written") {
  for (const std::uint64_t seed : {2U, 3U, 12U}) {
    const auto faults = sim::random_run({seed, std::nullopt, false}).faults;
    const auto read = sim::commands_from_json(sim::to_json(faults), sim::most_brokers);
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
    CHECK(*read == faults);
  }
}

TEST_CASE("a list that cannot be is refused, and says which fault and why") {
  const auto refused = [](const std::string& json) {
    const auto read = sim::commands_from_json(json, 3);
    REQUIRE_FALSE(read.ok());
    return read.error().message;
  };
  CHECK(refused("[{") == "the faults are no JSON from byte 3 on");
  CHECK(refused("{}") == "the faults are no list");
  CHECK(refused("[7]") == "fault 1: it is no object");
  CHECK(refused(R"([{"fault":"flood","broker":1}])") ==
        "fault 1: \"fault\" is none that is known here");
  const std::string good = R"({"fault":"crash","broker":1,"at":5})";
  CHECK(refused("[" + good + R"(,{"fault":"crash","broker":4}])") ==
        "fault 2: \"broker\" is no whole number from 1 to 3");
  CHECK(refused(R"([{"fault":"crash"}])") == "fault 1: \"broker\" is missing");
  CHECK(refused(R"([{"fault":"cut","broker":2,"other":2}])") ==
        "fault 1: a link has two different ends");
  for (const char* at : {"-1", "1e300", "18446744073709551615", "\"1\"", "null", "0.5"}) {
    CAPTURE(at);
    CHECK(refused(std::string(R"([{"fault":"crash","broker":1,"at":)") + at + "}]") ==
          "fault 1: \"at\" is no whole number from 0 to 1000000000000000");
  }
  CHECK(refused(R"([{"fault":"isolate","broker":1,"out":1}])") ==
        "fault 1: \"out\" is neither true nor false");
  CHECK_FALSE(sim::commands_from_json(std::string(100'000, '['), 3).ok());
}

TEST_CASE("groups are named as on the command line") {
  using sim::FaultGroup;
  CHECK(*sim::parse_fault_groups("none") == sim::FaultGroups{});
  CHECK(*sim::parse_fault_groups("all") == sim::all_fault_groups());
  CHECK(*sim::parse_fault_groups("disks,links") ==
        sim::FaultGroups{FaultGroup::links, FaultGroup::disks});
  CHECK(sim::text(*sim::parse_fault_groups("disks,links")) == "links,disks");
  CHECK(sim::text(sim::all_fault_groups()) == "all");
  for (const char* wrong : {"", ",", "links,", "link", "all,links", "LINKS"}) {
    CAPTURE(wrong);
    CHECK_FALSE(sim::parse_fault_groups(wrong).ok());
  }
  CHECK(sim::parse_fault_groups("link").error().message.find("did you mean links?") !=
        std::string::npos);
}

TEST_CASE("a fault can be read by a person") {
  sim::FaultCommand fault;
  fault.at = Instant(milliseconds(12345));
  fault.kind = sim::FaultKind::cut;
  fault.broker = 1;
  fault.lasts = milliseconds(800);
  CHECK(sim::text(fault) == "12.345 s: cut 1\u2194clients for 800.0 ms");
  fault.other = 3;
  fault.in = false;
  CHECK(sim::text(fault) == "12.345 s: cut 1\u21923 for 800.0 ms");
  fault.kind = sim::FaultKind::isolate;
  CHECK(sim::text(fault) == "12.345 s: isolate 1 \u2192 all other brokers for 800.0 ms");
  fault.kind = sim::FaultKind::power_loss;
  CHECK(sim::text(fault) == "12.345 s: power loss 1 for 800.0 ms");
}
