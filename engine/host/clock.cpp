#include "engine/host/clock.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <chrono>
#include <ctime>

#include "engine/base/check.h"

namespace lab::host {

Instant monotonic_now() {
  return Instant(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

Now real_now() {
  return {monotonic_now(),
          std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now())};
}

std::string log_time(WallTime time) {
  const auto ms = time.time_since_epoch().count();
  const auto seconds_part = static_cast<std::time_t>(ms / 1000);
  std::tm local{};
  ::localtime_r(&seconds_part, &local);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02},{:03}", local.tm_year + 1900,
                     local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec,
                     ms % 1000);
}

std::uint64_t random_bits() {
  std::uint64_t bits = 0;
  LAB_CHECK(::getrandom(&bits, sizeof bits, 0) == static_cast<ssize_t>(sizeof bits));
  return bits;
}

}  // namespace lab::host
