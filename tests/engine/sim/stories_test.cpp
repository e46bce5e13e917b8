// What the lab is for, told as stories: elect, replicate, kill the leader, come back and truncate,
// lose and regain the quorum, restart all. Real brokers and clients in a simulated world.
#include "tests/engine/sim/story.h"

using namespace lab;
using namespace lab::sim;

TEST_CASE("one broker is its own quorum: a record is written and read back") {
  ClusterOptions alone;
  alone.brokers = 1;
  Cluster cluster(1, alone);
  cluster.start_all();
  const bool ready = cluster.world().run_until([&] { return cluster.ready(); }, seconds(10));
  INFO(logs_of(cluster));
  REQUIRE(ready);
  REQUIRE(cluster.create_topic("orders", 1, 1) == "");
  Writer writer(cluster, "producer-1", "orders");
  writer.send(10);
  REQUIRE(cluster.world().run_until([&] { return writer.settled(); }, seconds(30)));
  CHECK(writer.failed.empty());
  const auto read = cluster.read_all("orders", 0);
  REQUIRE(read.has_value());
  CHECK(*read == writer.acked);
}

TEST_CASE("three brokers elect a controller, and a topic's records reach every replica") {
  Cluster cluster(2, {});
  cluster.start_all();
  const bool ready = cluster.world().run_until([&] { return cluster.ready(); }, seconds(10));
  INFO(logs_of(cluster));
  REQUIRE(ready);
  REQUIRE(cluster.create_topic("orders", 3, 3) == "");
  Writer writer(cluster, "producer-1", "orders");
  writer.send(100);
  REQUIRE(cluster.world().run_until([&] { return writer.settled(); }, seconds(30)));
  CHECK(writer.failed.empty());
  CHECK(sorted(cluster.isr("orders")) == std::vector{1, 2, 3});
  for (int n = 1; n <= 3; ++n) {
    auto* replica = cluster.replica(n, "orders");
    REQUIRE(replica != nullptr);
    CHECK(replica->log().log_end() == Offset(100));
  }
}

TEST_CASE(
    "the leader is killed: another one leads, writing goes on, nothing acknowledged is lost") {
  for (std::uint64_t seed = 10; seed < 14; ++seed) {
    Cluster cluster(seed, {});
    cluster.start_all();
    REQUIRE(cluster.world().run_until([&] { return cluster.ready(); }, seconds(10)));
    REQUIRE(cluster.create_topic("orders", 1, 3) == "");
    Writer writer(cluster, "producer-1", "orders");
    writer.send(50);
    REQUIRE(cluster.world().run_until([&] { return writer.acked.size() >= 20; }, seconds(30)));
    const int old_leader = cluster.leader("orders");
    REQUIRE(old_leader != 0);
    cluster.crash(old_leader);
    writer.send(50);
    const bool settled = cluster.world().run_until([&] { return writer.settled(); }, seconds(30));
    INFO(logs_of(cluster));
    REQUIRE(settled);
    CHECK(writer.failed.empty());
    CHECK(cluster.leader("orders") != old_leader);
    cluster.start(old_leader);
    REQUIRE(cluster.world().run_until(
        [&] {
          return sorted(cluster.isr("orders")) == std::vector{1, 2, 3};
        },
        seconds(30)));
    const auto read = cluster.read_all("orders", 0);
    REQUIRE(read.has_value());
    CHECK(*read == writer.acked);
  }
}
