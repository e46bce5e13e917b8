// The lesson in the inspector's place: above which step it is, below what can be done, and the body
// between them, scrolled. The runner judges and does; here it is shown and asked.
#include "app/views/lesson_panel.h"

#include <algorithm>
#include <array>
#include <utility>

#include "app/i18n/strings.h"
#include "app/views/lesson_body.h"

namespace lab::views {
using lessons::Phase;
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

namespace {

// Lesson 7 · step 3 of 5, its title, and a bar a step; gives where it ends.
float head(Pen& pen, const lessons::Runner& runner, const lessons::StepView& step,
           i18n::Lang lang) {
  const float x = pen.u(24), wide = pen.scene().view.w - pen.u(48);
  const std::string& id = runner.lesson().id;
  const std::string number = id.substr(std::min(id.find_first_not_of('0'), id.size()));
  const std::string where = i18n::say("lesson.where", lang,
                                      {{"lesson", number.substr(0, number.find('-'))},
                                       {"number", std::to_string(step.number)},
                                       {"count", std::to_string(step.count)}});
  float y = pen.u(30);
  const float out_width =
      pen.width(i18n::text("lesson.leave", lang), pen.u(14), Type::semibold) + pen.u(12);
  pen.text_if({x, y}, where, pen.u(12), Type::semibold, Token::muted, scene::Align::left,
              wide - out_width);
  for (const auto line :
       pen.measurer().wrap(runner.lesson().title_in(lang), pen.u(22), Type::bold, wide)) {
    y += pen.u(28);
    pen.text({x, y}, line, pen.u(22), Type::bold, Token::ink);
  }
  y += pen.u(14);
  const auto count = static_cast<float>(step.count);
  const float gap = std::min(pen.u(4), wide / count / 3), each = (wide - gap * (count - 1)) / count;
  for (std::size_t i = 0; i < step.count; ++i) {
    const bool done = i < runner.active() || runner.phase() == Phase::finished;
    const Token ink = i + 1 == step.number ? Token::ink : done ? Token::ok : Token::line;
    pen.rect({x + static_cast<float>(i) * (each + gap), y, each, pen.u(5)}, ink);
  }
  return y + pen.u(16);
}

struct FootButton {
  const char *id, *label;
  bool LessonAsked::*what;
  bool can, right;
};

// What helps on the left, where to go on the right; as many rows as they need, from the bottom up.
struct Foot {
  struct Place {
    FootButton button;
    Box box;
  };
  std::vector<Place> places;
  float top = 0;
};

Foot foot(const Pen& pen, const Box& view, const lessons::Runner& runner,
          const lessons::StepView& step, i18n::Lang lang) {
  const bool finished = runner.phase() == Phase::finished;
  const bool failed = runner.phase() == Phase::failed;
  const bool idle = runner.phase() == Phase::active || failed;
  const std::array<FootButton, 7> all{
      {{"lesson/show", "lesson.show", &LessonAsked::show, step.can_show, false},
       {"lesson/reset", "lesson.reset_step", &LessonAsked::reset, idle, false},
       {"lesson/restart", "lesson.restart", &LessonAsked::restart, finished || failed, false},
       {"lesson/results", "lesson.hand_in", &LessonAsked::hand_in, finished, false},
       {"lesson/back", "lesson.back", &LessonAsked::back, step.can_back, true},
       {"lesson/next", "lesson.next", &LessonAsked::next, step.can_next && !finished, true},
       {"lesson/course", "lesson.course", &LessonAsked::course, finished || failed, true}}};
  const float x = pen.u(15), wide = view.w - pen.u(39), high = pen.u(32), pitch = pen.u(38);
  Foot foot;
  float at = 0, row = 0;
  for (const auto& one : all) {
    if (!one.can) continue;
    const float w = pen.width(i18n::text(one.label, lang), pen.u(14), Type::semibold) + pen.u(18);
    if (at > 0 && at + w > wide) at = 0, row += pitch;
    foot.places.push_back({one, {x + at, row, w, high}});
    at += w + pen.u(2);
  }
  foot.top = view.bottom() - row - pitch - pen.u(6);
  for (auto& place : foot.places) {
    // Those on the right of the last row go to its end.
    if (place.button.right && place.box.y == row) place.box.x += wide - (at - pen.u(2));
    place.box.y += foot.top;
  }
  return foot;
}

void draw_foot(Ui& ui, const Foot& foot, i18n::Lang lang, LessonAsked& asked) {
  Pen& pen = ui.pen();
  pen.line({pen.u(24), foot.top - pen.u(8)}, {pen.scene().view.w - pen.u(24), foot.top - pen.u(8)},
           Token::line, pen.hair());
  for (const auto& place : foot.places) {
    const bool on =
        place.button.what == &LessonAsked::next || place.button.what == &LessonAsked::course;
    if (ui.button(place.button.id, place.box, i18n::text(place.button.label, lang),
                  on ? Look::primary : Look::link)) {
      asked.*(place.button.what) = true;
    }
  }
}

// Where the parts of the body are, from its begin.
struct Parts {
  float height = 0, goals_end = 0, why_begin = 0, why_end = 0;
};

// As far down as all of why it happened needs to be read, and no further: what was predicted and
// the goals stay above it where they fit. Of a long one its begin comes first.
float scroll_to_why(const Parts& parts, float room) {
  return std::min(parts.why_end - room, parts.why_begin);
}

// What is out of sight below, or that the end is reached.
std::string_view more_words(const Parts& parts, const LessonLook& look, float room, float line,
                            const lessons::StepView& step) {
  if (look.scroll >= parts.height - room - 1) return "lesson.above";
  const float seen = look.scroll + room;
  if (step.done && parts.why_begin + 3 * line > seen) return "lesson.why_below";
  if (!step.done && !step.goals.empty() && parts.goals_end > seen + 1) return "lesson.goals_below";
  return "lesson.below";
}

void more_line(Pen& pen, std::string_view key, const lessons::StepView& step, scene::Point right,
               float wide, i18n::Lang lang) {
  const auto reached = std::count_if(step.goals.begin(), step.goals.end(),
                                     [](const auto& goal) { return goal.reached; });
  const std::string said = key == "lesson.goals_below"
                               ? i18n::say(key, lang,
                                           {{"reached", std::to_string(reached)},
                                            {"of", std::to_string(step.goals.size())}})
                               : std::string(i18n::text(key, lang));
  for (const std::string_view words : {std::string_view(said), i18n::text("lesson.below", lang)}) {
    if (pen.text_if(right, words, pen.u(12), Type::semibold, Token::leader, scene::Align::right,
                    wide)) {
      return;
    }
  }
}

}  // namespace

LessonAsked lesson_panel(lessons::Runner& runner, const lessons::StepView& step, LessonLook& look,
                         Ui& ui, float wheel, i18n::Lang lang) {
  Pen& pen = ui.pen();
  const Box view = pen.scene().view;
  LessonAsked asked;
  const float top = head(pen, runner, step, lang);
  const float more = pen.u(22);
  const Foot below = foot(pen, view, runner, step, lang);
  const float bottom = below.top - pen.u(10);
  const float x = pen.u(24), wide = view.w - pen.u(48);
  const auto lay = [&](float to) {
    Page page(ui, "lesson/term/", x, wide, top, to);
    page.y = top - look.scroll;
    LessonBody body(runner, step, look, page, lang);
    body.asked = std::move(asked);
    body.draw();
    asked = std::move(body.asked);
    if (!page.term().empty()) asked.term = page.term(), asked.term_at = page.term_box();
    return page.y + look.scroll - top;
  };
  Page ruler(ui, "", x, wide, top, bottom);
  Parts parts;
  parts.height = ruler.measure([&] {
    LessonBody body(runner, step, look, ruler, lang);
    body.draw();
    parts.goals_end = body.goals_end - top;
    parts.why_begin = body.why_begin - top;
    parts.why_end = body.why_end - top;
  });
  const float height = parts.height;
  const bool long_page = height > bottom - top;
  const float room = std::max(pen.u(40), bottom - top - (long_page ? more : 0));
  const bool just_done = step.done && !std::exchange(look.done, step.done) && look.undone;
  look.undone = look.undone || !step.done;
  if (just_done && !step.why.empty())
    look.scroll = std::max(look.scroll, scroll_to_why(parts, room));
  if (ui.hovers(view)) look.scroll -= wheel * pen.u(48);
  look.scroll += look.pages * room * 0.85F;
  look.pages = 0;
  look.scroll = std::clamp(look.scroll, 0.0F, std::max(0.0F, height - room));
  (void)lay(top + room);
  draw_foot(ui, below, lang, asked);
  const std::string_view out = i18n::text("lesson.leave", lang);
  float out_x = x + wide - pen.width(out, pen.u(14), Type::semibold);
  if (ui.word("lesson/leave", out_x, pen.u(30), out, false)) asked.leave = true;
  if (long_page) {
    more_line(pen, more_words(parts, look, room, pen.u(21), step), step,
              {x + wide, bottom - pen.u(4)}, wide, lang);
  }
  return asked;
}

}  // namespace lab::views
