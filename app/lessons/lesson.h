// A lesson as its files have it, checked and ready to be run: set-up, steps with conditions, and
// the words in both languages. The loader makes it; it never changes afterwards. A script
// (`brokerlab run`) is the same without words.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/lessons/condition.h"
#include "app/lessons/words.h"

namespace lab::lessons {

// One thing that is done: a console line, or waiting until something is so.
struct Action {
  Template line;
  Conditions wait;  // not empty: waits instead
  int written_at = 0;
};

struct Let {
  std::string name;
  Query query;
  int line = 0;
};
struct Choice {
  std::string id;
  Conditions when;
  int line = 0;
};
struct Goal {
  std::string id;
  Conditions when;
  int line = 0;
};

struct Step {
  std::string id;
  int line = 0;
  std::vector<Let> let;
  std::vector<Action> begin;  // `do`
  std::vector<Template> highlights;
  std::vector<Action> show;
  std::vector<Choice> choices;
  std::vector<Goal> goals;
  // Of scripts only: wait (at most `within`), pause, then expect, snapshot and record.
  std::optional<Template> snapshot, record;
  Conditions wait, expect;
  Duration within = seconds(30), pause{};
};

struct Lesson {
  std::string id;                    // the folder's name: "07-kill-the-leader"
  std::string directory;             // empty: a script
  std::string file;                  // lesson.toml, or the script
  std::array<std::string, 2> title;  // by language
  int minutes = 0;
  bool live = false;
  ClusterKind cluster;
  std::vector<Action> setup;  // of the cluster: `do`
  std::vector<Step> steps;
  std::array<LessonWords, 2> words;

  const std::string& title_in(i18n::Lang lang) const {
    return title[static_cast<std::size_t>(lang)];
  }
  const StepWords& words_of(std::size_t step, i18n::Lang lang) const {
    return words[static_cast<std::size_t>(lang)].steps.at(steps[step].id);
  }
};

}  // namespace lab::lessons
