#include "engine/broker/config_listeners.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "engine/broker/config_table.h"

namespace lab::broker {
namespace {

constexpr std::string_view default_listeners = "PLAINTEXT://:9092";

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

bool is_protocol(std::string_view name) {
  return name == "PLAINTEXT" || name == "SSL" || name == "SASL_PLAINTEXT" || name == "SASL_SSL";
}

bool is_host_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '%' || c == '.' ||
         c == '_' || c == ':';
}

// "host:port" or "[v6]:port"; the host may be empty. False where it is neither.
bool split_address(std::string_view text, std::string& host, std::uint16_t& port) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto number = parse_number("port", text.substr(colon + 1), "INT", 0, 65535);
  if (!number) return false;
  auto name = text.substr(0, colon);
  if (name.size() >= 2 && name.front() == '[' && name.back() == ']') {
    name = name.substr(1, name.size() - 2);
  }
  if (!std::all_of(name.begin(), name.end(), is_host_character)) return false;
  host = std::string(name);
  port = static_cast<std::uint16_t>(*number);
  return true;
}

using ProtocolMap = std::map<std::string, std::string>;

Result<ProtocolMap> read_protocols(const Properties& properties,
                                   const std::vector<std::string>& controller_names) {
  ProtocolMap map;
  const Property* given = properties.find("listener.security.protocol.map");
  const std::string text = given ? given->value
                                 : "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,"
                                   "SASL_PLAINTEXT:SASL_PLAINTEXT";
  for (const auto& entry : split_list(text)) {
    const auto colon = entry.find(':');
    const std::string name = upper(entry.substr(0, colon));
    const std::string protocol = colon == std::string::npos ? "" : upper(entry.substr(colon + 1));
    if (name.empty() || !is_protocol(protocol)) {
      return Error{fmt::format(
          "Invalid value {} for configuration listener.security.protocol.map: each entry should be "
          "in the form `{{name}}:{{protocol}}`, and the protocol one of PLAINTEXT, SSL, "
          "SASL_PLAINTEXT, SASL_SSL",
          entry)};
    }
    map[name] = protocol;
  }
  // As in Kafka: controller listeners need no entry where the map was not written.
  if (!given) {
    for (const auto& name : controller_names) map.emplace(upper(name), "PLAINTEXT");
  }
  return map;
}

// One list of NAME://host:port. `what` is the property, for the error.
Result<std::vector<Listener>> parse_endpoints(std::string_view what, const std::string& text,
                                              const ProtocolMap& protocols) {
  std::vector<Listener> result;
  const auto failed = [&](const std::string& why) {
    return Error{
        fmt::format("Error creating broker listeners from '{}' ({}): {}", text, what, why)};
  };
  for (const auto& entry : split_list(text)) {
    Listener listener;
    const auto mark = entry.find("://");
    if (mark == std::string::npos || mark == 0 ||
        !split_address(std::string_view(entry).substr(mark + 3), listener.host, listener.port)) {
      return failed(fmt::format("Unable to parse {} to a broker endpoint", entry));
    }
    listener.name = upper(entry.substr(0, mark));
    const auto protocol = protocols.find(listener.name);
    if (protocol == protocols.end()) {
      return failed(fmt::format("No security protocol defined for listener {}", listener.name));
    }
    if (protocol->second != "PLAINTEXT") {
      return failed(fmt::format(
          "listener {} has the protocol {}, which Brokerlab does not speak: it would send in plain "
          "text what should be protected. Write: PLAINTEXT",
          listener.name, protocol->second));
    }
    result.push_back(std::move(listener));
  }
  return result;
}

bool is_v6(const std::string& host) { return host.find(':') != std::string::npos; }

Result<> check_unique(const std::vector<Listener>& listeners, std::string_view what,
                      const std::string& text, bool ports_too) {
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto &a = listeners[i], &b = listeners[j];
      const bool both_families =
          is_v6(a.host) != is_v6(b.host) && !a.host.empty() && !b.host.empty();
      if (a.name == b.name && !both_families) {
        return Error{fmt::format("Each listener must have a different name, {}: {}", what, text)};
      }
      if (ports_too && a.port == b.port && a.port != 0 && !both_families) {
        return Error{fmt::format("Each listener must have a different port, {}: {}", what, text)};
      }
    }
  }
  return {};
}

