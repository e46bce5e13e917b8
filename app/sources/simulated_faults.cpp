// What can be broken in a simulated cluster beside its processes: links, properties, log
// directories. Members of SimulatedCluster.
#include <fmt/format.h>

#include "app/sources/server_properties.h"
#include "app/sources/simulated_cluster.h"
#include "engine/base/uuid.h"
#include "engine/host/kafka_storage.h"

namespace lab::sources {

// ---- Links

void SimulatedCluster::set_link(const LinkFaults::Ends& ends, const LinkFaults::Link& link) {
  const auto from = member(ends.first), to = member(ends.second);
  world_.delay(from, to, link.delay);
  if (link.cut) {
    world_.cut(from, to);
  } else {
    world_.heal(from, to);
  }
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
