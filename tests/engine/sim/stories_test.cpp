// What the lab is for, told as stories: elect, replicate, kill the leader, come back and truncate,
// lose and regain the quorum, restart all. Real brokers and clients in a simulated world.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "engine/sim/cluster.h"

using namespace lab;
using sim::Cluster;

namespace {

// Everything that a broker logged, for a failed story.
std::string logs_of(const Cluster& cluster, int brokers) {
  std::string out;
  for (int n = 1; n <= brokers; ++n) {
    out += fmt::format("---- broker {}\n", n);
    for (const auto& line : cluster.log(n)) out += line + "\n";
  }
  return out;
}

// A producer that writes "0", "1", … and remembers what was acknowledged.
struct Writer {
  Cluster& cluster;
  std::string name, topic;
  int partition = 0;
  int next = 0;
  std::vector<std::string> acked;
  std::vector<std::string> failed;

  Writer(Cluster& where, std::string client, std::string to, client::Acks acks = client::Acks::all)
      : cluster(where), name(std::move(client)), topic(std::move(to)) {
    cluster.with_clients([&](client::ClientMachine& host) {
      client::ProducerOptions options;
      options.network.client_id = name;
      options.network.bootstrap = cluster.bootstrap();
      options.acks = acks;
      options.idempotence = acks == client::Acks::all;
      host.add_producer(name, options);
    });
  }
  void send(int count) {
    cluster.with_clients([&](client::ClientMachine& host) {
      for (int i = 0; i < count; ++i) {
        const std::string value = std::to_string(next++);
        client::ProducerRecord record;
        record.topic = topic;
        record.partition = PartitionIndex(partition);
        record.value = Slice::copy(value);
        const auto sent =
            host.producer(name)->send(record, [this, value](const client::Delivery& d) {
              (d.ok() ? acked : failed).push_back(d.ok() ? value : value + ": " + d.error);
            });
        REQUIRE(sent.ok());
      }
    });
  }
  bool settled() const { return static_cast<int>(acked.size() + failed.size()) == next; }
};

bool same(std::vector<int> a, std::vector<int> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

}  // namespace

TEST_CASE("one broker is its own quorum: a record is written and read back") {
  sim::ClusterOptions alone;
  alone.brokers = 1;
  Cluster cluster(1, alone);
  cluster.start_all();
  const bool ready = cluster.world().run_until([&] { return cluster.ready(); }, seconds(10));
  INFO(logs_of(cluster, 1));
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
  INFO(logs_of(cluster, 3));
  REQUIRE(ready);
  REQUIRE(cluster.create_topic("orders", 3, 3) == "");
  Writer writer(cluster, "producer-1", "orders");
  writer.send(100);
  REQUIRE(cluster.world().run_until([&] { return writer.settled(); }, seconds(30)));
  CHECK(writer.failed.empty());
  CHECK(same(cluster.isr("orders"), {1, 2, 3}));
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
    INFO(logs_of(cluster, 3));
    REQUIRE(settled);
    CHECK(writer.failed.empty());
    CHECK(cluster.leader("orders") != old_leader);
    cluster.start(old_leader);
    REQUIRE(cluster.world().run_until(
        [&] {
          return same(cluster.isr("orders"), {1, 2, 3});
        },
        seconds(30)));
    const auto read = cluster.read_all("orders", 0);
    REQUIRE(read.has_value());
    CHECK(*read == writer.acked);
  }
}
