// Who leads: ISR, eligible leader replicas, the last known leader, unclean and preferred elections.
#include "tests/engine/controller/lab.h"

using namespace lab;
using namespace lab::controller;
using namespace lab::protocol;

namespace {

ElectLeadersResponse::PartitionResult elect(Lab& lab, std::int8_t type, std::int32_t index = 0) {
  ElectLeadersRequest request;
  request.election_type = type;
  request.topic_partitions->push_back({"orders", {index}});
  const auto reply = lab.take(lab.controller.elect_leaders(request));
  return reply.replica_election_results.at(0).partition_result.at(0);
}

}  // namespace

TEST_CASE("a dead leader is replaced by the first in-sync replica of the assignment") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{3, 1, 2}}, 2);
  lab.die(3);
  const Partition& p = lab.partition("orders");
  CHECK(p.leader == NodeId(1));
  CHECK(p.isr == nodes({1, 2}));
  CHECK(p.elr.empty());
  CHECK(p.leader_epoch == Epoch(1));
  CHECK(p.partition_epoch == 1);
  const auto elected = lab.traced<trace::LeaderElected>().back();
  CHECK(elected.from == NodeId(3));
  CHECK(elected.leader == NodeId(1));
  CHECK(elected.why == "fenced");
  CHECK(lab.traced<trace::IsrChanged>().back().isr == nodes({1, 2}));
}

TEST_CASE("below min.insync.replicas those who leave stay eligible, and lead without any loss") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{1, 2, 3}}, 2);
  lab.die(3);
  lab.die(2);
  CHECK(lab.partition("orders").isr == nodes({1}));
  CHECK(lab.partition("orders").elr == nodes({2}));  // 3 left while the ISR was large enough
  lab.die(1);
  CHECK(lab.partition("orders").leader == no_node);
  CHECK(lab.partition("orders").isr.empty());
  CHECK(lab.partition("orders").elr == nodes({1, 2}));
  CHECK(lab.partition("orders").last_known_elr == nodes({1}));
  // Same process, session regained: its log is whole.
  lab.beat(2);
  const Partition& p = lab.partition("orders");
  CHECK(p.leader == NodeId(2));
  CHECK(p.isr == nodes({2}));
  CHECK(p.elr == nodes({1}));
  CHECK(p.last_known_elr.empty());
  CHECK_FALSE(p.recovering);
  CHECK(lab.traced<trace::LeaderElected>().back().why == "unfenced");
  lab.beat(1);
  CHECK(lab.alter(lab.isr_request("orders", {2, 1})) == ErrorCode::none);
  CHECK(lab.partition("orders").elr.empty());
}

TEST_CASE("a replica outside of the ELR does not lead, however long nobody else is there") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{1, 2, 3}}, 2);
  for (const std::int32_t id : {3, 2, 1}) lab.die(id);
  lab.beat(3);
  CHECK(lab.partition("orders").leader == no_node);
}

TEST_CASE(
    "after a crash a broker is out of ISR and ELR; the last known leader leads as recovering") {
  Lab lab;
  lab.start(1);
  lab.create("orders", {{1}});
  lab.die(1);
  CHECK(lab.partition("orders").elr == nodes({1}));
  lab.enter(lab.registration(1));  // does not know its epoch: killed
  CHECK(lab.partition("orders").elr.empty());
  CHECK(lab.partition("orders").last_known_elr == nodes({1}));
  CHECK(lab.partition("orders").leader == no_node);
  lab.beat(1);
  const Partition& p = lab.partition("orders");
  CHECK(p.leader == NodeId(1));
  CHECK(p.isr == nodes({1}));
  CHECK(p.recovering);
  CHECK(lab.traced<trace::LeaderElected>().back().why == "last-leader");
  auto request = lab.isr_request("orders", {1});
  CHECK(lab.alter(request) == ErrorCode::none);
  CHECK_FALSE(lab.partition("orders").recovering);
  CHECK(lab.partition("orders").last_known_elr.empty());
}

TEST_CASE("a broker that restarts faster than its session ends loses its place in the ISR") {
  for (const bool clean : {true, false}) {
    Lab lab;
    lab.start_three();
    lab.create("orders", {{1, 2, 3}}, 3);
    const std::int64_t former = lab.epochs[1];
    lab.pass(milliseconds(1000));
    for (std::int32_t id = 2; id <= 3; ++id) lab.beat(id);
    const auto reply = lab.enter(lab.registration(1, clean ? former : -1));
    CHECK(reply.error_code == 0);
    CHECK(reply.broker_epoch == lab.end.v - 1);
    CHECK(lab.partition("orders").isr == nodes({2, 3}));
    CHECK(lab.partition("orders").leader == NodeId(2));
    // It proves by its former epoch that it has all that it had.
    CHECK(lab.partition("orders").elr == (clean ? nodes({1}) : nodes({})));
  }
}

