// A Kafka cluster in a simulated world: N brokers with the lab's properties (the first three are
// the quorum's voters), and clients. What a scenario test, a random run or a simulated source needs
// to start, break and ask. It adds no behaviour of its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/broker/node.h"
#include "engine/client/client_machine.h"
#include "engine/sim/told.h"
#include "engine/sim/world.h"

namespace lab::sim {

struct ClusterOptions {
  int brokers = 3;
  std::map<std::string, std::string> properties;  // put into each broker's file, over the lab's
  bool traced = true;
  bool keep_logs = true, keep_events = true;
  Timing timing;
  // Gets all events as a lab records them; such a cluster is traced.
  Told::Tell on_told;
};

class Cluster {
 public:
  Cluster(std::uint64_t seed, ClusterOptions options);

  World& world() { return world_; }
  int brokers() const { return options_.brokers; }
  // Members: broker n (its node.id, from 1) and the clients' machine.
  MemberId member(int broker) const { return static_cast<MemberId>(broker - 1); }
  MemberId clients() const { return static_cast<MemberId>(options_.brokers); }
  // nullptr where it is dead.
  broker::Node* node(int broker);
  // The properties that a broker was started with, as its file has them.
  std::string properties(int broker) const;

  void start_all();
  void start(int broker) { world_.start(member(broker)); }
  void crash(int broker) { world_.crash(member(broker)); }
  bool alive(int broker) const { return world_.alive(member(broker)); }

  // ---- What the cluster is at, as the brokers themselves know it.
  // The broker that is the active controller and ready; 0 where there is none.
  int active_controller();
  // The leader that the active controller (else any live broker) names; 0 where there is none.
  int leader(const std::string& topic, int partition = 0);
  std::vector<int> isr(const std::string& topic, int partition = 0);
  // Every live broker is unfenced, takes requests and knows all live ones.
  bool ready();
  replication::Partition* replica(int broker, const std::string& topic, int partition = 0);

  // ---- Clients. The machine is started with the cluster.
  void with_clients(const std::function<void(client::ClientMachine&)>& call);
  std::vector<Address> bootstrap() const;
  // Runs the world until the call has been answered; the error or error name, empty where all is
  // well.
  std::string create_topic(const std::string& name, int partitions, int replication_factor,
                           std::map<std::string, std::string> configs = {});
  // Reads a partition from its begin to its high watermark; nullopt where that did not come to an
  // end.
  std::optional<std::vector<std::string>> read_all(const std::string& topic, int partition,
                                                   Duration limit = seconds(60));

  const std::vector<std::string>& log(int broker) const { return logs_[member(broker)]; }
  // The lines of all brokers in the order of their times, with those and the brokers' names.
  const std::vector<std::string>& merged_log() const { return merged_; }
  // What was done to the cluster, for who listens.
  void tell_fault(const trace::FaultChanged& fault) {
    if (told_) told_->fault(fault);
  }
  // Adds a line of one's own to it.
  void tell(const std::string& who, const std::string& text);
  // All events of all members, in order.
  const std::vector<trace::Event>& events() const { return events_; }
  // Set to see events as they happen.
  std::function<void(MemberId, const trace::Event&)> on_event;
  // A broker has handled an input, starts, ended.
  std::function<void(int broker)> on_input, on_start, on_end;
  // A broker is about to get an input; it sends bytes; it logs a line.
  std::function<void(int broker, const Input&)> on_arrival;
  std::function<void(int broker, const Send&)> on_send;
  std::function<void(int broker, const std::string& line)> on_line;
  // A broker ended that nobody killed: it halted by itself.
  std::function<void(int broker, const std::string& reason)> on_halt;

 private:
  std::unique_ptr<Machine> make(int broker, storage::Disk& disk);
  void watch();

  ClusterOptions options_;
  World world_;
  std::optional<Told> told_;  // where somebody listens
  std::string cluster_id_;
  std::vector<Uuid> directories_;
  std::vector<std::vector<std::string>> logs_;
  std::vector<std::string> merged_;
  std::vector<trace::Event> events_;
  int readers_ = 0;
};

}  // namespace lab::sim
