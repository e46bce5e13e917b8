// Time as the machines see it: given to them with each input, never asked for. Monotonic time
// decides (timeouts, order); wall time is only written down (record timestamps, log lines).
#pragma once

#include <chrono>
#include <cstdint>

namespace lab {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// CLOCK_MONOTONIC on a live machine, virtual time in the simulator. It has no now(): only hosts
// know.
struct MonotonicClock {
  using duration = nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};
using Instant = MonotonicClock::time_point;
using Duration = nanoseconds;

// Milliseconds since 1970 (UTC), as Kafka's record timestamps are.
using WallTime = std::chrono::time_point<std::chrono::system_clock, milliseconds>;

struct Now {
  Instant monotonic{};
  WallTime wall{};
};

constexpr std::int64_t to_ms(Duration d) {
  return std::chrono::duration_cast<milliseconds>(d).count();
}

}  // namespace lab
