// How clusters are made for lessons and scripts that run without a window. Wiring only, as
// main.cpp: lessons see the interface of sources, this sees the sources.
#pragma once

#include "app/lessons/stage.h"

namespace lab {

// Live ones have a directory of their own below the system's temporary one, gone with them, and
// free ports from 20000 to 31000. Simulated ones have always the same seed.
lessons::MakeWorld worlds();

}  // namespace lab
