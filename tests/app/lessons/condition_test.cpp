// Each condition against a told cluster: what it wants, and what it does not take for it.
#include "tests/app/lessons/world.h"

namespace lab::lessons {

TEST_CASE("broker and state: dead, running, alive, by number or by name") {
  Watched w;
  w.names["victim"] = {"2", "2"};
  CHECK(w.holds_now("{ broker = 2, state = 'running' }"));
  CHECK(w.holds_now("{ broker = '{victim}', state = 'alive' }"));
  w.t.broker_killed(2, w.ms);
  CHECK(w.holds_now("{ broker = '{victim}', state = 'dead' }"));
  CHECK_FALSE(w.holds_now("{ broker = 2, state = 'alive' }"));
  CHECK_FALSE(w.holds_now("{ broker = 9, state = 'dead' }"));
  CHECK(w.holds_now("{ brokers_running = 2 }"));
  CHECK(w.holds_now("{ brokers_running = '>=1' }"));
  CHECK_FALSE(w.holds_now("{ brokers_running = '<=1' }"));
}

TEST_CASE("topic: there, with its partitions and copies, or gone") {
  Watched w;
  CHECK(w.holds_now("{ topic = 'orders' }"));
  CHECK(w.holds_now("{ topic = 'orders', partitions = 2, replication_factor = 2 }"));
  CHECK_FALSE(w.holds_now("{ topic = 'orders', partitions = 3 }"));
  CHECK_FALSE(w.holds_now("{ topic = 'orders', gone = true }"));
  CHECK(w.holds_now("{ topic = 'payments', gone = true }"));
}

TEST_CASE("partition: leader changed, ISR, epoch, marks") {
  Watched w;
  CHECK(w.holds_now("{ partition = 'orders-0', leader = 1 }"));
  CHECK(w.holds_now("{ partition = 'orders-0', in_sync = true, in_isr = 2 }"));
  CHECK(w.holds_now("{ partition = 'orders-0', end_at_least = 12, uncommitted = 2 }"));
  CHECK_FALSE(w.holds_now("{ partition = 'orders-0', high_watermark_at_least = 11 }"));
  CHECK_FALSE(w.holds_now("{ partition = 'orders-0', leader = 'changed' }"));
  w.elect(0, 1, 2, 5);
  CHECK(w.holds_now("{ partition = 'orders-0', leader = 'changed', epoch_at_least = 5, isr = 1 }"));
  CHECK(w.holds_now("{ partition = 'orders-0', not_in_isr = 1 }"));
  CHECK(w.holds_now("{ under_replicated = 1 }"));
  w.t.partition("orders", 0, {1, 2}, {2}, -1, 6, w.ms + 1);
  CHECK(w.holds_now("{ partition = 'orders-0', leader = 'none' }"));
  CHECK_FALSE(w.holds_now("{ partition = 'orders-0', leader = 'changed' }"));
  CHECK_FALSE(w.holds_now("{ partition = 'orders-7', leader = 'none' }"));
}

TEST_CASE("controller: any, changed, by number") {
  Watched w;
  CHECK(w.holds_now("{ controller = 'any' }"));
  CHECK(w.holds_now("{ controller = 1 }"));
  CHECK_FALSE(w.holds_now("{ controller = 'changed' }"));
  w.t.controller(3, 8, w.ms);
  CHECK(w.holds_now("{ controller = 'changed' }"));
}

TEST_CASE("acknowledged and written count from the step's begin, or from a goal") {
  Watched w;
  w.ack("shop", 5, 12);
  CHECK(w.holds_now("{ acknowledged = 5 }"));
  CHECK(w.holds_now("{ acknowledged = 5, topic = 'orders' }"));
  CHECK_FALSE(w.holds_now("{ acknowledged = 6 }"));
  CHECK_FALSE(w.holds_now("{ acknowledged = 1, topic = 'payments' }"));
  CHECK_FALSE(w.holds_now("{ acknowledged = 1, since = 'dead' }"));
  w.watch.mark("dead", w);
  CHECK_FALSE(w.holds_now("{ acknowledged = 1, since = 'dead' }"));
  w.ms += 10;
  w.ack("shop", 2, 17);
  CHECK(w.holds_now("{ acknowledged = 2, since = 'dead' }"));
  CHECK(w.holds_now("{ client = 'shop', acknowledged = 7 }"));
  CHECK_FALSE(w.holds_now("{ written = 8 }"));
  w.t.marks("orders", 0, 1, {0, 20, 20}, w.ms);
  CHECK(w.holds_now("{ written = 8, topic = 'orders' }"));
}

TEST_CASE(
    "what is sent with acks=0 is never acknowledged, neither to its client nor of its topic") {
  Watched w;
  w.t.tell(no_node, w.ms, trace::ClientStarted{"careless", "producer", "0", "", {"orders"}}, 0);
  w.ack("careless", 5, -1);
  CHECK_FALSE(w.holds_now("{ acknowledged = 1 }"));
  CHECK_FALSE(w.holds_now("{ acknowledged = 1, topic = 'orders' }"));
  CHECK_FALSE(w.holds_now("{ client = 'careless', acknowledged = 1 }"));
}

TEST_CASE("client: role, connection, what an outside reader has read") {
  Watched w;
  w.t.tell(no_node, w.ms, trace::ClientStarted{"shop", "producer", "all", "", {"orders"}}, 0);
  CHECK(w.holds_now("{ client = 'shop', role = 'producer' }"));
  CHECK_FALSE(w.holds_now("{ client = 'shop', outside = true }"));
  const auto kcat = w.t.connect("rdkafka", "kcat", 2, 1, w.ms);
  CHECK(w.holds_now("{ client = 'any', outside = true, connected_to = 2 }"));
  CHECK_FALSE(w.holds_now("{ client = 'any', outside = true, connected_to = 3 }"));
  w.t.records(2, kcat, true, "orders", 1, 0, 4, w.ms);
  CHECK(w.holds_now("{ client = 'any', outside = true, role = 'consumer', read = 4 }"));
  CHECK(w.holds_now("{ client = 'any', reads_from = 2 }"));
  CHECK_FALSE(w.holds_now("{ client = 'any', writes_to = 2 }"));
  CHECK_FALSE(w.holds_now("{ client = 'any', read = 5 }"));
}

TEST_CASE("event: the timeline's marks since the step began, of a broker or a partition") {
  Watched w;
  CHECK_FALSE(w.holds_now("{ event = 'killed' }"));
  w.t.broker_killed(2, w.ms);
  CHECK(w.holds_now("{ event = 'killed', broker = 2 }"));
  CHECK_FALSE(w.holds_now("{ event = 'killed', broker = 3 }"));
  w.elect(0, 2, 1, 5);
  CHECK(w.holds_now("{ event = 'elected', partition = 'orders-0' }"));
  CHECK_FALSE(w.holds_now("{ event = 'elected', partition = 'orders-1' }"));
  w.t.tell(NodeId(2), -5000, trace::BrokerUnfenced{NodeId(3)});
  CHECK_FALSE(w.holds_now("{ event = 'unfenced' }"));
}

TEST_CASE("refused writes, ledger, log, property, value, not") {
  Watched w;
  w.t.tell(
      no_node, w.ms,
      trace::ProducerFailed{"shop", "orders", PartitionIndex(0), 1, "NOT_ENOUGH_REPLICAS", true},
      0);
  CHECK(w.holds_now("{ refused = 'NOT_ENOUGH_REPLICAS' }"));
  CHECK_FALSE(w.holds_now("{ refused = 'INVALID_REPLICATION_FACTOR' }"));
  w.t.tell(NodeId(1), w.ms,
           trace::RequestRefused{"CreateTopics", "many", "INVALID_REPLICATION_FACTOR", "only 3"});
  CHECK(w.holds_now("{ refused = 'INVALID_REPLICATION_FACTOR' }"));
  CHECK(w.holds_now("{ event = 'refused_request', broker = 1 }"));

  CHECK_FALSE(w.holds_now("{ ledger = 'any', checked = true }"));
  w.t.tell(no_node, w.ms, trace::LedgerChecked{"shop", 7, 6, 1, 0}, 0);
  CHECK(w.holds_now("{ ledger = 'shop', lost = 1, duplicated = 0 }"));
  CHECK(w.holds_now("{ ledger = 'any', checked = true }"));
  CHECK_FALSE(w.holds_now("{ ledger = 'any', lost = 0 }"));

  w.logs[2] = {
      "[2026-11-23 21:44:08,123] ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)"};
  w.watch.look(w);
  CHECK(w.holds_now("{ log = 2, contains = 'fatal exception' }"));
  CHECK_FALSE(w.holds_now("{ log = 1, contains = 'fatal exception' }"));
  CHECK(w.asked("error 2") == "Exiting Kafka due to fatal exception");

  w.files[3] = "# a comment\nlisteners = PLAINTEXT://localhost:9094 \nnode.id=3\n";
  CHECK(
      w.holds_now("{ property = 'listeners', broker = 3, value = 'PLAINTEXT://localhost:9094' }"));
  CHECK_FALSE(w.holds_now("{ property = 'node.id', broker = 3, value = '2' }"));

  CHECK(w.holds_now("{ value = 'end orders-0', is = 12 }"));
  CHECK(w.holds_now("{ value = 'end orders-0', more_than = 11, less_than = 13 }"));
  CHECK_FALSE(w.holds_now("{ value = 'end orders-0', at_least = 13 }"));
  CHECK(w.holds_now("{ not = { broker = 2, state = 'dead' } }"));
  CHECK_FALSE(w.holds_now("{ not = { broker = 2, state = 'running' } }"));
  // What has no answer is not so, and its contrary neither.
  CHECK_FALSE(w.holds_now("{ not = { value = 'end nothing-0', at_least = 1 } }"));
  CHECK(w.holds_now("[{ broker = 2, state = 'running' }, { controller = 1 }]"));
  CHECK_FALSE(w.holds_now("[{ broker = 2, state = 'running' }, { controller = 2 }]"));
}

TEST_CASE("queries answer from the model, and with \"not yet\" where nothing is known") {
  Watched w;
  w.names["victim"] = {"2", "2"};
  CHECK(w.asked("leader orders-0") == "1");
  CHECK(w.asked("follower orders-0") == "2");
  CHECK(w.asked("replicas orders-1") == "2, 3");
  CHECK(w.asked("isr orders-1") == "2, 3");
  CHECK(w.asked("epoch orders-0") == "4");
  CHECK(w.asked("end orders-0") == "12");
  CHECK(w.asked("high_watermark orders-0") == "10");
  CHECK(w.asked("leader_of_not_controller orders") == "orders-1");
  CHECK(w.asked("partition_led_by victim orders") == "orders-1");
  CHECK(w.asked("leads victim orders") == "1");
  CHECK(w.asked("not_replica orders-0") == "3");
  CHECK(w.asked("controller") == "1");
  CHECK(w.asked("controller_epoch") == "7");
  CHECK(w.asked("not_controller") == "2");
  CHECK(w.asked("port victim") == "9093");
  CHECK(w.asked("address 1") == "localhost:9092");
  CHECK(w.asked("controller_port 1") == "10092");
  CHECK(w.asked("pid 1") == "41873");
  CHECK(w.asked("bootstrap") == "localhost:9092,localhost:9093");
  CHECK(w.asked("brokers") == "3");
  CHECK(w.asked("properties 2") == "/c/server-2.properties");
  CHECK(w.asked("victim") == "2");
  w.files[2] = "log.dirs=/c/broker-2/data\n";
  CHECK(w.asked("data victim") == "/c/broker-2/data");
  CHECK(w.asked("property log.dirs 2") == "/c/broker-2/data");
  for (const char* unknown : {"leader orders-9", "ms noticed", "decided noticed", "lost shop",
                              "truncated 1 orders-0", "since killed", "rate shop", "error 1"}) {
    CHECK(w.asked(unknown) == "?");
  }
  w.ack("shop", 1500, 12);
  CHECK(w.asked("acked shop") == "1\u00a0500");
  w.t.tell(NodeId(1), w.ms,
           trace::Truncated{"orders", PartitionIndex(0), Offset(844), Offset(842), Epoch(4)});
  CHECK(w.asked("truncated 1 orders-0") == "842 and 843");
  CHECK(w.asked("since truncated") == "100");
}

TEST_CASE("the stopwatch's numbers: ms and what decided them") {
  Watched w;
  const double lost = w.ms;
  w.t.broker_killed(1, lost);
  w.t.controller(3, 8, lost + 300);
  w.t.tell(NodeId(3), lost + 1004, trace::BrokerFenced{NodeId(1), "session", 1000});
  w.ms = lost + 1005;
  w.t.tell(
      NodeId(3), w.ms,
      trace::LeaderElected{"orders", PartitionIndex(0), NodeId(1), NodeId(2), Epoch(5), "fenced"});
  CHECK(w.asked("ms noticed orders-0") == "1\u00a0004");
  CHECK(w.asked("ms elected") == "1\u00a0005");
  CHECK(w.asked("ms acked") == "?");
}

}  // namespace lab::lessons
