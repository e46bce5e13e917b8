// The children of brokersim: how they are started, what they do (one job from the standard input),
// what their answers mean.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/sim/program/outcome.h"
#include "engine/sim/program/workers.h"

namespace lab::sim::program {

// How the command line of a child begins and ends: this very program, even where its file was
// replaced meanwhile.
inline constexpr const char* child_word = "--child";
std::vector<std::string> child_command();
// What such a process does; its exit code.
int run_child();

// A process that died is a crash of its seed. An error: the answer cannot be read.
Result<Outcome> outcome_of(std::uint64_t seed, const Workers::Answer& answer);
// One job, start to end. An error where it was interrupted, too.
Result<Outcome> run_job(Workers& workers, const Job& job);

}  // namespace lab::sim::program
