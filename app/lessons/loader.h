// Reads lessons from their folders, and scripts from a file, with all that can be wrong told by
// file and line. Nothing outside of a lesson's own folder is read, no file larger than the limit,
// and a lesson that is wrong keeps no other from loading.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "app/lessons/lesson.h"

namespace lab::lessons {

inline constexpr std::size_t largest_file = 256 * 1024;
inline constexpr std::size_t most_steps = 64, most_actions = 64;

// A lesson, or why it is none.
struct Loaded {
  std::string id;                        // the folder's name
  std::shared_ptr<const Lesson> lesson;  // empty where there are problems
  Report problems;
};

// Both languages; a problem where only one is there.
std::array<Glossary, 2> load_glossary(const std::string& folder, Report& report);
Loaded load_lesson(const std::string& folder, const std::array<Glossary, 2>& glossary);
Loaded load_script(const std::string& file);

// Why a script may not write this file into its output folder; empty: it may.
std::string why_no_output(const std::string& file);

// The text of a file that is a regular one and not too large.
std::optional<std::string> read_small_file(const std::string& path, Report& report);

// What is said must be there in both languages, for all that lesson.toml has, and the other way
// round (complete.cpp).
void check_words(const Lesson& lesson, const std::array<Glossary, 2>& glossary, Report& report);

}  // namespace lab::lessons
