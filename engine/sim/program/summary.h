// What many runs came to, added up and told at the end (or when they are interrupted).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "engine/sim/program/outcome.h"

namespace lab::sim::program {

class Summary {
 public:
  // A seed was run.
  void add(const Outcome& outcome);
  // It was run a second time (invariant 36).
  void repeated(bool same) {
    ++repeated_;
    if (!same) ++differed_;
  }
  // It failed, in the one run or the other.
  void fail(const Outcome& outcome);

  std::uint64_t runs() const { return runs_; }
  std::uint64_t failed() const { return failed_.size(); }
  // Of the lowest seed that failed; good where none did.
  Report::Kind first_failure() const;
  // One line for while it runs: of `all` seeds, after so much real time.
  std::string progress(std::uint64_t all, Duration real) const;
  std::string text(Duration real) const;
  // What happened in the runs: faults, elections, records, rare branches.
  std::string details() const;

 private:
  std::uint64_t runs_ = 0, repeated_ = 0, differed_ = 0;
  Duration simulated_{};
  std::map<std::uint64_t, std::pair<Report::Kind, std::string>> failed_;  // by seed
  std::map<std::string, std::int64_t> faults_, counts_, branches_;
};

}  // namespace lab::sim::program
