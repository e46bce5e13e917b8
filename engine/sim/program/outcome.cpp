#include "engine/sim/program/outcome.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/sim/program/arguments.h"

namespace lab::sim::program {
namespace {

using Json = nlohmann::json;
using Kind = Report::Kind;

constexpr std::pair<Kind, std::string_view> kinds[] = {{Kind::good, "good"},
                                                       {Kind::safety, "safety"},
                                                       {Kind::liveness, "liveness"},
                                                       {Kind::crash, "crash"}};

std::string line_of(const Json& json) {
  // What a machine says of its failure may hold bytes of anybody.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The fields of a line; an error where it is not what the other side writes.
template <class T, class Read>
Result<T> read_line(std::string_view line, const char* what, Read read) {
  try {
    return read(Json::parse(line));
  } catch (const Json::exception& wrong) {
    return Error{fmt::format("{} is damaged: {}", what, wrong.what())};
  }
}

// What is the same where runs fail alike. A reason begins with its name; a check that failed with
// its place in the source, a broker that halted by itself with its number, which may differ.
std::string failure_of(const Report& report) {
  if (report.kind == Kind::good) return "";
  std::string_view what = report.what;
  constexpr std::string_view halted = " halted: ";
  const auto reason = what.find(halted);
  if (report.kind == Kind::crash && what.starts_with("broker ") && reason != what.npos) {
    what.remove_prefix(reason + halted.size());
  }
  return std::string(what.substr(0, what.find(": ")));
}

}  // namespace

std::string_view kind_name(Kind kind) {
  for (const auto& [known, name] : kinds) {
    if (known == kind) return name;
  }
  return "crash";
}

std::optional<Kind> kind_named(std::string_view wanted) {
  for (const auto& [known, name] : kinds) {
    if (name == wanted) return known;
  }
  return std::nullopt;
}

int exit_code_of(Kind kind) {
  switch (kind) {
    case Kind::good:
      return exit_code::good;
    case Kind::safety:
      return exit_code::safety;
    case Kind::liveness:
      return exit_code::liveness;
    case Kind::crash:
      return exit_code::crash;
  }
  return exit_code::crash;
}

Outcome outcome_of(std::uint64_t seed, const Report& report) {
  Outcome outcome;
  outcome.seed = seed;
  outcome.kind = report.kind;
  outcome.what = report.what;
  outcome.failure = failure_of(report);
  outcome.plan = report.plan.text();
  outcome.digest = report.digest;
  outcome.steps = report.steps;
  outcome.simulated = report.simulated;
  for (const auto kind : all_fault_kinds()) outcome.faults[std::string(name_of(kind))] = 0;
  for (const auto& fault : report.faults) ++outcome.faults[std::string(name_of(fault.kind))];
  outcome.commands = report.faults;
  outcome.branches = report.branches;
  outcome.counts = {
      {"elections of the quorum", static_cast<std::int64_t>(report.quorum_leaders)},
      {"elections of partitions", static_cast<std::int64_t>(report.partition_leaders)},
      {"records sent", report.sent},
      {"records acknowledged", report.acknowledged},
      {"records refused", report.failed},
      {"records read back", report.read},
      {"records lost with acks=1", report.lost_hasty}};
  return outcome;
}

Outcome died(std::uint64_t seed, const std::string& how) {
  Outcome outcome;
  outcome.seed = seed;
  outcome.kind = Kind::crash;
  outcome.failure = "the process died";
  outcome.process_died = true;
  outcome.what = how;
  return outcome;
}

std::string to_line(const Job& job) {
  Json json{{"seed", job.run.seed}, {"logs", job.run.keep_logs}};
  if (job.run.until) json["until_ns"] = job.run.until->count();
  json["groups"] = text(job.run.groups);
  if (job.run.faults) json["commands"] = to_json(*job.run.faults);
  if (!job.record.empty()) json["record"] = job.record;
  if (!job.record.empty()) json["settings"] = job.settings;
  return line_of(json);
}

Result<Job> job_from(std::string_view line) {
  return read_line<Job>(line, "the job", [](const Json& json) -> Result<Job> {
    Job job;
    job.run.seed = json.at("seed").get<std::uint64_t>();
    job.run.keep_logs = json.at("logs").get<bool>();
    if (json.contains("until_ns")) {
      job.run.until = Duration(json.at("until_ns").get<std::int64_t>());
    }
    auto groups = parse_fault_groups(json.at("groups").get<std::string>());
    if (!groups) return groups.error();
    job.run.groups = std::move(*groups);
    if (json.contains("commands")) {
      auto commands = commands_from_json(json.at("commands").get<std::string>(), most_brokers);
      if (!commands) return commands.error();
      job.run.faults = std::move(*commands);
    }
    if (json.contains("record")) {
      json.at("record").get_to(job.record);
      json.at("settings").get_to(job.settings);
    }
    return job;
  });
}

std::string to_line(const Outcome& outcome) {
  return line_of({{"seed", outcome.seed},
                  {"kind", kind_name(outcome.kind)},
                  {"failure", outcome.failure},
                  {"what", outcome.what},
                  {"plan", outcome.plan},
                  {"digest", outcome.digest},
                  {"steps", outcome.steps},
                  {"simulated_ns", outcome.simulated.count()},
                  {"faults", outcome.faults},
                  {"counts", outcome.counts},
                  {"branches", outcome.branches},
                  {"commands", to_json(outcome.commands)}});
}

Result<Outcome> outcome_from(std::string_view line) {
  return read_line<Outcome>(line, "a child's answer", [](const Json& json) -> Result<Outcome> {
    Outcome outcome;
    const auto get = [&](const char* name, auto& out) { json.at(name).get_to(out); };
    std::string kind;
    std::int64_t simulated_ns = 0;
    get("seed", outcome.seed);
    get("kind", kind);
    get("failure", outcome.failure);
    get("what", outcome.what);
    get("plan", outcome.plan);
    get("digest", outcome.digest);
    get("steps", outcome.steps);
    get("simulated_ns", simulated_ns);
    get("faults", outcome.faults);
    get("counts", outcome.counts);
    get("branches", outcome.branches);
    outcome.simulated = Duration(simulated_ns);
    auto commands = commands_from_json(json.at("commands").get<std::string>(), most_brokers);
    if (!commands) return commands.error();
    outcome.commands = std::move(*commands);
    outcome.kind = kind_named(kind).value_or(Kind::crash);
    return outcome;
  });
}

}  // namespace lab::sim::program
