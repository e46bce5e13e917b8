#include "engine/sim/program/shrink_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/sim/program/child.h"

namespace lab::sim::program {
namespace {

// Shorter than this nothing is made.
constexpr Duration shortest = milliseconds(1);

std::vector<FaultCommand> some_of(const std::vector<FaultCommand>& all, const Kept& kept) {
  std::vector<FaultCommand> some;
  for (const std::size_t i : kept) some.push_back(all[i]);
  return some;
}

}  // namespace

bool RunShrinker::alike(const Outcome& outcome) const {
  return outcome.kind == wanted_.kind && outcome.failure == wanted_.failure;
}

Result<Outcome> RunShrinker::shrink() {
  if (wanted_.process_died) {
    return Error{"the process of the run died: what it had carried out is not known"};
  }
  const auto same = first_failing({wanted_.commands});
  if (!same) return same.error();
  if (!same->has_value() && !workers_.interrupted()) {
    return Error{"the faults that were carried out do not fail alike when they are given: " +
                 wanted_.failure};
  }
  for (std::size_t before = 0; before != best_.commands.size() && !workers_.interrupted();) {
    before = best_.commands.size();
    if (auto done = fewer(); !done) return done.error();
    if (auto done = shorter(); !done) return done.error();
  }
  progress_.clear();
  return best_;
}

Result<> RunShrinker::fewer() {
  const Faults all = best_.commands;
  const auto kept = fewest(all.size(), [&](const std::vector<Kept>& candidates) -> Result<Which> {
    std::vector<Faults> lists;
    for (const auto& candidate : candidates) lists.push_back(some_of(all, candidate));
    return first_failing(lists);
  });
  if (!kept) return kept.error();
  return {};
}

Result<> RunShrinker::shorter() {
  for (std::size_t i = 0; i < best_.commands.size() && !workers_.interrupted(); ++i) {
    for (bool again = true; again;) {
      const std::size_t before = best_.commands.size();
      const auto shortened = shorter_at(i);
      if (!shortened) return shortened.error();
      // A fault that was shortened may keep another from being carried out at all.
      again = *shortened && best_.commands.size() == before;
    }
  }
  return {};
}

// The time of one fault, and its delay, much shorter or at least a little.
Result<bool> RunShrinker::shorter_at(std::size_t which) {
  std::vector<Faults> lists;
  for (const int part : {16, 4, 2}) {
    for (const auto time : {&FaultCommand::lasts, &FaultCommand::extra}) {
      Faults list = best_.commands;
      Duration& shortened = list[which].*time;
      if (shortened < 2 * shortest) continue;
      shortened = std::max<Duration>(shortest, shortened / part);
      lists.push_back(std::move(list));
    }
  }
  const auto found = first_failing(lists);
  if (!found) return found.error();
  return found->has_value();
}

Result<> RunShrinker::start(const std::vector<Faults>& lists, std::size_t which) {
  Job job;
  job.run = run_;
  job.run.faults = lists[which];
  working_[next_job_] = which;
  ++runs_;
  return workers_.start(next_job_++, to_line(job));
}

Result<RunShrinker::Which> RunShrinker::first_failing(const std::vector<Faults>& lists) {
  std::size_t next = 0, end = lists.size();  // nothing from `end` on is of interest
  Outcome found;
  while (!workers_.interrupted()) {
    while (workers_.has_room() && next < end) {
      if (known_.contains(to_json(lists[next]))) {
        ++next;
      } else if (auto started = start(lists, next++); !started) {
        return started.error();
      }
    }
    if (workers_.idle()) break;
    const auto answer = workers_.wait(progress_.pause());
    progress_.told([&] {
      return fmt::format("shrinking: {} faults of {} are left, {} runs", best_.commands.size(),
                         wanted_.commands.size(), runs_);
    });
    if (!answer) continue;
    const std::size_t which = working_.extract(answer->job).mapped();
    auto outcome = outcome_of(run_.seed, *answer);
    if (!outcome) return outcome.error();
    if (which >= end) continue;
    if (!alike(*outcome)) {
      known_.insert(to_json(lists[which]));
      continue;
    }
    end = which;
    found = std::move(*outcome);
    // A process that died could not say what it had carried out.
    if (found.process_died) found.commands = lists[which];
    for (const auto& [job, candidate] : working_) {
      if (candidate > end) workers_.kill(job);
    }
    std::erase_if(working_, [&](const auto& work) { return work.second > end; });
  }
  if (workers_.interrupted()) {
    workers_.kill_all();
    working_.clear();
    return Which();
  }
  if (end == lists.size()) return Which();
  best_ = std::move(found);
  return Which(end);
}

}  // namespace lab::sim::program
