// A made-up cluster for the model's tests: three combined nodes, orders-1 with leader 2 and
// follower 3, and helpers that tell its events with their times in milliseconds.
#pragma once

#include <doctest/doctest.h>

#include "app/model/cluster_model.h"
#include "app/model/narration.h"
#include "app/model/timeline.h"

namespace lab::model {

struct Story {
  ClusterModel model;
  std::map<std::int32_t, std::uint64_t> numbers, incarnations;
  std::int64_t now_ms = 0;

  static Instant at_ms(std::int64_t ms) { return Instant(milliseconds(ms)); }
  static std::vector<NodeId> nodes(std::initializer_list<int> ids) {
    std::vector<NodeId> out;
    for (const int id : ids) out.push_back(NodeId(id));
    return out;
  }

  void tell(std::int32_t node, trace::Payload payload, bool by_lab = false) {
    trace::Event event;
    event.node = NodeId(node);
    event.incarnation = by_lab || node < 0 ? 0 : incarnations[node];
    event.number = numbers[by_lab ? -1 : node]++;
    event.at = at_ms(now_ms);
    event.payload = std::move(payload);
    model.apply(event);
  }
  void lab(std::int32_t node, trace::Payload payload) { tell(node, std::move(payload), true); }
  Story& at(std::int64_t ms) {
    now_ms = ms;
    return *this;
  }

  // ---- Phrases

