#include "app/lessons/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "app/lessons/preparing.h"

namespace lab::lessons {
namespace {

// A cluster that is not ready, or a name that has no answer, by then will not be.
constexpr Duration patience = seconds(30);
// How often the brokers' logs are read where a step asks for them.
constexpr Duration look_into_logs_every = milliseconds(250);
// A learner who looks away for longer does not work on the lesson.
constexpr double longest_pause = 300;

std::string clock_now() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
  return text;
}

bool asks_logs(const Text& text) {
  for (const Template* one : templates_of(text)) {
    for (const auto& piece : one->pieces()) {
      if (!piece.query.words.empty() && piece.query.words[0] == "error") return true;
    }
  }
  return false;
}

}  // namespace

Runner::Runner(std::shared_ptr<const Lesson> lesson, Outside& outside, Progress& progress)
    : lesson_(std::move(lesson)),
      outside_(outside),
      progress_(progress),
      performer_(outside),
      states_(lesson_->steps.size()) {}

// ---- Preparing

void Runner::begin(std::size_t step) {
  walk_to_ = std::min(step, lesson_->steps.size() - 1);
  states_.assign(lesson_->steps.size(), State{});
  active_ = shown_ = 0;
  watch_ = Watch();
  performer_.stop();
  trouble_.clear();
  complaint_.clear();
  showing_ = false;
  phase_ = Phase::preparing;
  preparing_ = Preparing::cluster;
  preparing_since_ = outside_.now();
  round_ = std::make_shared<int>(0);
  const std::weak_ptr<int> round = round_;
  outside_.fresh(lesson_->cluster, [this, round](const sources::Answer& answer) {
    if (round.expired()) return;
    if (!answer) return fail(answer.error().message);
    preparing_ = Preparing::brokers;
    preparing_since_ = outside_.now();
  });
}

std::size_t Runner::first_undone() const {
  const LessonProgress* before = progress_.find(lesson_->id);
  if (before == nullptr || before->finished) return 0;
  for (std::size_t i = 0; i < lesson_->steps.size(); ++i) {
    const auto& done = before->done;
    if (std::find(done.begin(), done.end(), lesson_->steps[i].id) == done.end()) return i;
  }
  return lesson_->steps.size() - 1;
}

void Runner::fail(const std::string& why) {
  phase_ = Phase::failed;
  trouble_ = why;
  performer_.stop();
}

void Runner::prepare() {
  performer_.turn(sight());
  if (performer_.trouble()) {
    return fail(fmt::format("{}:{}: {}", lesson_->file, performer_.trouble()->line,
                            performer_.trouble()->what));
  }
  if (performer_.busy()) return;
  for (const auto& done : performer_.done()) {
    if (done.answer) continue;
    return fail(fmt::format("{}:{}: {}: {}", lesson_->file, done.line, done.text,
                            done.answer.error().message));
  }
  const bool late = outside_.now() - preparing_since_ > patience;
  switch (preparing_) {
    case Preparing::cluster:
    case Preparing::none:
      return;
    case Preparing::brokers:
      if (late) return fail("the cluster was not ready in 30 s");
      if (!cluster_ready(outside_.model(), lesson_->cluster.brokers)) return;
      performer_.begin(lesson_->setup);
      preparing_ = Preparing::setup;
      return prepare();
    case Preparing::setup:
      return start_step(0);
    case Preparing::names:
      // What can be known before `do` is frozen before it.
      (void)resolve_names(step().let, state().names, sight());
      watch_.begin(outside_);
      performer_.begin(step().begin);
      preparing_ = Preparing::begin;
      return prepare();
    case Preparing::begin:
      preparing_ = Preparing::late_names;
      preparing_since_ = outside_.now();
      return prepare();
    case Preparing::late_names:
      if (resolve_names(step().let, state().names, sight())) return step_is_there();
      if (late) return fail(unanswered(step().let, state().names, lesson_->file).text());
      return;
  }
}

