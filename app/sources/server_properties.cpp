#include "app/sources/server_properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "engine/broker/config.h"
#include "engine/broker/properties.h"

namespace lab::sources {
namespace {

struct LabProperty {
  const char* name;
  const char* value;  // nullptr: min(3, brokers)
  const char* comment;
};

// DESIGN §3: everything else is Kafka's default.
constexpr std::array<LabProperty, 9> lab_properties{{
    {"broker.heartbeat.interval.ms", "200",
     "How often a broker tells the controller that it lives (Kafka: 2000)."},
    {"broker.session.timeout.ms", "1000",
     "Not heard for this long, a broker is fenced and its leaders move (Kafka: 9000)."},
    {"controller.quorum.fetch.timeout.ms", "400",
     "A voter that has not heard the active controller for this long stands for election\n"
     "# (Kafka: 2000). Apache Kafka livelocks this low: give it 1000."},
    {"controller.quorum.election.timeout.ms", "100",
     "How long an election may take before it is tried again (Kafka: 1000). Apache Kafka: 500."},
    {"controller.quorum.election.backoff.max.ms", "100",
     "The longest wait between two tries (Kafka: 1000)."},
    {"controller.quorum.append.linger.ms", "5",
     "How long the controller gathers decisions for one write (Kafka: 25)."},
    {"offsets.topic.replication.factor", nullptr,
     "Replicas of consumer offsets (Kafka: 3): not more than there are brokers."},
    {"offsets.topic.num.partitions", "3",
     "Partitions of consumer offsets (Kafka: 50): fewer are easier to watch."},
    {"group.initial.rebalance.delay.ms", "0",
     "How long a new group waits for more members (Kafka: 3000)."},
}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::uint16_t port_of(std::string_view listener) {
  const auto colon = listener.rfind(':');
  if (colon == std::string_view::npos) return 0;
  const auto digits = trimmed(listener.substr(colon + 1));
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc{} && stop == digits.data() + digits.size() ? port : 0;
}

// The port of the first listener that is (not) the controller's.
std::uint16_t listener_port(std::string_view listeners, bool controller) {
  while (!listeners.empty()) {
    const auto comma = std::min(listeners.find(','), listeners.size());
    const auto one = trimmed(listeners.substr(0, comma));
    if (one.starts_with("CONTROLLER:") == controller) return port_of(one);
    listeners.remove_prefix(std::min(comma + 1, listeners.size()));
  }
  return 0;
}

// Where the line that begins at `begin` ends (behind its newline), continuations included.
std::size_t end_of_line(const std::string& text, std::size_t begin) {
  for (std::size_t at = begin; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '\n') {
      return at + 1;
    }
  }
  return text.size();
}

bool sets(const std::string& line, const std::string& name) {
  const auto parsed = broker::parse_properties(line, "line");
  return parsed.ok() && parsed->find(name) != nullptr;
}

}  // namespace

std::string listeners_value(const NewServer& server) {
  const std::string client = fmt::format("PLAINTEXT://localhost:{}", server.port);
  if (!server.is_voter) return client;
  return fmt::format("{},CONTROLLER://localhost:{}", client,
                     server.port + controller_port_distance);
}

std::string server_properties(const NewServer& server) {
  std::string text = fmt::format(
      "# Broker {0} of a Brokerlab cluster. Written once and never overwritten: change it as you\n"
      "# like, then start the broker again. Apache Kafka starts with this file too.\n\n"
      "# Who this broker is: its own id, its own ports, its own log directory.\n"
      "node.id={0}\n"
      "process.roles={1}\n"
      "listeners={2}\n",
      server.id, server.is_voter ? "broker,controller" : "broker", listeners_value(server));
  text += fmt::format(
      "controller.listener.names=CONTROLLER\n"
      "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
      "# The voters of the metadata quorum, the same in all files; fixed when the cluster is "
      "made.\n"
      "controller.quorum.voters={}\n"
      "log.dirs={}\n\n"
      "# The lab's settings: faults are noticed in about a second. Apache Kafka needs the "
      "steadier\n"
      "# quorum timeouts that the comments name.\n",
      server.voters, server.log_dir);
  for (const auto& property : lab_properties) {
    const std::string value =
        property.value ? property.value : std::to_string(std::min(3, server.brokers));
    text += fmt::format("# {}\n{}={}\n", property.comment, property.name, value);
  }
  text += fmt::format(
      "\n# Where the lab listens to this broker, and where its log is. Apache Kafka ignores both.\n"
      "lab.socket={}\nlab.logs.dir={}\n",
      server.socket, server.logs_dir);
  return text;
}

std::string with_property(const std::string& text, const std::string& name,
                          const std::string& value) {
  std::string line = broker::write_properties({{name, value}});
  std::string result;
  bool written = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = end_of_line(text, begin);
    const std::string present = text.substr(begin, end - begin);
    begin = end;
    if (!sets(present, name)) {
      result += present;
    } else if (!std::exchange(written, true)) {
      result += line;
    }
  }
  if (written) return result;
  if (!result.empty() && result.back() != '\n') result += '\n';
  return result + line;
}

