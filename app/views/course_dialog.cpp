// The list of lessons with what was done of each: the first screen, and by Y at any time. Arrows
// and Enter, a digit, or the mouse begin one.
#include <algorithm>
#include <cmath>
#include <vector>

#include "app/i18n/strings.h"
#include "app/platform/keys.h"
#include "app/scene/marks.h"
#include "app/views/lab_view.h"

namespace lab::views {
namespace keys = platform::keys;
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

namespace {
constexpr float row_height = 38;

std::string state_of(const Course::Entry& one, i18n::Lang lang) {
  if (!one.problem.empty()) return one.problem;
  if (one.finished) return std::string(i18n::text("lesson.state.finished", lang));
  if (one.done > 0) {
    return i18n::say("lesson.state.begun", lang,
                     {{"done", std::to_string(one.done)}, {"of", std::to_string(one.steps)}});
  }
  return i18n::say("window.lessons.minutes", lang, {{"minutes", std::to_string(one.minutes)}});
}
}  // namespace

void LabView::begin_lesson(const Course::Entry& entry) {
  if (!entry.problem.empty()) return;
  state_.dialog = Dialog::none;
  state_.details = false;
  state_.inspector.reset();
  state_.selected.clear();
  course_->start(entry.id);
}

// Enter begins what comes next: the first that is not finished, behind the one that is walked where
// that is.
void LabView::suggest_lesson(const std::vector<Course::Entry>& entries) {
  const auto open = [](const Course::Entry& one) { return one.problem.empty() && !one.finished; };
  auto from = entries.begin();
  if (const auto* runner = course_->runner()) {
    from = std::find_if(entries.begin(), entries.end(),
                        [&](const Course::Entry& one) { return one.id == runner->lesson().id; });
  }
  auto next = std::find_if(from, entries.end(), open);
  if (next == entries.end()) next = std::find_if(entries.begin(), entries.end(), open);
  if (next != entries.end()) course_at_ = static_cast<int>(next - entries.begin());
}

// Up, Down and Enter; digits.
void LabView::course_shortcut(const platform::Key& key) {
  const auto entries = course_->entries(state_.lang);
  const auto last = static_cast<int>(entries.size()) - 1;
  if (last < 0) return;
  if (key.key == keys::down) course_at_ = std::min(last, course_at_ + 1), focus_.id.clear();
  if (key.key == keys::up) course_at_ = std::max(0, course_at_ - 1), focus_.id.clear();
  const bool enter = key.key == keys::enter || key.key == keys::keypad_enter;
  if (enter && focus_.id.empty() && course_at_ >= 0)
    begin_lesson(entries[static_cast<std::size_t>(course_at_)]);
  const int digit = key.key - keys::one;
  if (digit >= 0 && digit <= std::min(8, last))
    begin_lesson(entries[static_cast<std::size_t>(digit)]);
}

// A bar of as many parts as it has steps, the done ones filled, and behind it how it stands.
void LabView::course_row(Pen& pen, const Course::Entry& one, std::size_t index, const Box& row) {
  const float x = row.x + pen.u(8), right = row.right() - pen.u(8);
  const float base = row.y + row.h / 2 + pen.u(5);
  const std::string title =
      i18n::say("window.lessons.line", state_.lang,
                {{"number", std::to_string(index + 1)}, {"title", one.title}});
  const bool can = one.problem.empty();
  const float used =
      pen.text({x, base}, title, pen.u(14), Type::semibold, can ? Token::ink : Token::muted);
  const std::string state = state_of(one, state_.lang);
  const Token ink = !can ? Token::trouble_text : one.finished ? Token::ok_text : Token::muted;
  float room = right - x - used - pen.u(16);
  pen.text_if({right, base}, state, pen.u(14), Type::regular, ink, scene::Align::right, room);
  if (!can || one.steps == 0) return;
  room -= pen.width(state, pen.u(14), Type::regular) + pen.u(16);
  const float wide = pen.u(88), column = right - pen.u(120) - wide;
  if (room < wide || column < x + used + pen.u(16)) return;
  const auto count = static_cast<float>(one.steps);
  const float each = (wide - pen.u(2) * (count - 1)) / count;
  for (std::size_t i = 0; i < one.steps; ++i) {
    const bool done = one.finished || i < one.done;
    pen.rect({column + static_cast<float>(i) * (each + pen.u(2)), base - pen.u(8), each, pen.u(6)},
             done ? Token::ok : Token::line);
  }
}

void LabView::dialog_course(const Frame& frame, Ui& ui, const Box& box) {
  Pen& pen = ui.pen();
  const float x = box.x + pen.u(24), wide = box.w - pen.u(48), high = pen.u(row_height);
  pen.text({x, box.y + pen.u(38)}, word("window.lessons.title"), pen.u(17), Type::bold, Token::ink);
  close_button(ui, box);
  float y = box.y + pen.u(50);
  const auto said = measurer_.wrap(word("window.lessons.hint"), pen.u(14), Type::regular, wide);
  for (const auto line : said) {
    pen.text({x, y + pen.u(16)}, line, pen.u(14), Type::regular, Token::muted);
    y += pen.u(20);
  }
  y += pen.u(12);
  const auto entries = course_->entries(state_.lang);
  if (course_at_ < 0) suggest_lesson(entries);
  const auto count = static_cast<int>(entries.size());
  const float foot = course_foot(ui, box);
  const auto room = std::max(1, static_cast<int>(std::floor((foot - y) / high)));
  if (ui.hovers(box) && frame.input.wheel_y != 0) course_first_ += frame.input.wheel_y > 0 ? -1 : 1;
  if (course_at_ != course_seen_) {  // what the keys have chosen is in sight
    course_first_ = std::clamp(course_first_, course_at_ - room + 1, course_at_);
    course_seen_ = course_at_;
  }
  course_first_ = std::clamp(course_first_, 0, std::max(0, count - room));
  for (int i = course_first_; i < std::min(count, course_first_ + room); ++i) {
    const auto& one = entries[static_cast<std::size_t>(i)];
    const Box row{x - pen.u(8), y, wide + pen.u(16), high - pen.u(4)};
    if (one.problem.empty() && ui.area("course/" + one.id, row)) begin_lesson(one);
    if (i == course_at_) pen.rect(row, scene::no_ink, Token::ink, pen.w(1.25F), pen.u(4));
    course_row(pen, one, static_cast<std::size_t>(i), row);
    y += high;
  }
}

// Gives where it begins.
float LabView::course_foot(Ui& ui, const Box& box) {
  Pen& pen = ui.pen();
  const bool walks = course_->runner() != nullptr;
  float at = box.x + pen.u(24), y = box.bottom() - pen.u(50);
  const auto button = [&](const char* id, const char* label, Look look) {
    const std::string_view text = word(label);
    const float width = pen.width(text, pen.u(14), Type::semibold) + pen.u(28);
    if (at > box.x + pen.u(24) && at + width > box.right() - pen.u(24)) {
      at = box.x + pen.u(24);
      y -= pen.u(40);
    }
    const bool did = ui.button(id, {at, y, width, pen.u(34)}, text, look);
    at += width + pen.u(10);
    return did;
  };
  if (button("course/cluster", walks ? "window.lessons.leave" : "window.lessons.cluster",
             Look::primary)) {
    state_.dialog = Dialog::none;
    if (walks) course_->leave();
  }
  if (walks && button("course/restart", "window.lessons.restart", Look::plain)) {
    state_.dialog = Dialog::none;
    course_->restart(course_->runner()->lesson().id);
  }
  if (button("course/results", "lesson.hand_in", Look::plain)) {
    state_.dialog = Dialog::none;
    course_->hand_in(state_.lang);
  }
  return y - pen.u(8);
}

}  // namespace lab::views
