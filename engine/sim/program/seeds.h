// Runs a range of seeds in child processes and tells what happens: failures as they come, progress,
// the summary at the end. Some seeds are run twice and their digests compared (invariant 36).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "engine/sim/program/arguments.h"
#include "engine/sim/program/outcome.h"
#include "engine/sim/program/progress.h"
#include "engine/sim/program/summary.h"
#include "engine/sim/program/workers.h"

namespace lab::sim::program {

RunOptions run_options(std::uint64_t seed, const Arguments& arguments);
// What repeats a run: "brokersim --seed 7 --faults links".
std::string repeat_line(std::uint64_t seed, const Arguments& arguments);
// What is to be known of a failed run.
std::string failure_text(const Outcome& outcome);

class SeedRunner {
 public:
  explicit SeedRunner(const Arguments& arguments);
  // Prints all; the exit code.
  int run();
  // Of the lowest seed that failed.
  const std::optional<Outcome>& first_failed() const { return first_failed_; }

 private:
  void start_more();
  bool more_to_start() const;
  void take(const Workers::Answer& answer);
  void fail(const Outcome& outcome);
  void compare(std::uint64_t seed, std::uint64_t digest);
  Result<> start(std::uint64_t seed, bool again);

  static constexpr std::uint64_t twice_every = 50;
  const Arguments& arguments_;
  Workers workers_;
  Progress progress_;
  Summary summary_;
  std::uint64_t next_;                                               // seed
  bool all_started_ = false;                                         // the last seed was
  std::set<std::uint64_t> due_;                                      // to be run a second time
  std::map<std::uint64_t, std::uint64_t> digests_;                   // of those that run twice
  std::map<std::uint64_t, std::pair<std::uint64_t, bool>> working_;  // job -> seed, again
  std::uint64_t next_job_ = 0;
  std::optional<Outcome> first_failed_;
  std::optional<Error> broken_;  // brokersim itself cannot go on
};

}  // namespace lab::sim::program
