// Shrinks a failing run: the same seed with as few and as short faults as still fail alike (the
// same broken promise, or the same thing missed).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/sim/program/outcome.h"
#include "engine/sim/program/progress.h"
#include "engine/sim/program/shrink.h"
#include "engine/sim/program/workers.h"

namespace lab::sim::program {

class RunShrinker {
 public:
  // `failed`: the outcome of `run`, which is not good.
  RunShrinker(Workers& workers, const RunOptions& run, const Outcome& failed)
      : workers_(workers), run_(run), wanted_(failed), best_(failed) {}

  // The smallest that was found, also where it was interrupted. An error where the faults that were
  // carried out do not fail alike when they are given.
  Result<Outcome> shrink();
  std::size_t runs() const { return runs_; }

 private:
  using Faults = std::vector<FaultCommand>;
  using Which = std::optional<std::size_t>;
  // The first of the lists that still fails alike; that one is the best then.
  Result<Which> first_failing(const std::vector<Faults>& lists);
  Result<> start(const std::vector<Faults>& lists, std::size_t which);
  Result<> fewer();
  Result<> shorter();
  Result<bool> shorter_at(std::size_t which);
  bool alike(const Outcome& outcome) const;

  Workers& workers_;
  RunOptions run_;
  const Outcome wanted_;
  Outcome best_;
  std::set<std::string> known_;  // lists, as JSON, that do not fail alike
  std::map<std::uint64_t, std::size_t> working_;
  Progress progress_;
  std::uint64_t next_job_ = 0;
  std::size_t runs_ = 0;
};

}  // namespace lab::sim::program