std::string names_of(const std::vector<Listener>& listeners, bool controllers_too) {
  std::vector<std::string> names;
  for (const auto& listener : listeners) {
    if (controllers_too || !listener.controller) names.push_back(listener.name);
  }
  return fmt::format("{}", fmt::join(names, ","));
}

bool is_loopback_name(const std::string& host) { return host.empty() || host == "localhost"; }

// Says where a listener of this name is reached, once for each listener of this machine only.
void tell_binding(LoadedConfig& loaded, const Listener& listener) {
  if (!is_loopback_name(listener.host)) return;
  if (listener.host.empty() && loaded.config.lab_bind_any) {
    loaded.notices.push_back(fmt::format(
        "Listener {} binds port {} on every address of this machine (lab.bind.any=true), without "
        "authentication",
        listener.name, listener.port));
    return;
  }
  loaded.notices.push_back(fmt::format(
      "Listener {} binds port {} on 127.0.0.1 and, where it exists, ::1, and is advertised as "
      "localhost (lab.bind.any=true lifts this)",
      listener.name, listener.port));
}

// What is told to clients: advertised.listeners, else listeners; controllers where not named there.
Result<> read_advertised(const Properties& properties, const ProtocolMap& protocols,
                         LoadedConfig& loaded) {
  Config& config = loaded.config;
  const std::string text = properties.get("advertised.listeners");
  if (!text.empty()) {
    if (!config.role_broker) {
      return Error{"The advertised.listeners config must be empty when process.roles=controller"};
    }
    auto parsed = parse_endpoints("advertised.listeners", text, protocols);
    if (!parsed) return parsed.error();
    config.advertised_listeners = std::move(*parsed);
  }
  for (auto& listener : config.advertised_listeners) {
    const Listener* own = config.listener(listener.name);
    if (!own) {
      return Error{fmt::format(
          "advertised.listeners listener names must be equal to or a subset of the ones defined in "
          "listeners. Found {}. The valid options based on the current configuration are {}",
          names_of(config.advertised_listeners, true), names_of(config.listeners, true))};
    }
    listener.controller = own->controller;
  }
  for (const auto& listener : config.listeners) {
    if (!listener.controller && !text.empty()) continue;
    if (!config.advertised(listener.name)) config.advertised_listeners.push_back(listener);
  }
  for (auto& listener : config.advertised_listeners) {
    if (listener.host.empty()) listener.host = "localhost";
    if (listener.host == "0.0.0.0" && !listener.controller) {
      return Error{
          "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP "
          "address."};
    }
  }
  return check_unique(config.advertised_listeners, "advertised.listeners", text, false);
}

Result<> read_inter_broker(const Properties& properties, LoadedConfig& loaded) {
  Config& config = loaded.config;
  const std::string protocol = upper(properties.get("security.inter.broker.protocol"));
  if (!protocol.empty() && protocol != "PLAINTEXT") {
    return Error{fmt::format("security.inter.broker.protocol={}: Brokerlab speaks PLAINTEXT only",
                             protocol)};
  }
  const std::string name = upper(properties.get("inter.broker.listener.name"));
  if (!name.empty() && !protocol.empty()) {
    return Error{
        "Only one of inter.broker.listener.name and security.inter.broker.protocol should be set."};
  }
  if (!config.role_broker) return {};
  config.inter_broker_listener_name = name.empty() ? "PLAINTEXT" : name;
  const Listener* found = config.advertised(config.inter_broker_listener_name);
  if (found && !found->controller) return {};
  if (names_of(config.advertised_listeners, false).empty()) return {};  // check_roles tells
  return Error{fmt::format(
      "inter.broker.listener.name must be a listener name defined in advertised.listeners. The "
      "valid options based on currently configured listeners are {}",
      names_of(config.advertised_listeners, false))};
}

