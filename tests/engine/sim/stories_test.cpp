// What the lab is for, told as stories: elect, replicate, kill the leader, come back and truncate,
// lose and regain the quorum, restart all. Real brokers and clients in a simulated world.
#include "engine/protocol/messages/incremental_alter_configs.h"
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

TEST_CASE("a topic's settings hold on every replica, and when they are changed, at once") {
  Cluster cluster(5, {});
  be_ready(cluster);
  REQUIRE(cluster.create_topic("t", 1, 3, {{"retention.ms", "60000"}}).empty());
  wait_for(cluster, "all replicas", [&] {
    return cluster.replica(1, "t") && cluster.replica(2, "t") && cluster.replica(3, "t");
  });
  for (int n = 1; n <= 3; ++n) CHECK(cluster.replica(n, "t")->log().config().retention_ms == 60000);

  std::optional<protocol::IncrementalAlterConfigsResponse> told;
  cluster.with_clients([&](client::ClientMachine& host) {
    protocol::IncrementalAlterConfigsRequest request;
    request.resources.push_back({2,
                                 "t",
                                 {{"segment.bytes", 0, "1048576"},
                                  {"max.message.bytes", 0, "200"},
                                  {"retention.ms", 1, std::nullopt}}});
    host.admin("admin")->call<protocol::IncrementalAlterConfigsRequest>(
        request, [&](Result<protocol::IncrementalAlterConfigsResponse> result) {
          if (result) told = *result;
        });
  });
  wait_for(cluster, "the answer", [&] { return told.has_value(); });
  REQUIRE(told->responses.size() == 1);
  CHECK(told->responses[0].error_code == 0);
  wait_for(cluster, "the new settings on all replicas", [&] {
    for (int n = 1; n <= 3; ++n) {
      const auto& config = cluster.replica(n, "t")->log().config();
      if (config.segment_bytes != 1048576 || config.retention_ms == 60000) return false;
    }
    return true;
  });
  Writer writer(cluster, "w", "t");
  writer.send(1);
  settle(cluster, writer);  // else both are one batch
  writer.send(1, 500);
  settle(cluster, writer);
  CHECK(writer.acked.size() == 1);
  REQUIRE(writer.failed.size() == 1);
  CHECK(writer.failed[0].find("maximum configured value of 200") != std::string::npos);

  // The cluster comes back with them.
  for (int n = 1; n <= 3; ++n) cluster.crash(n);
  for (int n = 1; n <= 3; ++n) cluster.start(n);
  wait_for(cluster, "a cluster that is ready", [&] { return cluster.ready(); });
  wait_for(cluster, "all replicas", [&] {
    return cluster.replica(1, "t") && cluster.replica(2, "t") && cluster.replica(3, "t");
  });
  CHECK(cluster.replica(2, "t")->settings().max_message_bytes == 200);
}

TEST_CASE(
    "a topic that clients ask for again and again is asked of the controller once at a time") {
  Cluster cluster(11, {});
  be_ready(cluster);
  const int active = cluster.active_controller();
  int metadata = 0, creations = 0;
  cluster.on_event = [&](MemberId, const trace::Event& event) {
    const auto* frame = std::get_if<trace::Frame>(&event.payload);
    if (frame == nullptr || !frame->request || frame->outgoing) return;
    const auto api = static_cast<protocol::ApiKey>(frame->api);
    metadata += api == protocol::ApiKey::metadata ? 1 : 0;
    creations += api == protocol::ApiKey::create_topics ? 1 : 0;
  };
  cluster.world().stall_disk(cluster.member(active), seconds(2));  // it cannot commit meanwhile
  std::vector<Writer> writers;
  writers.reserve(9);  // their promises know where they lie
  for (int i = 0; i < 9; ++i) {
    writers.emplace_back(cluster, "w" + std::to_string(i), "wished").send(3);
  }
  for (Writer& writer : writers) settle(cluster, writer);
  for (const Writer& writer : writers) CHECK(writer.acked.size() == 3);
  CHECK(metadata >= 9);
  CHECK(creations >= 1);
  CHECK(creations <= cluster.brokers());  // each broker by itself
}

TEST_CASE("LogAppendTime is the leader's own time; under CreateTime a strange one is refused") {
  Cluster cluster(6, {});
  be_ready(cluster);
  REQUIRE(cluster.create_topic("own", 1, 3, {{"message.timestamp.after.max.ms", "1000"}}).empty());
  REQUIRE(
      cluster.create_topic("stamped", 1, 3, {{"message.timestamp.type", "LogAppendTime"}}).empty());
  Writer ready(cluster, "w", "own");
  ready.send(1);
  settle(cluster, ready);
  std::map<std::string, client::Delivery> told;
  const std::int64_t far = std::int64_t{1} << 60;
  cluster.with_clients([&](client::ClientMachine& host) {
    for (const std::string topic : {"own", "stamped"}) {
      client::ProducerRecord record;
      record.topic = topic;
      record.partition = PartitionIndex(0);
      record.value = Slice::copy(std::string_view("x"));
      record.timestamp_ms = far;
      REQUIRE(host.producer("w")
                  ->send(record, [&told, topic](const auto& delivery) { told[topic] = delivery; })
                  .ok());
    }
  });
  wait_for(cluster, "both answers", [&] { return told.size() == 2; });
  CHECK(told["own"].error.find("out of range") != std::string::npos);
  REQUIRE(told["stamped"].ok());
  const std::int64_t stamp = told["stamped"].timestamp_ms;
  CHECK(stamp > 0);
  CHECK(stamp < far);
  CHECK(cluster.replica(1, "stamped")->log().max_timestamp() == stamp);
  CHECK(read(cluster, "stamped") == std::vector<std::string>{"x"});  // its checksum is right
}

TEST_CASE("with flush.messages=1 all may lose power at once, nothing acknowledged is lost") {
  Cluster cluster(7, {});
  be_ready(cluster);
  REQUIRE(
      cluster.create_topic("safe", 1, 3, {{"flush.messages", "1"}, {"min.insync.replicas", "3"}})
          .empty());
  Writer writer(cluster, "w", "safe");
  for (int i = 0; i < 5; ++i) writer.send(4);
  settle(cluster, writer);
  REQUIRE(writer.acked.size() == 20);
  for (int n = 1; n <= 3; ++n) cluster.world().lose_power(cluster.member(n));
  cluster.world().run_for(seconds(2));
  cluster.start_all();
  wait_for_isr(cluster, {1, 2, 3}, "safe");
  CHECK(read(cluster, "safe") == writer.acked);
}
