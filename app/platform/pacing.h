// When the next frame is due: frames follow change, never a clock of their own. Asked by the window
// program; knows neither window nor model.
#pragma once

#include <algorithm>

namespace lab::platform {

// What a frame could be for.
struct Occasion {
  bool software = false;  // rendering by the CPU that the brokers need too
  bool input = false;     // the user did something, or the screen lost its content
  bool changed = false;   // the model was told something
  bool moving = false;    // something on its way is drawn
};

// Seconds between two frames: a picture of software comes at most 20 times a second; what rests is
// drawn once a second, for clocks and "4 s ago" alone.
inline constexpr double software_frame = 0.05, fast_frame = 1.0 / 60, idle_frame = 1.0;

// Seconds from now until the next frame, `since` after the last one; 0: it is due.
// What the user does is shown with the next frame, whatever the pace.
inline double until_frame(const Occasion& what, double since) {
  if (what.input) return 0;
  const double least = what.software ? software_frame : fast_frame;
  return std::max(0.0, (what.changed || what.moving ? least : idle_frame) - since);
}

}  // namespace lab::platform
