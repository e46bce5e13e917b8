// The keys of a cluster whose time is its own: a simulated one, or a recording. Wiring, as
// main.cpp.
#pragma once

#include "app/i18n/strings.h"
#include "app/platform/input_queue.h"
#include "app/sources/source.h"

namespace lab {

// Space: time stands still or goes on; full stop: on to the next event that matters. Simulated:
// comma for slow or real time. A recording: comma for the event before, brackets for slower and
// faster, J and Shift+J for ten seconds back and on, Home and End. Does nothing where time is real.
void time_keys(sources::Source& source, const platform::FrameInput& input, bool presenting,
               i18n::Lang lang);

}  // namespace lab