Result<std::vector<Voter>> parse_voters(const std::string& text) {
  constexpr std::string_view name = "controller.quorum.voters";
  constexpr std::string_view form = "Each entry should be in the form `{id}@{host}:{port}`.";
  std::vector<Voter> voters;
  for (const auto& entry : split_list(text)) {
    const auto at = entry.find('@');
    if (at == std::string::npos || entry.find('@', at + 1) != std::string::npos) {
      return Error{fmt::format("Invalid configuration value for {}. {}", name, form)};
    }
    const auto id = parse_number(name, entry.substr(0, at), "INT", 0, Config::max_int);
    if (!id) {
      return Error{
          fmt::format("Failed to parse voter ID as an integer from {}", entry.substr(0, at))};
    }
    Voter voter{NodeId(static_cast<std::int32_t>(*id)), {}};
    if (!split_address(std::string_view(entry).substr(at + 1), voter.address.host,
                       voter.address.port)) {
      return Error{
          fmt::format("Failed to parse host port from entry {} for the configuration {}. {}", entry,
                      name, form)};
    }
    if (voter.address.host.empty()) {
      return Error{
          fmt::format("Failed to parse host name from entry {} for the configuration {}. {}", entry,
                      name, form)};
    }
    if (voter.address.host == "0.0.0.0") {
      return Error{"Host string (0.0.0.0) is not routeable"};
    }
    const auto same = [&](const Voter& other) { return other.id == voter.id; };
    if (std::any_of(voters.begin(), voters.end(), same)) {
      return Error{fmt::format("{} names the voter {} twice", name, voter.id)};
    }
    voters.push_back(std::move(voter));
  }
  std::sort(voters.begin(), voters.end(),
            [](const Voter& a, const Voter& b) { return a.id < b.id; });
  return voters;
}

// controller.quorum.bootstrap.servers: only this node alone, a quorum of one.
Result<> read_bootstrap(const std::string& text, LoadedConfig& loaded) {
  Config& config = loaded.config;
  std::vector<std::string> lines;
  bool own_only = true;
  for (const auto& entry : split_list(text)) {
    Address address;
    if (!split_address(entry, address.host, address.port) || address.host.empty()) {
      return Error{
          fmt::format("Failed to parse host port from {} for the configuration "
                      "controller.quorum.bootstrap.servers. Each entry should be in the form "
                      "\"{{host}}:{{port}}\"",
                      entry)};
    }
    const Listener* own = config.role_controller ? config.controller_listener() : nullptr;
    const Listener* told = own ? config.advertised(own->name) : nullptr;
    const bool is_own =
        own && address.port == own->port &&
        (address.host == told->host || address.host == own->host ||
         (is_loopback_name(own->host) && (address.host == "127.0.0.1" || address.host == "::1")));
    own_only = own_only && is_own;
    lines.push_back((is_own ? std::to_string(config.node_id.v) : "ID") + "@" + address.text());
    if (is_own) config.controller_quorum_voters = {Voter{config.node_id, address}};
  }
  if (own_only) {
    loaded.notices.push_back(
        "controller.quorum.bootstrap.servers names this node alone: a static quorum of one");
    return {};
  }
  return Error{fmt::format(
      "controller.quorum.bootstrap.servers asks for a dynamic quorum (KIP-853), which Brokerlab "
      "does not have. Write instead, with each controller's node.id: controller.quorum.voters={}",
      fmt::join(lines, ","))};
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    auto part = text.substr(at, end - at);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    at = end + 1;
  }
  return parts;
}

Result<> read_roles(const Properties& properties, Config& config) {
  const Property* roles = properties.find("process.roles");
  if (!roles) {
    return Error{"Missing required configuration \"process.roles\" which has no default value."};
  }
  for (const auto& role : split_list(roles->value)) {
    if (role != "broker" && role != "controller") {
      return Error{fmt::format(
          "Invalid value {} for configuration process.roles: String must be one of: broker, "
          "controller",
          role)};
    }
    (role == "broker" ? config.role_broker : config.role_controller) = true;
  }
  if (!config.role_broker && !config.role_controller) {
    return Error{
        "Invalid value [] for configuration process.roles: must name broker, controller or both"};
  }
  const Property* id = properties.find("node.id");
  if (!id) id = properties.find("broker.id");
  if (!id) return Error{"Missing required configuration \"node.id\" which has no default value."};
  const auto number = parse_number("node.id", id->value, "INT", 0, Config::max_int);
  if (!number) return number.error();
  config.node_id = NodeId(static_cast<std::int32_t>(*number));
  if (const Property* old = properties.find("broker.id"); old && old->value != id->value) {
    return Error{"You must set `node.id` to the same value as `broker.id`."};
  }
  return {};
}

