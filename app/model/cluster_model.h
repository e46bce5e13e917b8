// ClusterModel: what the lab knows about a cluster. It changes only by apply(event); scene, views,
// lessons and commands read it. Copying it makes a keyframe. It knows no clock: "now" is given by
// who asks, and `newest()` is the time of the newest event.
//
// Events of a node come from its lab socket; events about processes come from the lab with the
// broker's node id and incarnation 0; events of built-in clients with node -1. Streams of several
// nodes may interleave in any order: news older than what is known change nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/model/broker.h"
#include "app/model/client.h"
#include "app/model/connection.h"
#include "app/model/event_log.h"
#include "app/model/facts.h"
#include "app/model/failover.h"
#include "app/model/partition.h"

namespace lab::model {

struct Topic {
  std::string name;
  Uuid id;
  Instant since{};
  std::map<std::string, std::string> configs;
};

struct Quorum {
  Fact<NodeId> leader;  // the active controller as last told; see active_controller()
  Epoch epoch{0};
  Fact<NodeId> leader_before;
};

struct Fault {
  std::string kind, target, detail;
  Instant since{};
};

// How far a follower is behind its leader.
struct Gap {
  std::int64_t records = 0;           // leader's log end - its own; never negative
  std::int64_t bytes = 0;             // by the sizes on disk
  Offset leader_end{0};               //
  std::optional<double> per_second;   // how fast it closes
  std::optional<Duration> time_left;  // where it closes
};

// The count of records that are acknowledged and in no live ISR member's log, or whose partition
// has no leader. `unknown` where no marks are known to judge by.
struct AtRisk {
  std::int64_t records = 0;
  bool unknown = false;
};

class ClusterModel {
 public:
  void apply(const trace::Event& event);

  // Time of the newest event; Instant{} before the first.
  Instant newest() const { return newest_; }
  // Time of the newest event that is more than what a healthy cluster that nobody uses tells all
  // the time (heartbeats, fetches of nothing, memory, the metadata log's own growth).
  Instant newest_change() const { return newest_change_; }
  // Wall clock in µs since 1970 at an instant, by the last pair told; empty before one was.
  std::optional<std::int64_t> wall_us(Instant at) const;
  std::uint64_t lost_events() const { return lost_events_; }  // sum of the gap marks
  const std::string& cluster_id() const { return cluster_id_; }

  // By id. Nothing is ever taken out because it died.
  const std::map<NodeId, Broker>& brokers() const { return brokers_; }
  const Broker* broker(NodeId id) const;
  bool anyone_live() const;
  // When the last live broker was lost; empty while one lives or none was ever known.
  std::optional<Instant> all_dead_since() const { return all_dead_since_; }

  const Quorum& quorum() const { return quorum_; }
  // The active controller where it is known and its process lives.
  std::optional<NodeId> active_controller() const;
  // How many nodes with the controller role live, and how many there are.
  std::pair<std::int32_t, std::int32_t> voters() const;

  const std::map<std::string, Topic>& topics() const { return topics_; }
  const std::map<TopicPartition, Partition>& partitions() const { return partitions_; }
  const Partition* partition(const TopicPartition& id) const;
  const Replica* replica(const TopicPartition& id, NodeId node) const;
  // Live brokers that believe something older than the agreed view.
  std::vector<NodeId> behind(const Partition& partition) const;
  // The longest known log end of its replicas: where the row's scale ends. -1 while none is known.
  Offset row_end(const Partition& partition) const;
  std::optional<Gap> gap(const Partition& partition, NodeId follower) const;

  const std::map<ConnectionKey, Connection>& connections() const { return connections_; }
  const std::map<std::string, Client>& clients() const { return clients_; }
  const std::map<std::string, Group>& groups() const { return groups_; }
  // Open and lost connections of a client: (broker, the connection).
  std::vector<const Connection*> links_of(const Client& client) const;
  AtRisk at_risk(const Client& client) const;

  // The newest last; at most max_flows.
  const std::deque<Flow>& flows() const { return flows_; }
  const std::map<LinkKey, LinkStats>& links() const { return links_; }
  static constexpr std::size_t max_flows = 4096;

  const std::map<std::pair<std::string, std::string>, Fault>& faults() const { return faults_; }
  // The newest last; at most max_failovers.
  const std::deque<Failover>& failovers() const { return failovers_; }
  // The one to show: the newest of a partition (or of the controller), null where there was none.
  const Failover* failover() const;
  static constexpr std::size_t max_failovers = 256;
  const EventLog& log() const { return log_; }

  // A property as `node` told it, or any node where that one did not; empty: not told. With a topic
  // its own config goes first.
  std::string property(const std::string& name, NodeId node = no_node,
                       const std::string& topic = {}) const;

 private:
  friend class Applier;

  Instant newest_{}, newest_change_{};
  std::string cluster_id_;
  std::optional<std::pair<Instant, std::int64_t>> wall_pair_;
  std::uint64_t lost_events_ = 0;
  std::map<NodeId, Broker> brokers_;
  std::map<std::string, std::string> client_properties_;  // told by the lab's clients
  std::optional<Instant> all_dead_since_;
  Quorum quorum_;
  std::map<std::string, Topic> topics_;
  std::map<TopicPartition, Partition> partitions_;
  std::map<ConnectionKey, Connection> connections_;
  std::map<std::pair<std::uint16_t, std::uint16_t>, std::vector<ConnectionKey>> by_ports_;
  std::map<std::string, Client> clients_;
  std::map<std::string, Group> groups_;
  std::deque<Flow> flows_;
  std::map<LinkKey, LinkStats> links_;
  std::map<std::pair<std::string, std::string>, Fault> faults_;
  std::deque<Failover> failovers_;
  std::uint64_t next_failover_ = 0;
  EventLog log_;
  // Nodes whose snapshot is being told: what is not told again until its end is forgotten.
  struct Retelling {
    std::map<TopicPartition, bool> partitions;
    std::map<ConnectionKey, bool> connections;
  };
  std::map<NodeId, Retelling> retelling_;
  // The last control event of each node's incarnation that is in the log.
  std::map<std::pair<NodeId, std::uint64_t>, std::uint64_t> logged_;
};

// The model for scripts (`snapshot --out x.json`); fields in app/model/model_json.h.
std::string to_json(const ClusterModel& model);

}  // namespace lab::model
