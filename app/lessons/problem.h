// What is wrong with a lesson's files: where, and what was expected there. The loader and
// everything that reads for it adds to one Report, so that an author sees all mistakes at once;
// `lesson check` and the course's screen print them.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/base/nearest.h"

namespace lab::lessons {

struct Problem {
  std::string file;  // as it was opened
  int line = 0;      // from 1; 0: the file as a whole
  std::string what;
  std::string text() const {  // "lessons/07-x/lesson.toml:12: …"
    return file + (line > 0 ? ":" + std::to_string(line) : "") + ": " + what;
  }
  bool operator==(const Problem&) const = default;
};

using Report = std::vector<Problem>;

// A report and the file that is being read.
struct Pen {
  Report& report;
  std::string file;
  void note(int line, std::string what) const { report.push_back({file, line, std::move(what)}); }
};

// " (did you mean leader?)", or nothing where no candidate is near.
template <class Candidates>
std::string did_you_mean(std::string_view word, const Candidates& candidates) {
  const std::string near(word.size() > 64 ? std::string()
                                          : std::string(nearest(word, candidates, 3)));
  return near.empty() ? "" : fmt::format(" (did you mean {}?)", near);
}

}  // namespace lab::lessons