  void start(std::int32_t node) {
    ++incarnations[node];
    numbers[node] = 0;
    lab(node, trace::ProcessStarted{41'872 + node, "brokerd"});
    trace::NodeStarted started;
    started.roles = "broker,controller";
    started.client_port = static_cast<std::uint16_t>(9091 + node);
    started.controller_port = static_cast<std::uint16_t>(10'091 + node);
    started.pid = 41'872 + node;
    tell(node, started);
    tell(node, trace::PropertySeen{"broker.session.timeout.ms", "1000", ""});
    tell(node, trace::PropertySeen{"controller.quorum.append.linger.ms", "5", ""});
  }
  void unfence(std::int32_t node, std::int64_t epoch) {
    tell(1, trace::BrokerRegistered{NodeId(node), BrokerEpoch(epoch), "localhost",
                                    static_cast<std::uint16_t>(9091 + node)});
    tell(1, trace::BrokerUnfenced{NodeId(node)});
  }
  void seen(std::int32_t by, int partition, std::initializer_list<int> replicas,
            std::initializer_list<int> isr, int leader, int epoch, int partition_epoch) {
    trace::PartitionSeen seen;
    seen.topic = "orders";
    seen.partition = PartitionIndex(partition);
    seen.replicas = nodes(replicas);
    seen.isr = nodes(isr);
    seen.leader = NodeId(leader);
    seen.leader_epoch = Epoch(epoch);
    seen.partition_epoch = partition_epoch;
    tell(by, seen);
  }
  void marks(std::int32_t node, int partition, std::int64_t high_watermark, std::int64_t end) {
    trace::ReplicaMarks marks;
    marks.topic = "orders";
    marks.partition = PartitionIndex(partition);
    marks.high_watermark = Offset(high_watermark);
    marks.log_end = Offset(end);
    marks.bytes = end * 1000;
    tell(node, marks);
  }
  void produce(int partition, int leader, std::int64_t base, int count) {
    tell(-1, trace::ProducerSent{"producer-1", "orders", PartitionIndex(partition), NodeId(leader),
                                 0, count, 1});
    tell(-1, trace::ProducerAcked{"producer-1", "orders", PartitionIndex(partition), Offset(base),
                                  count, 900});
  }
  void elected(int partition, int from, int leader, int epoch, const char* why) {
    tell(1, trace::LeaderElected{"orders", PartitionIndex(partition), NodeId(from), NodeId(leader),
                                 Epoch(epoch), why});
  }
  void isr(int partition, std::initializer_list<int> was, std::initializer_list<int> isr,
           const char* why) {
    tell(1, trace::IsrChanged{"orders", PartitionIndex(partition), nodes(was), nodes(isr), why});
  }

  // ---- What is asked

  BrokerState state(int node) const { return model.broker(NodeId(node))->state; }
  ReplicaState replica(int partition, int node) const {
    return model.replica({"orders", PartitionIndex(partition)}, NodeId(node))->state;
  }
  const Partition& partition(int index) const {
    return *model.partition({"orders", PartitionIndex(index)});
  }
  std::string en() const { return narrate_latest(model, at_ms(now_ms), i18n::Lang::en).text(); }
  std::string ko() const { return narrate_latest(model, at_ms(now_ms), i18n::Lang::ko).text(); }

  // ---- Chapters

  // Three brokers run, broker 1 is the active controller, orders-1 has leader 2 and follower 3.
  void healthy() {
    for (const int node : {1, 2, 3}) at(10 * node).start(node);
    at(60);
    for (const int node : {1, 2, 3}) tell(node, trace::NodeReady{});
    tell(1, trace::RoleChanged{trace::Role::leader, Epoch(7), NodeId(1), "votes"});
    tell(2, trace::RoleChanged{trace::Role::follower, Epoch(7), NodeId(1), ""});
    tell(3, trace::RoleChanged{trace::Role::follower, Epoch(7), NodeId(1), ""});
    at(80);
    for (const int node : {1, 2, 3}) unfence(node, 10 + node);
    at(100);
    elected(1, -1, 2, 4, "created");
    for (const int node : {1, 2, 3}) {
      Uuid id;
      id.bytes[0] = 7;
      tell(node, trace::TopicSeen{"orders", id, false});
      seen(node, 1, {2, 3}, {2, 3}, 2, 4, 8);
      tell(node, trace::MetadataApplied{Offset(4'104), Epoch(7), NodeId(1)});
    }
    tell(-1, trace::ClientStarted{"producer-1", "producer", "all", "", {"orders"}});
    at(200);
    marks(2, 1, 842, 844);
    marks(3, 1, 842, 842);
    produce(1, 2, 832, 10);
  }
  // Broker 2 is killed at 5200, fenced and replaced at 6080.
  void kill() { at(5'200).lab(2, trace::ProcessExited{41'874, 9, 0, true, ""}); }
  void fence() {
    at(6'080);
    tell(1, trace::BrokerFenced{NodeId(2), "session", 1'003});
    at(6'088);
    isr(1, {2, 3}, {3}, "fenced");
    elected(1, 2, 3, 5, "fenced");
    seen(1, 1, {2, 3}, {3}, 3, 5, 9);
    seen(3, 1, {2, 3}, {3}, 3, 5, 9);
    tell(3, trace::BecameLeader{"orders", PartitionIndex(1), Epoch(5), Offset(842)});
  }
  void write_again() {
    at(6'129).produce(1, 3, 842, 3);
    marks(3, 1, 845, 845);
  }
  void restart() {
    at(33'000).start(2);
    tell(2, trace::NodeReady{});
    unfence(2, 4'190);
    at(33'800);
    seen(2, 1, {2, 3}, {3}, 3, 5, 9);
    marks(2, 1, 842, 844);
    marks(3, 1, 866, 866);
    tell(2, trace::BecameFollower{"orders", PartitionIndex(1), Epoch(5), NodeId(3), Offset(844)});
    at(33'850).tell(
        2, trace::Truncated{"orders", PartitionIndex(1), Offset(844), Offset(842), Epoch(5)});
  }
  void catch_up() {
    at(33'862).marks(2, 1, 842, 849);
    at(33'900).marks(2, 1, 860, 866);
    at(33'905).tell(3, trace::CaughtUp{"orders", PartitionIndex(1), NodeId(2), Offset(866)});
    at(33'910);
    isr(1, {3}, {3, 2}, "leader");
    for (const int node : {1, 2, 3}) seen(node, 1, {2, 3}, {3, 2}, 3, 5, 10);
  }
};

}  // namespace lab::model
