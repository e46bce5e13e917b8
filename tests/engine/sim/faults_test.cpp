// Stories of what goes wrong in a cluster and must end well: cuts, crashes, sleepers, laggards.
#include "tests/engine/sim/story.h"

using namespace lab;
using namespace lab::sim;

namespace {

// A partition of the topic whose leader is not the active controller; -1 where there is none.
int led_by_a_plain_broker(Cluster& cluster, const std::string& topic, int partitions) {
  for (int p = 0; p < partitions; ++p) {
    const int leader = cluster.leader(topic, p);
    if (leader != 0 && leader != cluster.active_controller()) return p;
  }
  return -1;
}

ClusterOptions with(std::map<std::string, std::string> properties, int brokers = 3) {
  ClusterOptions options;
  options.brokers = brokers;
  options.properties = std::move(properties);
  return options;
}

}  // namespace

TEST_CASE("a leader that was cut off comes back and truncates what nobody else has") {
  for (std::uint64_t seed = 20; seed < 26; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed, {});
    be_ready(cluster);
    REQUIRE(cluster.create_topic("orders", 1, 3) == "");
    Writer before(cluster, "before", "orders");
    before.send(5);
    settle(cluster, before);
    const int old_leader = cluster.leader("orders");
    Writer hasty(cluster, "hasty", "orders", client::Acks::leader);
    hasty.send(1);
    settle(cluster, hasty);  // it knows the leader now
    wait_for(cluster, "its copies", [&] {
      return end_of(cluster, 1, "orders") == Offset(6) &&
             end_of(cluster, 2, "orders") == Offset(6) && end_of(cluster, 3, "orders") == Offset(6);
    });
    isolate(cluster, old_leader);
    hasty.send(3);
    settle(cluster, hasty);
    CHECK(hasty.failed.empty());
    CHECK(end_of(cluster, old_leader, "orders") == Offset(9));
    // Else it would tell new clients that it leads.
    cluster.world().cut(cluster.clients(), cluster.member(old_leader));
    wait_for(cluster, "another leader", [&] {
      for (int n = 1; n <= 3; ++n) {
        auto* replica = cluster.replica(n, "orders");
        if (n != old_leader && replica != nullptr && replica->leads()) return true;
      }
      return false;
    });
    Writer after(cluster, "after", "orders");
    after.send(5);
    settle(cluster, after);
    CHECK(after.failed.empty());
    cluster.world().heal_all();
    wait_for_isr(cluster, {1, 2, 3}, "orders");
    wait_for(cluster, "equal logs", [&] {
      return end_of(cluster, 1, "orders") == Offset(11) &&
             end_of(cluster, 2, "orders") == Offset(11) &&
             end_of(cluster, 3, "orders") == Offset(11);
    });
    auto expected = before.acked;
    expected.push_back("hasty:0");
    expected.insert(expected.end(), after.acked.begin(), after.acked.end());
    CHECK(read(cluster, "orders") == expected);
  }
}

TEST_CASE("without a quorum nothing is decided; with it all goes on") {
  Cluster cluster(30, {});
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 1, 3) == "");
  Writer writer(cluster, "w", "orders");
  writer.send(10);
  settle(cluster, writer);
  const int survivor = cluster.leader("orders");
  for (int n = 1; n <= 3; ++n) {
    if (n != survivor) cluster.crash(n);
  }
  wait_for(cluster, "no controller", [&] { return cluster.active_controller() == 0; });
  writer.send(10);
  cluster.world().run_for(seconds(5));
  CHECK(cluster.active_controller() == 0);
  CHECK_FALSE(writer.settled());  // the ISR cannot shrink: acks=all waits
  const int helper = survivor == 1 ? 2 : 1;
  cluster.start(helper);
  settle(cluster, writer);
  CHECK(writer.failed.empty());
  for (int n = 1; n <= 3; ++n) {
    if (!cluster.alive(n)) cluster.start(n);
  }
  wait_for_isr(cluster, {1, 2, 3}, "orders");
  CHECK(read(cluster, "orders") == writer.acked);
}

TEST_CASE("all are killed at once and started again: every acknowledged record is there") {
  for (std::uint64_t seed = 40; seed < 44; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed, with({{"min.insync.replicas", "2"}}));
    be_ready(cluster);
    REQUIRE(cluster.create_topic("orders", 3, 3) == "");
    Writer writer(cluster, "w", "orders");
    writer.send(30);
    settle(cluster, writer);
    writer.send(30);
    cluster.world().run_for(milliseconds(7));
    for (int n = 1; n <= 3; ++n) cluster.crash(n);
    cluster.world().run_for(seconds(2));
    cluster.start_all();
    settle(cluster, writer);
    CHECK(writer.failed.empty());
    wait_for_isr(cluster, {1, 2, 3}, "orders");
    // The ISR is whole in the metadata before the leader has heard of it and shows its records.
    wait_for(cluster, "all records in sight", [&] {
      const int leader = cluster.leader("orders");
      if (leader == 0) return false;
      const auto* replica = cluster.replica(leader, "orders");
      return replica != nullptr && replica->high_watermark() == replica->log().log_end();
    });
    const auto wrong = difference(read(cluster, "orders"), writer.acked);
    INFO((wrong.empty() ? std::string() : logs_of(cluster)));
    CHECK(wrong == "");
  }
}

