// A lesson that is being walked: which step, which goals are green, what was predicted and what
// then happened, hints, show me, why. It is fed by its owner (the window, the solver, tests): see()
// with each event after the model has applied it, turn() after each take() of the source. All that
// it does to the world goes through Outside. It judges by the model only: whichever way a goal was
// reached counts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/lessons/performer.h"
#include "app/lessons/progress.h"
#include "app/lessons/why.h"

namespace lab::lessons {

enum class Phase : std::uint8_t {
  preparing,  // a fresh cluster comes up, is set up, and earlier steps are walked again
  active,     // a step is there to be read and done
  finished,   // the last step was left
  failed,     // the lesson could not be set up: trouble() says why
};

struct GoalView {
  std::string id;
  ShownText words;
  bool reached = false;
};
struct ChoiceView {
  std::string id;
  ShownText words;
  bool chosen = false, happened = false;
};
// All that is shown of a step, its words filled in.
struct StepView {
  std::string id;
  std::size_t number = 0, count = 0;  // from 1
  ShownText text;
  std::vector<std::string> highlights;  // scene ids, numbered from 1 in this order
  ShownText ask;
  std::vector<ChoiceView> choices;
  bool predicted = false;  // or nothing to predict
  std::vector<GoalView> goals;
  std::vector<ShownText> hints;  // the opened ones
  std::size_t more_hints = 0;
  bool done = false;              // all green, and predicted
  ShownText why;                  // empty until done
  std::vector<WhyLine> happened;  // what the engine did, with times; empty until done
  ShownText notes;                // of the speaker
  bool showing = false;           // "show me" is at work
  bool can_show = false, can_next = false, can_back = false;
};

class Runner {
 public:
  // `progress` outlives it; the owner saves it now and then.
  Runner(std::shared_ptr<const Lesson> lesson, Outside& outside, Progress& progress);

  // Begins with a fresh cluster; steps before `step` are walked by showing them.
  // first_undone() is where a lesson that was begun before goes on; 0 where it was finished.
  void begin(std::size_t step = 0);
  std::size_t first_undone() const;
  void see(const trace::Event& event);
  void turn();
  // For people who look on: "show me" lets what it waits for be seen so long. The solver does not.
  void take_time(Duration linger) { linger_ = linger; }
  // The cluster that was begun could not run after all.
  void no_cluster(const std::string& why) { fail(why); }

  // ---- How it stands
  const Lesson& lesson() const { return *lesson_; }
  Phase phase() const { return phase_; }
  const std::string& trouble() const { return trouble_; }
  // A console line of "show me" that failed, or why that stopped; empty: none.
  const std::string& complaint() const { return complaint_; }
  std::size_t active() const { return active_; }  // index of the step that is to be done
  // Of the step that is wished, while those before it are walked.
  std::size_t wished() const { return walk_to_; }
  std::size_t shown() const { return shown_; }  // and of the one that is looked at
  StepView view(i18n::Lang lang) const;         // of the latter
  std::vector<std::string> highlights() const;
  // Words of the glossary, filled in as those of the step.
  ShownText shown_text(const Text& text, i18n::Lang lang) const { return show(text, sight(lang)); }

  // ---- What the learner does
  void choose(const std::string& choice);  // only once
  // The question was put to a room, or to nobody: the step needs no answer to be done.
  void pass_prediction();
  void open_hint();
  void show_me();
  void next();
  // On, though the step is not done (on stage nothing blocks): the next one begins as things are.
  void skip();
  void back();
  void reset_step();
  void reset_lesson() { begin(0); }
  // The author has saved a file: goes on where it is while the steps' ids are the same; else begins
  // anew.
  void replace(std::shared_ptr<const Lesson> lesson);

  // ---- For the solver
  const Performer& performer() const { return performer_; }
  bool goals_reached() const;
  // The choices whose conditions held when the goals were reached.
  const std::vector<std::string>& held() const { return states_[active_].held; }
  Sight sight(i18n::Lang lang = i18n::Lang::en) const;

 private:
  // What has come of a step.
  struct State {
    Names names;  // of let, the earlier steps' too
    Instant since{};
    std::vector<bool> goals;
    std::string chosen, happened;
    std::vector<std::string> held;
    std::size_t hints = 0;
    bool passed = false;  // the prediction
    bool shown = false, done = false;
    std::vector<std::string> highlights;
    std::vector<WhyLine> why[2];
  };
  enum class Preparing { cluster, brokers, setup, names, begin, late_names, none };

  void fail(const std::string& why);
  void prepare();
  void start_step(std::size_t step);
  void step_is_there();
  void judge();
  void finish_step();
  Prediction prediction() const;
  void walk_on();
  void count_time();
  bool looks_into_logs() const;
  State& state() { return states_[active_]; }
  const Step& step() const { return lesson_->steps[active_]; }

  std::shared_ptr<const Lesson> lesson_;
  Outside& outside_;
  Progress& progress_;
  Performer performer_;
  Watch watch_;
  Phase phase_ = Phase::preparing;
  Preparing preparing_ = Preparing::none;
  Instant preparing_since_{};
  std::string trouble_, complaint_;
  std::vector<State> states_;
  std::size_t active_ = 0, shown_ = 0, walk_to_ = 0;
  bool showing_ = false;
  Duration linger_{};
  std::optional<Instant> looked_;
  std::optional<double> desk_;
  std::shared_ptr<int> round_;
};

}  // namespace lab::lessons
