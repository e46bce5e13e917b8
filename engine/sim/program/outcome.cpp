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

}  // namespace

std::string_view kind_name(Kind kind) {
  for (const auto& [known, name] : kinds) {
    if (known == kind) return name;
  }
  return "crash";
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
  outcome.failure = report.what.substr(0, report.what.find(':'));
  outcome.plan = report.plan.text();
  outcome.digest = report.digest;
  outcome.steps = report.steps;
  outcome.simulated = report.simulated;
  outcome.faults = {{"crashes", report.crashes}, {"power losses", report.power_losses},
                    {"stops", report.stops},     {"freezes", report.freezes},
                    {"cuts", report.cuts},       {"others", report.other_faults}};
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
  outcome.what = how;
  return outcome;
}

std::string to_line(const Job& job) {
  Json json{{"seed", job.run.seed}, {"logs", job.run.keep_logs}};
  if (job.run.until) json["until_ns"] = job.run.until->count();
  return line_of(json);
}

Result<Job> job_from(std::string_view line) {
  return read_line<Job>(line, "the job", [](const Json& json) {
    Job job;
    job.run.seed = json.at("seed").get<std::uint64_t>();
    job.run.keep_logs = json.at("logs").get<bool>();
    if (json.contains("until_ns")) {
      job.run.until = Duration(json.at("until_ns").get<std::int64_t>());
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
                  {"branches", outcome.branches}});
}

Result<Outcome> outcome_from(std::string_view line) {
  return read_line<Outcome>(line, "a child's answer", [](const Json& json) {
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
    outcome.kind = Kind::crash;
    for (const auto& [known, name] : kinds) {
      if (name == kind) outcome.kind = known;
    }
    return outcome;
  });
}

}  // namespace lab::sim::program
