#include "app/lessons/preparing.h"

#include <fmt/format.h>

#include <algorithm>

namespace lab::lessons {

bool cluster_ready(const model::ClusterModel& model, int brokers) {
  int running = 0;
  for (const auto& [id, broker] : model.brokers()) {
    running += broker.state == model::BrokerState::running ? 1 : 0;
  }
  return running >= brokers && model.active_controller();
}

bool resolve_names(const std::vector<Let>& lets, Names& names, const Sight& sight) {
  bool all = false, progress = true;
  while (progress && !all) {
    progress = false;
    all = true;
    for (const Let& let : lets) {
      if (names.count(let.name) != 0) continue;
      // A query waits for the names that it names.
      const auto& words = let.query.words;
      const bool waits = std::any_of(lets.begin(), lets.end(), [&](const Let& other) {
        return names.count(other.name) == 0 &&
               std::count(words.begin() + 1, words.end(), other.name) != 0;
      });
      const auto answer = waits ? std::nullopt : ask(let.query, sight);
      if (answer) names[let.name] = *answer;
      progress = progress || answer;
      all = all && answer;
    }
  }
  return all;
}

Problem unanswered(const std::vector<Let>& lets, const Names& names, const std::string& file) {
  for (const Let& let : lets) {
    if (names.count(let.name) != 0) continue;
    return {file, let.line, fmt::format("{} = \"{}\" has no answer", let.name, let.query.text())};
  }
  return {file, 0, ""};
}

}  // namespace lab::lessons
