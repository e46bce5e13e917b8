// Stories of a cluster's own life: a fourth broker without a vote, snapshots of the metadata,
// topics that are deleted and made again, a disk that fails.
#include <map>

#include "engine/protocol/messages/delete_topics.h"
#include "tests/engine/sim/story.h"

using namespace lab;
using namespace lab::sim;

namespace {

std::string delete_topic(Cluster& cluster, const std::string& name) {
  std::optional<std::string> answer;
  cluster.with_clients([&](client::ClientMachine& host) {
    auto* admin = host.admin("admin");
    REQUIRE(admin != nullptr);
    admin->delete_topics({name}, [&](Result<protocol::DeleteTopicsResponse> result) {
      answer = !result ? result.error().message
                       : std::string(protocol::name(
                             protocol::error_code(result->responses.front().error_code)));
    });
  });
  cluster.world().run_until([&] { return answer.has_value(); }, seconds(90));
  return answer.value_or("no answer");
}

bool metadata_is_equal(Cluster& cluster) {
  const auto* first = cluster.node(1);
  for (int n = 2; n <= cluster.brokers(); ++n) {
    const auto* other = cluster.node(n);
    if (other == nullptr || !other->running() || !first->running()) return false;
    if (other->metadata().applied() != first->metadata().applied()) return false;
    if (other->metadata().image().records() != first->metadata().image().records()) return false;
  }
  return true;
}

// The names in a broker's log directory that end so.
int count_ending(Cluster& cluster, int broker, std::string_view ending) {
  const auto entries = cluster.world().disk(cluster.member(broker)).list(".");
  REQUIRE(entries.ok());
  return static_cast<int>(std::count_if(entries->begin(), entries->end(), [&](const auto& entry) {
    return std::string_view(entry.name).ends_with(ending);
  }));
}

}  // namespace

TEST_CASE("a broker registers with its rack, and with none where it has none") {
  for (const std::optional<std::string>& rack : {std::optional<std::string>(), {"east"}}) {
    ClusterOptions options;
    if (rack) options.properties["broker.rack"] = *rack;
    Cluster cluster(9, options);
    be_ready(cluster);
    CHECK(cluster.node(1)->metadata().image().broker(NodeId(2))->rack == rack);
  }
}

TEST_CASE("a fourth broker has no vote, but holds and leads replicas like the others") {
  ClusterOptions four;
  four.brokers = 4;
  Cluster cluster(200, four);
  be_ready(cluster);
  CHECK(cluster.node(4)->controller() == nullptr);
  REQUIRE(cluster.create_topic("orders", 8, 3) == "");
  int p = 0;
  while (p < 8 && cluster.leader("orders", p) != 4) ++p;
  REQUIRE(p < 8);
  Writer writer(cluster, "w", "orders");
  writer.to_partition(p).send(20);
  settle(cluster, writer);
  cluster.crash(4);
  writer.send(20);
  settle(cluster, writer);
  CHECK(writer.failed.empty());
  CHECK(cluster.leader("orders", p) != 4);
  cluster.start(4);
  wait_for(cluster, "4 in the ISR", [&] { return cluster.isr("orders", p).size() == 3; });
  CHECK(read(cluster, "orders", p) == writer.acked);
}

TEST_CASE("the metadata log is cut behind snapshots; who was away starts from one") {
  for (std::uint64_t seed = 210; seed < 213; ++seed) {
    CAPTURE(seed);
    ClusterOptions four;
    four.brokers = 4;
    four.properties = {{"metadata.log.max.record.bytes.between.snapshots", "3000"}};
    Cluster cluster(seed, four);
    for (int n = 1; n <= 3; ++n) cluster.start(n);
    cluster.world().start(cluster.clients());
    wait_for(cluster, "three that are ready", [&] { return cluster.ready(); });
    for (int t = 0; t < 12; ++t) {
      REQUIRE(cluster.create_topic(fmt::format("t{}", t), 3, 2) == "");
    }
    const int restarted = cluster.active_controller() == 1 ? 2 : 1;
    cluster.crash(restarted);
    for (int t = 12; t < 24; ++t) {
      REQUIRE(cluster.create_topic(fmt::format("t{}", t), 3, 2) == "");
    }
    const int active = cluster.active_controller();
    CHECK(cluster.node(active)->quorum().latest_snapshot().offset > Offset(0));
    CHECK(cluster.node(active)->metadata_log().log_start() > Offset(0));
    cluster.start(restarted);
    cluster.start(4);  // it never saw the log's begin
    wait_for(cluster, "all four", [&] { return cluster.ready(); });
    wait_for(cluster, "the same metadata", [&] { return metadata_is_equal(cluster); });
    CHECK(cluster.node(4)->metadata().image().topics().size() == 24);
    Writer writer(cluster, "w", "t23");
    writer.send(10);
    settle(cluster, writer);
    CHECK(writer.failed.empty());
    for (int n = 1; n <= 4; ++n) cluster.crash(n);
    cluster.start_all();
    wait_for(cluster, "all four again", [&] { return cluster.ready(); });
    wait_for(cluster, "the same metadata", [&] { return metadata_is_equal(cluster); });
    CHECK(read(cluster, "t23") == writer.acked);
  }
}