TEST_CASE("one broker after the other loses power: with min.insync.replicas=2 nothing is lost") {
  for (std::uint64_t seed = 50; seed < 53; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed, with({{"min.insync.replicas", "2"}}));
    be_ready(cluster);
    REQUIRE(cluster.create_topic("orders", 1, 3) == "");
    Writer writer(cluster, "w", "orders");
    for (int n = 1; n <= 3; ++n) {
      writer.send(20);
      cluster.world().run_for(milliseconds(30));
      cluster.world().lose_power(cluster.member(n));
      cluster.world().run_for(milliseconds(300));
      cluster.start(n);
      settle(cluster, writer);
      wait_for_isr(cluster, {1, 2, 3}, "orders");
    }
    CHECK(writer.failed.empty());
    CHECK(read(cluster, "orders") == writer.acked);
  }
}

TEST_CASE("a broker that is told to stop gives its leaderships away before it leaves") {
  Cluster cluster(60, {});
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 6, 3) == "");
  Writer writer(cluster, "w", "orders");
  writer.send(10);
  settle(cluster, writer);
  const int leaving = cluster.leader("orders");
  writer.send(10);
  cluster.world().stop(cluster.member(leaving));
  int leaderships_at_end = -1;
  wait_for(cluster, "the end of the broker", [&] {
    if (!cluster.alive(leaving)) return true;
    leaderships_at_end = 0;
    for (int p = 0; p < 6; ++p) {
      if (cluster.leader("orders", p) == leaving) ++leaderships_at_end;
    }
    return false;
  });
  CHECK(leaderships_at_end == 0);
  settle(cluster, writer);
  CHECK(writer.failed.empty());
  for (int p = 0; p < 6; ++p) {
    CHECK(cluster.leader("orders", p) != 0);
    CHECK(cluster.leader("orders", p) != leaving);
  }
  cluster.start(leaving);
  wait_for_isr(cluster, {1, 2, 3}, "orders");
  CHECK(read(cluster, "orders") == writer.acked);
}

TEST_CASE("a leader is frozen: it is deposed in its sleep and acknowledges nothing afterwards") {
  for (std::uint64_t seed = 70; seed < 74; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed, {});
    be_ready(cluster);
    REQUIRE(cluster.create_topic("orders", 1, 3) == "");
    Writer writer(cluster, "w", "orders");
    writer.send(10);
    settle(cluster, writer);
    const int sleeper = cluster.leader("orders");
    writer.send(10);
    cluster.world().run_for(microseconds(300));
    cluster.world().freeze(cluster.member(sleeper));
    wait_for(cluster, "another leader", [&] {
      for (int n = 1; n <= 3; ++n) {
        auto* replica = cluster.replica(n, "orders");
        if (n != sleeper && replica != nullptr && replica->leads()) return true;
      }
      return false;
    });
    Writer other(cluster, "o", "orders");
    other.send(10);
    settle(cluster, other);
    CHECK(other.failed.empty());
    cluster.world().thaw(cluster.member(sleeper));
    settle(cluster, writer);
    CHECK(writer.failed.empty());
    wait_for_isr(cluster, {1, 2, 3}, "orders");
    auto values = read(cluster, "orders");
    CHECK(values.size() ==
          writer.acked.size() + other.acked.size());  // nothing lost, nothing twice
    for (const auto* wrote : {&writer.acked, &other.acked}) {
      std::vector<std::string> own;
      for (const auto& value : values) {
        if (value.starts_with(wrote->front().substr(0, 2))) own.push_back(value);
      }
      CHECK(own == *wrote);
    }
  }
}

TEST_CASE("a follower that is cut off leaves the ISR and comes back into it") {
  Cluster cluster(80, with({{"replica.lag.time.max.ms", "500"}}));
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 3, 3) == "");
  const int p = led_by_a_plain_broker(cluster, "orders", 3);
  REQUIRE(p >= 0);
  const int leader = cluster.leader("orders", p);
  const int follower = 6 - leader - cluster.active_controller();
  cluster.world().cut(cluster.member(leader), cluster.member(follower));
  Writer writer(cluster, "w", "orders");
  writer.to_partition(p).send(10);
  std::vector<int> both{leader, cluster.active_controller()};
  wait_for_isr(cluster, sorted(both), "orders", p);
  settle(cluster, writer);
  CHECK(writer.failed.empty());
  CHECK(cluster.leader("orders", p) == leader);
  cluster.world().heal_all();
  wait_for_isr(cluster, {1, 2, 3}, "orders", p);
  CHECK(read(cluster, "orders", p) == writer.acked);
}

