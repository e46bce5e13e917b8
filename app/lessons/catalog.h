// The course: all lessons of a folder, in the order of their names, each with what is wrong with
// it. The window's first screen, `lesson list` and `check` show it; changed() is how a running lab
// sees that an author has saved a file.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/lessons/loader.h"

namespace lab::lessons {

class Catalog {
 public:
  // Loads all; a folder that is not there is a problem of its own.
  explicit Catalog(std::string folder);

  const std::string& folder() const { return folder_; }
  const std::vector<Loaded>& lessons() const { return lessons_; }
  const std::array<Glossary, 2>& glossary() const { return glossary_; }
  // Of the folder and the glossary.
  const Report& problems() const { return problems_; }
  // By id, number ("7", "07") or the beginning of the name behind it; null where it is none or more
  // than one.
  const Loaded* find(const std::string& name) const;

  // Looks at the files' times; loads again what has changed, and says whether something had. An
  // owner calls it about once a second.
  bool changed();

 private:
  void load();
  std::map<std::string, std::int64_t> times() const;

  std::string folder_;
  std::vector<Loaded> lessons_;
  std::array<Glossary, 2> glossary_;
  Report problems_;
  std::map<std::string, std::int64_t> times_;
};

// The lessons that come with the program: ../share/brokerlab/lessons seen from it; LAB_LESSONS goes
// first.
std::string lesson_folder();

}  // namespace lab::lessons
