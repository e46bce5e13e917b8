// Where two pictures differ, so that a window which is drawn by the CPU draws that part alone.
// Called by the window for what it drew last and what it draws now; knows no pixels.
#pragma once

#include <vector>

#include "app/scene/display_list.h"

namespace lab::scene {

// Boxes in units, within the view of `after`, that hold all of what looks different from `before`
// (of one theme); few, and none where nothing does. Where the views differ it is the whole view.
std::vector<Box> changes(const Scene& before, const Scene& after);

// The smallest box that holds both.
Box joined(const Box& a, const Box& b);

}  // namespace lab::scene
