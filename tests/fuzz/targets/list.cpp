// The closed list of targets; tests/fuzz/run and CMake name the same.
#include <algorithm>

#include "tests/fuzz/target.h"

namespace lab::fuzz {

std::span<const Target> targets() {
  static const Target all[] = {
      {"messages", run_messages, seeds_messages},
      {"frames", run_frames, seeds_frames},
      {"batches", run_batches, seeds_batches},
      {"recovery", run_recovery, seeds_recovery},
      {"files", run_files, seeds_files},
      {"properties", run_properties, seeds_properties},
      {"recordings", run_recordings, seeds_recordings},
  };
  return all;
}

const Target* find_target(std::string_view name) {
  const auto all = targets();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Target& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace lab::fuzz
