// Tells a ClusterModel the life of a made-up cluster, event by event, as lab sockets would:
// brokers, partitions, marks, connections, records. The moments of pictures are made with it.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/model/cluster_model.h"

namespace lab::test {

struct Log {
  std::int64_t start = 0, watermark = 0, end = 0;
};

// Tells events to a model; times are milliseconds from the moment's zero.
class Teller {
 public:
  model::ClusterModel model;
  std::function<void(const trace::Event&)> also;  // who else sees each event, after the model
  static Instant at(double ms) {
    return Instant(seconds(1000)) + nanoseconds(static_cast<std::int64_t>(ms * 1e6));
  }

  template <class Payload>
  void tell(NodeId node, double ms, Payload payload, std::uint64_t incarnation = 1) {
    trace::Event event;
    event.number = next_++;
    event.at = at(ms);
    event.node = node;
    event.incarnation = incarnation;
    event.payload = std::move(payload);
    model.apply(event);
    if (also) also(event);
  }

  void wall(NodeId node, double ms, std::int64_t wall_us) {
    tell(node, ms, trace::SnapshotBegin{wall_us});
    tell(node, ms, trace::SnapshotEnd{});
  }

  void broker_up(int id, double ms, const std::string& roles = "broker,controller",
                 std::uint64_t incarnation = 1) {
    const NodeId node{id};
    const auto pid = 41872 + id + (incarnation > 1 ? 332 : 0);
    const bool client = roles != "controller";
    tell(node, ms, trace::ProcessStarted{pid, "brokerd"}, 0);
    trace::NodeStarted started;
    started.roles = roles;
    started.version = "0.1.0";
    started.cluster_id = "three-brokers";
    started.client_port = client ? port(id) : std::uint16_t{0};
    started.controller_port = static_cast<std::uint16_t>(10091 + id);
    started.pid = pid;
    tell(node, ms + 5, started, incarnation);
    tell(node, ms + 20, trace::NodeReady{}, incarnation);
    tell(node, ms + 40, trace::ProcessMemory{std::int64_t{17} * 1048576 + id * 512000}, 0);
    if (client) {
      tell(NodeId(1), ms + 60,
           trace::BrokerSeen{node, BrokerEpoch(10), false, false, false, "localhost", port(id)});
    }
    live_[id] = incarnation;
  }
  void broker_killed(int id, double ms, int signal = 9) {
    tell(NodeId(id), ms, trace::ProcessExited{41872 + id, signal, 0, true, ""}, 0);
    live_.erase(id);
    std::erase_if(fetchers_, [id](const auto& one) {
      return one.first.first == id || one.first.second == id;
    });
  }
  void controller(int id, int epoch, double ms) {
    for (const auto& [node, incarnation] : live_) {
      const auto role = node == id ? trace::Role::leader : trace::Role::follower;
      tell(NodeId(node), ms, trace::RoleChanged{role, Epoch(epoch), NodeId(id), ""}, incarnation);
    }
  }
  void metadata_at(double ms, std::int64_t offset, int controller) {
    for (const auto& [node, incarnation] : live_) {
      tell(NodeId(node), ms, trace::MetadataApplied{Offset(offset), Epoch(7), NodeId(controller)},
           incarnation);
    }
  }
  void topic(const std::string& name, double ms) {
    Uuid id;
    for (const auto& [node, incarnation] : live_) {
      tell(NodeId(node), ms, trace::TopicSeen{name, id, false}, incarnation);
    }
  }
  void partition(const std::string& topic, int index, const std::vector<int>& replicas,
                 const std::vector<int>& isr, int leader, int epoch, double ms,
                 const std::vector<int>& deaf = {}) {
    trace::PartitionSeen seen;
    seen.topic = topic;
    seen.partition = PartitionIndex(index);
    for (const int id : replicas) seen.replicas.push_back(NodeId(id));
    for (const int id : isr) seen.isr.push_back(NodeId(id));
    seen.leader = NodeId(leader);
    seen.leader_epoch = Epoch(epoch);
    seen.partition_epoch = ++partition_epoch_;
    for (const auto& [node, incarnation] : live_) {
      bool hears = true;
      for (const int id : deaf) hears = hears && id != node;
      if (hears) tell(NodeId(node), ms, seen, incarnation);
    }
  }
  void marks(const std::string& topic, int index, int node, Log log, double ms) {
    trace::ReplicaMarks marks;
    marks.topic = topic;
    marks.partition = PartitionIndex(index);
    marks.log_start = Offset(log.start);
    marks.high_watermark = Offset(log.watermark);
    marks.log_end = Offset(log.end);
    const std::int64_t records = log.end - log.start;
    marks.bytes = records < 1'000'000'000 ? records * 1000 : records;
    tell(NodeId(node), ms, marks, incarnation_of(node));
  }

