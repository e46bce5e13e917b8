// Moments of a made-up cluster for tests of pictures: healthy, failover, catch-up, odd states, many
// brokers, all dead. Kafka's rules hold in each of them.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/app/support/teller.h"

namespace lab::test {

// A moment and the time at which it is looked at.
struct Moment {
  Teller story;
  Instant now{};
  const model::ClusterModel& model() const { return story.model; }
};

inline constexpr std::int64_t wall_of_story = 1'790'000'000'000'000;

inline void three_up(Teller& t, double ms) {
  for (const int id : {1, 2, 3}) t.broker_up(id, ms);
  t.wall(NodeId(1), ms + 100, wall_of_story);
  t.controller(1, 7, ms + 120);
  t.metadata_at(ms + 150, 4104, 1);
}

struct PartitionText {
  std::string topic;
  int index;
  std::vector<int> replicas, isr;
  int leader, epoch;
  std::map<int, Log> logs;
};

inline void tell_partitions(Teller& t, const std::vector<PartitionText>& all, double ms,
                            bool with_marks = true) {
  for (const auto& p : all) {
    t.partition(p.topic, p.index, p.replicas, p.isr, p.leader, p.epoch, ms);
    if (!with_marks) continue;
    for (const auto& [node, log] : p.logs) t.marks(p.topic, p.index, node, log, ms + 1);
  }
}

inline std::vector<PartitionText> healthy_partitions() {
  return {
      {"orders", 0, {1, 2}, {1, 2}, 1, 3, {{1, {0, 1204, 1206}}, {2, {0, 1204, 1204}}}},
      {"orders", 1, {2, 3}, {2, 3}, 2, 4, {{2, {0, 827, 827}}, {3, {0, 827, 827}}}},
      {"orders", 2, {3, 1}, {3, 1}, 3, 2, {{3, {0, 1191, 1191}}, {1, {0, 1191, 1191}}}},
      {"payments",
       0,
       {2, 3, 1},
       {2, 3, 1},
       2,
       1,
       {{2, {0, 311, 311}}, {3, {0, 311, 311}}, {1, {0, 311, 311}}}},
      {"payments",
       1,
       {3, 1, 2},
       {3, 1, 2},
       3,
       1,
       {{3, {0, 296, 297}}, {1, {0, 296, 296}}, {2, {0, 296, 297}}}},
  };
}

struct ClientLinks {
  std::uint64_t producer1 = 0, producer2 = 0, producer3 = 0, kcat2 = 0, kcat3 = 0, billing1 = 0;
};

inline ClientLinks clients(Teller& t, double ms) {
  ClientLinks links;
  t.tell(no_node, ms, trace::ClientStarted{"producer-1", "producer", "all", "", {"orders"}}, 0);
  t.tell(no_node, ms + 1, trace::ClientStarted{"billing-1", "consumer", "", "billing", {"orders"}},
         0);
  t.tell(no_node, ms + 2, trace::ClientStarted{"billing-2", "consumer", "", "billing", {"orders"}},
         0);
  t.tell(NodeId(1), ms + 3,
         trace::GroupChanged{"billing", "Stable", 3, {"billing-1", "billing-2"}});
  links.producer1 = t.connect("producer-1", "", 1, 0, ms + 10);
  links.producer2 = t.connect("producer-1", "", 2, 0, ms + 10);
  links.producer3 = t.connect("producer-1", "", 3, 0, ms + 10);
  t.connect("rdkafka", "kcat", 1, 3, ms + 20);
  links.kcat2 = t.connect("rdkafka", "kcat", 2, 0, ms + 20);
  links.kcat3 = t.connect("rdkafka", "kcat", 3, 0, ms + 20);
  links.billing1 = t.connect("billing-1", "", 1, 1, ms + 30);
  t.connect("billing-1", "", 2, 1, ms + 30);
  t.connect("billing-2", "", 3, 1, ms + 30);
  return links;
}

inline void reads(Teller& t, std::int64_t zero, std::int64_t one, std::int64_t two, double ms) {
  const auto read = [&](const char* who, int index, std::int64_t next) {
    t.tell(no_node, ms,
           trace::ConsumerRead{who, "orders", PartitionIndex(index), Offset(next - 1), 1}, 0);
  };
  read("billing-1", 0, zero);
  read("billing-1", 1, one);
  read("billing-2", 2, two);
}

// looks/01: five partitions on three brokers, clients, records on their way.
inline Moment healthy() {
  Moment m;
  Teller& t = m.story;
  three_up(t, -134000);
  t.topic("orders", -120000);
  t.topic("payments", -100000);
  tell_partitions(t, healthy_partitions(), -90000);
  const ClientLinks links = clients(t, -80000);
  reads(t, 1204, 827, 1191, -50);
  for (int i = 0; i < 17; ++i)
    t.records(1, links.producer1, false, "orders", 0, 1180 + i, 1, -950 + i * 40);
  t.records(1, links.producer1, false, "orders", 0, 1205, 1, -80);
  t.records(1, links.producer1, false, "orders", 0, 1206, 1, -180);
  t.records(2, links.producer2, false, "orders", 1, 826, 1, -120);
  t.records(3, links.producer3, false, "orders", 2, 1190, 1, -60);
  t.records(3, links.kcat3, false, "payments", 1, 296, 1, -200);
  t.records(1, links.billing1, true, "orders", 0, 1203, 1, -120);
  t.replicate(1, 2, "orders", 0, 1204, 1, -60);
  t.replicate(1, 2, "orders", 0, 1205, 1, -100);
  t.replicate(3, 1, "orders", 2, 1190, 1, -120);
  t.replicate(3, 1, "payments", 1, 296, 1, -90);
  m.now = Teller::at(0);
  return m;
}

// looks/02: broker 2 was killed 1.2 s ago, broker 3 leads orders-1 and payments-0 by now.
inline Moment failover(double after_kill_ms = 1204) {
  Moment m;
  Teller& t = m.story;
  three_up(t, -134000);
  t.topic("orders", -120000);
  t.topic("payments", -100000);
  tell_partitions(t, healthy_partitions(), -90000);
  const ClientLinks links = clients(t, -80000);
  std::vector<PartitionText> before = {
      {"orders", 0, {}, {}, 0, 0, {{1, {0, 1331, 1331}}, {2, {0, 1330, 1331}}}},
      {"orders", 1, {}, {}, 0, 0, {{2, {0, 842, 844}}, {3, {0, 842, 842}}}},
      {"orders", 2, {}, {}, 0, 0, {{3, {0, 1260, 1260}}, {1, {0, 1260, 1260}}}},
      {"payments", 0, {}, {}, 0, 0, {{2, {0, 318, 318}}, {3, {0, 318, 318}}, {1, {0, 318, 318}}}},
      {"payments", 1, {}, {}, 0, 0, {{3, {0, 304, 304}}, {1, {0, 304, 304}}, {2, {0, 304, 304}}}}};
  for (const auto& p : before) {
    for (const auto& [node, log] : p.logs) t.marks(p.topic, p.index, node, log, -10);
  }
  t.metadata_at(-20, 4132, 1);
  t.broker_killed(2, 0);
  if (after_kill_ms > 888) {
    t.tell(NodeId(1), 880, trace::BrokerFenced{NodeId(2), "session", 1000});
    for (const int id : {1, 3}) {
      t.tell(NodeId(id), 886,
             trace::BrokerSeen{NodeId(2), BrokerEpoch(10), true, false, false, "localhost", 9093});
    }
    t.tell(NodeId(1), 885,
           trace::LeaderElected{"orders", PartitionIndex(1), NodeId(2), NodeId(3), Epoch(5),
                                "fenced"});
    t.tell(NodeId(1), 885,
           trace::LeaderElected{"payments", PartitionIndex(0), NodeId(2), NodeId(3), Epoch(2),
                                "fenced"});
    t.partition("orders", 0, {1, 2}, {1}, 1, 3, 888);
    t.partition("orders", 1, {2, 3}, {3}, 3, 5, 888);
    t.partition("payments", 0, {2, 3, 1}, {3, 1}, 3, 2, 888);
    t.partition("payments", 1, {3, 1, 2}, {3, 1}, 3, 1, 888);
    t.tell(NodeId(3), 888, trace::BecameLeader{"orders", PartitionIndex(1), Epoch(5), Offset(842)});
    t.tell(no_node, 928,
           trace::ProducerSent{"producer-1", "orders", PartitionIndex(1), NodeId(3), 5, 3, 2}, 0);
    t.tell(no_node, 929,
           trace::ProducerAcked{"producer-1", "orders", PartitionIndex(1), Offset(842), 3, 929000},
           0);
    t.metadata_at(900, 4137, 1);
    t.marks("orders", 0, 1, {0, 1342, 1342}, 1190);
    t.marks("orders", 1, 3, {0, 845, 845}, 1190);
    t.marks("orders", 2, 3, {0, 1262, 1263}, 1190);
    t.marks("orders", 2, 1, {0, 1262, 1262}, 1190);
    t.marks("payments", 0, 3, {0, 319, 319}, 1190);
    t.marks("payments", 0, 1, {0, 319, 319}, 1190);
    t.marks("payments", 1, 3, {0, 305, 305}, 1190);
    t.marks("payments", 1, 1, {0, 305, 305}, 1190);
    const auto billing3 = t.connect("billing-1", "", 3, 1, 950);
    t.connect("producer-1", "", 3, 0, 925);
    t.records(1, links.producer1, false, "orders", 0, 1341, 1, 1100);
    t.records(3, links.producer3, false, "orders", 1, 844, 1, 1080);
    t.records(3, links.producer3, false, "orders", 1, 843, 1, 1000);
    t.records(3, billing3, true, "orders", 1, 842, 1, 1090);
    t.replicate(3, 1, "payments", 0, 318, 1, 1100);
    t.replicate(3, 1, "orders", 2, 1261, 1, 1080);
    t.replicate(3, 1, "orders", 2, 1262, 1, 1150);
    t.replicate(3, 1, "payments", 1, 304, 1, 1120);
    reads(t, 1341, 843, 1262, 1190);
  }
  m.now = Teller::at(after_kill_ms);
  return m;
}

// looks/03: broker 2 is back, cut what broker 3 never had, and copies what it missed.
inline Moment catch_up() {
  Moment m = failover();
  Teller& t = m.story;
  t.broker_up(2, 28200, "broker,controller", 2);
  for (const int id : {1, 2, 3}) {
    t.tell(NodeId(id), 28300,
           trace::BrokerSeen{NodeId(2), BrokerEpoch(90), false, false, false, "localhost", 9093},
           id == 2 ? 2 : 1);
  }
  t.controller(1, 7, 28300);
  t.partition("orders", 0, {1, 2}, {1}, 1, 3, 28310);
  t.partition("orders", 1, {2, 3}, {3}, 3, 5, 28310);
  t.partition("orders", 2, {3, 1}, {3, 1}, 3, 2, 28310);
  t.partition("payments", 0, {2, 3, 1}, {3, 1, 2}, 3, 2, 28310);
  t.partition("payments", 1, {3, 1, 2}, {3, 1, 2}, 3, 1, 28310);
  t.metadata_at(28320, 4196, 1);
  const std::map<std::string, Log> logs = {{"orders-0", {0, 1612, 1612}},
                                           {"orders-1", {0, 866, 866}},
                                           {"orders-2", {0, 1415, 1415}},
                                           {"payments-0", {0, 334, 334}},
                                           {"payments-1", {0, 320, 320}}};
  for (const auto& p : healthy_partitions()) {
    const Log log = logs.at(fmt::format("{}-{}", p.topic, p.index));
    for (const int node : p.replicas) {
      if (node == 2 && p.topic == "orders") continue;
      t.marks(p.topic, p.index, node, log, 28500);
    }
  }
  t.marks("orders", 0, 2, {0, 1331, 1331}, 28400);
  t.marks("orders", 1, 2, {0, 842, 844}, 28400);
  t.tell(NodeId(2), 28450,
         trace::Truncated{"orders", PartitionIndex(1), Offset(844), Offset(842), Epoch(4)}, 2);
  for (int i = 0; i < 8; ++i) {
    t.marks("orders", 0, 2, {0, 1593 + i, 1593 + i}, 28500 + i * 20);
    t.marks("orders", 1, 2, {0, 842 + i, 842 + i}, 28500 + i * 20);
    t.replicate(1, 2, "orders", 0, 1400 + i * 20, 175, 28500 + i * 20);
    t.replicate(3, 2, "orders", 1, 842 + i, 237, 28500 + i * 20);
  }
  reads(t, 1612, 866, 1415, 28600);
  m.now = Teller::at(28660);
  return m;
}

// n brokers and `topics` topics of `partitions` each with replication factor 3 (or n). One of the
// brokers may be slow: its followers are out of sync in some partitions.
inline Moment many(int n, int topics, int partitions, int slow = 0) {
  static const std::vector<std::string> names = {
      "orders", "accounts",  "audit",    "carts",    "clicks",  "coupons", "emails",
      "events", "fraud",     "images",   "invoices", "labels",  "ledger",  "logins",
      "mails",  "offers",    "payments", "prices",   "refunds", "returns", "reviews",
      "search", "shipments", "stock",    "users"};
  Moment m;
  Teller& t = m.story;
  for (int id = 1; id <= n; ++id) t.broker_up(id, -90000, id <= 3 ? "broker,controller" : "broker");
  t.wall(NodeId(1), -89000, wall_of_story);
  t.controller(std::min(n, 3), 4, -88000);
  t.metadata_at(-80000, 900, std::min(n, 3));
  for (int topic = 0; topic < topics; ++topic) {
    const std::string name =
        topic < 25 ? names[static_cast<std::size_t>(topic)] : fmt::format("topic{}", topic);
    t.topic(name, -79000 + topic);
    for (int p = 0; p < partitions; ++p) {
      const int i = topic * partitions + p, first = i % n;
      std::vector<int> replicas;
      for (int r = 0; r < std::min(n, 3); ++r) {
        const int step = r == 0 ? 0 : 1 + (i / n + r - 1) % (n - 1 > 0 ? n - 1 : 1);
        replicas.push_back((first + step) % n + 1);
      }
      std::vector<int> isr = replicas;
      const bool late = replicas.size() > 1 && replicas[1] == slow && (topic % 3 == 0);
      if (late) isr = {replicas[0], replicas.back()};
      // One broker tells: the others believe the same, and the story stays short.
      trace::PartitionSeen seen;
      seen.topic = name;
      seen.partition = PartitionIndex(p);
      for (const int id : replicas) seen.replicas.push_back(NodeId(id));
      for (const int id : isr) seen.isr.push_back(NodeId(id));
      seen.leader = NodeId(replicas[0]);
      seen.leader_epoch = Epoch(1);
      t.tell(NodeId(1), -78000, seen);
      const std::int64_t end = 1000 + p * 37 % 11;
      for (const int id : replicas) {
        const bool behind = late && id == slow;
        t.marks(name, p, id, {0, behind ? end - 21 : end, behind ? end - 21 : end}, -1000);
      }
    }
  }
  m.now = Teller::at(0);
  return m;
}

inline Moment all_dead() {
  Moment m = failover();
  m.story.broker_killed(1, 9000);
  m.story.broker_killed(3, 9500);
  m.now = Teller::at(12000);
  return m;
}

// orders-2 lived on broker 3 alone, which is dead; broker 2 still believes in an old leader of
// orders-0.
inline Moment leaderless() {
  Moment m;
  Teller& t = m.story;
  three_up(t, -134000);
  t.topic("orders", -120000);
  t.partition("orders", 0, {2, 1}, {2, 1}, 2, 1, -110000);
  t.partition("orders", 1, {1, 2}, {1, 2}, 1, 1, -110000);
  t.partition("orders", 2, {3}, {3}, 3, 1, -110000);
  t.marks("orders", 0, 1, {0, 88, 88}, -900);
  t.marks("orders", 0, 2, {0, 88, 88}, -900);
  t.marks("orders", 1, 1, {0, 9, 9}, -900);
  t.marks("orders", 1, 2, {0, 9, 9}, -900);
  t.marks("orders", 2, 3, {0, 41, 41}, -2000);
  t.broker_killed(3, -1700);
  t.partition("orders", 2, {3}, {3}, -1, 2, -800);
  t.partition("orders", 0, {2, 1}, {1}, 1, 2, -100, {2});
  m.now = Teller::at(0);
  return m;
}

// Brokers in states that the other moments do not have: frozen, stopped, did not start.
inline Moment states() {
  Moment m;
  Teller& t = m.story;
  for (const int id : {1, 2, 3, 4}) t.broker_up(id, -60000);
  t.wall(NodeId(1), -59000, wall_of_story);
  t.controller(1, 9, -58000);
  t.topic("orders", -50000);
  t.partition("orders", 0, {1, 2, 3}, {1, 2, 3}, 1, 1, -50000);
  t.partition("orders", 1, {2, 3, 4}, {2, 3, 4}, 2, 1, -50000);
  t.partition("orders", 2, {3, 1}, {3, 1}, 3, 1, -50000);
  for (const int node : {1, 2, 3}) t.marks("orders", 0, node, {712, 842, 842}, -900);
  for (const int node : {2, 3, 4}) t.marks("orders", 1, node, {0, 21, 23}, -900);
  t.marks("orders", 2, 3, {0, 5, 5}, -900);
  t.metadata_at(-40000, 300, 1);
  t.tell(NodeId(2), -4200, trace::ProcessFrozen{41874, true}, 0);
  t.tell(NodeId(3), -900,
         trace::BrokerSeen{NodeId(4), BrokerEpoch(10), true, false, false, "localhost", 9095});
  t.tell(NodeId(3), -12000, trace::ProcessExited{41875, 0, 0, true, ""}, 0);
  t.tell(NodeId(4), -3000, trace::ProcessExited{41876, 9, 0, true, ""}, 0);
  t.tell(NodeId(4), -2500, trace::ProcessStarted{42001, "brokerd"}, 0);
  t.tell(NodeId(4), -2000,
         trace::ProcessExited{42001, 0, 1, false, "port 9095 is taken by broker 1"}, 0);
  m.now = Teller::at(0);
  return m;
}

// Three controller-only nodes below four brokers.
inline Moment controllers_apart() {
  Moment m;
  Teller& t = m.story;
  for (const int id : {1, 2, 3}) t.broker_up(id, -60000, "broker");
  for (const int id : {11, 12, 13}) t.broker_up(id, -60000, "controller");
  t.wall(NodeId(11), -59000, wall_of_story);
  t.controller(12, 3, -58000);
  t.topic("orders", -50000);
  for (int p = 0; p < 3; ++p) {
    const int a = p + 1, b = (p + 1) % 3 + 1;
    t.partition("orders", p, {a, b}, {a, b}, a, 0, -50000);
    t.marks("orders", p, a, {0, 12, 14}, -900);
    t.marks("orders", p, b, {0, 12, 12}, -900);
  }
  m.now = Teller::at(0);
  return m;
}

inline Moment empty_cluster() {
  Moment m;
  three_up(m.story, -5000);
  m.now = Teller::at(0);
  return m;
}

}  // namespace lab::test