std::string without_property(const std::string& text, const std::string& name) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = end_of_line(text, begin);
    const std::string present = text.substr(begin, end - begin);
    begin = end;
    if (!sets(present, name)) result += present;
  }
  return result;
}

Result<> check_property_line(const std::string& name, const std::string& value) {
  constexpr std::size_t longest_name = 200, longest_value = 4000;
  const bool one_word = !name.empty() && name.size() <= longest_name &&
                        std::all_of(name.begin(), name.end(), [](char c) {
                          return c > ' ' && c != '=' && c != ':' && c != '#' && c != '\x7f';
                        });
  if (!one_word) {
    return Error{fmt::format("\"{}\" is no property's name: NAME=VALUE", name.substr(0, 40))};
  }
  if (value.size() > longest_value || value.find_first_of("\r\n") != std::string::npos) {
    return Error{fmt::format("the value of {} must be one line", name)};
  }
  return {};
}

std::string property_set_text(const std::string& file, const PropertyCommand& command,
                              bool running) {
  std::string text = command.value ? fmt::format("{}: {}={}", file, command.name, *command.value)
                                   : fmt::format("{}: no {} any more", file, command.name);
  if (running) text += fmt::format(" (counts when broker {} is started again)", command.node);
  NewServer server;
  server.voters = "1@localhost:10092";
  server.log_dir = "/nowhere";
  server.id = server.brokers = 1;
  const auto loaded = broker::load_config(
      with_property(server_properties(server), command.name, command.value.value_or("")), file);
  const bool unknown = loaded.ok() && !loaded->unknown_names.empty();
  if (!unknown || !command.value) return text;
  const std::string near = broker::nearest_property(command.name);
  return text + fmt::format(". Neither Kafka nor Brokerlab knows this property{}",
                            near.empty() ? "" : fmt::format(": did you mean {}?", near));
}

ServerFacts facts_of(const std::string& text) {
  ServerFacts facts;
  const auto properties = broker::parse_properties(text, "server.properties");
  if (!properties) return facts;
  const std::string listeners = properties->get("listeners");
  facts.port = listener_port(listeners, false);
  facts.controller_port = listener_port(listeners, true);
  facts.voters = properties->get("controller.quorum.voters");
  facts.log_dir = properties->get("log.dirs", properties->get("log.dir"));
  facts.logs_dir = properties->get("lab.logs.dir");
  facts.socket = properties->get("lab.socket");
  return facts;
}

std::string why_not_for_all(const std::string& name) {
  constexpr std::array<std::string_view, 12> own{
      "node.id",     "broker.id",       "process.roles", "listeners",    "advertised.listeners",
      "log.dirs",    "log.dir",         "lab.socket",    "lab.logs.dir", "controller.quorum.voters",
      "broker.rack", "metadata.log.dir"};
  if (std::find(own.begin(), own.end(), name) == own.end()) return {};
  return fmt::format("{} is each broker's own and cannot be set for all; change it in its file",
                     name);
}

}  // namespace lab::sources
