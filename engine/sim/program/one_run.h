// One run: from a seed or a saved file, told in full; a failing one is made small and saved where
// that is asked for, also after it was found among many.
#pragma once

#include "engine/sim/program/arguments.h"
#include "engine/sim/program/outcome.h"
#include "engine/sim/program/workers.h"

namespace lab::sim::program {

// --seed and --replay. Prints all; the exit code.
int run_one(const Arguments& arguments);
// --seeds, and what is to be done with the first that failed.
int run_many(const Arguments& arguments);

}  // namespace lab::sim::program
