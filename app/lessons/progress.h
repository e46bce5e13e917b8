// What a learner has done: steps, predictions and what then happened, how long it took. Kept in one
// JSON file over restarts; the runner writes into it, the course's screen and the results file read
// it. A file that cannot be read is kept aside under another name and a new one begun.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace lab::lessons {

struct Prediction {
  std::string chosen, happened;  // ids of choices; happened: empty until it did
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
  // Writes the file anew (through a second one, so that it is never half there) where it changed.
  Result<> save();

 private:
  std::string file_;
  std::map<std::string, LessonProgress> lessons_;
  bool changed_ = false;
};

std::string to_json(const std::map<std::string, LessonProgress>& lessons);
Result<std::map<std::string, LessonProgress>> progress_from_json(const std::string& text);

}  // namespace lab::lessons
