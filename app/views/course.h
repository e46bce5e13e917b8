// What the window asks of the course: the list of lessons with their progress, and the one that is
// being walked. The window program's or a test's; nothing here blocks.
#pragma once

#include <string>
#include <vector>

#include "app/lessons/runner.h"

namespace lab::views {

class Course {
 public:
  struct Entry {
    std::string id, title;
    int minutes = 0;
    std::size_t done = 0, steps = 0;
    bool finished = false;
    std::string problem;  // not empty: it cannot be walked, and why
  };
  virtual ~Course() = default;
  virtual std::vector<Entry> entries(i18n::Lang lang) const = 0;
  // Null where none is walked. It may be another one after start() and leave().
  virtual lessons::Runner* runner() = 0;
  virtual const lessons::Glossary& glossary(i18n::Lang lang) const = 0;
  // Soon: the lesson with a fresh cluster of its own, where it was left or from its first step;
  // just the cluster.
  virtual void start(const std::string& id) = 0;
  virtual void restart(const std::string& id) = 0;
  virtual void leave() = 0;
  // Writes what was done into a file to hand in, and says where.
  virtual void hand_in(i18n::Lang lang) = 0;
};

}  // namespace lab::views
