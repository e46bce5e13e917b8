#include "engine/sim/program/arguments.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

#include "engine/base/nearest.h"
#include "engine/base/version.h"
#include "engine/sim/program/workers.h"

namespace lab::sim::program {
namespace {

constexpr const char* about =
    "brokersim runs simulated clusters of real brokers in virtual time, breaks what it can within "
    "the promises, and checks that they are kept and that all is well when it is over. A seed "
    "tells the whole run.";
constexpr const char* more =
    "A TIME is 880ms or 12.5s from the start of the faults.\n"
    "It ends with 0 where all went well, 1 for a file or another build, 2 for a mistake on the "
    "command line,\n3 for a broken promise (safety), 4 where a cluster did not recover in time "
    "(liveness), 5 for a crash.\n"
    "  brokersim --seeds 1..500                            the first that fails, and how to repeat "
    "it\n"
    "  brokersim --seed 7 --faults links,nodes --logs      one run, told line by line\n"
    "  brokersim --seed 7 --save run.blab                  a recording that brokerlab opens\n"
    "  brokersim --seed 7 --shrink --save small.blab       the fewest faults with the same "
    "failure\n"
    "  brokersim --replay small.blab                       the same run again";

template <class Number>
bool whole_number(std::string_view text, Number& out) {
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, out);
  return parsed.ec == std::errc{} && parsed.ptr == end;
}

struct SeedRange {
  std::uint64_t first = 0, last = 0;
};

std::string seeds_from(const std::string& text, SeedRange& out) {
  const auto dots = text.find("..");
  if (dots == std::string::npos ||
      !whole_number(std::string_view(text).substr(0, dots), out.first) ||
      !whole_number(std::string_view(text).substr(dots + 2), out.last)) {
    return fmt::format("\"{}\" is no range of seeds; A..B is expected, as 1..500", text);
  }
  if (out.first > out.last) {
    return fmt::format("{} is greater than {}; A..B begins with the lesser", out.first, out.last);
  }
  return "";
}

std::string check_seed(const std::string& text) {
  std::uint64_t seed = 0;
  if (whole_number(text, seed)) return "";
  return fmt::format("\"{}\" is no seed; a whole number from 0 to {} is expected", text,
                     ~std::uint64_t{0});
}

std::string check_time(const std::string& text) {
  if (parse_time(text)) return "";
  return fmt::format("\"{}\" is no time; 880ms or 12.5s is expected, at most 1000000s", text);
}

std::string check_faults(const std::string& text) {
  const auto groups = parse_fault_groups(text);
  return groups ? "" : groups.error().message;
}

// What CLI11 says about words that no option takes, with the option that was probably meant.
std::string unknown(const CLI::App& app, const CLI::ExtrasError& wrong) {
  std::string text = wrong.what();
  for (const auto& word : app.remaining()) {
    std::vector<std::string> names;
    for (const auto* option : app.get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
    const auto meant = nearest(word, names, 4);
    if (!meant.empty()) return fmt::format("{} is unknown; did you mean {}?", word, meant);
    return fmt::format("{} is unknown", word);
  }
  return text;
}

int mistake(const std::string& what) {
  fmt::print(stderr, "brokersim: {}\n(brokersim --help tells all options)\n", what);
  return exit_code::usage;
}

}  // namespace

std::optional<Duration> parse_time(std::string_view text) {
  const bool ms = text.ends_with("ms");
  if (!ms && !text.ends_with("s")) return std::nullopt;
  double number = 0;
  if (!whole_number(text.substr(0, text.size() - (ms ? 2 : 1)), number)) return std::nullopt;
  const double ns = number * (ms ? 1e6 : 1e9);
  if (!(ns >= 0 && ns <= 1e15)) return std::nullopt;  // no nan either
  return Duration(static_cast<std::int64_t>(ns));
}

std::string time_text(Duration time) {
  return time.count() % 1'000'000'000 == 0
             ? fmt::format("{}s", time.count() / 1'000'000'000)
             : fmt::format("{}ms", static_cast<double>(time.count()) / 1e6);
}

std::variant<Arguments, int> parse_arguments(int count, const char* const* words) {
  CLI::App app(about, "brokersim");
  app.footer(more);
  app.set_version_flag("--version", std::string("brokersim ") + project_version);
  Arguments out;
  std::string seed, seeds, until, replay, save, faults = "all";
  out.jobs = usable_cores();
  app.add_option("--seed", seed, "N: one run")->check(check_seed);
  app.add_option("--seeds", seeds, "A..B: many runs, at the same time as the machine has cores")
      ->check([](const std::string& text) {
        SeedRange ignored;
        return seeds_from(text, ignored);
      });
  app.add_option("--replay", replay, "FILE: runs again what a saved file says");
  app.add_option("--faults", faults,
                 "none, all, or some of links,nodes,disks,cluster (default: all)")
      ->check(check_faults);
  app.add_option("--until", until,
                 "TIME: ends the run there, in the midst of the faults, and checks no recovery")
      ->check(check_time);
  app.add_option("--save", save,
                 "FILE: writes a recording of the run (of many: of the first that fails)");
  app.add_flag("--shrink", out.shrink, "looks for the fewest and shortest faults that fail alike");
  app.add_flag("--keep-going", out.keep_going, "with --seeds: not only to the first that fails");
  app.add_flag("--logs", out.logs, "prints what the brokers log and trace, in order of time");
  app.add_option("--jobs", out.jobs, "how many runs at the same time (default: as many as cores)")
      ->check(CLI::Range(1, 512));
  try {
    app.parse(count, words);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ExtrasError& wrong) {
    return mistake(unknown(app, wrong));
  } catch (const CLI::ParseError& wrong) {
    return mistake(wrong.what());
  }
  const int what = (seed.empty() ? 0 : 1) + (seeds.empty() ? 0 : 1) + (replay.empty() ? 0 : 1);
  if (what != 1) return mistake("one of --seed N, --seeds A..B and --replay FILE is expected");
  if (!seed.empty()) {
    whole_number(seed, out.first);
    out.last = out.first;
  } else if (!seeds.empty()) {
    SeedRange range;
    (void)seeds_from(seeds, range);
    out.first = range.first;
    out.last = range.last;
    out.many = true;
  } else {
    out.replay = replay;
    if (app.count("--faults") + app.count("--until") > 0) {
      return mistake("--replay has its faults and its end from the file: no --faults, no --until");
    }
  }
  if (out.logs && out.many) return mistake("--logs tells one run: --seed N or --replay FILE");
  if (out.keep_going && !out.many) return mistake("--keep-going belongs to --seeds A..B");
  if (out.keep_going && out.shrink) {
    return mistake("--shrink takes one failing run, --keep-going looks for all: one of the two");
  }
  if (out.keep_going && !save.empty()) {
    return mistake("--save takes one run, --keep-going looks for all: one of the two");
  }
  if (!until.empty()) out.until = parse_time(until);
  out.groups = *parse_fault_groups(faults);
  if (!save.empty()) {
    if (::access(save.c_str(), F_OK) == 0) {
      return mistake(save + " is there already; --save writes a new file");
    }
    out.save = save;
  }
  return out;
}

}  // namespace lab::sim::program