TEST_CASE("a clean restart of the only replica keeps it eligible and loses nothing") {
  Lab lab;
  lab.start(1);
  lab.create("orders", {{1}});
  while (!lab.beat(1, false, true).should_shut_down) lab.pass(milliseconds(50));
  lab.enter(lab.registration(1, lab.epochs[1]));
  lab.beat(1);
  CHECK(lab.partition("orders").leader == NodeId(1));
  CHECK_FALSE(lab.partition("orders").recovering);
}

TEST_CASE("unclean election: by hand, by configuration, and marked as such") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{1, 2}}, 1);
  lab.die(2);
  lab.die(1);
  lab.beat(2);
  CHECK(lab.partition("orders").leader == no_node);
  CHECK(error_code(elect(lab, 0).error_code) == ErrorCode::preferred_leader_not_available);

  SUBCASE("kafka-leader-election --election-type unclean") {
    const auto result = elect(lab, 1);
    CHECK(result.error_code == 0);
    CHECK_FALSE(result.error_message.has_value());
  }
  SUBCASE("the topic allows it: with the next pass, which comes at once") {
    const auto reply = lab.take(lab.controller.alter_configs(
        {{{ConfigType::topic, "orders"},
          {{"unclean.leader.election.enable", ConfigChange::Operation::set, "true"}}}},
        false));
    CHECK(reply.at(0).error == ErrorCode::none);
    CHECK(*lab.controller.next_tick() == lab.now.monotonic);
    lab.append(lab.controller.tick());
  }
  const Partition& p = lab.partition("orders");
  CHECK(p.leader == NodeId(2));
  CHECK(p.isr == nodes({2}));
  CHECK(p.elr.empty());
  CHECK(p.last_known_elr.empty());
  CHECK(p.recovering);
  CHECK(lab.traced<trace::LeaderElected>().back().why == "unclean");
  CHECK(error_code(elect(lab, 1).error_code) == ErrorCode::election_not_needed);
}

TEST_CASE("preferred election: by hand and in the background") {
  ControllerConfig config = lab_config();
  config.auto_leader_rebalance = true;
  config.rebalance_interval = milliseconds(5000);
  Lab lab(config);
  lab.start_three();
  lab.create("orders", {{1, 2, 3}});
  CHECK(error_code(elect(lab, 0).error_code) == ErrorCode::election_not_needed);
  lab.die(1);
  CHECK(lab.partition("orders").leader == NodeId(2));
  lab.beat(1);
  CHECK(lab.partition("orders").leader == NodeId(2));
  CHECK(error_code(elect(lab, 0).error_code) == ErrorCode::preferred_leader_not_available);
  CHECK(lab.alter(lab.isr_request("orders", {1, 2, 3})) == ErrorCode::none);
  SUBCASE("by hand") { CHECK(elect(lab, 0).error_code == 0); }
  SUBCASE("all that need it") {
    ElectLeadersRequest all;
    all.topic_partitions.reset();
    auto reply = lab.take(lab.controller.elect_leaders(all));
    CHECK(reply.replica_election_results.at(0).partition_result.size() == 1);
    reply = lab.take(lab.controller.elect_leaders(all));
    CHECK(reply.replica_election_results.at(0).partition_result.empty());
  }
  SUBCASE("in the background") {
    for (int i = 0; i < 5; ++i) {
      lab.pass(milliseconds(900));
      for (std::int32_t id = 1; id <= 3; ++id) lab.beat(id);
      lab.append(lab.controller.tick());
    }
  }
  CHECK(lab.partition("orders").leader == NodeId(1));
  CHECK(lab.traced<trace::LeaderElected>().back().why == "preferred");
}

TEST_CASE("elections of what does not exist") {
  Lab lab;
  lab.start(1);
  CHECK(error_code(elect(lab, 0).error_code) == ErrorCode::unknown_topic_or_partition);
  lab.create("orders", {{1}});
  CHECK(elect(lab, 0, 7).error_message == "No such partition as orders-7");
  ElectLeadersRequest request;
  request.election_type = 5;
  CHECK(error_code(lab.take(lab.controller.elect_leaders(request)).error_code) ==
        ErrorCode::invalid_request);
}

TEST_CASE("without ELR the last in-sync replica stays in the ISR and leads again") {
  ControllerConfig config = lab_config();
  config.elr = false;
  Lab lab(config);
  lab.start(1);
  lab.start(2);
  lab.create("orders", {{1, 2}});
  lab.die(2);
  lab.die(1);
  CHECK(lab.partition("orders").isr == nodes({1}));
  CHECK(lab.partition("orders").leader == no_node);
  CHECK(lab.partition("orders").elr.empty());
  lab.beat(2);
  CHECK(lab.partition("orders").leader == no_node);
  lab.beat(1);
  CHECK(lab.partition("orders").leader == NodeId(1));
  CHECK_FALSE(lab.partition("orders").recovering);
}
