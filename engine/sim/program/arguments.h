// The command line of brokersim. Used by main; it runs nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/base/time.h"
#include "engine/sim/fault_command.h"

namespace lab::sim::program {

// The exit codes of brokersim (DESIGN: "The programs").
namespace exit_code {
inline constexpr int good = 0;
inline constexpr int failed = 1;  // a file that cannot be read or written; a build that differs
inline constexpr int usage = 2;
inline constexpr int safety = 3;    // a broken promise
inline constexpr int liveness = 4;  // no recovery in time
inline constexpr int crash = 5;     // a check failed within a machine, or the process died
inline constexpr int interrupted = 130;
}  // namespace exit_code

struct Arguments {
  std::uint64_t first = 0, last = 0;  // seeds
  bool many = false;                  // --seeds
  std::optional<std::string> replay, save;
  std::optional<Duration> until;
  FaultGroups groups = all_fault_groups();
  bool shrink = false, logs = false, keep_going = false;
  int jobs = 1;
};

// What is to be done, or the exit code where all has been said (--help, a mistake).
std::variant<Arguments, int> parse_arguments(int count, const char* const* words);

// "880ms", "12.5s"; nullopt where it is none.
std::optional<Duration> parse_time(std::string_view text);
std::string time_text(Duration time);

}  // namespace lab::sim::program
