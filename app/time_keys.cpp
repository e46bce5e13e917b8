#include "app/time_keys.h"

#include <algorithm>
#include <array>
#include <string>

#include "app/platform/keys.h"

namespace lab {
namespace {

namespace keys = platform::keys;

// Of a recording: seconds of it in a real one.
constexpr std::array<double, 10> speeds{0.0001, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 4};
constexpr double slow = 0.1;
constexpr Duration leap = seconds(10);

// The next one up or down; from standing still the slowest or real time.
double next_speed(double now, bool faster) {
  if (now <= 0) return faster ? 1 : slow;
  const auto at = std::lower_bound(speeds.begin(), speeds.end(), now * 0.999);
  const auto index = std::clamp<std::ptrdiff_t>(at - speeds.begin() + (faster ? 1 : -1), 0,
                                                std::ptrdiff_t{speeds.size()} - 1);
  return speeds[static_cast<std::size_t>(index)];
}

bool recording_key(sources::Source& source, const platform::Key& key) {
  switch (key.key) {
    case keys::comma:
      source.set_pace(0);
      source.step_back();
      return true;
    case keys::bracket_left:
    case keys::bracket_right:
      source.set_pace(next_speed(source.pace(), key.key == keys::bracket_right));
      return true;
    case keys::j:
      source.seek(source.now() + (key.modifiers.shift ? leap : -leap));
      return true;
    case keys::home:
      source.seek(source.span().first);
      return true;
    case keys::end:
      source.seek(source.span().last);
      return true;
    default:
      return false;
  }
}

std::string_view told(double pace) {
  return pace <= 0 ? "window.time.still" : pace < 1 ? "window.time.slow" : "window.time.real";
}

}  // namespace

void time_keys(sources::Source& source, const platform::FrameInput& input, bool presenting,
               i18n::Lang lang) {
  const auto can = source.capabilities();
  if (!can.pace) return;
  for (const auto& key : input.keys) {
    if (!key.down || key.modifiers.ctrl || key.modifiers.alt) continue;
    // On stage a full stop is the clicker's black screen.
    if (presenting && !key.modifiers.shift && key.key == keys::full_stop) continue;
    const double pace = source.pace();
    if (key.key == keys::space) {
      source.set_pace(pace > 0 ? 0 : 1);
    } else if (key.key == keys::full_stop) {
      source.set_pace(0);
      source.step(trace::Weight::control);
    } else if (can.seek) {
      recording_key(source, key);
    } else if (key.key == keys::comma) {
      source.set_pace(pace == slow ? 1 : slow);
    } else {
      continue;
    }
    // Of a recording the sign beside the clock tells it.
    if (!can.seek) source.say(std::string(i18n::text(told(source.pace()), lang)));
  }
}

}  // namespace lab
