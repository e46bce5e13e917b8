// What a learner has done: steps, predictions and what then happened, how long it took. Kept in one
// JSON file over restarts; the runner writes into it, the course's screen and the results file read
// it. A file that cannot be read is kept aside under another name and a new one begun.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace lab::lessons {

struct Prediction {
  std::string chosen, happened;  // ids of choices; happened: empty until it did
  // The words of both as the run filled them, by language: another run would fill them otherwise.
  std::array<std::string, 2> chosen_words, happened_words;
  bool operator==(const Prediction&) const = default;
};

struct LessonProgress {
  std::vector<std::string> done;  // ids of steps, in the order in which they were done
  std::map<std::string, Prediction> predictions;  // by step
  std::map<std::string, int> hints;               // opened, by step
  std::vector<std::string> shown;                 // steps done by "show me"
  double seconds = 0;
  bool finished = false;
  std::string finished_at;  // "2026-11-23 21:44", of the learner's clock
  bool operator==(const LessonProgress&) const = default;
};

// The step that is looked at in a window right now: what `brokerlab notes` tells in a terminal. Its
// words are kept as they are shown, because only the window knows the run that fills them.
struct Place {
  std::string lesson, step;                 // ids
  std::size_t number = 0, count = 0;        // of the step, from 1
  std::array<std::string, 2> title, notes;  // by language
  std::int64_t process = 0;                 // of the window; it may have been killed
  bool operator==(const Place&) const = default;
};

class Progress {
 public:
  // ${XDG_DATA_HOME:-~/.local/share}/brokerlab/progress.json
  static std::string default_file();
  // A file that is not there is a beginning. `note` says what was wrong with one that is.
  static Progress open(const std::string& file, std::string& note);
  Progress() = default;  // kept nowhere

  const std::map<std::string, LessonProgress>& lessons() const { return lessons_; }
  // Null where the lesson was never begun.
  const LessonProgress* find(const std::string& lesson) const;
  // To change it; save() then has something to do.
  LessonProgress& of(const std::string& lesson);
  // Where a lesson is walked; empty: none is.
  void be_at(std::optional<Place> place);
  // Writes the file anew (through a second one, so that it is never half there) where it changed.
  Result<> save();

 private:
  std::string file_;
  std::map<std::string, LessonProgress> lessons_;
  std::optional<Place> place_;
  bool changed_ = false;
};

std::string to_json(const std::map<std::string, LessonProgress>& lessons,
                    const std::optional<Place>& place = {});
Result<std::map<std::string, LessonProgress>> progress_from_json(const std::string& text);
// Empty where no lesson is walked, or its window is gone.
Result<std::optional<Place>> place_from_json(const std::string& text);

}  // namespace lab::lessons
