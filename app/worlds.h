// How clusters are made for lessons and scripts that run without a window. Wiring only, as
// main.cpp: lessons see the interface of sources, this sees the sources.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "app/lessons/stage.h"

namespace lab {

// Live ones have a directory of their own below the system's temporary one, gone with them, and
// free ports from 20000 to 31000. Simulated ones have always the same seed.
lessons::MakeWorld worlds();
// One for a lesson in the window, its time real or kept by the source. Live, unless it is to be
// simulated with this seed and can be; `port` of broker 1, others where it is not free; `wake` as
// LiveSession has it.
Result<lessons::World> window_world(const lessons::ClusterKind& kind,
                                    std::optional<std::uint64_t> simulated, std::uint16_t port,
                                    const std::function<void()>& wake);

}  // namespace lab
