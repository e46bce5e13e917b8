// brokersim: random runs of the simulator from the command line. A good run prints its digest and a
// summary; a bad one prints the line that repeats it. Exit codes: 0 good, 2 usage, 3 a broken
// promise (safety), 4 no recovery in time (liveness), 5 a check failed within a machine.
#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sim/random.h"

namespace {
using namespace lab;

constexpr const char* usage =
    "brokersim runs a simulated cluster under random faults, all drawn from a seed.\n"
    "  brokersim --seed N          one run\n"
    "  brokersim --seeds A..B      many, to the first that fails\n"
    "  --until TIME                ends the faults there (880ms, 12.5s) and checks no recovery\n"
    "  --logs                      prints the brokers' logs\n";

struct Arguments {
  std::uint64_t first = 0, last = 0;
  std::optional<Duration> until;
  bool logs = false;
};

template <class Number>
bool parse(std::string_view text, Number& out) {
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, out);
  return parsed.ec == std::errc{} && parsed.ptr == end;
}

std::optional<Duration> parse_time(std::string_view text) {
  const bool ms = text.ends_with("ms");
  if (!ms && !text.ends_with("s")) return std::nullopt;
  double number = 0;
  if (!parse(text.substr(0, text.size() - (ms ? 2 : 1)), number) || number < 0 || number > 1e9) {
    return std::nullopt;
  }
  return Duration(static_cast<std::int64_t>(number * (ms ? 1e6 : 1e9)));
}

bool parse_seeds(std::string_view text, Arguments& out) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return false;
  return parse(text.substr(0, dots), out.first) && parse(text.substr(dots + 2), out.last) &&
         out.first <= out.last;
}

std::optional<Arguments> parse_arguments(const std::vector<std::string_view>& words) {
  Arguments out;
  bool seeds = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--logs") {
      out.logs = true;
      continue;
    }
    if (i + 1 == words.size()) return std::nullopt;
    const auto value = words[i + 1];
    if (words[i] == "--seed") {
      if (!parse(value, out.first)) return std::nullopt;
      out.last = out.first;
      seeds = true;
    } else if (words[i] == "--seeds") {
      if (!parse_seeds(value, out)) return std::nullopt;
      seeds = true;
    } else if (words[i] == "--until") {
      out.until = parse_time(value);
      if (!out.until) return std::nullopt;
    } else {
      return std::nullopt;
    }
    ++i;
  }
  if (!seeds) return std::nullopt;
  return out;
}

void print(std::uint64_t seed, const sim::Report& report, bool brief) {
  fmt::print("seed {}: digest {:016x}, {:.1f} s simulated in {} steps\n", seed, report.digest,
             static_cast<double>(to_ms(report.simulated)) / 1000, report.steps);
  if (brief) return;
  fmt::print("  {}\n", report.plan.text());
  fmt::print("  faults: {} crashes, {} power losses, {} stops, {} freezes, {} cuts, {} others\n",
             report.crashes, report.power_losses, report.stops, report.freezes, report.cuts,
             report.other_faults);
  fmt::print("  elections: {} of the quorum, {} of partitions\n", report.quorum_leaders,
             report.partition_leaders);
  fmt::print("  records: {} sent, {} acknowledged, {} refused, {} read back, {} lost with acks=1\n",
             report.sent, report.acknowledged, report.failed, report.read, report.lost_hasty);
}

int exit_code(sim::Report::Kind kind) {
  switch (kind) {
    case sim::Report::Kind::good:
      return 0;
    case sim::Report::Kind::safety:
      return 3;
    case sim::Report::Kind::liveness:
      return 4;
    case sim::Report::Kind::crash:
      return 5;
  }
  return 5;
}
}  // namespace

int main(int count, char** words) {
  const auto arguments = parse_arguments({words + 1, words + count});
  if (!arguments) {
    std::fputs(usage, stderr);
    return 2;
  }
  const bool many = arguments->first != arguments->last;
  for (std::uint64_t seed = arguments->first;; ++seed) {
    const auto report = sim::random_run({seed, arguments->until, arguments->logs});
    const bool good = report.kind == sim::Report::Kind::good;
    for (const auto& line : report.logs) fmt::print("{}\n", line);
    print(seed, report, many && good);
    if (!good) {
      fmt::print("FAILED: {}\nrepeat it: brokersim --seed {}\n", report.what, seed);
      return exit_code(report.kind);
    }
    if (seed == arguments->last) return 0;
  }
}
