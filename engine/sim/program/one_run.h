// One run from the command line: told in full, with what was asked for beside it.
#pragma once

#include "engine/sim/program/arguments.h"

namespace lab::sim::program {

// Prints all; the exit code.
int run_one(const Arguments& arguments);

}  // namespace lab::sim::program
