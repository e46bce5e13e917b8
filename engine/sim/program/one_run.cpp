#include "engine/sim/program/one_run.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "engine/sim/program/child.h"
#include "engine/sim/program/saved_run.h"
#include "engine/sim/program/seeds.h"
#include "engine/sim/program/shrink_run.h"
#include "engine/trace/recording_file.h"

namespace lab::sim::program {
namespace {

int stopped_by(const Workers& workers, const Error& error) {
  if (workers.interrupted()) return exit_code::interrupted;
  fmt::print(stderr, "brokersim: {}\n", error.message);
  return exit_code::failed;
}

void print(const Outcome& outcome) {
  if (!outcome.good()) {
    fmt::print("{}", failure_text(outcome));
  } else {
    fmt::print("seed {}: digest {:016x}, {:.1f} s simulated in {} steps\n  {}\n", outcome.seed,
               outcome.digest, static_cast<double>(outcome.simulated.count()) / 1e9, outcome.steps,
               outcome.plan);
  }
  Summary counted;
  counted.add(outcome);
  if (!outcome.process_died) fmt::print("{}", counted.details());
}

// Writes the recording: the run is run once more, and must be the same.
Result<> save(Workers& workers, const RunOptions& run, const Outcome& outcome,
              const std::string& path) {
  Job job;
  job.run = run;
  if (!outcome.process_died) job.run.faults = outcome.commands;
  job.record = path;
  job.settings = settings_of(job.run, outcome);
  const auto recorded = run_job(workers, job);
  if (!recorded) return recorded.error();
  if (recorded->process_died && !outcome.process_died) {
    return Error{fmt::format("{} was not written: {}", path, recorded->what)};
  }
  if (recorded->digest != outcome.digest) {
    return Error{
        fmt::format("invariant 36: the run that was saved has the digest {:016x}, not {:016x}",
                    recorded->digest, outcome.digest)};
  }
  fmt::print("saved: {}\n", path);
  return {};
}

Result<Outcome> make_small(Workers& workers, const RunOptions& run, const Outcome& failed) {
  RunShrinker shrinker(workers, run, failed);
  auto small = shrinker.shrink();
  if (!small) return small;
  fmt::print("shrunk{} from {} faults to {} in {} runs: {}\n",
             workers.interrupted() ? ", until it was interrupted," : "", failed.commands.size(),
             small->commands.size(), shrinker.runs(), small->what);
  for (const auto& command : small->commands) fmt::print("  {}\n", text(command));
  return small;
}

// What is asked for beside the run itself. nullopt where all of it was done.
std::optional<int> follow_up(Workers& workers, const Arguments& arguments, const RunOptions& run,
                             Outcome outcome) {
  if (arguments.shrink && outcome.good()) fmt::print("it went well: there is nothing to shrink\n");
  if (arguments.shrink && !outcome.good()) {
    auto small = make_small(workers, run, outcome);
    if (!small) return stopped_by(workers, small.error());
    outcome = std::move(*small);
    if (!arguments.save) fmt::print("(--save FILE keeps it)\n");
    if (workers.interrupted()) workers.forget_interrupt();  // what was found is saved even so
  }
  if (!arguments.save) return std::nullopt;
  if (auto saved = save(workers, run, outcome, *arguments.save); !saved) {
    return stopped_by(workers, saved.error());
  }
  fmt::print("repeat it: brokersim --replay {}\n", *arguments.save);
  return std::nullopt;
}

Result<SavedRun> read_file(const std::string& path) {
  const auto file = trace::FileSource::open(path);
  if (!file) return file.error();
  return read_saved_run(**file);
}

// What is different from what the file says; nothing where the run is the same.
std::string difference(const SavedRun& saved, const Outcome& outcome) {
  if (saved.digest.has_value() != outcome.process_died &&
      (outcome.process_died || *saved.digest == outcome.digest)) {
    return "";
  }
  return fmt::format(
      "this build differs from the one that saved the file ({}): it said digest {}, {}{}{}\n",
      saved.made_by, saved.digest ? fmt::format("{:016x}", *saved.digest) : "unknown",
      kind_name(saved.kind), saved.failure.empty() ? "" : ", ", saved.failure);
}

}  // namespace

int run_one(const Arguments& arguments) {
  Job job;
  job.run = run_options(arguments.first, arguments);
  std::optional<SavedRun> saved;
  if (arguments.replay) {
    auto read = read_file(*arguments.replay);
    if (!read) {
      fmt::print(stderr, "brokersim: {}\n", read.error().message);
      return exit_code::failed;
    }
    saved = std::move(*read);
    job.run = saved->run;
  }
  job.run.keep_logs = arguments.logs;
  Workers workers(child_command(), arguments.jobs);
  const auto outcome = run_job(workers, job);
  if (!outcome) return stopped_by(workers, outcome.error());
  print(*outcome);
  const std::string differs = saved ? difference(*saved, *outcome) : "";
  if (saved && differs.empty()) fmt::print("the same run as the file says\n");
  fmt::print("{}", differs);
  if (!saved && !outcome->good()) {
    fmt::print("repeat it: {}\n", repeat_line(job.run.seed, arguments));
  }
  std::fflush(stdout);
  job.run.keep_logs = false;
  if (const auto code = follow_up(workers, arguments, job.run, *outcome)) return *code;
  if (outcome->good() && !differs.empty()) return exit_code::failed;
  return exit_code_of(outcome->kind);
}

int run_many(const Arguments& arguments) {
  SeedRunner seeds(arguments);
  const int code = seeds.run();
  const auto& failed = seeds.first_failed();
  if (!failed) {
    if (arguments.save) fmt::print("no seed failed: {} was not written\n", *arguments.save);
    return code;
  }
  if (code == exit_code::interrupted || !(arguments.save || arguments.shrink)) return code;
  Workers workers(child_command(), arguments.jobs);
  const auto run = run_options(failed->seed, arguments);
  return follow_up(workers, arguments, run, *failed).value_or(code);
}

}  // namespace lab::sim::program
