// The real clocks, which only hosts read. Called by the runner for each input and by what observes
// processes from outside.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/time.h"

namespace lab::host {

Instant monotonic_now();  // CLOCK_MONOTONIC: one clock for all processes of this machine
Now real_now();
// Kafka's log4j form, in local time: 2026-11-23 14:32:06,404.
std::string log_time(WallTime time);
// Unpredictable bits from the kernel, for seeds, incarnations and ids.
std::uint64_t random_bits();

}  // namespace lab::host
