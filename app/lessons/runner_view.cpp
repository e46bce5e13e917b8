// What the runner shows of a step.
#include "app/lessons/runner.h"

namespace lab::lessons {

std::vector<std::string> Runner::highlights() const {
  if (phase_ == Phase::preparing) return {};
  return states_[shown_].highlights;
}

StepView Runner::view(i18n::Lang lang) const {
  const Step& step = lesson_->steps[shown_];
  const State& state = states_[shown_];
  const StepWords& words = lesson_->words_of(shown_, lang);
  const Sight sight{outside_, watch_, state.names, lang};
  const int highlights = static_cast<int>(step.highlights.size());
  const auto filled = [&](const Text& text) { return show(text, sight, highlights); };

  StepView view;
  view.id = step.id;
  view.number = shown_ + 1;
  view.count = lesson_->steps.size();
  view.text = filled(words.text);
  view.highlights = state.highlights;
  view.ask = filled(words.ask);
  for (const Choice& choice : step.choices) {
    view.choices.push_back({choice.id, filled(words.choices.at(choice.id)),
                            choice.id == state.chosen, state.done && choice.id == state.happened});
  }
  view.predicted = step.choices.empty() || !state.chosen.empty() || state.passed;
  for (std::size_t i = 0; i < step.goals.size(); ++i) {
    view.goals.push_back({step.goals[i].id, filled(words.goals.at(step.goals[i].id)),
                          i < state.goals.size() && state.goals[i]});
  }
  for (std::size_t i = 0; i < state.hints && i < words.hints.size(); ++i) {
    view.hints.push_back(filled(words.hints[i]));
  }
  view.more_hints = words.hints.size() - view.hints.size();
  view.done = state.done;
  if (state.done || (step.goals.empty() && phase_ != Phase::preparing)) {
    view.why = filled(words.why);
    view.happened = state.why[static_cast<std::size_t>(lang)];
  }
  view.notes = filled(words.notes);
  const bool current = shown_ == active_ && phase_ == Phase::active;
  view.showing = showing_ && current;
  view.can_show = current && !step.show.empty() && !state.done && !showing_;
  view.can_next = shown_ < active_ || (current && (step.goals.empty() || state.done));
  view.can_back = shown_ > 0;
  return view;
}

}  // namespace lab::lessons
