// Judges what --set asks for before any file is touched. Called by ClusterDirectory.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"

namespace lab::sources {

// Refuses names that no broker knows (with the nearest one), those that each broker has for itself,
// and values that a broker would not take, in Kafka's words.
Result<> check_settings(const std::vector<std::pair<std::string, std::string>>& settings);

}  // namespace lab::sources