TEST_CASE("a topic is deleted and made again: nothing of the old one comes back") {
  for (std::uint64_t seed = 220; seed < 224; ++seed) {
    CAPTURE(seed);
    Cluster cluster(seed, {});
    be_ready(cluster);
    REQUIRE(cluster.create_topic("orders", 1, 3) == "");
    Writer old(cluster, "old", "orders");
    old.send(20);
    settle(cluster, old);
    const int away = cluster.leader("orders") % 3 + 1;
    cluster.crash(away);  // it sees neither the end of the old one nor the begin of the new one
    wait_for(cluster, "its fencing", [&] { return cluster.isr("orders").size() == 2; });
    REQUIRE(delete_topic(cluster, "orders") == "NONE");
    REQUIRE(cluster.create_topic("orders", 1, 3) == "");
    Writer fresh(cluster, "fresh", "orders");
    fresh.send(5);
    settle(cluster, fresh);
    CHECK(fresh.failed.empty());
    cluster.start(away);
    wait_for_isr(cluster, {1, 2, 3}, "orders");
    wait_for(cluster, "equal logs", [&] {
      return end_of(cluster, 1, "orders") == Offset(5) &&
             end_of(cluster, 2, "orders") == Offset(5) && end_of(cluster, 3, "orders") == Offset(5);
    });
    CHECK(read(cluster, "orders") == fresh.acked);
  }
}

TEST_CASE("a disk fails under a leader: the broker halts and another one leads") {
  Cluster cluster(230, {});
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 1, 3) == "");
  Writer writer(cluster, "w", "orders");
  writer.send(10);
  settle(cluster, writer);
  const int leader = cluster.leader("orders");
  cluster.world().disk(cluster.member(leader)).fail_next(IoStatus::failed, 1'000'000);
  writer.send(10);
  wait_for(cluster, "its end", [&] { return !cluster.alive(leader); });
  settle(cluster, writer);
  CHECK(writer.failed.empty());
  CHECK(read(cluster, "orders") == writer.acked);
}

TEST_CASE("at its start a broker ends what a deletion left, and sets aside what nobody assigned") {
  Cluster cluster(240, {});
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 1, 3) == "");
  Writer writer(cluster, "w", "orders");
  writer.send(10);
  settle(cluster, writer);
  cluster.crash(1);
  auto& disk = cluster.world().disk(cluster.member(1));
  const std::string gone = "gone-0.0123456789abcdef0123456789abcdef-delete";
  REQUIRE(disk.write(gone + "/00000000000000000000.log", 0, {}).ok());
  const auto bytes = disk.content("orders-0/00000000000000000000.log");
  REQUIRE_FALSE(bytes.empty());
  REQUIRE(disk.write("ghost-0/00000000000000000000.log", 0, bytes).ok());
  cluster.start(1);
  wait_for_isr(cluster, {1, 2, 3}, "orders");
  wait_for(cluster, "the end of both",
           [&] { return !disk.exists(gone) && !disk.exists("ghost-0"); });
  CHECK(count_ending(cluster, 1, "-stray") == 1);
  // The next start leaves it alone, and a topic of that name begins with nothing.
  cluster.crash(1);
  cluster.start(1);
  wait_for_isr(cluster, {1, 2, 3}, "orders");
  CHECK(count_ending(cluster, 1, "-stray") == 1);
  REQUIRE(cluster.create_topic("ghost", 1, 3) == "");
  CHECK(read(cluster, "ghost").empty());
  CHECK(read(cluster, "orders") == writer.acked);
}

