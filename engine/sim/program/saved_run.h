// A run as a file: a recording that the lab opens, whose settings say everything that is needed to
// run it again. Written by a child (it records while it runs), read by --replay.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/sim/program/outcome.h"
#include "engine/trace/recording.h"

namespace lab::sim::program {

// What a file says of its run, beside the events.
struct SavedRun {
  RunOptions run;  // with its faults as they were carried out, where these are known
  std::string plan;
  Report::Kind kind = Report::Kind::good;
  std::string failure, what;
  std::optional<std::uint64_t> digest;  // none where its process died
  std::string made_by;
};

std::map<std::string, std::string> settings_of(const RunOptions& run, const Outcome& outcome);
// An error names the file, where in it, and why. Nothing is taken on its word: what is needed is
// bounded.
Result<SavedRun> read_saved_run(const trace::ByteSource& file);

// What a recording of the run has at its head.
trace::RecordingMeta meta_of(std::uint64_t seed,
                             const std::map<std::string, std::string>& settings);
// Runs it and writes its recording, which must not be there yet.
Result<Report> record_run(const RunOptions& run, const std::string& path,
                          const std::map<std::string, std::string>& settings);

}  // namespace lab::sim::program