  // A connection of a client to a broker, and on it API `api` (3: metadata only).
  std::uint64_t connect(const std::string& client, const std::string& software, int broker,
                        std::int16_t api, double ms) {
    const std::uint64_t id = 2 * ++connections_;
    const NodeId node{broker};
    const auto incarnation = incarnation_of(broker);
    const auto remote = static_cast<std::uint16_t>(50000 + connections_);
    tell(node, ms, trace::ConnectionOpened{id, "PLAINTEXT", "127.0.0.1", port(broker), remote},
         incarnation);
    tell(node, ms, trace::ClientNamed{id, client, software, software.empty() ? "" : "1.7.1"},
         incarnation);
    trace::Frame frame;
    frame.connection = id;
    frame.local_port = port(broker);
    frame.remote_port = remote;
    frame.request = true;
    frame.api = api;
    tell(node, ms, frame, incarnation);
    remote_[id] = remote;
    return id;
  }
  // Records on a client's connection; into the broker or out of it.
  void records(int broker, std::uint64_t connection, bool outgoing, const std::string& topic,
               int index, std::int64_t base, std::int64_t count, double ms) {
    trace::RecordsMoved moved;
    moved.connection = connection;
    moved.local_port = port(broker);
    moved.remote_port = remote_[connection];
    moved.outgoing = outgoing;
    moved.topic = topic;
    moved.partition = PartitionIndex(index);
    moved.base = Offset(base);
    moved.count = count;
    moved.bytes = count * 1000;
    tell(NodeId(broker), ms, moved, incarnation_of(broker));
  }
  // Replication: `follower` fetches from `leader` on a connection of its own.
  void replicate(int leader, int follower, const std::string& topic, int index, std::int64_t base,
                 std::int64_t count, double ms) {
    auto& id = fetchers_[{leader, follower}];
    if (id == 0) {
      id = 2 * ++connections_;
      const auto local = static_cast<std::uint16_t>(50000 + connections_);
      remote_[id] = local;
      tell(NodeId(follower), ms - 20,
           trace::ConnectionOpened{id + 1, "", "127.0.0.1", local, port(leader)},
           incarnation_of(follower));
      tell(NodeId(leader), ms - 20,
           trace::ConnectionOpened{id, "PLAINTEXT", "127.0.0.1", port(leader), local},
           incarnation_of(leader));
    }
    records(leader, id, true, topic, index, base, count, ms);
  }
  static std::uint16_t port(int id) { return static_cast<std::uint16_t>(9091 + id); }

 private:
  std::uint64_t incarnation_of(int id) const {
    const auto it = live_.find(id);
    return it == live_.end() ? 1 : it->second;
  }
  std::uint64_t next_ = 0, connections_ = 0;
  std::int32_t partition_epoch_ = 0;
  std::map<int, std::uint64_t> live_;
  std::map<std::uint64_t, std::uint16_t> remote_;
  std::map<std::pair<int, int>, std::uint64_t> fetchers_;
};

}  // namespace lab::test
