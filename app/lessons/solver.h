// Solves a lesson without a person: each step's goals must not be true before something was done,
// `show` must reach them in time, exactly one prediction comes true, each highlight is in the
// picture, and all words find their answers. `lesson check` and the tests call it.
#pragma once

#include <memory>
#include <string>

#include "app/lessons/lesson.h"
#include "app/lessons/stage.h"

namespace lab::lessons {

struct Verdict {
  Report problems;
  std::size_t steps = 0;
  Duration cluster_time{};
  double seconds = 0;  // real ones
  bool live = false;
  std::string text() const;  // "solved live: 6 steps, 12.3 s"
};

Verdict solve(const std::shared_ptr<const Lesson>& lesson, bool live, const MakeWorld& make);

}  // namespace lab::lessons
