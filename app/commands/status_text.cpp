#include "app/commands/status_text.h"

#include <fmt/format.h>

#include <cstring>

#include "app/i18n/format.h"

namespace lab::commands {
namespace {

std::string ids(const std::vector<NodeId>& nodes) {
  std::string text;
  for (const NodeId node : nodes) text += fmt::format("{}{}", text.empty() ? "" : ",", node);
  return text.empty() ? "none" : text;
}

std::string state_words(std::string_view name) {
  std::string words(name);
  for (char& c : words) {
    if (c == '_') c = ' ';
  }
  return words;
}

std::string broker_line(const model::ClusterModel& model, const model::Broker& broker,
                        Instant now) {
  std::string line = fmt::format("broker {}", broker.id);
  if (broker.client_port != 0) line += fmt::format(" localhost:{}", broker.client_port);
  if (broker.alive.value_or(false) && broker.pid.known())
    line += fmt::format(" pid {}", *broker.pid);
  line += " " + state_words(name_of(broker.state));
  const bool dead = broker.alive.known() && !*broker.alive && broker.exit.known();
  if (dead && broker.exit->signal != 0) {
    line += fmt::format(" ({})", signal_text(broker.exit->signal));
  }
  if (dead && broker.exit->code == model::exit_unknown) return line + " (unknown how)\n";
  if (dead) line += ", " + i18n::ago(now - broker.since, i18n::Lang::en);
  if (dead && !broker.exit->reason.empty()) line += ": " + broker.exit->reason;
  if (model.active_controller() == broker.id) {
    line += fmt::format(", active controller (epoch {})", model.quorum().epoch);
  }
  return line + "\n";
}

std::string partition_line(const model::Partition& partition) {
  const auto& view = *partition.agreed;
  const std::string leader =
      view.leader == no_node ? "no leader" : fmt::format("leader {}", view.leader);
  return fmt::format("{} {} replicas {} isr {} epoch {}\n", partition.id.text(), leader,
                     ids(view.replicas), ids(view.isr), view.leader_epoch);
}

}  // namespace

std::string signal_text(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

std::string status_text(const model::ClusterModel& model, Instant now) {
  std::string text;
  for (const auto& [id, broker] : model.brokers()) text += broker_line(model, broker, now);
  if (!model.active_controller()) text += "no active controller\n";
  for (const auto& [key, fault] : model.faults()) {
    text += fmt::format("link {} {}{}{}\n", fault.target, fault.kind,
                        fault.detail.empty() ? "" : " ", fault.detail);
  }
  for (const auto& [id, partition] : model.partitions()) {
    if (partition.agreed == nullptr || id.topic.starts_with("__")) continue;
    text += partition_line(partition);
  }
  return text;
}

}  // namespace lab::commands
