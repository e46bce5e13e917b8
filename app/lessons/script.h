// `brokerlab run SCRIPT`: the console's commands and the lessons' conditions without a window, step
// after step, with pictures and recordings of what came. Called by main. It writes nowhere but
// below the output folder.
#pragma once

#include <string>

#include "app/commands/pictures.h"
#include "app/lessons/stage.h"

namespace lab::lessons {

struct ScriptOptions {
  std::string file;
  std::string out;  // the folder of what is written; empty: the script's own
};

// Exit codes: 0; 1 where a line, a wait or an expect failed, or a file could not be written; 2 for
// a script that is wrong.
int run_script(const ScriptOptions& options, const MakeWorld& make,
               const commands::Pictures& pictures);

}  // namespace lab::lessons
