#include "engine/broker/config.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/broker/config_listeners.h"
#include "engine/broker/config_table.h"
#include "engine/broker/properties.h"

namespace lab::broker {
namespace {

const Listener* find_listener(const std::vector<Listener>& listeners, std::string_view name) {
  const auto it = std::find_if(listeners.begin(), listeners.end(),
                               [&](const Listener& listener) { return listener.name == name; });
  return it == listeners.end() ? nullptr : &*it;
}

// "FILE:LINE" of a property, or FILE where it is not written.
std::string place(const Properties& properties, std::string_view name, const std::string& file) {
  const Property* found = properties.find(name);
  return found ? fmt::format("{}:{}", file, found->line) : file;
}

// A cluster of before Kafka 4, as older tutorials have it: the lines that do the same today.
Result<> refuse_zookeeper(const Properties& properties) {
  if (!properties.find("zookeeper.connect")) return {};
  const std::string id = properties.get("node.id", properties.get("broker.id", "1"));
  const std::string directory =
      properties.get("log.dirs", properties.get("log.dir", "/tmp/kafka-logs"));
  std::string port = "9092";
  if (const auto listeners = split_list(properties.get("listeners")); !listeners.empty()) {
    const auto colon = listeners[0].rfind(':');
    const auto number = parse_number("port", listeners[0].substr(colon + 1), "INT", 1, 64535);
    if (number) port = std::to_string(*number);
  } else if (const auto number = parse_number("port", properties.get("port"), "INT", 1, 64535)) {
    port = std::to_string(*number);
  }
  const std::string controller_port = std::to_string(std::stoi(port) + 1000);
  return Error{fmt::format(
      "zookeeper.connect: ZooKeeper is no part of Kafka since 4.0. Write instead of broker.id and "
      "zookeeper.connect:\n"
      "node.id={0}\n"
      "process.roles=broker,controller\n"
      "listeners=PLAINTEXT://localhost:{1},CONTROLLER://localhost:{2}\n"
      "controller.listener.names=CONTROLLER\n"
      "controller.quorum.voters={0}@localhost:{2}\n"
      "log.dirs={3}",
      id, port, controller_port, directory)};
}

// What would be unsafe to ignore.
Result<> refuse_by_name(const Property& property) {
  const std::string& name = property.key;
  const bool of_listener = name.starts_with("listener.name.");
  if (name.starts_with("sasl.") || (of_listener && name.find(".sasl.") != std::string::npos)) {
    return Error{name + ": Brokerlab has no SASL authentication. Remove this line"};
  }
  if (name == "authorizer.class.name" && !property.value.empty()) {
    return Error{name +
                 ": Brokerlab has no authorizers: everyone may do everything. Remove this "
                 "line"};
  }
  const bool client_auth = name == "ssl.client.auth" ||
                           (of_listener && name.find(".ssl.client.auth") != std::string::npos);
  if (client_auth && property.value != "none") {
    return Error{name + "=" + property.value + ": Brokerlab has no TLS. Remove this line"};
  }
  if (name == "remote.log.storage.system.enable" && property.value != "false") {
    return Error{name + ": Brokerlab has no tiered storage. Remove this line"};
  }
  if (name == "client.quota.callback.class" && !property.value.empty()) {
    return Error{name + ": Brokerlab has no quotas. Remove this line"};
  }
  return {};
}

Result<> read_plain(const Properties& properties, const std::string& file, LoadedConfig& loaded) {
  for (const auto& property : properties.entries) {
    const auto where = fmt::format("{}:{}", file, property.line);
    if (auto refused = refuse_by_name(property); !refused) return refused.error().in(where);
    if (const ConfigRow* row = find_config_row(property.key)) {
      const auto assigned = assign(loaded.config, *row, property.value);
      if (!assigned) return assigned.error().in(where);
      if (!row->obeyed) loaded.without_effect.push_back(property.key);
    } else if (is_without_effect(property.key)) {
      loaded.without_effect.push_back(property.key);
    } else if (!is_special_name(property.key)) {
      loaded.unknown_names.push_back(property.key);
      const std::string meant = nearest_property(property.key);
      loaded.warnings.push_back(where + ": unknown property " + property.key +
                                (is_removed_name(property.key) ? " (Apache Kafka removed it in 4.0)"
                                 : meant.empty()               ? ""
                                                               : "; did you mean " + meant + "?"));
    }
  }
  return {};
}

// A time that may be given in several units; Kafka takes the smallest unit that is written.
Result<> read_time(const Properties& properties, std::string_view name, std::int64_t unit_ms,
                   bool unlimited, milliseconds& out) {
  const Property* property = properties.find(name);
  if (!property) return {};
  const auto number =
      parse_number(name, property->value, "INT", unlimited ? -1 : 1, Config::max_int);
  if (!number) return number.error();
  out =
      *number < 0 ? milliseconds(-1) : std::min(milliseconds(*number * unit_ms), Config::for_ever);
  return {};
}

constexpr std::int64_t minute_ms = 60'000, hour_ms = 3'600'000;

Result<> read_log_settings(const Properties& properties, Config& config) {
  std::vector<std::string> directories =
      split_list(properties.get("log.dirs", properties.get("log.dir", "/tmp/kafka-logs")));
  if (directories.empty()) {
    return Error{"At least one log directory must be defined via log.dirs or log.dir."};
  }
  if (directories.size() > 1) {
    return Error{fmt::format(
        "log.dirs names {} directories; Brokerlab keeps a broker's data in one. Write: log.dirs={}",
        directories.size(), directories[0])};
  }
  config.log_dir = directories[0];
  const std::string metadata = properties.get("metadata.log.dir");
  if (!metadata.empty() && metadata != config.log_dir) {
    return Error{fmt::format(
        "metadata.log.dir={}: Brokerlab keeps the metadata log in log.dirs. Remove this line",
        metadata)};
  }
  if (!properties.find("log.retention.ms")) {
    const bool minutes = properties.find("log.retention.minutes") != nullptr;
    const auto read = minutes ? read_time(properties, "log.retention.minutes", minute_ms, true,
                                          config.log_retention_ms)
                              : read_time(properties, "log.retention.hours", hour_ms, true,
                                          config.log_retention_ms);
    if (!read) return read;
  }
  if (config.log_retention_ms == milliseconds(0)) {
    return Error{"log.retention.ms must be unlimited (-1) or, equal or greater than 1"};
  }
  if (!properties.find("log.roll.ms")) {
    const auto read = read_time(properties, "log.roll.hours", hour_ms, false, config.log_roll_ms);
    if (!read) return read;
  }
  config.log_cleanup_policy.clear();
  for (const auto& policy : split_list(properties.get("log.cleanup.policy", "delete"))) {
    if (policy != "delete" && policy != "compact") {
      return Error{fmt::format(
          "Invalid value {} for configuration log.cleanup.policy: String must be one of: compact, "
          "delete",
          policy)};
    }
    config.log_cleanup_policy += (config.log_cleanup_policy.empty() ? "" : ",") + policy;
  }
  return {};
}

Result<> check_times(LoadedConfig& loaded) {
  const Config& config = loaded.config;
  if (config.log_cleanup_policy.find("compact") != std::string::npos) {
    loaded.warnings.push_back(
        fmt::format("log.cleanup.policy={}: compact is without effect here, no record is removed "
                    "for its key",
                    config.log_cleanup_policy));
  }
  if (config.replica_fetch_wait_max_ms > config.replica_socket_timeout_ms) {
    return Error{
        "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent "
        "unnecessary socket timeouts"};
  }
  if (config.replica_fetch_wait_max_ms > config.replica_lag_time_max_ms) {
    return Error{
        "replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms "
        "to "
        "prevent frequent changes in ISR"};
  }
  if (config.group_max_session_timeout_ms < config.group_min_session_timeout_ms) {
    return Error{"group.max.session.timeout.ms must not be less than group.min.session.timeout.ms"};
  }
  if (2 * config.broker_heartbeat_interval_ms > config.broker_session_timeout_ms) {
    loaded.warnings.push_back(fmt::format(
        "broker.heartbeat.interval.ms={} is more than half of broker.session.timeout.ms={}: one "
        "lost "
        "heartbeat fences this broker",
        config.broker_heartbeat_interval_ms.count(), config.broker_session_timeout_ms.count()));
  }
  return {};
}

std::string listeners_text(const std::vector<Listener>& listeners) {
  std::vector<std::string> parts;
  for (const auto& listener : listeners) {
    const bool v6 = listener.host.find(':') != std::string::npos;
    parts.push_back(fmt::format("{}://{}{}{}:{}", listener.name, v6 ? "[" : "", listener.host,
                                v6 ? "]" : "", listener.port));
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

std::string voters_text(const std::vector<Voter>& voters) {
  std::vector<std::string> parts;
  for (const auto& voter : voters) {
    parts.push_back(fmt::format("{}@{}", voter.id, voter.address.text()));
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

// The properties that load_config reads itself, as DescribeConfigs shows them.
std::vector<ConfigEntry> special_entries(const Config& config) {
  using enum ConfigType;
  return {
      {"node.id", int32, std::to_string(config.node_id.v), "-1"},
      {"process.roles", list, config.roles_text(), ""},
      {"listeners", list, listeners_text(config.listeners), "PLAINTEXT://:9092"},
      {"advertised.listeners", list, listeners_text(config.advertised_listeners), ""},
      {"controller.listener.names", list,
       fmt::format("{}", fmt::join(config.controller_listener_names, ",")), ""},
      {"controller.quorum.voters", list, voters_text(config.controller_quorum_voters), ""},
      {"inter.broker.listener.name", string, config.inter_broker_listener_name, "PLAINTEXT"},
      {"log.dirs", list, config.log_dir, "/tmp/kafka-logs"},
      {"log.cleanup.policy", list, config.log_cleanup_policy, "delete"},
  };
}

}  // namespace

bool Config::is_voter(NodeId id) const {
  return std::any_of(controller_quorum_voters.begin(), controller_quorum_voters.end(),
                     [&](const Voter& voter) { return voter.id == id; });
}

const Listener* Config::listener(std::string_view name) const {
  return find_listener(listeners, name);
}
const Listener* Config::advertised(std::string_view name) const {
  return find_listener(advertised_listeners, name);
}
const Listener* Config::client_listener() const {
  const Listener* found = listener(inter_broker_listener_name);
  return found && !found->controller ? found : nullptr;
}
const Listener* Config::controller_listener() const {
  for (const auto& name : controller_listener_names) {
    if (const Listener* found = listener(name)) return found;
  }
  return nullptr;
}

std::string Config::roles_text() const {
  return role_broker && role_controller ? "broker,controller"
         : role_controller              ? "controller"
                                        : "broker";
}

Result<LoadedConfig> load_config(std::string_view text, const std::string& filename) {
  auto properties = parse_properties(text, filename);
  if (!properties) return properties.error();
  LoadedConfig loaded;
  loaded.warnings = properties->warnings;
  if (auto refused = refuse_zookeeper(*properties); !refused) {
    return refused.error().in(place(*properties, "zookeeper.connect", filename));
  }
  if (auto read = read_plain(*properties, filename, loaded); !read) return read.error();
  if (auto read = read_roles(*properties, loaded.config); !read) {
    return read.error().in(filename);
  }
  if (auto read = read_listeners(*properties, loaded); !read) {
    return read.error().in(place(*properties, "listeners", filename));
  }
  if (auto read = read_quorum(*properties, loaded); !read) {
    const bool voters = properties->find("controller.quorum.voters") != nullptr;
    return read.error().in(place(
        *properties, voters ? "controller.quorum.voters" : "controller.quorum.bootstrap.servers",
        filename));
  }
  if (auto checked = check_roles(loaded); !checked) return checked.error().in(filename);
  if (auto read = read_log_settings(*properties, loaded.config); !read) {
    return read.error().in(filename);
  }
  if (auto checked = check_times(loaded); !checked) return checked.error().in(filename);
  return loaded;
}

std::vector<ConfigEntry> config_entries(const Config& config) {
  const Config untouched;
  std::vector<ConfigEntry> entries = special_entries(config);
  for (const auto& row : config_rows()) {
    if (!row.obeyed) continue;
    entries.push_back({std::string(row.name), row.type, print(config, row), print(untouched, row)});
  }
  std::sort(entries.begin(), entries.end(),
            [](const ConfigEntry& a, const ConfigEntry& b) { return a.name < b.name; });
  return entries;
}

}  // namespace lab::broker
