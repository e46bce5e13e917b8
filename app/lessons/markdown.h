// One section of Markdown as blocks of spans. Internal to app/lessons: words.cpp calls it, and only
// this part of the program knows the Markdown library.
#pragma once

#include "app/lessons/words.h"

namespace lab::lessons {

// `line`: of the section's heading, above its first line; messages and templates name their own.
std::vector<Block> read_markdown(const std::string& markdown, int line, const Pen& pen);

}  // namespace lab::lessons
