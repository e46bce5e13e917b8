// `brokerlab lesson list|check|new|results`: what can be done with lessons without a window.
// Called by main; `lesson start` opens the window and is not here.
#pragma once

#include <string>
#include <vector>

#include "app/i18n/strings.h"
#include "app/lessons/stage.h"

namespace lab::lessons {

struct LessonOptions {
  std::string folder;    // of lessons; empty: those of the program
  std::string progress;  // its file; empty: the default one
  i18n::Lang lang = i18n::Lang::en;
};

// Exit codes: 0; 1 where something is wrong with a lesson or a file; 2 for a name that is none.
int list_lessons(const LessonOptions& options);
// `which`: folders, ids or numbers; empty: all. `live`: all on real processes. Where `worlds` makes
// no cluster, lessons are read only, and the last line says so.
int check_lessons(const LessonOptions& options, const std::vector<std::string>& which, bool live,
                  const MakeWorld& make);
// A skeleton that checks without a mistake, as FOLDER/NAME.
int new_lesson(const LessonOptions& options, const std::string& name);
int write_results(const LessonOptions& options, const std::string& file);

}  // namespace lab::lessons
