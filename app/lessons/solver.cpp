#include "app/lessons/solver.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/lessons/runner.h"
#include "app/scene/cluster_scene.h"

namespace lab::lessons {
namespace {

// How long a step is left alone before it is shown: goals that come by themselves are found.
constexpr Duration alone = seconds(1);
// From "show me" to the last goal; of the cluster's time.
constexpr Duration bound = seconds(60);
// The lab's own time for a whole lesson, so that nothing hangs.
constexpr double longest_seconds = 300;

// A simulated broker is no process and has no files: these are told of real ones only.
bool of_real_process(std::string_view query) {
  const std::string_view name = query.substr(0, query.find(' '));
  return name == "pid" || name == "properties" || name == "log" || name == "data";
}

class Solver {
 public:
  Solver(std::shared_ptr<const Lesson> lesson, bool live, const MakeWorld& make)
      : lesson_(std::move(lesson)),
        stage_(make, live),
        runner_(lesson_, stage_, progress_),
        measurer_(scene::Measurer::open()) {}

  Verdict run() {
    const double begun = stage_.desk_seconds();
    verdict_.live = stage_.live();
    runner_.begin();
    while (runner_.phase() != Phase::finished && verdict_.problems.empty()) {
      stage_.turn([this](const trace::Event& event) { runner_.see(event); });
      runner_.turn();
      if (runner_.phase() == Phase::failed) {
        note(lesson_->file, 0, runner_.trouble());
      } else if (runner_.phase() == Phase::active) {
        look();
      }
      if (stage_.desk_seconds() - begun > longest_seconds) {
        note(lesson_->file, step().line, "the lesson was not solved in 300 s");
      }
    }
    verdict_.steps = lesson_->steps.size();
    verdict_.cluster_time = spent_;
    verdict_.seconds = stage_.desk_seconds() - begun;
    return std::move(verdict_);
  }

 private:
  const Step& step() const { return lesson_->steps[runner_.active()]; }
  void note(const std::string& file, int line, const std::string& what) {
    verdict_.problems.push_back({file, line, what});
  }

  // One look at the active step; does what is next to be done.
  void look() {
    if (step_ != runner_.active()) {
      step_ = runner_.active();
      since_ = stage_.now();
      shown_ = false;
      unseen_ = std::set<std::size_t>();
      for (std::size_t i = 0; i < step().highlights.size(); ++i) unseen_.insert(i);
    }
    look_for_highlights();
    if (!shown_ && stage_.now() - since_ < alone) return;
    if (!shown_) return show();
    if (step().goals.empty() || runner_.view(i18n::Lang::en).done) return leave();
    if (stage_.now() - since_ > bound) tell_what_is_missing();
  }

  void show() {
    for (std::size_t i = 0; i < step().goals.size(); ++i) {
      const auto view = runner_.view(i18n::Lang::en);
      if (!view.goals[i].reached) continue;
      note(lesson_->file, step().goals[i].line,
           fmt::format("the goal \"{}\" is true before anything was done", step().goals[i].id));
    }
    if (!step().choices.empty()) runner_.choose(step().choices.front().id);
    if (!step().goals.empty()) runner_.show_me();
    shown_ = true;
    since_ = stage_.now();
  }

  void leave() {
    // What is still being shown may belong to the next step.
    if (runner_.view(i18n::Lang::en).showing && stage_.now() - since_ <= bound) return;
    check_choices();
    check_words();
    for (const std::size_t i : unseen_) {
      note(lesson_->file, step().highlights[i].line(),
           fmt::format("\"{}\" is not in the picture of this step",
                       runner_.highlights()[i].empty() ? step().highlights[i].written()
                                                       : runner_.highlights()[i]));
    }
    spent_ += stage_.now() - since_;
    runner_.next();
  }

  void tell_what_is_missing() {
    const auto view = runner_.view(i18n::Lang::en);
    for (std::size_t i = 0; i < view.goals.size(); ++i) {
      if (view.goals[i].reached) continue;
      note(lesson_->file, step().goals[i].line,
           fmt::format("the goal \"{}\" was not reached by show in {} s{}", view.goals[i].id,
                       to_ms(bound) / 1000,
                       runner_.complaint().empty() ? "" : " (" + runner_.complaint() + ")"));
    }
  }

  void check_choices() {
    if (step().choices.empty() || runner_.held().size() == 1) return;
    note(lesson_->file, step().choices.front().line,
         fmt::format(
             "{} of the choices hold when the goals are reached{}",
             runner_.held().empty() ? "none" : "more than one",
             runner_.held().empty() ? "" : fmt::format(": {}", fmt::join(runner_.held(), ", "))));
  }

  void check_words() {
    for (const auto lang : {i18n::Lang::en, i18n::Lang::ko}) {
      const StepWords& words = lesson_->words_of(runner_.active(), lang);
      const std::string& file = lesson_->words[static_cast<std::size_t>(lang)].file;
      for (const Text* text : {&words.text, &words.ask, &words.why, &words.notes}) {
        check_text(*text, file, lang);
      }
      for (const Text& hint : words.hints) check_text(hint, file, lang);
      for (const auto& [id, text] : words.goals) check_text(text, file, lang);
      for (const auto& [id, text] : words.choices) check_text(text, file, lang);
    }
  }

  void check_text(const Text& text, const std::string& file, i18n::Lang lang) {
    for (const Template* one : templates_of(text)) {
      const auto open = one->unanswered(runner_.sight(lang));
      if (!open || (!stage_.live() && of_real_process(*open))) continue;
      note(file, text.line, fmt::format("{{{}}} has no answer when the step is done", *open));
    }
  }

  void look_for_highlights() {
    if (unseen_.empty() || !measurer_) return;
    // Not each time: a picture costs more than a turn.
    if (pictured_ && stage_.now() - *pictured_ < milliseconds(100)) return;
    pictured_ = stage_.now();
    scene::CanvasView view;
    view.width = 1600;
    view.height = 1000;
    scene::cluster_scene(stage_.model(), view, stage_.now(), *measurer_, scene_);
    const auto ids = runner_.highlights();
    std::erase_if(unseen_, [&](std::size_t i) {
      const std::string kind = ids[i].substr(0, ids[i].find('/'));
      const bool elsewhere =
          kind == "lane" || kind == "sign" || kind == "station" || kind == "narration";
      return elsewhere || scene_.find(ids[i]).has_value();
    });
  }

  std::shared_ptr<const Lesson> lesson_;
  Stage stage_;
  Progress progress_;
  Runner runner_;
  Result<scene::Measurer> measurer_;
  scene::Scene scene_;
  Verdict verdict_;
  std::size_t step_ = most_steps;
  Instant since_{};
  std::optional<Instant> pictured_;
  Duration spent_{};
  bool shown_ = false;
  std::set<std::size_t> unseen_;
  static constexpr std::size_t most_steps = ~std::size_t{0};
};

}  // namespace

std::string Verdict::text() const {
  return fmt::format("solved {}: {} steps, {:.1f} s", live ? "on real processes" : "simulated",
                     steps, seconds);
}

Verdict solve(const std::shared_ptr<const Lesson>& lesson, bool live, const MakeWorld& make) {
  return Solver(lesson, live, make).run();
}

}  // namespace lab::lessons
