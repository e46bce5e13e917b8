// What can be broken in a simulated cluster beside its processes: links, properties, log
// directories. Members of SimulatedCluster.
#include <fmt/format.h>

#include "app/sources/server_properties.h"
#include "app/sources/simulated_cluster.h"
#include "engine/base/uuid.h"
#include "engine/host/kafka_storage.h"

namespace lab::sources {
namespace {

std::string end_name(NodeId end) {
  return end == clients_end ? std::string("clients") : fmt::format("{}", end);
}

std::string arrow(NodeId from, NodeId to) {
  return fmt::format("{}\u2192{}", end_name(from), end_name(to));
}

std::string delay_text(Duration delay) { return fmt::format("{} ms", to_ms(delay)); }

}  // namespace

// ---- Links

Result<> SimulatedCluster::check_end(NodeId end) const {
  if (end == clients_end || find(end) != nullptr) return {};
  return Error{fmt::format("there is no broker {}: this cluster has 1 to {}, and the clients", end,
                           brokers_.size())};
}

Answer SimulatedCluster::act(const LinkCommand& command) {
  if (command.from == no_node && command.to == no_node && command.action == LinkAction::heal) {
    return heal_all();
  }
  for (const NodeId end : {command.from, command.to}) {
    if (auto known = check_end(end); !known) return known.error();
  }
  if (command.from == command.to) return Error{"a link has two different ends"};
  act_on(command.action, command.from, command.to, command.delay);
  const bool back = command.both_ways && command.action != LinkAction::reset;
  if (back) act_on(command.action, command.to, command.from, command.delay);
  return fmt::format("link {}{}{}: {}", end_name(command.from), back ? "\u2194" : "\u2192",
                     end_name(command.to), name_of(command.action));
}

void SimulatedCluster::act_on(LinkAction action, NodeId from, NodeId to, Duration delay) {
  const auto a = member(from), b = member(to);
  Link& link = links_[{from, to}];
  switch (action) {
    case LinkAction::cut:
      if (!std::exchange(link.cut, true)) tell_fault("cut", from, to, "", true);
      return world_.cut(a, b);
    case LinkAction::delay:
      link.delay = delay;
      tell_fault("delay", from, to, delay_text(delay), delay > Duration{});
      return world_.delay(a, b, delay);
    case LinkAction::reset:
      return world_.reset(a, b);
    case LinkAction::heal:
      if (link.cut) tell_fault("cut", from, to, "", false);
      if (link.delay > Duration{}) tell_fault("delay", from, to, delay_text(link.delay), false);
      links_.erase({from, to});
      world_.delay(a, b, {});
      world_.heal(a, b);
  }
}

std::string SimulatedCluster::heal_all() {
  const auto broken = links_;
  for (const auto& [ends, link] : broken) act_on(LinkAction::heal, ends.first, ends.second, {});
  return "all links are healed";
}

void SimulatedCluster::tell_fault(const char* fault, NodeId from, NodeId to, std::string detail,
                                  bool active) {
  tell(no_node, trace::FaultChanged{fault, arrow(from, to), std::move(detail), active});
}

// ---- Files

Answer SimulatedCluster::act(const PropertyCommand& command) {
  Broker* broker = find(command.node);
  if (broker == nullptr) return Error{fmt::format("there is no broker {}", command.node)};
  if (auto fine = check_property_line(command.name, command.value.value_or("")); !fine) {
    return fine.error();
  }
  broker->properties = command.value
                           ? with_property(broker->properties, command.name, *command.value)
                           : without_property(broker->properties, command.name);
  return property_set_text(file_of(broker->id), command, alive(*broker));
}

Answer SimulatedCluster::act(const FilesCommand& command) {
  Broker* broker = find(command.node);
  if (broker == nullptr) return Error{fmt::format("there is no broker {}", command.node)};
  if (command.action == FilesAction::wipe) return wipe(*broker);
  if (command.action == FilesAction::format) return format(*broker);
  broker->properties = broker->generated;
  return fmt::format("{} is as it was generated", file_of(broker->id));
}

Answer SimulatedCluster::wipe(Broker& broker) {
  if (alive(broker)) {
    return Error{
        fmt::format("broker {0} runs: its log directory can be wiped when it is down "
                    "(kill {0} or stop {0})",
                    broker.id)};
  }
  auto& disk = world_.disk(member(broker.id));
  const auto paths = disk.files();
  for (const auto& path : paths) (void)disk.remove(path);
  if (const auto entries = disk.list("."); entries) {
    for (const auto& entry : *entries) (void)disk.remove(entry.name);
  }
  return fmt::format("{} is wiped ({} files)", facts_of(broker.properties).log_dir, paths.size());
}

Answer SimulatedCluster::format(Broker& broker) {
  auto& disk = world_.disk(member(broker.id));
  const std::string directory = facts_of(broker.properties).log_dir;
  if (disk.exists(storage::meta_properties_file)) {
    return Error{fmt::format("Log directory {} is already formatted.", directory)};
  }
  const auto config = broker::load_config(broker.properties, file_of(broker.id));
  if (!config) return config.error();
  const auto written =
      host::write_meta_properties(disk, {cluster_id_, config->config.node_id, Uuid::random(rng_)});
  if (!written) return written.error();
  return fmt::format("Formatting metadata directory {} with metadata.version 4.3-IV0.", directory);
}

Answer SimulatedCluster::act(const ClusterCommand& command) {
  if (command.action != ClusterAction::add_broker) return Error{"this is the session's to do"};
  const int id = static_cast<int>(brokers_.size()) + 1;
  if (id > max_simulated) {
    return Error{fmt::format("a simulated cluster has at most {} brokers", max_simulated)};
  }
  add(id, id, voters_);
  with_clients([this](LabClients& clients) { clients.set_bootstrap(bootstrap()); });
  return start(*find(NodeId(id)));
}

}  // namespace lab::sources
