#include "app/commands/status_text.h"

#include <fmt/format.h>

#include <cstring>

#include "app/i18n/format.h"

namespace lab::commands {
namespace {

using i18n::Lang;

std::string word(std::string_view key, Lang lang) {
  return std::string(i18n::text("status." + std::string(key), lang));
}

std::string ids(const std::vector<NodeId>& nodes, Lang lang) {
  std::string text;
  for (const NodeId node : nodes) text += fmt::format("{}{}", text.empty() ? "" : ",", node);
  return text.empty() ? word("none", lang) : text;
}

std::string broker_line(const model::ClusterModel& model, const model::Broker& broker, Instant now,
                        Lang lang) {
  std::string line = fmt::format("{} {}", word("broker", lang), broker.id);
  if (broker.client_port != 0) line += fmt::format(" localhost:{}", broker.client_port);
  if (broker.alive.value_or(false) && broker.pid.known())
    line += fmt::format(" pid {}", *broker.pid);
  line += " " + word(fmt::format("state.{}", name_of(broker.state)), lang);
  const bool dead = broker.alive.known() && !*broker.alive && broker.exit.known();
  if (dead && broker.exit->signal != 0) {
    line += fmt::format(" ({})", signal_text(broker.exit->signal));
  }
  if (dead && broker.exit->code == model::exit_unknown) {
    return line + " (" + word("unknown_how", lang) + ")\n";
  }
  if (dead) line += ", " + i18n::ago(now - broker.since, lang);
  if (dead && !broker.exit->reason.empty()) line += ": " + broker.exit->reason;
  if (model.active_controller() == broker.id) {
    line += ", " + i18n::say("status.controller", lang,
                             {{"epoch", fmt::format("{}", model.quorum().epoch)}});
  }
  return line + "\n";
}

std::string partition_line(const model::Partition& partition, Lang lang) {
  const auto& view = *partition.agreed;
  const std::string leader = view.leader == no_node
                                 ? word("no_leader", lang)
                                 : fmt::format("{} {}", word("leader", lang), view.leader);
  return fmt::format("{} {} {} {} isr {} {} {}\n", partition.id.text(), leader,
                     word("replicas", lang), ids(view.replicas, lang), ids(view.isr, lang),
                     word("epoch", lang), view.leader_epoch);
}

}  // namespace

std::string signal_text(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

std::string status_text(const model::ClusterModel& model, Instant now, Lang lang) {
  std::string text;
  for (const auto& [id, broker] : model.brokers()) text += broker_line(model, broker, now, lang);
  if (!model.active_controller()) text += word("no_controller", lang) + "\n";
  for (const auto& [key, fault] : model.faults()) {
    text += fmt::format("{} {} {}{}{}\n", word("link", lang), fault.target, fault.kind,
                        fault.detail.empty() ? "" : " ", fault.detail);
  }
  for (const auto& [id, partition] : model.partitions()) {
    if (partition.agreed == nullptr || id.topic.starts_with("__")) continue;
    text += partition_line(partition, lang);
  }
  return text;
}

}  // namespace lab::commands
