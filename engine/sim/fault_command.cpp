#include "engine/sim/fault_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/base/nearest.h"

namespace lab::sim {
namespace {

using Json = nlohmann::json;

struct NamedGroup {
  FaultGroup group;
  std::string_view name;
};
constexpr NamedGroup groups_named[] = {{FaultGroup::links, "links"},
                                       {FaultGroup::nodes, "nodes"},
                                       {FaultGroup::disks, "disks"},
                                       {FaultGroup::cluster, "cluster"}};

struct NamedKind {
  FaultKind kind;
  std::string_view name;
  FaultGroup group;
};
constexpr NamedKind kinds_named[] = {{FaultKind::crash, "crash", FaultGroup::nodes},
                                     {FaultKind::power_loss, "power loss", FaultGroup::nodes},
                                     {FaultKind::stop, "stop", FaultGroup::nodes},
                                     {FaultKind::freeze, "freeze", FaultGroup::nodes},
                                     {FaultKind::isolate, "isolate", FaultGroup::links},
                                     {FaultKind::cut, "cut", FaultGroup::links},
                                     {FaultKind::delay, "delay", FaultGroup::links},
                                     {FaultKind::reset, "reset", FaultGroup::links},
                                     {FaultKind::stall, "disk stall", FaultGroup::disks},
                                     {FaultKind::churn, "topic churn", FaultGroup::cluster}};

const NamedKind& named(FaultKind kind) {
  return *std::find_if(std::begin(kinds_named), std::end(kinds_named),
                       [&](const NamedKind& known) { return known.kind == kind; });
}

double in_ms(Duration time) { return static_cast<double>(time.count()) / 1e6; }

bool has_other_end(FaultKind kind) {
  return kind == FaultKind::cut || kind == FaultKind::delay || kind == FaultKind::reset;
}

// A number of a command that was read; absent: 0.
std::int64_t number_in(const Json& json, const char* name, std::int64_t low, std::int64_t high) {
  const auto found = json.find(name);
  if (found == json.end()) return 0;
  const bool whole = found->is_number_integer() &&
                     !(found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX);
  const std::int64_t value = whole ? found->get<std::int64_t>() : low - 1;
  if (value < low || value > high) {
    throw std::out_of_range(
        fmt::format("\"{}\" is no whole number from {} to {}", name, low, high));
  }
  return value;
}

bool flag_in(const Json& json, const char* name, bool absent) {
  const auto found = json.find(name);
  if (found == json.end()) return absent;
  if (!found->is_boolean())
    throw std::out_of_range(fmt::format("\"{}\" is neither true nor false", name));
  return found->get<bool>();
}

Json json_of(const FaultCommand& command) {
  Json json{{"at", command.at.time_since_epoch().count()}, {"fault", name_of(command.kind)}};
  if (command.broker != 0) json["broker"] = command.broker;
  if (has_other_end(command.kind)) json["other"] = command.other;
  if (!command.out) json["out"] = false;
  if (!command.in) json["in"] = false;
  if (command.clients) json["clients"] = true;
  if (command.lasts > Duration{}) json["lasts"] = command.lasts.count();
  if (command.extra > Duration{}) json["extra"] = command.extra.count();
  if (command.number != 0) json["number"] = command.number;
  return json;
}

FaultCommand command_from(const Json& json, int brokers) {
  constexpr std::int64_t longest = 1'000'000LL * 1'000'000'000;  // a million seconds
  if (!json.is_object()) throw std::out_of_range("it is no object");
  FaultCommand command;
  const auto name = json.find("fault");
  const auto* known =
      std::find_if(std::begin(kinds_named), std::end(kinds_named), [&](const NamedKind& kind) {
        return name != json.end() && name->is_string() &&
               name->get_ref<const std::string&>() == kind.name;
      });
  if (known == std::end(kinds_named))
    throw std::out_of_range("\"fault\" is none that is known here");
  command.kind = known->kind;
  command.at = Instant(Duration(number_in(json, "at", 0, longest)));
  const bool nobody = command.kind == FaultKind::churn;
  command.broker = static_cast<int>(number_in(json, "broker", nobody ? 0 : 1, brokers));
  if (!nobody && command.broker == 0) throw std::out_of_range("\"broker\" is missing");
  command.other = static_cast<int>(number_in(json, "other", 0, brokers));
  if (has_other_end(command.kind) && command.other == command.broker) {
    throw std::out_of_range("a link has two different ends");
  }
  command.out = flag_in(json, "out", true);
  command.in = flag_in(json, "in", true);
  command.clients = flag_in(json, "clients", false);
  command.lasts = Duration(number_in(json, "lasts", 0, longest));
  command.extra = Duration(number_in(json, "extra", 0, longest));
  command.number = number_in(json, "number", 0, 1'000'000);
  return command;
}

}  // namespace

FaultGroups all_fault_groups() {
  FaultGroups all;
  for (const auto& known : groups_named) all.insert(known.group);
  return all;
}

std::string text(const FaultGroups& groups) {
  if (groups.empty()) return "none";
  if (groups == all_fault_groups()) return "all";
  std::string text;
  for (const auto& known : groups_named) {
    if (groups.contains(known.group))
      text += fmt::format("{}{}", text.empty() ? "" : ",", known.name);
  }
  return text;
}

Result<FaultGroups> parse_fault_groups(std::string_view text) {
  if (text == "none") return FaultGroups{};
  if (text == "all") return all_fault_groups();
  std::vector<std::string_view> names;
  for (const auto& known : groups_named) names.push_back(known.name);
  FaultGroups groups;
  for (bool last = false; !last;) {
    const auto comma = text.find(',');
    last = comma == std::string_view::npos;
    const auto word = text.substr(0, comma);
    text.remove_prefix(last ? text.size() : comma + 1);
    const auto* known = std::find_if(std::begin(groups_named), std::end(groups_named),
                                     [&](const NamedGroup& group) { return group.name == word; });
    if (known == std::end(groups_named)) {
      const auto meant = nearest(word, names, 3);
      return Error{fmt::format(
          "\"{}\" is no group of faults{}; none, all, or some of {} are expected", word,
          meant.empty() ? "" : fmt::format(" (did you mean {}?)", meant), fmt::join(names, ","))};
    }
    groups.insert(known->group);
  }
  return groups;
}

std::string_view name_of(FaultKind kind) { return named(kind).name; }
FaultGroup group_of(FaultKind kind) { return named(kind).group; }

const std::vector<FaultKind>& all_fault_kinds() {
  static const std::vector<FaultKind> all = [] {
    std::vector<FaultKind> kinds;
    for (const auto& known : kinds_named) kinds.push_back(known.kind);
    return kinds;
  }();
  return all;
}

std::string text(const FaultCommand& command) {
  std::string what = fmt::format("{:.3f} s: {}", in_ms(command.at.time_since_epoch()) / 1e3,
                                 name_of(command.kind));
  if (command.broker != 0) what += fmt::format(" {}", command.broker);
  const char* arrow = command.kind == FaultKind::delay ? "\u2192"
                      : command.out && command.in      ? "\u2194"
                      : command.out                    ? "\u2192"
                                                       : "\u2190";
  if (has_other_end(command.kind)) {
    what += arrow + (command.other == 0 ? std::string("clients") : std::to_string(command.other));
  }
  if (command.kind == FaultKind::isolate) {
    what +=
        fmt::format(" {} {}", arrow, command.clients ? "all and the clients" : "all other brokers");
  }
  if (command.kind == FaultKind::churn) what += fmt::format(" {}", command.number);
  if (command.extra > Duration{}) what += fmt::format(" by {:.1f} ms", in_ms(command.extra));
  if (command.lasts > Duration{}) what += fmt::format(" for {:.1f} ms", in_ms(command.lasts));
  return what;
}

std::string to_json(const std::vector<FaultCommand>& commands) {
  Json json = Json::array();
  for (const auto& command : commands) json.push_back(json_of(command));
  return json.dump();
}

Result<std::vector<FaultCommand>> commands_from_json(std::string_view text, int brokers) {
  std::vector<FaultCommand> commands;
  try {
    const Json json = Json::parse(text);
    if (!json.is_array()) return Error{"the faults are no list"};
    for (const auto& entry : json) commands.push_back(command_from(entry, brokers));
  } catch (const Json::parse_error& wrong) {
    return Error{fmt::format("the faults are no JSON from byte {} on", wrong.byte)};
  } catch (const std::exception& wrong) {
    return Error{fmt::format("fault {}: {}", commands.size() + 1, wrong.what())};
  }
  return commands;
}

}  // namespace lab::sim
