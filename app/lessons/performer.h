// Does a list of actions one after the other: console lines, each after the answer of the one
// before, and waits. The runner has one for set-up, `do` and "show me"; scripts too. It does
// nothing by itself: its owner calls turn() whenever something may have changed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/lessons/lesson.h"

namespace lab::lessons {

class Performer {
 public:
  // A line that was done: what was written, what was run, and the answer.
  struct Done {
    int line = 0;
    std::string text;
    sources::Answer answer;
  };
  // How long an answer or a wait may take, of the cluster's time.
  static constexpr Duration patience = seconds(60);

  explicit Performer(Outside& outside) : outside_(outside) {}

  // `linger`: what was waited for can be looked at so long before it goes on.
  void begin(const std::vector<Action>& actions, Duration linger = {});
  void stop();
  // Goes on as far as it can. `sight` resolves placeholders.
  void turn(const Sight& sight);
  bool busy() const { return !todo_.empty() || asked_; }
  // What stopped it: a placeholder without answer, or no answer in time; empty where nothing did.
  const std::optional<Problem>& trouble() const { return trouble_; }
  // Lines that were done since begin(), answered ones only.
  const std::vector<Done>& done() const { return done_; }

 private:
  bool wait_is_over(const Action& action, const Sight& sight);
  void run(const Action& action, const Sight& sight);
  void give_up(int line, std::string why);

  Outside& outside_;
  std::vector<const Action*> todo_;  // the next one last
  bool asked_ = false;               // a line is out
  Instant since_{};                  // of that, or of the wait
  bool waiting_ = false;
  Duration linger_{};
  std::optional<Instant> came_;  // what is waited for
  std::optional<Problem> trouble_;
  std::vector<Done> done_;
  // Answers that come after begin() or stop() are of no interest.
  std::shared_ptr<int> round_ = std::make_shared<int>(0);
};

}  // namespace lab::lessons