void Runner::start_step(std::size_t step) {
  active_ = shown_ = step;
  phase_ = Phase::preparing;
  showing_ = false;
  complaint_.clear();
  performer_.stop();
  State fresh;
  fresh.since = outside_.now();
  fresh.goals.assign(lesson_->steps[step].goals.size(), false);
  if (step > 0) {
    fresh.names = states_[step - 1].names;
    for (const Let& let : lesson_->steps[step].let) fresh.names.erase(let.name);
  }
  states_[step] = std::move(fresh);
  preparing_ = Preparing::names;
  preparing_since_ = outside_.now();
  prepare();
}

void Runner::step_is_there() {
  preparing_ = Preparing::none;
  phase_ = Phase::active;
  performer_.stop();
  for (const Template& highlight : step().highlights) {
    state().highlights.push_back(highlight.resolve(sight()).value_or(""));
  }
  if (active_ < walk_to_) walk_on();
}

// A step on the way to the one that is wished: it is shown, not done.
void Runner::walk_on() {
  state().passed = true;
  if (const LessonProgress* before = progress_.find(lesson_->id)) {
    const auto said = before->predictions.find(step().id);
    if (said != before->predictions.end()) state().chosen = said->second.chosen;
  }
  if (step().goals.empty()) return next();
  show_me();
}

// ---- Active

Sight Runner::sight(i18n::Lang lang) const {
  static const Names none;
  const bool begun = active_ < states_.size();
  return Sight{outside_, watch_, begun ? states_[active_].names : none, lang};
}

void Runner::see(const trace::Event& event) {
  watch_.see(outside_.model(), event);
  // Why it ended is the last that its log says: to be known before it is started again.
  if (std::holds_alternative<trace::ProcessExited>(event.payload)) looked_.reset();
}

bool Runner::looks_into_logs() const {
  for (const Goal& goal : step().goals) {
    if (look_into_logs(goal.when)) return true;
  }
  for (const Choice& choice : step().choices) {
    if (look_into_logs(choice.when)) return true;
  }
  const StepWords& words = lesson_->words_of(active_, i18n::Lang::en);
  return asks_logs(words.text) || asks_logs(words.why);
}

void Runner::turn() {
  if (phase_ == Phase::failed || phase_ == Phase::finished) return;
  if (phase_ == Phase::preparing) return prepare();
  count_time();
  const Instant now = outside_.now();
  if ((!looked_ || now - *looked_ >= look_into_logs_every || now < *looked_) && looks_into_logs()) {
    looked_ = now;
    watch_.look(outside_);
  }
  if (showing_) {
    performer_.turn(sight());
    for (const auto& done : performer_.done()) {
      if (!done.answer) complaint_ = fmt::format("{}: {}", done.text, done.answer.error().message);
    }
    if (performer_.trouble()) {
      complaint_ = fmt::format("{}:{}: {}", lesson_->file, performer_.trouble()->line,
                               performer_.trouble()->what);
    }
    showing_ = performer_.busy();
  }
  judge();
}

void Runner::count_time() {
  const double now = outside_.desk_seconds();
  const double passed = desk_ ? now - *desk_ : 0;
  // Not each frame: it is written down.
  if (desk_ && passed < 1) return;
  desk_ = now;
  if (passed > 0 && passed < longest_pause && active_ >= walk_to_) {
    progress_.of(lesson_->id).seconds += passed;
  }
}

bool Runner::goals_reached() const {
  const auto& goals = states_[active_].goals;
  return std::all_of(goals.begin(), goals.end(), [](bool reached) { return reached; });
}

void Runner::judge() {
  State& now = state();
  if (now.done || step().goals.empty()) return;
  const bool before = goals_reached();
  for (std::size_t i = 0; i < now.goals.size(); ++i) {
    if (now.goals[i] || !holds(step().goals[i].when, sight())) continue;
    now.goals[i] = true;
    watch_.mark(step().goals[i].id, outside_);
  }
  if (!goals_reached()) return;
  if (!before) {
    for (const Choice& choice : step().choices) {
      if (holds(choice.when, sight())) now.held.push_back(choice.id);
    }
    if (!now.held.empty()) now.happened = now.held.front();
  }
  if (step().choices.empty() || !now.chosen.empty() || now.passed) finish_step();
}

