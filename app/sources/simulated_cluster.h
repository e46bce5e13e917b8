// A cluster in a simulated world, as the lab sees one: brokers with the lab's generated properties,
// their starts and ends told as processes, their logs, their log directories, links that can be
// cut, and the lab's clients. The same seed and the same calls at the same virtual times give the
// same events. Owned by SimulatedSession, which lets its time go by.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/sources/lab_clients.h"
#include "app/sources/link_faults.h"
#include "app/sources/source.h"
#include "engine/broker/config.h"
#include "engine/sim/world.h"

namespace lab::sources {

struct SimulatedOptions {
  std::uint64_t seed = 1;
  int brokers = 3;                                       // at most max_simulated
  std::vector<std::pair<std::string, std::string>> set;  // --set NAME=VALUE, for all brokers
};
constexpr int max_simulated = 30;

class SimulatedCluster {
 public:
  struct Handlers {
    std::function<void(const trace::Event&)> on_event;
    std::function<void(const std::string&)> on_notice;
  };
  // All brokers are started; their time stands at the beginning.
  SimulatedCluster(const SimulatedOptions& options, Handlers handlers);
  SimulatedCluster(const SimulatedCluster&) = delete;
  SimulatedCluster& operator=(const SimulatedCluster&) = delete;

  sim::World& world() { return world_; }
  const sim::World& world() const { return world_; }
  // Lets time go by until `enough` (looked at after each thing that happens) or to `end`; true
  // where `end` was reached. A machine that breaks ends as a crash does.
  bool run(Instant end, const std::function<bool()>& enough);

  // All commands but ClusterAction::reset.
  Answer carry_out(const Command& command);
  void with_clients(const std::function<void(LabClients&)>& call);

  std::vector<NodeId> brokers() const;
  std::vector<Address> bootstrap() const;
  Result<std::string> properties(NodeId broker) const;
  std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const;

 private:
  // The lab's clients and the machine that they live on, which must go after them.
  struct ClientsMember;
  struct Broker {
    NodeId id = no_node;
    std::string generated, properties;  // the file's text: as generated, as it is
    broker::Config config;              // of the present or next life
    std::deque<std::string> log;
    std::optional<trace::NodeHalted> halted;  // what it said last
    bool asked = false, stopping = false;
  };
  static sim::MemberId member(NodeId broker) { return static_cast<sim::MemberId>(broker.v); }
  static std::string file_of(NodeId id);
  void add(int id, int brokers, const std::string& voters);
  Broker* find(NodeId id);
  const Broker* find(NodeId id) const;
  bool alive(const Broker& broker) const { return world_.alive(member(broker.id)); }

  // ---- Processes
  Answer act(const NodeCommand& command);
  Answer start(Broker& broker);
  Result<> prepare(Broker& broker);
  Answer stop(Broker& broker);
  void ended(Broker& broker, const std::string& reason);
  // ---- Links
  Answer act(const LinkCommand& command) { return links_.act(command, brokers()); }
  void set_link(const LinkFaults::Ends& ends, const LinkFaults::Link& link);
  // ---- Files
  Answer act(const PropertyCommand& command);
  Answer act(const FilesCommand& command);
  Answer act(const ClusterCommand& command);
  Answer wipe(Broker& broker);
  Answer format(Broker& broker);

  void guarded(const std::function<void()>& call);
  void tell(NodeId node, trace::Payload payload);
  void log(Broker& broker, const LogLine& line);

  SimulatedOptions options_;
  Handlers handlers_;
  Rng rng_;  // for what the lab itself draws: ids of the cluster and of directories
  std::string cluster_id_, voters_;
  std::map<NodeId, Broker> brokers_;
  LinkFaults links_;
  std::uint64_t next_event_ = 0;
  sim::World world_;
};

}  // namespace lab::sources
