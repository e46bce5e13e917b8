#include "app/lessons/performer.h"

#include <fmt/format.h>

#include <utility>

namespace lab::lessons {

void Performer::begin(const std::vector<Action>& actions, Duration linger) {
  stop();
  linger_ = linger;
  for (auto at = actions.rbegin(); at != actions.rend(); ++at) todo_.push_back(&*at);
}

void Performer::stop() {
  todo_.clear();
  done_.clear();
  trouble_.reset();
  asked_ = waiting_ = false;
  came_.reset();
  round_ = std::make_shared<int>(0);
}

void Performer::turn(const Sight& sight) {
  if (asked_ && outside_.now() - since_ > patience) give_up(0, "no answer came");
  while (!asked_ && !todo_.empty()) {
    const Action& action = *todo_.back();
    if (!action.wait.empty()) {
      if (!wait_is_over(action, sight)) return;
      if (!todo_.empty()) todo_.pop_back();
    } else {
      todo_.pop_back();
      run(action, sight);
    }
  }
}

bool Performer::wait_is_over(const Action& action, const Sight& sight) {
  if (!std::exchange(waiting_, true)) since_ = outside_.now();
  if (!came_ && holds(action.wait, sight)) came_ = outside_.now();
  if (came_) {
    if (outside_.now() - *came_ < linger_) return false;
    came_.reset();
    waiting_ = false;
    return true;
  }
  if (outside_.now() - since_ > patience) {
    give_up(action.written_at,
            fmt::format("what is waited for has not come in {} s", to_ms(patience) / 1000));
  }
  return false;
}

void Performer::run(const Action& action, const Sight& sight) {
  const auto text = action.line.resolve(sight);
  if (!text) {
    return give_up(action.written_at,
                   fmt::format("{{{}}} has no answer", action.line.unanswered(sight).value_or("")));
  }
  asked_ = true;
  since_ = outside_.now();
  const std::weak_ptr<int> round = round_;
  outside_.run(
      *text, [this, round, line = action.written_at, text = *text](const sources::Answer& answer) {
        if (round.expired()) return;
        asked_ = false;
        done_.push_back({line, text, answer});
      });
}

void Performer::give_up(int line, std::string why) {
  todo_.clear();
  asked_ = waiting_ = false;
  round_ = std::make_shared<int>(0);
  trouble_ = Problem{"", line, std::move(why)};
}

}  // namespace lab::lessons