TEST_CASE(
    "too few in-sync replicas: acks=all is refused, acks=1 is not; later all is taken again") {
  Cluster cluster(90, with({{"replica.lag.time.max.ms", "500"}}));
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 3, 3, {{"min.insync.replicas", "3"}}) == "");
  const int p = led_by_a_plain_broker(cluster, "orders", 3);
  REQUIRE(p >= 0);
  const int leader = cluster.leader("orders", p);
  const int follower = 6 - leader - cluster.active_controller();
  cluster.world().cut(cluster.member(leader), cluster.member(follower));
  wait_for(cluster, "a smaller ISR", [&] { return cluster.isr("orders", p).size() == 2; });
  cluster.world().run_for(milliseconds(100));
  Writer strict(cluster, "strict", "orders", client::Acks::all, seconds(2));
  strict.to_partition(p).send(1);
  settle(cluster, strict);
  REQUIRE(strict.failed.size() == 1);
  CHECK(strict.failed.front().find("NOT_ENOUGH_REPLICAS") != std::string::npos);
  Writer easy(cluster, "easy", "orders", client::Acks::leader);
  easy.to_partition(p).send(1);
  settle(cluster, easy);
  CHECK(easy.failed.empty());
  cluster.world().heal_all();
  wait_for_isr(cluster, {1, 2, 3}, "orders", p);
  Writer again(cluster, "again", "orders");
  again.to_partition(p).send(1);
  settle(cluster, again);
  CHECK(again.failed.empty());
  CHECK(read(cluster, "orders", p) == std::vector<std::string>{"easy:0", "again:0"});
}

TEST_CASE("a follower that was away for thousands of records catches up from old segments") {
  Cluster cluster(
      100, with({{"log.segment.bytes", "1048576"}, {"lab.log.cache.budget.bytes", "65536"}}));
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 1, 3) == "");
  Writer writer(cluster, "w", "orders");
  writer.send(10);
  settle(cluster, writer);
  const int leader = cluster.leader("orders");
  const int away = leader == 1 ? 2 : 1;
  cluster.crash(away);
  for (int i = 0; i < 30; ++i) {
    writer.send(100, 1000);
    settle(cluster, writer);
  }
  CHECK(writer.failed.empty());
  REQUIRE(cluster.replica(leader, "orders")->log().segment_count() >= 3);
  cluster.start(away);
  wait_for_isr(cluster, {1, 2, 3}, "orders");
  wait_for(cluster, "the same end",
           [&] { return end_of(cluster, away, "orders") == end_of(cluster, leader, "orders"); });
  CHECK(read(cluster, "orders") == writer.acked);
}

TEST_CASE("replies are lost and the leader dies: an idempotent producer writes nothing twice") {
  for (std::uint64_t seed = 110; seed < 116; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed, {});
    be_ready(cluster);
    REQUIRE(cluster.create_topic("orders", 1, 3) == "");
    Writer writer(cluster, "w", "orders");
    writer.send(3);
    settle(cluster, writer);
    const int leader = cluster.leader("orders");
    cluster.world().cut(cluster.member(leader), cluster.clients());
    for (int i = 0; i < 4; ++i) {
      writer.send(3);
      cluster.world().run_for(milliseconds(20));
    }
    CHECK(writer.acked.size() == 3);
    cluster.crash(leader);
    cluster.world().heal_all();
    writer.send(3);
    settle(cluster, writer);
    CHECK(writer.failed.empty());
    CHECK(read(cluster, "orders") == writer.acked);
    cluster.start(leader);
    wait_for_isr(cluster, {1, 2, 3}, "orders");
  }
}

TEST_CASE("the active controller that leads a partition too is killed") {
  for (std::uint64_t seed = 120; seed < 124; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed, {});
    be_ready(cluster);
    REQUIRE(cluster.create_topic("orders", 3, 3) == "");
    const int both = cluster.active_controller();
    int p = 0;
    while (cluster.leader("orders", p) != both) ++p;
    Writer writer(cluster, "w", "orders");
    writer.to_partition(p).send(10);
    settle(cluster, writer);
    cluster.crash(both);
    const Instant killed = cluster.world().now();
    writer.send(10);
    settle(cluster, writer);
    CHECK(writer.failed.empty());
    CHECK(to_ms(cluster.world().now() - killed) < 4000);
    cluster.start(both);
    wait_for_isr(cluster, {1, 2, 3}, "orders", p);
    CHECK(read(cluster, "orders", p) == writer.acked);
  }
}