Result<> read_listeners(const Properties& properties, LoadedConfig& loaded) {
  Config& config = loaded.config;
  for (const auto& name : split_list(properties.get("controller.listener.names"))) {
    config.controller_listener_names.push_back(upper(name));
  }
  if (config.controller_listener_names.empty()) {
    return Error{
        "Missing required configuration \"controller.listener.names\" which has no default value."};
  }
  auto protocols = read_protocols(properties, config.controller_listener_names);
  if (!protocols) return protocols.error();
  for (const auto& name : config.controller_listener_names) {
    if (protocols->count(name) == 0) {
      return Error{fmt::format(
          "Controller listener with name {} defined in controller.listener.names not found in "
          "listener.security.protocol.map  (an explicit security mapping for each controller "
          "listener is required if listener.security.protocol.map is non-empty, or if there are "
          "security protocols other than PLAINTEXT in use)",
          name)};
    }
  }
  const std::string text = properties.get("listeners", std::string(default_listeners));
  auto parsed = parse_endpoints("listeners", text, *protocols);
  if (!parsed) return parsed.error();
  config.listeners = std::move(*parsed);
  if (config.listeners.empty()) {
    return Error{"Invalid value  for configuration listeners: at least one listener is needed"};
  }
  const auto& names = config.controller_listener_names;
  for (auto& listener : config.listeners) {
    listener.controller = std::find(names.begin(), names.end(), listener.name) != names.end();
    tell_binding(loaded, listener);
  }
  if (auto unique = check_unique(config.listeners, "listeners", text, true); !unique) return unique;
  if (auto read = read_advertised(properties, *protocols, loaded); !read) return read;
  return read_inter_broker(properties, loaded);
}

Result<> read_quorum(const Properties& properties, LoadedConfig& loaded) {
  auto voters = parse_voters(properties.get("controller.quorum.voters"));
  if (!voters) return voters.error();
  loaded.config.controller_quorum_voters = std::move(*voters);
  if (!loaded.config.controller_quorum_voters.empty()) return {};
  const std::string bootstrap = properties.get("controller.quorum.bootstrap.servers");
  if (!split_list(bootstrap).empty()) return read_bootstrap(bootstrap, loaded);
  return Error{
      "If using process.roles, either controller.quorum.bootstrap.servers must contain the set of "
      "bootstrap controllers or controller.quorum.voters must contain a parseable set of "
      "controllers."};
}

Result<> check_roles(LoadedConfig& loaded) {
  const Config& config = loaded.config;
  std::vector<std::int32_t> ids;
  for (const auto& voter : config.controller_quorum_voters) ids.push_back(voter.id.v);
  const std::string voters = fmt::format("controller.quorum.voters=[{}]", fmt::join(ids, ", "));
  if (!config.role_controller) {
    if (config.is_voter(config.node_id)) {
      return Error{
          fmt::format("If process.roles contains just the 'broker' role, the node id {} must not "
                      "be included in "
                      "the set of voters {}",
                      config.node_id, voters)};
    }
    if (config.controller_listener()) {
      return Error{
          "controller.listener.names must not contain a value appearing in the 'listeners' "
          "configuration when running KRaft with just the broker role"};
    }
  } else {
    if (!config.is_voter(config.node_id)) {
      return Error{fmt::format(
          "If process.roles contains the 'controller' role, the node id {} must be included in the "
          "set of voters {}",
          config.node_id, voters)};
    }
    for (const auto& name : config.controller_listener_names) {
      if (config.listener(name)) continue;
      return Error{fmt::format(
          "controller.listener.names must {} the 'listeners' configuration when running the KRaft "
          "controller role",
          config.controller_listener() ? "only contain values appearing in"
                                       : "contain at least one value appearing in")};
    }
  }
  if (config.role_broker && !config.client_listener()) {
    return Error{
        "There must be at least one broker advertised listener. Perhaps all listeners appear in "
        "controller.listener.names?"};
  }
  if (!config.role_broker && !names_of(config.listeners, false).empty()) {
    return Error{
        "The listeners config must only contain KRaft controller listeners from "
        "controller.listener.names when process.roles=controller"};
  }
  for (const auto& voter : config.controller_quorum_voters) {
    const Listener* own = config.controller_listener();
    const Listener* told = own ? config.advertised(own->name) : nullptr;
    if (voter.id != config.node_id || !own) continue;
    if (voter.address.port != own->port && voter.address.port != told->port) {
      loaded.warnings.push_back(
          fmt::format("controller.quorum.voters has this node ({}) at port {}, but its listener {} "
                      "is at port {}",
                      voter.id, voter.address.port, own->name, own->port));
    }
  }
  return {};
}

}  // namespace lab::broker
