#include "engine/sim/program/saved_run.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "engine/base/version.h"
#include "engine/sim/program/arguments.h"
#include "engine/sim/world.h"
#include "engine/trace/recording_file.h"

namespace lab::sim::program {
namespace {

// Of what is only told; the lists that are run again are never cut.
constexpr std::size_t longest_text = 4000;

std::string cut_text(const std::string& text) {
  return text.size() <= longest_text ? text : text.substr(0, longest_text) + " ...";
}

template <class Number>
bool parse_number(const std::string& text, Number& out, int base) {
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, out, base);
  return parsed.ec == std::errc{} && parsed.ptr == end;
}

class SettingsReader {
 public:
  SettingsReader(std::string file, const std::map<std::string, std::string>& settings)
      : file_(std::move(file)), settings_(settings) {}
  const std::string* find(const char* name) const {
    const auto found = settings_.find(name);
    return found == settings_.end() ? nullptr : &found->second;
  }
  std::string text(const char* name) const {
    const auto* found = find(name);
    return found == nullptr ? std::string() : *found;
  }
  Error wrong(const char* name, const std::string& why) const {
    return Error{fmt::format("{}, setting \"{}\" of its head: {}", file_, name, why)};
  }

 private:
  std::string file_;
  const std::map<std::string, std::string>& settings_;
};

Result<SavedRun> saved_run_from(const SettingsReader& settings) {
  SavedRun saved;
  if (!parse_number(settings.text("seed"), saved.run.seed, 10)) {
    return settings.wrong("seed", "a whole number is expected");
  }
  if (const auto* until = settings.find("until")) {
    saved.run.until = parse_time(*until);
    if (!saved.run.until) return settings.wrong("until", "a time as 12.5s is expected");
  }
  if (const auto* groups = settings.find("faults")) {
    auto known = parse_fault_groups(*groups);
    if (!known) return settings.wrong("faults", known.error().message);
    saved.run.groups = std::move(*known);
  }
  if (const auto* commands = settings.find("commands")) {
    auto known = commands_from_json(*commands, draw_plan(saved.run.seed).brokers);
    if (!known) return settings.wrong("commands", known.error().message);
    saved.run.faults = std::move(*known);
  }
  if (const auto* digest = settings.find("digest")) {
    if (!parse_number(*digest, saved.digest.emplace(), 16)) {
      return settings.wrong("digest", "16 hexadecimal digits are expected");
    }
  }
  const auto kind = kind_named(settings.text("outcome"));
  if (!kind) return settings.wrong("outcome", "good, safety, liveness or crash is expected");
  saved.kind = *kind;
  saved.failure = settings.text("failure");
  saved.what = settings.text("what");
  saved.plan = settings.text("plan");
  return saved;
}

}  // namespace

std::map<std::string, std::string> settings_of(const RunOptions& run, const Outcome& outcome) {
  std::map<std::string, std::string> settings{{"seed", std::to_string(run.seed)},
                                              {"faults", text(run.groups)},
                                              {"outcome", std::string(kind_name(outcome.kind))}};
  if (run.until) settings["until"] = time_text(*run.until);
  if (!outcome.plan.empty()) settings["plan"] = outcome.plan;
  if (!outcome.failure.empty()) settings["failure"] = outcome.failure;
  if (!outcome.what.empty()) settings["what"] = cut_text(outcome.what);
  if (!outcome.process_died) {
    settings["digest"] = fmt::format("{:016x}", outcome.digest);
    settings["commands"] = to_json(outcome.commands);
  } else if (run.faults) {
    settings["commands"] = to_json(*run.faults);
  }
  return settings;
}

Result<SavedRun> read_saved_run(const trace::ByteSource& file) {
  const auto reader = trace::RecordingReader::open(file);
  if (!reader) return reader.error();
  const auto& meta = reader->meta();
  if (meta.source != "simulated" || !meta.settings.contains("seed")) {
    return Error{file.name() + " is a recording, but not of a run of brokersim: it says no seed"};
  }
  auto saved = saved_run_from({file.name(), meta.settings});
  if (saved) saved->made_by = meta.made_by;
  return saved;
}

trace::RecordingMeta meta_of(std::uint64_t seed,
                             const std::map<std::string, std::string>& settings) {
  trace::RecordingMeta meta;
  meta.cluster = fmt::format("seed {}", seed);
  meta.source = "simulated";
  meta.made_by = std::string("brokersim ") + project_version;
  const Now began = beginning_of_worlds();
  meta.mono = began.monotonic;
  meta.wall_us = std::chrono::duration_cast<microseconds>(began.wall.time_since_epoch()).count();
  for (int n = 1; n <= draw_plan(seed).brokers; ++n) meta.nodes[n] = fmt::format("broker {}", n);
  meta.settings = settings;
  return meta;
}

Result<Report> record_run(const RunOptions& run, const std::string& path,
                          const std::map<std::string, std::string>& settings) {
  auto sink = trace::FileSink::create(path);
  if (!sink) return sink.error();
  auto writer = trace::RecordingWriter::create(**sink, meta_of(run.seed, settings));
  if (!writer) return writer.error();
  std::optional<Error> failed;
  RunOptions recorded = run;
  recorded.on_told = [&](const trace::Event& event) {
    if (failed) return;
    if (auto added = writer->add(event); !added) failed = added.error();
  };
  auto report = random_run(recorded);
  if (failed) return *failed;
  if (auto done = writer->finish(); !done) return done.error();
  return report;
}

}  // namespace lab::sim::program
