// A broken promise found by a checker: which invariant of FAULTS.md, and what was seen. Thrown by
// checkers and histories, caught by whoever runs the world.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace lab::sim {

// What an invariant is called by machines, the same for ever: "acknowledged-write-lost". Runs that
// fail alike have the same.
std::string_view invariant_name(int invariant);

class Violation : public std::runtime_error {
 public:
  Violation(int broken, const std::string& what)
      : std::runtime_error(
            fmt::format("invariant {} ({}): {}", broken, invariant_name(broken), what)),
        invariant(broken) {}
  int invariant;
};

template <class... Args>
[[noreturn]] void violated(int invariant, fmt::format_string<Args...> format, Args&&... args) {
  throw Violation(invariant, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace lab::sim
