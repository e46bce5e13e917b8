#include "engine/sim/program/one_run.h"

#include <fmt/format.h>

#include "engine/sim/program/child.h"
#include "engine/sim/program/seeds.h"

namespace lab::sim::program {
namespace {

std::string good_text(const Outcome& outcome) {
  return fmt::format("seed {}: digest {:016x}, {:.1f} s simulated in {} steps\n  {}\n",
                     outcome.seed, outcome.digest,
                     static_cast<double>(outcome.simulated.count()) / 1e9, outcome.steps,
                     outcome.plan);
}

}  // namespace

int run_one(const Arguments& arguments) {
  Workers workers(child_command(), 1);
  Job job;
  job.run.seed = arguments.first;
  job.run.until = arguments.until;
  job.run.keep_logs = arguments.logs;
  const auto outcome = run_job(workers, job);
  if (!outcome) {
    fmt::print(stderr, "brokersim: {}\n", outcome.error().message);
    return workers.interrupted() ? exit_code::interrupted : exit_code::failed;
  }
  if (outcome->good()) {
    fmt::print("{}", good_text(*outcome));
  } else {
    fmt::print("{}repeat it: {}\n", failure_text(*outcome), repeat_line(job.run.seed, arguments));
  }
  Summary counted;
  counted.add(*outcome);
  fmt::print("{}", counted.details());
  return exit_code_of(outcome->kind);
}

}  // namespace lab::sim::program