TEST_CASE("a leader that was elected uncleanly is recovered with its next change of the ISR") {
  ClusterOptions five;
  five.brokers = 5;
  Cluster cluster(250, five);
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 10, 2) == "");
  // Both of its replicas die while the quorum lives on.
  int partition = 0;
  while (sorted(cluster.isr("orders", partition)).back() < 4) ++partition;
  Writer writer(cluster, "w", "orders");
  writer.to_partition(partition).send(10);
  settle(cluster, writer);
  const auto members = cluster.isr("orders", partition);
  REQUIRE(members.size() == 2);
  const int leader = cluster.leader("orders", partition);
  const int follower = members[0] == leader ? members[1] : members[0];
  const auto recovering = [&] {
    const int active = cluster.active_controller();
    REQUIRE(active != 0);
    const auto& image = cluster.node(active)->metadata().image();
    return image.partition("orders", PartitionIndex(partition))->recovering;
  };
  cluster.crash(follower);
  wait_for(cluster, "one that is alone",
           [&] { return cluster.isr("orders", partition).size() == 1; });
  // It dies too: after a crash it can only lead as the last one that is known to have led.
  cluster.crash(leader);
  wait_for(cluster, "nobody", [&] { return cluster.leader("orders", partition) == 0; });
  cluster.start(leader);
  wait_for(cluster, "its return", [&] { return cluster.leader("orders", partition) == leader; });
  CHECK(recovering());
  cluster.start(follower);
  wait_for_isr(cluster, sorted({leader, follower}), "orders", partition);
  CHECK_FALSE(recovering());
  CHECK(read(cluster, "orders", partition) == writer.acked);
}

TEST_CASE("each connection is traced once as it opens and once as it closes") {
  Cluster cluster(260, {});
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 1, 3) == "");
  cluster.crash(2);
  wait_for(cluster, "a smaller ISR", [&] { return cluster.isr("orders").size() == 2; });
  std::map<std::pair<NodeId, std::uint64_t>, int> opened, closed;
  for (const auto& event : cluster.events()) {
    if (const auto* begin = std::get_if<trace::ConnectionOpened>(&event.payload)) {
      ++opened[{event.node, begin->connection}];
      // The link within a node has no ports, at either end.
      const bool inner = begin->local_port == 0;
      CHECK((begin->remote_port == 0) == inner);
    } else if (const auto* end = std::get_if<trace::ConnectionClosed>(&event.payload)) {
      ++closed[{event.node, end->connection}];
    }
  }
  CHECK(opened.size() > 10);
  CHECK(closed.size() > 2);
  for (const auto* each : {&opened, &closed}) {
    for (const auto& [who, times] : *each) CHECK(times == 1);
  }
}

TEST_CASE("a long reply through a narrow window is not cut into ever smaller pieces") {
  ClusterOptions options;
  options.brokers = 1;
  options.timing.link.window_min = options.timing.link.window_max = 16 * 1024;
  Cluster cluster(261, options);
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 1, 1) == "");
  Writer writer(cluster, "w", "orders");
  writer.send(400, 10'000);
  settle(cluster, writer);
  const auto before = cluster.world().steps();
  CHECK(read(cluster, "orders").size() == 400);
  CHECK(cluster.world().steps() - before < 20'000);  // 4 MB
}

TEST_CASE("stalls of a disk that overlap are over with the last of them") {
  ClusterOptions alone;
  alone.brokers = 1;
  Cluster cluster(262, alone);
  be_ready(cluster);
  REQUIRE(cluster.create_topic("orders", 1, 1) == "");
  World& world = cluster.world();
  for (int i = 0; i < 20; ++i) {
    world.stall_disk(cluster.member(1), seconds(1));
    world.run_for(milliseconds(100));
  }
  Writer writer(cluster, "w", "orders");
  writer.send(1);
  world.run_for(milliseconds(800));
  CHECK_FALSE(writer.settled());  // the last stall lasts 100 ms more
  settle(cluster, writer, seconds(1));
  CHECK(writer.failed.empty());
}
