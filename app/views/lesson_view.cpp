// What a walked lesson is in the window beside its panel: rings in the picture, keys, the clicker,
// the subtitle on stage, and the list of lessons.
#include <algorithm>

#include "app/i18n/strings.h"
#include "app/platform/keys.h"
#include "app/scene/marks.h"
#include "app/views/lab_view.h"

namespace lab::views {
namespace keys = platform::keys;
using lessons::Phase;
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

// As of now; a step that was not shown before begins at its top.
void LabView::see_lesson(Instant now) {
  auto* runner = course_ == nullptr ? nullptr : course_->runner();
  if (runner == nullptr) {
    step_.reset();
    return;
  }
  step_ = runner->view(state_.lang);
  const std::string at = runner->lesson().id + "/" + step_->id +
                         (runner->phase() == Phase::preparing ? "/preparing" : "");
  if (at == lesson_at_) return;
  lesson_at_ = at;
  lesson_since_ = now;
  lesson_look_ = {};
}

std::vector<scene::Highlight> LabView::lesson_rings() const {
  std::vector<scene::Highlight> rings;
  if (!step_ || course_->runner()->phase() == Phase::preparing) return rings;
  int number = 0;
  for (const auto& id : step_->highlights) rings.push_back({id, ++number, lesson_since_});
  return rings;
}

void LabView::toggle_inspector() {
  if (step_) {
    state_.details = lesson_shown();
    state_.inspector = true;
  } else {
    state_.inspector = !inspector_shown();
  }
}

void LabView::side_lesson(const Frame& frame) {
  side_.clear();
  side_.view = {0, 0, side_box_.w, side_box_.h};
  side_.ground = Token::panel;
  Pen pen(side_, measurer_, text_unit(), scene::stroke_factor(state_.theme));
  Ui ui(pen, frame.input, focus_, {side_box_.x * frame.scale, side_box_.y * frame.scale},
        frame.scale, state_.dialog == Dialog::none);
  pen.line({0.5F, 0}, {0.5F, side_box_.h}, Token::line, pen.hair());
  do_as_asked(
      lesson_panel(*course_->runner(), *step_, lesson_look_, ui, frame.input.wheel_y, state_.lang));
}

void LabView::do_as_asked(const LessonAsked& asked) {
  auto& runner = *course_->runner();
  if (!asked.choose.empty()) runner.choose(asked.choose);
  if (!asked.copied.empty()) copied_ = asked.copied;
  if (asked.hint) runner.open_hint();
  if (asked.show) runner.show_me();
  if (asked.next) runner.next();
  if (asked.back) runner.back();
  if (asked.course) open_dialog(Dialog::course);
  for (const auto& line : asked.run) {
    state_.console = true;  // where its answer can be read
    actions_.run(line);
  }
  if (asked.reset) runner.reset_step();
}

// N next, V back, U a hint, M show me, X this step again; Page Up and Down.
void LabView::lesson_shortcut(const platform::Key& key) {
  if (key.key == keys::page_up || key.key == keys::page_down) {
    if (state_.presenting) return clicker(key.key);
    lesson_look_.pages += key.key == keys::page_down ? 1.0F : -1.0F;
    return;
  }
  LessonAsked asked;
  asked.next = key.key == keys::n;
  asked.back = key.key == keys::v;
  asked.hint = key.key == keys::u && step_->more_hints > 0 && !step_->done;
  asked.show = key.key == keys::m && step_->can_show;
  asked.reset = key.key == keys::x && course_->runner()->phase() != Phase::preparing;
  do_as_asked(asked);
}

// On stage: forward does what the step asks for, then goes on to the next one.
void LabView::clicker(int key) {
  LessonAsked asked;
  asked.back = key == keys::page_up;
  asked.next = key == keys::page_down && step_->can_next;
  asked.show = key == keys::page_down && !step_->can_next && step_->can_show;
  do_as_asked(asked);
}

// The step's first paragraph, and once it is being done what the cluster does.
model::Sentence LabView::stage_sentence(const model::Sentence& narrated) const {
  if (!step_ || course_->runner()->phase() != Phase::active || step_->text.empty()) {
    return narrated;
  }
  model::Sentence sentence;
  for (const auto& span : step_->text.front().spans) sentence.lead += span.text;
  std::replace(sentence.lead.begin(), sentence.lead.end(), '\n', ' ');
  if (step_->done || step_->showing) {
    sentence.rest = narrated.lead;
    sentence.tone = narrated.tone;
  }
  return sentence;
}

void LabView::dialog_course(Ui& ui, const Box& box) {
  Pen& pen = ui.pen();
  const float x = box.x + pen.u(24), wide = box.w - pen.u(48), high = pen.u(36);
  pen.text({x, box.y + pen.u(38)}, word("window.lessons.title"), pen.u(17), Type::bold, Token::ink);
  pen.text_if({x, box.y + pen.u(62)}, word("window.lessons.hint"), pen.u(14), Type::regular,
              Token::muted, scene::Align::left, wide);
  float y = box.y + pen.u(78);
  const float end = box.bottom() - pen.u(58);
  const auto entries = course_->entries(state_.lang);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& one = entries[i];
    if (y + high > end) break;
    const Box row{x - pen.u(8), y, wide + pen.u(16), high};
    const bool can = one.problem.empty();
    if (can && ui.area("course/" + one.id, row)) {
      state_.dialog = Dialog::none;
      state_.details = false;
      state_.inspector.reset();
      state_.selected.clear();
      course_->start(one.id);
    }
    const float base = y + high / 2 + pen.u(5);
    const std::string far =
        !can           ? one.problem
        : one.finished ? std::string(word("lesson.state.finished"))
        : one.done > 0
            ? i18n::say("lesson.state.begun", state_.lang,
                        {{"done", std::to_string(one.done)}, {"of", std::to_string(one.steps)}})
            : i18n::say("window.lessons.minutes", state_.lang,
                        {{"minutes", std::to_string(one.minutes)}});
    const std::string title = i18n::say("window.lessons.line", state_.lang,
                                        {{"number", std::to_string(i + 1)}, {"title", one.title}});
    const float used =
        pen.text({x, base}, title, pen.u(14), Type::semibold, can ? Token::ink : Token::muted);
    const float right = x + wide;
    const float sign = one.finished ? pen.u(20) : 0;
    pen.text_if({right, base}, far, pen.u(14), Type::regular,
                !can           ? Token::trouble_text
                : one.finished ? Token::ok_text
                               : Token::muted,
                scene::Align::right, wide - used - pen.u(16) - sign);
    y += high + pen.u(4);
  }
  const std::string_view label = word("window.lessons.cluster");
  const float width = pen.width(label, pen.u(14), Type::semibold) + pen.u(32);
  const Box button{x, box.bottom() - pen.u(50), width, pen.u(34)};
  if (ui.button("course/cluster", button, label, Look::primary)) {
    state_.dialog = Dialog::none;
    if (course_->runner() != nullptr) course_->leave();
  }
}

}  // namespace lab::views
