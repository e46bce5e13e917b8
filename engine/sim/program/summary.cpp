#include "engine/sim/program/summary.h"

#include <fmt/format.h>

#include <algorithm>

namespace lab::sim::program {
namespace {

using Counts = std::map<std::string, std::int64_t>;

void add_to(Counts& sum, const Counts& more) {
  for (const auto& [name, count] : more) sum[name] += count;
}

double in_seconds(Duration time) { return static_cast<double>(time.count()) / 1e9; }

std::string speed(Duration simulated, Duration real) {
  return fmt::format("{:.0f} simulated seconds a second",
                     in_seconds(simulated) / std::max(0.001, in_seconds(real)));
}

std::string listed(const Counts& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name);
  }
  return text.empty() ? "none" : text;
}

}  // namespace

void Summary::add(const Outcome& outcome) {
  ++runs_;
  simulated_ += outcome.simulated;
  add_to(faults_, outcome.faults);
  add_to(counts_, outcome.counts);
  add_to(branches_, outcome.branches);
}

void Summary::fail(const Outcome& outcome) {
  failed_[outcome.seed] = {outcome.kind, outcome.failure};
}

Report::Kind Summary::first_failure() const {
  return failed_.empty() ? Report::Kind::good : failed_.begin()->second.first;
}

std::string Summary::progress(std::uint64_t all, Duration real) const {
  return fmt::format("{} of {} seeds done, {} failed, {:.2f} simulated hours, {}", runs_, all,
                     failed_.size(), in_seconds(simulated_) / 3600, speed(simulated_, real));
}

std::string Summary::text(Duration real) const {
  std::string text = fmt::format("{} seeds, {} failed; {:.2f} simulated hours in {:.1f} s, {}\n",
                                 runs_, failed_.size(), in_seconds(simulated_) / 3600,
                                 in_seconds(real), speed(simulated_, real));
  text += details();
  text += fmt::format("{} of them run twice, with the same digest{}\n", repeated_,
                      differed_ == 0 ? "" : fmt::format(" but for {}", differed_));
  for (const auto& [seed, failure] : failed_) {
    text +=
        fmt::format("failed: seed {}, {}: {}\n", seed, kind_name(failure.first), failure.second);
  }
  return text;
}

std::string Summary::details() const {
  std::string text;
  text += "faults: " + listed(faults_) + "\n";
  text += listed(counts_) + "\n";
  Counts reached;
  std::string never;
  for (const auto& [name, count] : branches_) {
    if (count > 0) {
      reached[name] = count;
    } else {
      never += (never.empty() ? "" : ", ") + name;
    }
  }
  if (!branches_.empty()) {
    text += "rare branches reached: " + listed(reached) + "\n";
    text += "never reached: " + (never.empty() ? "none, all were" : never) + "\n";
  }
  return text;
}

}  // namespace lab::sim::program
