#include "engine/sim/program/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

namespace lab::sim::program {
namespace {

constexpr Duration moves_every = milliseconds(200), line_every = seconds(30);

std::size_t columns() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace

Duration real_time() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) == 1), last_(real_time()) {}

Progress::~Progress() { clear(); }

Duration Progress::pause() const { return terminal_ ? moves_every : seconds(1); }

void Progress::told(const std::function<std::string()>& text) {
  const Duration now = real_time();
  if (now - last_ < (terminal_ ? moves_every : line_every)) return;
  last_ = now;
  if (!terminal_) return fmt::print(stderr, "{}\n", text());
  fmt::print(stderr, "\r\033[K{}", text().substr(0, columns() - 1));
  std::fflush(stderr);
  shown_ = true;
}

void Progress::clear() {
  if (!shown_) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace lab::sim::program
