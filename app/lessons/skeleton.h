// What `brokerlab lesson new NAME` writes: a small lesson that checks without a mistake, to be
// changed from there. lesson_program.cpp calls it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lab::lessons {

// File names and their texts.
std::vector<std::pair<std::string, std::string>> skeleton(const std::string& name);

}  // namespace lab::lessons
