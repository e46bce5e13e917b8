// `brokerlab notes`: the speaker notes of the step that is looked at in a window, for another
// terminal. Called by main. It reads the file of progress and changes nothing.
#pragma once

#include <string>

#include "app/i18n/strings.h"

namespace lab::lessons {

struct NotesOptions {
  std::string progress;  // its file; empty: the default one
  i18n::Lang lang = i18n::Lang::en;
  bool follow = false;  // on, whenever they change, until SIGINT
};

// Exit codes: 0; 1 where no lesson is walked or the file cannot be read.
int show_notes(const NotesOptions& options);

}  // namespace lab::lessons
