// Frames follow change: at most twenty a second where software draws, one where nothing happens.
#include "app/platform/pacing.h"

#include <doctest/doctest.h>

using namespace lab::platform;

namespace {
// Frames drawn in `seconds` of which each millisecond has the same occasion.
int frames_in(double seconds, const Occasion& what) {
  int frames = 0;
  double last = 0;
  for (double now = 0.001; now <= seconds; now += 0.001) {
    if (until_frame(what, now - last) > 0) continue;
    last = now;
    ++frames;
  }
  return frames;
}
}  // namespace

TEST_CASE("software draws at most twenty frames a second, however much happens") {
  CHECK(frames_in(10, {true, false, true, true}) <= 200);
  CHECK(frames_in(10, {true, false, true, false}) >= 180);
  CHECK(frames_in(10, {false, false, true, true}) <= 600);
}

TEST_CASE("what rests is drawn for its clocks alone") {
  CHECK(frames_in(10, {true, false, false, false}) <= 10);
  CHECK(frames_in(10, {false, false, false, false}) <= 10);
}

TEST_CASE("what the user does waits for nothing, a death at most for one frame") {
  CHECK(until_frame({true, true, false, false}, 0) == 0);
  CHECK(until_frame({true, false, true, false}, 0) <= software_frame);
  CHECK(until_frame({false, false, true, false}, 0) <= fast_frame);
  CHECK(until_frame({true, false, true, false}, 10) == 0);
}
