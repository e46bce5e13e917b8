// What a walked lesson is in the window: its panel with the words of the glossary, rings in the
// picture, and keys. (stage_view.cpp has it on stage, course_dialog.cpp the list of lessons.)
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
  stage_at_ = 0;
  stage_goes_on_ = stage_shown_ = false;
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

// A broker's log is among its details: in a lesson they come and go with it.
void LabView::toggle_log() {
  const bool covered = lesson_shown() && selected_broker();
  state_.show_log = covered || !state_.show_log;
  if (covered || (step_ && !state_.show_log)) state_.details = state_.show_log;
}

bool LabView::over_term(const Frame& frame) const {
  if (lesson_look_.term.empty()) return false;
  return overlay_box_.contains(
      {frame.input.mouse_x / frame.scale, frame.input.mouse_y / frame.scale});
}

void LabView::side_lesson(const Frame& frame) {
  side_.clear();
  side_.view = {0, 0, side_box_.w, side_box_.h};
  side_.ground = Token::panel;
  Pen pen(side_, measurer_, text_unit(), scene::stroke_factor(state_.theme));
  Ui ui(pen, frame.input, focus_, {side_box_.x * frame.scale, side_box_.y * frame.scale},
        frame.scale, state_.dialog == Dialog::none && !over_term(frame));
  pen.line({0.5F, 0}, {0.5F, side_box_.h}, Token::line, pen.hair());
  const auto asked =
      lesson_panel(*course_->runner(), *step_, lesson_look_, ui, frame.input.wheel_y, state_.lang);
  // A click anywhere closes the word that lies open; one on another word opens that.
  if (frame.input.pressed[0]) lesson_look_.term.clear();
  do_as_asked(asked);
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
  if (asked.hand_in) course_->hand_in(state_.lang);
  if (!asked.term.empty()) lesson_look_.term = asked.term, lesson_look_.term_at = asked.term_at;
  if (!asked.run.empty()) {
    state_.console = true;  // where its answer can be read
    actions_.run(asked.run);
  }
  if (asked.restart) return course_->restart(runner.lesson().id);
  if (asked.leave) return course_->leave();
  if (asked.reset) runner.reset_step();
}

// N next, V back, U a hint, M show me, X this step again (with Shift: the lesson), O what was done
// to hand in; Page Up and Down.
void LabView::lesson_shortcut(const platform::Key& key) {
  if (key.key == keys::page_up || key.key == keys::page_down) {
    if (state_.presenting) return clicker(key.key);
    lesson_look_.pages += key.key == keys::page_down ? 1.0F : -1.0F;
    return;
  }
  const bool prepared = course_->runner()->phase() != Phase::preparing;
  LessonAsked asked;
  asked.next = key.key == keys::n;
  asked.back = key.key == keys::v;
  asked.hint = key.key == keys::u && step_->more_hints > 0 && !step_->done;
  asked.show = key.key == keys::m && step_->can_show;
  asked.reset = key.key == keys::x && !key.modifiers.shift && prepared;
  asked.restart = key.key == keys::x && key.modifiers.shift && prepared;
  asked.hand_in = key.key == keys::o;
  do_as_asked(asked);
}

// The word of the glossary over the panel, below (or above) where it was asked for.
void LabView::term_card(const Frame& frame) {
  const auto& glossary = course_->glossary(state_.lang);
  const auto found = glossary.find(lesson_look_.term);
  if (found == glossary.end()) return lesson_look_.term.clear();
  overlay_.clear();
  overlay_.ground = Token::panel;
  Pen pen(overlay_, measurer_, text_unit(), scene::stroke_factor(state_.theme));
  const float width = side_box_.w - pen.u(16), most = side_box_.h - pen.u(16);
  const lessons::ShownText text = course_->runner()->shown_text(found->second.text, state_.lang);
  const auto lay = [&](Page& page) {
    page.gap(14);
    page.words(found->second.title, 17, Type::bold, Token::ink);
    page.gap(4);
    page.text(text, Token::ink, [](const lessons::ShownBlock&) {});
    page.gap(6);
    page.words(word("lesson.term.close"), 12, Type::regular, Token::muted);
    page.gap(10);
  };
  Ui silent(pen, frame.input, focus_, {}, frame.scale, false);
  Page ruler(silent, "", pen.u(16), width - pen.u(32), 0, most);
  const float height = std::min(most, ruler.measure([&] { lay(ruler); }));
  const Box& at = lesson_look_.term_at;
  const float below = at.bottom() + pen.u(4), above = at.y - pen.u(4) - height;
  const float y = below + height <= side_box_.h - pen.u(8) ? below : std::max(pen.u(8), above);
  overlay_box_ = {side_box_.x + pen.u(8), side_box_.y + y, width, height};
  overlay_.view = {0, 0, width, height};
  pen.rect(overlay_.view.inset(1), Token::panel, Token::ink, pen.w(2), pen.u(6));
  Ui ui(pen, frame.input, focus_, {overlay_box_.x * frame.scale, overlay_box_.y * frame.scale},
        frame.scale, false);
  Page page(ui, "", pen.u(16), width - pen.u(32), 0, height);
  lay(page);
}

}  // namespace lab::views
