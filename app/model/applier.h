// How one event changes the model: a visitor with one handler a kind. ClusterModel::apply makes one
// for each event; nobody else does. Handlers keep to these rules: news older than a fact change
// nothing, a snapshot (what a node tells anew) has no consequences beyond the facts, and what
// depends on a fact is derived again at once (refresh_*).
#pragma once

#include "app/model/cluster_model.h"

namespace lab::model {

class Applier {
 public:
  Applier(ClusterModel& model, const trace::Event& event) : m_(model), e_(event) {}
  void run();

  // Lives of nodes and processes (apply_broker.cpp).
  void operator()(const trace::NodeStarted&);
  void operator()(const trace::Recovering&);
  void operator()(const trace::NodeReady&);
  void operator()(const trace::NodeStopping&);
  void operator()(const trace::NodeHalted&);
  void operator()(const trace::Stalled&);
  void operator()(const trace::ProcessStarted&);
  void operator()(const trace::ProcessExited&);
  void operator()(const trace::ProcessFrozen&);
  void operator()(const trace::ProcessMemory&);
  // The quorum, registration, beliefs about brokers (apply_quorum.cpp).
  void operator()(const trace::RoleChanged&);
  void operator()(const trace::VoteAnswered&) {}
  void operator()(const trace::QuorumMarks&);
  void operator()(const trace::SnapshotMade&) {}
  void operator()(const trace::BrokerRegistered&);
  void operator()(const trace::RegistrationRefused&);
  void operator()(const trace::BrokerFenced&);
  void operator()(const trace::BrokerUnfenced&);
  void operator()(const trace::BrokerSeen&);
  void operator()(const trace::MetadataApplied&);
  void operator()(const trace::PropertySeen&);
  // Topics, partitions, replicas (apply_partition.cpp).
  void operator()(const trace::LeaderElected&);
  void operator()(const trace::IsrChanged&);
  void operator()(const trace::TopicSeen&);
  void operator()(const trace::PartitionSeen&);
  void operator()(const trace::BecameLeader&);
  void operator()(const trace::BecameFollower&);
  void operator()(const trace::Truncated&);
  void operator()(const trace::IsrProposed&) {}
  void operator()(const trace::CaughtUp&);
  void operator()(const trace::ReplicaMarks&);
  // The wire (apply_wire.cpp).
  void operator()(const trace::ConnectionOpened&);
  void operator()(const trace::ConnectionClosed&);
  void operator()(const trace::ClientNamed&);
  void operator()(const trace::Frame&);
  void operator()(const trace::FrameCounts&);
  void operator()(const trace::RecordsMoved&);
  // Clients, groups, the ledger (apply_client.cpp).
  void operator()(const trace::ProducerSent&);
  void operator()(const trace::ProducerAcked&);
  void operator()(const trace::ProducerFailed&);
  void operator()(const trace::ConsumerRead&);
  void operator()(const trace::ClientStarted&);
  void operator()(const trace::ClientStopped&);
  void operator()(const trace::GroupChanged&);
  void operator()(const trace::OffsetCommitted&);
  void operator()(const trace::LedgerChecked&);
  void operator()(const trace::RequestRefused&) {}
  // Faults and the stream itself (applier.cpp).
  void operator()(const trace::FaultChanged&);
  void operator()(const trace::Gap&);
  void operator()(const trace::SnapshotBegin&);
  void operator()(const trace::SnapshotEnd&);

 private:
  // True while this node tells its state anew: facts only, no consequences.
  bool retelling() const { return m_.retelling_.count(e_.node) != 0; }
  bool from_node() const { return e_.node.v >= 0; }
  bool by_deposed_controller() const;
  void forget_uncommitted(NodeId controller);
  void log();
  bool seen_before();

  // apply_broker.cpp
  Broker& broker(NodeId id);
  void begin_process(Broker& broker);
  void lose_connections(NodeId node);
  void drop_connections(NodeId node);
  void refresh_broker(Broker& broker);
  void refresh_all_dead();

  // apply_partition.cpp
  Partition& partition(const std::string& topic, PartitionIndex index);
  Replica& own_replica(Partition& partition) { return partition.replicas[e_.node]; }
  void drop_topic(const std::string& topic);
  void refresh_agreed(Partition& partition);
  void refresh_replicas(Partition& partition);
  void refresh_replica(const Partition& partition, NodeId node, Replica& replica);
  void sample_gap(const Partition& partition, Replica& replica);

  // apply_wire.cpp
  void join_ends(Connection& connection);
  void forget_connection(const ConnectionKey& key);
  void name_peer(Connection& connection);
  void leave_client(Connection& connection);
  Endpoint self() const { return Endpoint{e_.node, {}}; }
  Connection* connection(std::uint64_t id);
  void see_api(Connection& connection, std::int16_t api, bool outgoing, bool request);
  void add_flow(Flow flow, bool outgoing, const Connection* connection);
  void count_link(const Flow& flow);

  // apply_client.cpp
  Client& built_in(const std::string& client_id, const char* role);
  void promise(Client& client, const trace::ProducerAcked& acked);
  void imply_marks(const Client& client, const trace::ProducerAcked& acked, NodeId leader);
  void overwrite(Partition& partition);

  // apply_failover.cpp
  void leader_lost(NodeId node, LossCause cause, Instant at);
  void loss_undone(NodeId node);
  void loss_noticed(const trace::BrokerFenced& fenced);
  void controller_elected(NodeId node);
  void leader_elected(const trace::LeaderElected& elected);
  bool write_acked(const trace::ProducerAcked& acked);
  void follower_back(const TopicPartition& id, NodeId follower);
  Failover* open_failover(const TopicPartition& id);
  Failover& new_failover(const TopicPartition& id, NodeId node, LossCause cause, Instant at);
  void decide(FailoverStep& step, const char* property, NodeId node);

  ClusterModel& m_;
  const trace::Event& e_;
  bool milestone_ = false;  // a bulk event that goes into the log
  bool quiet_ = false;      // a control event that does not
};

// A number of milliseconds from outside as a duration that adds without overflow.
Duration bounded_ms(std::int64_t ms);

}  // namespace lab::model
