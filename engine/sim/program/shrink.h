// Looks for a small list of things with which a run still fails alike: delta debugging (Zeller and
// Hildebrandt, "Simplifying and isolating failure-inducing input", 2002), with the tests of a round
// at the same time. It knows neither runs nor processes; shrink_run.h does.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "engine/base/result.h"

namespace lab::sim::program {

// Numbers of the things that are kept, rising.
using Kept = std::vector<std::size_t>;
// The first candidate (in their order) that still fails alike; nullopt where none does. An error
// ends the search.
using FirstFailing = std::function<Result<std::optional<std::size_t>>(const std::vector<Kept>&)>;

// Of `count` things, which fail together, some that still do and of which none can be left out
// alone.
Result<Kept> fewest(std::size_t count, const FirstFailing& first_failing);

}  // namespace lab::sim::program
