// What goes between brokersim and its children, each as one line of JSON: the job (which run, what
// else to do) and the outcome of it. Both sides are the same program.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/sim/random.h"

namespace lab::sim::program {

// A run, and what to do with it.
struct Job {
  RunOptions run;
  std::string record;                           // write its recording there; empty: none
  std::map<std::string, std::string> settings;  // what the recording says of the run
};

struct Outcome {
  std::uint64_t seed = 0;
  Report::Kind kind = Report::Kind::good;
  // Where it is not good: which failure this is, the same for runs that fail alike ("invariant
  // 11"), and what was seen.
  std::string failure, what;
  bool process_died = false;  // of the rest nothing is known
  std::string plan;
  std::uint64_t digest = 0, steps = 0;
  Duration simulated{};
  std::map<std::string, std::int64_t> faults;    // how many of each kind
  std::map<std::string, std::int64_t> counts;    // elections, records, by name
  std::map<std::string, std::int64_t> branches;  // rare ones; 0 where not reached
  std::vector<FaultCommand> commands;            // as they were carried out
  bool good() const { return kind == Report::Kind::good; }
};

Outcome outcome_of(std::uint64_t seed, const Report& report);
// A run whose process died.
Outcome died(std::uint64_t seed, const std::string& how);

std::string to_line(const Job& job);
Result<Job> job_from(std::string_view line);
std::string to_line(const Outcome& outcome);
Result<Outcome> outcome_from(std::string_view line);

std::string_view kind_name(Report::Kind kind);  // "good", "safety", "liveness", "crash"
std::optional<Report::Kind> kind_named(std::string_view name);
int exit_code_of(Report::Kind kind);

}  // namespace lab::sim::program
