// The lesson's panel, drawn by LabView in the inspector's place. It says what was asked for;
// LabView hands it to the runner.
#pragma once

#include <string>
#include <vector>

#include "app/lessons/runner.h"
#include "app/views/page.h"

namespace lab::views {

// What outlives a frame.
struct LessonLook {
  std::string picked;  // a choice that is not confirmed yet
  float scroll = 0;    // of the words, in units
  float pages = 0;     // to be scrolled in the next frame
  bool done = false;   // the step, when it was drawn last; not before it was seen undone
  bool undone = false;
  std::string term;  // that lies open, and where it stands in the panel
  scene::Box term_at;
};

struct LessonAsked {
  bool show = false, reset = false, restart = false, back = false, next = false, hint = false,
       course = false, leave = false, hand_in = false;
  std::string choose, copied;
  std::string term;  // of the glossary, and where in the panel it stands
  scene::Box term_at;
  std::string run;  // a console line
};

// Draws into all of the panel's scene. `wheel`: turns upwards in this frame.
LessonAsked lesson_panel(lessons::Runner& runner, const lessons::StepView& step, LessonLook& look,
                         Ui& ui, float wheel, i18n::Lang lang);

}  // namespace lab::views
