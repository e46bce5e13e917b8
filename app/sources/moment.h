// A moment of a recording as people name it on the command line: so long after the start, a time of
// the wall clock, or an event. Pure text.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace lab::sources {

struct SinceStart {
  Duration time{};
  bool operator==(const SinceStart&) const = default;
};
struct ClockTime {
  Duration of_day{};  // since midnight where the viewer is
  bool operator==(const ClockTime&) const = default;
};
struct EventNumber {
  std::uint64_t id = 0;  // of the model's log: in the order in which they came to the lab
  bool operator==(const EventNumber&) const = default;
};
using Moment = std::variant<SinceStart, ClockTime, EventNumber>;

// "880ms", "12.5s", "14:32:06.404" (to the second, too), "#8213"; else an error that says so.
Result<Moment> parse_moment(std::string_view text);

}  // namespace lab::sources
