#include "app/sources/simulated_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "app/sources/server_properties.h"
#include "engine/broker/node.h"
#include "engine/host/kafka_storage.h"
#include "engine/host/server_log.h"

namespace lab::sources {
namespace {

constexpr std::uint16_t base_port = 9092;
constexpr sim::MemberId clients_member = 0;  // broker n is member n
constexpr std::size_t log_lines_kept = 2000;

std::string voters_of(int brokers) {
  std::string voters;
  for (int id = 1; id <= (brokers < 3 ? 1 : 3); ++id) {
    voters += fmt::format("{}{}@localhost:{}", id > 1 ? "," : "", id,
                          base_port + id - 1 + controller_port_distance);
  }
  return voters;
}

}  // namespace

struct SimulatedCluster::ClientsMember : Machine {
  ~ClientsMember() override {
    Effects nowhere;
    machine.run(machine.context().now(), nowhere, [this] { clients.reset(); });
  }
  client::ClientMachine machine{true};
  std::unique_ptr<LabClients> clients;
  void handle(const Now& now, Input input, Effects& effects) override {
    machine.handle(now, std::move(input), effects);
  }
};

SimulatedCluster::SimulatedCluster(const SimulatedOptions& options, Handlers handlers)
    : options_(options),
      handlers_(std::move(handlers)),
      rng_(options.seed ^ 0x6c61622d73696dULL),
      cluster_id_(Uuid::random(rng_).text()),
      voters_(voters_of(options.brokers)),
      links_({[this](const auto& ends, const auto& link, const auto& changes) {
                for (const auto& change : changes) tell(no_node, change);  // what follows is later
                set_link(ends, link);
              },
              [this](const auto& ends) { world_.reset(member(ends.first), member(ends.second)); }}),
      world_(options.seed) {
  world_.add("clients", {}, [](storage::Disk&) { return std::make_unique<ClientsMember>(); });
  for (int id = 1; id <= options_.brokers; ++id) add(id, options_.brokers, voters_);
  sim::World::Watch watch;
  watch.on_trace = [this](sim::MemberId id, const trace::Event& event) {
    auto* broker = id == clients_member ? nullptr : find(NodeId(static_cast<std::int32_t>(id)));
    if (broker == nullptr) return handlers_.on_event(event);
    if (const auto* halted = std::get_if<trace::NodeHalted>(&event.payload)) {
      broker->halted = *halted;
    }
    auto told = event;
    told.node = broker->id;  // the file says which card it is, whatever id it took
    handlers_.on_event(told);
  };
  watch.on_log = [this](sim::MemberId id, const LogLine& line, Instant) {
    if (auto* broker = find(NodeId(static_cast<std::int32_t>(id)))) log(*broker, line);
  };
  watch.on_end = [this](sim::MemberId id, const std::string& reason) {
    if (auto* broker = find(NodeId(static_cast<std::int32_t>(id)))) ended(*broker, reason);
  };
  world_.watch(std::move(watch));
  world_.start(clients_member);
  world_.within(clients_member, [this](Machine& machine, const Now& now, Effects& effects) {
    auto& lab = static_cast<ClientsMember&>(machine);
    lab.machine.run(now, effects, [&] {
      lab.clients = std::make_unique<LabClients>(lab.machine, bootstrap(), handlers_.on_notice);
    });
  });
  for (auto& [id, broker] : brokers_) (void)start(broker);
}

// `brokers`: of the whole cluster, when the file was generated. Its log directory is formatted.
void SimulatedCluster::add(int id, int brokers, const std::string& voters) {
  NewServer server;
  server.id = id;
  server.brokers = brokers;
  server.port = static_cast<std::uint16_t>(base_port + id - 1);
  server.voters = voters;
  server.is_voter = ("," + voters).find(fmt::format(",{}@", id)) != std::string::npos;
  server.log_dir = fmt::format("broker-{}/data", id);
  server.logs_dir = fmt::format("broker-{}/logs", id);
  server.socket = "simulated";
  Broker& broker = brokers_[NodeId(id)];
  broker.id = NodeId(id);
  broker.generated = server_properties(server);
  for (const auto& [name, value] : options_.set) {
    broker.generated = with_property(broker.generated, name, value);
  }
  broker.properties = broker.generated;
  world_.add(fmt::format("broker {}", id), {}, [this, id](storage::Disk& disk) {
    return std::make_unique<broker::Node>(find(NodeId(id))->config, disk);
  });
  (void)host::write_meta_properties(world_.disk(member(broker.id)),
                                    {cluster_id_, broker.id, Uuid::random(rng_)});
}

std::string SimulatedCluster::file_of(NodeId id) { return fmt::format("server-{}.properties", id); }

SimulatedCluster::Broker* SimulatedCluster::find(NodeId id) {
  const auto at = brokers_.find(id);
  return at == brokers_.end() ? nullptr : &at->second;
}
const SimulatedCluster::Broker* SimulatedCluster::find(NodeId id) const {
  const auto at = brokers_.find(id);
  return at == brokers_.end() ? nullptr : &at->second;
}

// A check that fails ends its machine; ended() has told it.
void SimulatedCluster::guarded(const std::function<void()>& call) {
  try {
    call();
  } catch (const CheckFailed& failed) {
    if (world_.alive(clients_member)) return;
    handlers_.on_notice(fmt::format("the lab's clients have failed: {}", failed.what()));
  }
}

bool SimulatedCluster::run(Instant end, const std::function<bool()>& enough) {
  bool stopped = false;
  const auto condition = [&] { return stopped = enough(); };
  while (!stopped && world_.now() < end) {
    guarded([&] { world_.run_until(condition, end - world_.now()); });
  }
  return world_.now() >= end;
}

void SimulatedCluster::with_clients(const std::function<void(LabClients&)>& call) {
  if (!world_.alive(clients_member)) return;
  guarded([&] {
    world_.within(clients_member, [&](Machine& machine, const Now& now, Effects& effects) {
      auto& lab = static_cast<ClientsMember&>(machine);
      lab.machine.run(now, effects, [&] { call(*lab.clients); });
    });
  });
}

// ---- What is told

void SimulatedCluster::tell(NodeId node, trace::Payload payload) {
  trace::Event event;
  event.number = next_event_++;
  event.at = world_.now();
  event.node = node;
  event.payload = std::move(payload);
  handlers_.on_event(event);
}

void SimulatedCluster::log(Broker& broker, const LogLine& line) {
  broker.log.push_back(host::ServerLog::format(line, world_.wall()));
  if (broker.log.size() > log_lines_kept) broker.log.pop_front();
}

std::vector<NodeId> SimulatedCluster::brokers() const {
  std::vector<NodeId> ids;
  for (const auto& [id, broker] : brokers_) ids.push_back(id);
  return ids;
}

std::vector<Address> SimulatedCluster::bootstrap() const {
  std::vector<Address> addresses;
  for (const auto& [id, broker] : brokers_) {
    addresses.push_back({"localhost", facts_of(broker.properties).port});
  }
  return addresses;
}

Result<std::string> SimulatedCluster::properties(NodeId id) const {
  const auto* broker = find(id);
  if (broker == nullptr) return Error{fmt::format("there is no broker {}", id)};
  return broker->properties;
}

std::vector<std::string> SimulatedCluster::log_tail(NodeId id, std::size_t lines) const {
  const auto* broker = find(id);
  if (broker == nullptr) return {};
  const std::size_t skip = broker->log.size() - std::min(lines, broker->log.size());
  return {broker->log.begin() + static_cast<std::ptrdiff_t>(skip), broker->log.end()};
}

// ---- Processes

Answer SimulatedCluster::carry_out(const Command& command) {
  return std::visit([this](const auto& wanted) { return act(wanted); }, command);
}

Answer SimulatedCluster::act(const NodeCommand& command) {
  Broker* broker = find(command.node);
  if (broker == nullptr) {
    return Error{fmt::format("there is no broker {}: this cluster has 1 to {}", command.node,
                             brokers_.size())};
  }
  if (command.action == NodeAction::start) return start(*broker);
  if (!alive(*broker)) return Error{fmt::format("broker {} does not run", broker->id)};
  const bool frozen = world_.frozen(member(broker->id));
  switch (command.action) {
    case NodeAction::kill:
      broker->asked = true;
      world_.crash(member(broker->id));
      return fmt::format("broker {} killed", broker->id);
    case NodeAction::freeze:
      if (frozen) return Error{fmt::format("broker {} is frozen already", broker->id)};
      tell(broker->id, trace::ProcessFrozen{0, true});
      world_.freeze(member(broker->id));
      return fmt::format("broker {} frozen", broker->id);
    case NodeAction::thaw:
      if (!frozen) return Error{fmt::format("broker {} is not frozen", broker->id)};
      tell(broker->id, trace::ProcessFrozen{0, false});
      guarded([&] { world_.thaw(member(broker->id)); });
      return fmt::format("broker {} thawed", broker->id);
    default:
      return stop(*broker);
  }
}

Answer SimulatedCluster::start(Broker& broker) {
  if (alive(broker)) return Error{fmt::format("broker {} runs already", broker.id)};
  broker.asked = broker.stopping = false;
  broker.halted.reset();
  tell(broker.id, trace::ProcessStarted{0, "brokerd " + file_of(broker.id)});
  if (const auto ready = prepare(broker); !ready) {
    log(broker, {Level::error, "kafka.Kafka$",
                 "Exiting Kafka due to fatal exception: " + ready.error().message});
    tell(broker.id, trace::ProcessExited{0, 0, 1, false, broker.log.back()});
  } else {
    guarded([&] { world_.start(member(broker.id)); });
  }
  return fmt::format("broker {} started", broker.id);
}

// What brokerd does before it hands over to its Node.
Result<> SimulatedCluster::prepare(Broker& broker) {
  auto loaded = broker::load_config(broker.properties, file_of(broker.id));
  if (!loaded) return loaded.error();
  broker.config = std::move(loaded->config);
  const auto id = member(broker.id);
  if (auto adopted =
          host::adopt_meta_properties(world_.disk(id), file_of(broker.id), broker.config);
      !adopted) {
    return adopted;
  }
  std::map<std::string, Address> listeners;
  for (const auto& listener : broker.config.listeners) {
    for (const auto& [other_id, other] : brokers_) {
      const bool held =
          alive(other) &&
          std::any_of(other.config.listeners.begin(), other.config.listeners.end(),
                      [&](const broker::Listener& its) { return its.port == listener.port; });
      if (!held) continue;
      return Error{fmt::format(
          "Socket server failed to bind to localhost:{}: Address already in use. (listener {}) The "
          "port is held by broker {}.",
          listener.port, listener.name, other_id)};
    }
    listeners[listener.name] = {"localhost", listener.port};
  }
  world_.set_listeners(id, std::move(listeners));
  return {};
}

Answer SimulatedCluster::stop(Broker& broker) {
  if (world_.frozen(member(broker.id))) {
    return Error{fmt::format("broker {0} is frozen and cannot stop: thaw {0} first, or kill {0}",
                             broker.id)};
  }
  broker.asked = true;
  if (std::exchange(broker.stopping, true)) {  // a second SIGTERM: no controlled shutdown
    world_.crash(member(broker.id));
    return fmt::format("broker {} ends at once", broker.id);
  }
  guarded([&] { world_.stop(member(broker.id)); });
  return fmt::format("broker {} is stopping", broker.id);
}

void SimulatedCluster::ended(Broker& broker, const std::string& reason) {
  world_.set_listeners(member(broker.id), {});
  trace::ProcessExited told;
  told.asked = broker.asked;
  if (reason == sim::World::crashed) {
    told.signal = broker.stopping ? 0 : SIGKILL;
    told.code = broker.stopping ? 1 : 0;
  } else if (broker.halted) {
    told.code = broker.halted->clean ? 0 : 1;
    if (!broker.halted->clean) {
      log(broker, {Level::error, "kafka.Kafka$", "Exiting Kafka: " + reason});
      told.last_error = broker.log.back();
    }
  } else {
    told.signal = SIGABRT;
    log(broker, {Level::error, "kafka.Kafka$", "A check failed: " + reason});
    told.last_error = broker.log.back();
  }
  tell(broker.id, told);
}

}  // namespace lab::sources