void Runner::finish_step() {
  State& now = state();
  now.done = true;
  for (const auto lang : {i18n::Lang::en, i18n::Lang::ko}) {
    now.why[static_cast<std::size_t>(lang)] =
        why_it_happened(outside_.model(), now.since, outside_.now(), lang);
  }
  if (active_ < walk_to_) return next();
  LessonProgress& progress = progress_.of(lesson_->id);
  if (std::count(progress.done.begin(), progress.done.end(), step().id) == 0) {
    progress.done.push_back(step().id);
  }
  if (!now.chosen.empty()) progress.predictions[step().id] = prediction();
  if (now.hints > 0) progress.hints[step().id] = static_cast<int>(now.hints);
  if (now.shown && std::count(progress.shown.begin(), progress.shown.end(), step().id) == 0) {
    progress.shown.push_back(step().id);
  }
}

// As it is said now: what fills its words is of this run.
Prediction Runner::prediction() const {
  const State& now = states_[active_];
  Prediction made{now.chosen, now.happened, {}, {}};
  for (const auto lang : {i18n::Lang::en, i18n::Lang::ko}) {
    const auto& choices = lesson_->words_of(active_, lang).choices;
    const auto said = [&](const std::string& choice) {
      const auto found = choices.find(choice);
      std::string words = found == choices.end() ? "" : plain(show(found->second, sight(lang)));
      while (!words.empty() && words.back() == '\n') words.pop_back();
      return words;
    };
    made.chosen_words[static_cast<std::size_t>(lang)] = said(now.chosen);
    made.happened_words[static_cast<std::size_t>(lang)] = said(now.happened);
  }
  return made;
}

// ---- What the learner does

void Runner::choose(const std::string& choice) {
  if (phase_ != Phase::active || shown_ != active_ || !state().chosen.empty()) return;
  for (const Choice& one : step().choices) {
    if (one.id == choice) state().chosen = choice;
  }
}

void Runner::pass_prediction() {
  if (phase_ == Phase::active) state().passed = true;
}

void Runner::open_hint() {
  const auto& hints = lesson_->words_of(shown_, i18n::Lang::en).hints;
  if (states_[shown_].hints < hints.size()) ++states_[shown_].hints;
}

void Runner::show_me() {
  if (phase_ != Phase::active || showing_ || state().done) return;
  complaint_.clear();
  performer_.begin(step().show, active_ < walk_to_ ? Duration{} : linger_);
  state().shown = true;
  showing_ = true;
}

void Runner::next() {
  if (shown_ < active_) {
    ++shown_;
    return;
  }
  if (phase_ != Phase::active || !(step().goals.empty() || state().done)) return;
  if (step().goals.empty() && active_ >= walk_to_) {
    auto& done = progress_.of(lesson_->id).done;
    if (std::count(done.begin(), done.end(), step().id) == 0) done.push_back(step().id);
  }
  if (active_ + 1 < lesson_->steps.size()) return start_step(active_ + 1);
  phase_ = Phase::finished;
  LessonProgress& progress = progress_.of(lesson_->id);
  progress.finished = true;
  progress.finished_at = clock_now();
}

void Runner::skip() {
  if (shown_ < active_ || phase_ != Phase::active || state().done) return next();
  performer_.stop();
  showing_ = false;
  if (active_ + 1 < lesson_->steps.size()) return start_step(active_ + 1);
  phase_ = Phase::finished;  // but its progress does not say so
}

void Runner::back() {
  if (shown_ > 0) --shown_;
}

void Runner::reset_step() { begin(active_); }

void Runner::replace(std::shared_ptr<const Lesson> lesson) {
  const auto same = [](const Lesson& a, const Lesson& b) {
    if (a.steps.size() != b.steps.size() || !(a.cluster == b.cluster)) return false;
    for (std::size_t i = 0; i < a.steps.size(); ++i) {
      if (a.steps[i].id != b.steps[i].id || a.steps[i].goals.size() != b.steps[i].goals.size()) {
        return false;
      }
    }
    return true;
  };
  const bool stays = same(*lesson, *lesson_) && phase_ != Phase::failed && !performer_.busy();
  const std::size_t at = active_;
  performer_.stop();  // its actions are the old lesson's
  showing_ = false;
  lesson_ = std::move(lesson);
  if (!stays) begin(std::min(at, lesson_->steps.size() - 1));
}

}  // namespace lab::lessons
