// Shrinking a run, with children that fail by a rule that is known: a script reads the job as
// brokersim's own child does, and answers as one.
#include "engine/sim/program/shrink_run.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

using namespace lab;
using namespace lab::sim::program;

namespace {

// It fails where broker 1 is down for 100 ms and the link 2-3 is cut, whatever else happens;
// without the cut it fails in another way. A freeze is never carried out.
constexpr const char* failing_child = R"(
import json, os, sys
job = json.loads(sys.stdin.readline())
faults = [f for f in json.loads(job["commands"]) if f["fault"] != "freeze"]
down = any(f["fault"] == "crash" and f["broker"] == 1 and f["lasts"] >= 100_000_000 for f in faults)
cut = any(f["fault"] == "cut" and f["broker"] == 2 and f["other"] == 3 for f in faults)
failure = "invariant 14" if down and cut else "invariant 11" if down else ""
answer = {"seed": job["seed"], "kind": "safety" if failure else "good", "failure": failure,
          "what": failure + ": seen", "plan": "", "digest": len(faults), "steps": 1, "simulated_ns": 1,
          "faults": {}, "counts": {}, "branches": {}, "commands": json.dumps(faults)}
os.write(3, (json.dumps(answer) + "\n").encode())
)";

sim::FaultCommand fault(sim::FaultKind kind, int broker, int other, int at_ms) {
  sim::FaultCommand command;
  command.kind = kind;
  command.broker = broker;
  command.other = other;
  command.at = Instant(milliseconds(at_ms));
  command.lasts = seconds(3);
  return command;
}

Outcome failed_run() {
  Outcome failed;
  failed.seed = 7;
  failed.kind = sim::Report::Kind::safety;
  failed.failure = "invariant 14";
  for (int i = 0; i < 12; ++i) {
    failed.commands.push_back(fault(sim::FaultKind::crash, 1 + i % 3, 0, 100 * i));
    failed.commands.push_back(fault(sim::FaultKind::freeze, 2, 0, 100 * i + 20));
  }
  failed.commands.insert(failed.commands.begin() + 9, fault(sim::FaultKind::cut, 2, 3, 450));
  return failed;
}

sim::RunOptions seven() {
  sim::RunOptions run;
  run.seed = 7;
  return run;
}

Workers children() { return Workers({"/usr/bin/env", "python3", "-c", failing_child}, 2); }

}  // namespace

TEST_CASE("a failing run is shrunk to the faults that it needs, as short as they may be") {
  Workers workers = children();
  RunShrinker shrinker(workers, seven(), failed_run());
  const auto small = shrinker.shrink();
  REQUIRE_MESSAGE(small.ok(), (small.ok() ? "" : small.error().message));
  CHECK(small->failure == "invariant 14");
  REQUIRE(small->commands.size() == 2);
  const auto is = [](sim::FaultKind kind) {
    return [kind](const sim::FaultCommand& command) { return command.kind == kind; };
  };
  const auto& commands = small->commands;
  const auto crash = std::find_if(commands.begin(), commands.end(), is(sim::FaultKind::crash));
  const auto cut = std::find_if(commands.begin(), commands.end(), is(sim::FaultKind::cut));
  REQUIRE(crash != commands.end());
  REQUIRE(cut != commands.end());
  CHECK(crash->broker == 1);
  CHECK(crash->lasts >= milliseconds(100));
  CHECK(crash->lasts < milliseconds(200));
  CHECK(cut->lasts < milliseconds(2));
}

TEST_CASE("a run whose faults do not fail alike when they are given is not shrunk") {
  Workers workers = children();
  auto failed = failed_run();
  std::erase_if(failed.commands,
                [](const auto& command) { return command.kind == sim::FaultKind::cut; });
  RunShrinker shrinker(workers, seven(), failed);
  const auto small = shrinker.shrink();
  REQUIRE_FALSE(small.ok());
  CHECK(small.error().message.find("do not fail alike") != std::string::npos);
}

TEST_CASE("a search that is interrupted gives the best so far") {
  Workers workers = children();
  const auto failed = failed_run();
  RunShrinker shrinker(workers, seven(), failed);
  ::kill(::getpid(), SIGINT);
  const auto small = shrinker.shrink();
  REQUIRE(small.ok());
  CHECK(workers.interrupted());
  CHECK(small->commands == failed.commands);
  CHECK(workers.idle());
}
