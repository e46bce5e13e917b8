// The body of the lesson's panel, a column that may be longer than its place: the step's words, the
// prediction, goals, hints, why it happened. Drawn by lesson_panel(); decides nothing.
#pragma once

#include <string>

#include "app/views/lesson_panel.h"

namespace lab::views {

class LessonBody {
 public:
  LessonBody(const lessons::Runner& runner, const lessons::StepView& step, LessonLook& look,
             Page& page, i18n::Lang lang)
      : runner_(runner), step_(step), look_(look), page_(page), pen_(page.pen()), lang_(lang) {}

  void draw();
  LessonAsked asked;  // what was clicked in it
  // Where its parts are, once drawn: the end of the goals, and of why it happened the begin and the
  // end (without the events below).
  float goals_end = 0, why_begin = 0, why_end = 0;

 private:
  std::string_view word(std::string_view key) const;
  float u(float units) const { return pen_.u(units); }
  void heading(std::string_view words);
  void text(const lessons::ShownText& text, scene::Token ink);
  void trouble(const std::string& why);
  void code(const lessons::ShownBlock& block);
  void prediction();
  void ask();
  void one_choice(const lessons::ChoiceView& choice, bool open);
  void outcome();
  void goals();
  void goal(const lessons::ShownText& words, bool reached);
  void hints();
  void rung(int number, bool open);
  void why();
  std::string after(Duration span) const;

  const lessons::Runner& runner_;
  const lessons::StepView& step_;
  LessonLook& look_;
  Page& page_;
  scene::Pen& pen_;
  i18n::Lang lang_;
  int codes_ = 0;
};

}  // namespace lab::views
