#include "engine/sim/program/seeds.h"

#include <fmt/format.h>

#include <cstdio>

#include "engine/sim/program/child.h"

namespace lab::sim::program {

RunOptions run_options(std::uint64_t seed, const Arguments& arguments) {
  RunOptions run;
  run.seed = seed;
  run.until = arguments.until;
  run.groups = arguments.groups;
  return run;
}

std::string repeat_line(std::uint64_t seed, const Arguments& arguments) {
  std::string line = fmt::format("brokersim --seed {}", seed);
  if (arguments.groups != all_fault_groups()) line += " --faults " + text(arguments.groups);
  if (arguments.until) line += " --until " + time_text(*arguments.until);
  return line;
}

std::string failure_text(const Outcome& outcome) {
  std::string text =
      fmt::format("seed {}: FAILED, {}: {}\n", outcome.seed, kind_name(outcome.kind), outcome.what);
  if (outcome.process_died || outcome.plan.empty()) return text;
  return text + fmt::format("  after {:.3f} s of {}\n",
                            static_cast<double>(outcome.simulated.count()) / 1e9, outcome.plan);
}

SeedRunner::SeedRunner(const Arguments& arguments)
    : arguments_(arguments), workers_(child_command(), arguments.jobs), next_(arguments.first) {}

int SeedRunner::run() {
  const Duration begun = real_time();
  const auto passed = [&] { return real_time() - begun; };
  const std::uint64_t all = arguments_.last - arguments_.first + 1;
  while (!broken_) {
    start_more();
    if (broken_ || workers_.idle()) break;
    if (const auto answer = workers_.wait(progress_.pause())) take(*answer);
    if (workers_.interrupted()) break;
    progress_.told([&] { return summary_.progress(all, passed()); });
  }
  progress_.clear();
  workers_.kill_all();
  if (workers_.interrupted()) fmt::print("interrupted; so far:\n");
  fmt::print("{}", summary_.text(passed()));
  if (broken_) {
    fmt::print(stderr, "brokersim: {}\n", broken_->message);
    return exit_code::failed;
  }
  if (summary_.failed() > 0) return exit_code_of(summary_.first_failure());
  return workers_.interrupted() ? exit_code::interrupted : exit_code::good;
}

bool SeedRunner::more_to_start() const {
  return !all_started_ && (arguments_.keep_going || summary_.failed() == 0);
}

void SeedRunner::start_more() {
  while (workers_.has_room() && !broken_) {
    std::uint64_t seed = next_;
    const bool again = !due_.empty();
    if (again) {
      seed = *due_.begin();
      due_.erase(due_.begin());
    } else if (more_to_start()) {
      all_started_ = next_ == arguments_.last;
      ++next_;
    } else {
      return;
    }
    if (const auto started = start(seed, again); !started) broken_ = started.error();
  }
}

Result<> SeedRunner::start(std::uint64_t seed, bool again) {
  if (!again && (seed - arguments_.first) % twice_every == 0) digests_[seed] = 0;
  Job job;
  job.run = run_options(seed, arguments_);
  working_[next_job_] = {seed, again};
  return workers_.start(next_job_++, to_line(job));
}

void SeedRunner::take(const Workers::Answer& answer) {
  const auto [seed, again] = working_[answer.job];
  working_.erase(answer.job);
  const auto told = outcome_of(seed, answer);
  if (!told) {
    broken_ = told.error();
    return;
  }
  const Outcome& outcome = *told;
  if (again) {
    return answer.died.empty() ? compare(seed, outcome.digest) : fail(outcome);
  }
  summary_.add(outcome);
  if (!outcome.good()) return fail(outcome);
  if (digests_.contains(seed)) {
    digests_[seed] = outcome.digest;
    due_.insert(seed);
  }
}

void SeedRunner::compare(std::uint64_t seed, std::uint64_t digest) {
  const bool same = digests_[seed] == digest;
  summary_.repeated(same);
  if (same) return;
  Outcome differs;
  differs.seed = seed;
  differs.kind = Report::Kind::safety;
  differs.failure = "invariant 36";
  differs.what = fmt::format("two runs of the same seed have the digests {:016x} and {:016x}",
                             digests_[seed], digest);
  fail(differs);
}

void SeedRunner::fail(const Outcome& outcome) {
  summary_.fail(outcome);
  if (!first_failed_ || outcome.seed < first_failed_->seed) first_failed_ = outcome;
  progress_.clear();
  fmt::print("{}repeat it: {}\n", failure_text(outcome), repeat_line(outcome.seed, arguments_));
  std::fflush(stdout);
}

}  // namespace lab::sim::program
