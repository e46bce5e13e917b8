// How brokers come, stay and go: registration, sessions, fencing, controlled shutdown.
#include "tests/engine/controller/lab.h"

using namespace lab;
using namespace lab::controller;
using namespace lab::protocol;

TEST_CASE(
    "the first activation writes features and the cluster's min.insync.replicas in one batch") {
  ControllerConfig config = lab_config();
  config.min_insync_replicas = 2;
  Lab lab(config);
  REQUIRE(lab.log.size() == 3);
  CHECK(std::get<FeatureLevelRecord>(lab.log[0]).name == "metadata.version");
  CHECK(std::get<FeatureLevelRecord>(lab.log[0]).feature_level == 30);
  CHECK(std::get<FeatureLevelRecord>(lab.log[1]).name == "eligible.leader.replicas.version");
  CHECK(std::get<ConfigRecord>(lab.log[2]).value == "2");
  CHECK(std::get<ConfigRecord>(lab.log[2]).resource_type == 4);
  lab.controller.deactivate();
  CHECK_FALSE(lab.controller.next_tick().has_value());
  CHECK(lab.controller.activate(lab.replayed, Epoch(2)).empty());
}

TEST_CASE("a broker starts fenced and is unfenced when it has read its own registration") {
  Lab lab;
  const auto reply = lab.enter(lab.registration(1));
  CHECK(reply.error_code == 0);
  CHECK(reply.broker_epoch == 3);  // the offset of its record
  CHECK(std::get<RegisterBrokerRecord>(lab.log[3]).broker_epoch == 3);
  CHECK(lab.controller.image().broker(NodeId(1))->fenced);
  CHECK(lab.traced<trace::BrokerRegistered>().at(0).port == 9092);
  CHECK(lab.traced<trace::BrokerFenced>().at(0).reason == "registration");

  auto beat = lab.beat_at(1, Offset(2));
  CHECK_FALSE(beat.is_caught_up);
  CHECK(beat.is_fenced);
  beat = lab.beat_at(1, Offset(3), true);
  CHECK(beat.is_caught_up);
  CHECK(beat.is_fenced);  // it asked for it: still recovering
  beat = lab.beat_at(1, Offset(3));
  CHECK_FALSE(beat.is_fenced);
  CHECK(lab.traced<trace::BrokerUnfenced>().size() == 1);
  CHECK(lab.controller.image().broker(NodeId(1))->active());
  CHECK(lab.beat(1).error_code == 0);
}

TEST_CASE("registrations are refused by cluster, features, directories") {
  Lab lab;
  const auto error = [&](auto edit) {
    auto request = lab.registration(1);
    edit(request);
    return error_code(lab.enter(request).error_code);
  };
  CHECK(error([](auto& r) { r.cluster_id = "other"; }) == ErrorCode::inconsistent_cluster_id);
  CHECK(error([](auto& r) { r.log_dirs.clear(); }) == ErrorCode::invalid_registration);
  CHECK(error([](auto& r) { r.broker_id = -1; }) == ErrorCode::invalid_registration);
  CHECK(error([](auto& r) { r.features.clear(); }) == ErrorCode::unsupported_version);
  CHECK(error([](auto& r) { r.is_migrating_zk_broker = true; }) ==
        ErrorCode::broker_id_not_registered);
  CHECK(lab.traced<trace::RegistrationRefused>().at(0).error == "INCONSISTENT_CLUSTER_ID");
  CHECK(lab.controller.image().brokers().empty());
  lab.start(2);
  CHECK(error([&](auto& r) { r.log_dirs = lab.registration(2).log_dirs; }) ==
        ErrorCode::invalid_registration);  // copied from broker 2
}

TEST_CASE("a restarted broker waits until its old session has ended, and is told for how long") {
  Lab lab;
  lab.start(1);
  lab.pass(milliseconds(400));
  const auto again = lab.registration(1);
  CHECK(error_code(lab.enter(again).error_code) == ErrorCode::duplicate_broker_registration);
  CHECK(lab.traced<trace::RegistrationRefused>().at(0).wait_ms == 600);
  CHECK(error_code(lab.enter(again).error_code) == ErrorCode::duplicate_broker_registration);
  CHECK(lab.traced<trace::RegistrationRefused>().size() == 1);  // it asks again: told once
  lab.enter(lab.registration(1));
  CHECK(lab.traced<trace::RegistrationRefused>().size() == 2);  // started once more: told again
  lab.pass(milliseconds(600));
  // No tick came yet: the new incarnation fences the old one itself.
  const auto reply = lab.enter(again);
  CHECK(reply.error_code == 0);
  CHECK(reply.broker_epoch == lab.end.v - 1);
  CHECK(lab.controller.image().broker(NodeId(1))->fenced);
  CHECK(lab.controller.image().broker(NodeId(1))->incarnation == again.incarnation_id);
}

TEST_CASE("the same incarnation may register again and keeps epoch and state") {
  Lab lab;
  const auto request = lab.registration(1);
  lab.enter(request);
  lab.beat(1);
  const std::int64_t epoch = lab.epochs[1];
  auto changed = request;
  changed.listeners[0].host = "other";
  CHECK(lab.enter(changed).broker_epoch == epoch);
  const Broker* broker = lab.controller.image().broker(NodeId(1));
  CHECK_FALSE(broker->fenced);
  CHECK(broker->endpoint("PLAINTEXT")->host == "other");
  CHECK(broker->endpoint("CONTROLLER") == nullptr);
}

TEST_CASE("a session ends exactly session_timeout after the last heartbeat") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{1, 2, 3}});
  lab.pass(milliseconds(300));
  lab.beat(1);
  lab.beat(2);
  lab.pass(milliseconds(699));
  CHECK(*lab.controller.next_tick() == lab.now.monotonic + milliseconds(1));
  CHECK(lab.controller.tick().empty());
  lab.pass(milliseconds(1));
  lab.append(lab.controller.tick());
  CHECK(lab.controller.image().broker(NodeId(3))->fenced);
  CHECK(lab.traced<trace::BrokerFenced>().back().silent_ms == 1000);
  CHECK(lab.traced<trace::BrokerFenced>().back().reason == "session");
  CHECK(lab.partition("orders").isr == nodes({1, 2}));
  CHECK(lab.partition("orders").leader == NodeId(1));
  CHECK(lab.partition("orders").leader_epoch == Epoch(0));  // no new leader, no new epoch
  CHECK(*lab.controller.next_tick() == lab.now.monotonic + milliseconds(300));
}

TEST_CASE("one pass fences one broker, the longest silent first, and asks to be called again") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{1, 2, 3}});
  lab.pass(milliseconds(100));
  lab.beat(1);
  lab.pass(milliseconds(2000));
  lab.append(lab.controller.tick());
  CHECK(lab.controller.image().broker(NodeId(2))->fenced);
  CHECK_FALSE(lab.controller.image().broker(NodeId(3))->fenced);
  CHECK(*lab.controller.next_tick() < lab.now.monotonic);
  lab.append(lab.controller.tick());
  lab.append(lab.controller.tick());
  for (std::int32_t id = 1; id <= 3; ++id) CHECK(lab.controller.image().broker(NodeId(id))->fenced);
  CHECK(lab.partition("orders").leader == no_node);
  CHECK(lab.partition("orders").isr.empty());
  CHECK(lab.controller.tick().empty());
}

TEST_CASE("a controller that stood still itself does not fence others for it") {
  Lab lab;
  lab.start(1);
  lab.pass(milliseconds(1500));
  lab.controller.stalled(milliseconds(1400));
  CHECK(lab.controller.tick().empty());
  CHECK(*lab.controller.next_tick() == lab.now.monotonic + milliseconds(900));
  lab.pass(milliseconds(900));
  lab.append(lab.controller.tick());
  CHECK(lab.controller.image().broker(NodeId(1))->fenced);
}

TEST_CASE("a new controller gives every unfenced broker a fresh session") {
  Lab lab;
  lab.start(1);
  lab.enter(lab.registration(2));  // never unfenced
  lab.pass(milliseconds(900));
  lab.controller.deactivate();
  lab.append(lab.controller.activate(lab.replayed, Epoch(2)));
  lab.pass(milliseconds(999));
  CHECK(lab.controller.tick().empty());
  CHECK(lab.enter(lab.registration(2)).error_code == 0);  // has no session to wait for
  lab.pass(milliseconds(1));
  lab.append(lab.controller.tick());
  CHECK(lab.controller.image().broker(NodeId(1))->fenced);
}

TEST_CASE("heartbeats of a former incarnation are stale, those of a fenced broker unfence it") {
  Lab lab;
  lab.start(1);
  lab.die(1);
  CHECK_FALSE(lab.beat(1).is_fenced);
  CHECK_FALSE(lab.controller.image().broker(NodeId(1))->fenced);
  lab.epochs[1] -= 1;
  CHECK(error_code(lab.beat(1).error_code) == ErrorCode::stale_broker_epoch);
  CHECK(error_code(lab.beat(9).error_code) == ErrorCode::stale_broker_epoch);
}

TEST_CASE("controlled shutdown moves the leaders first and waits until all others know them") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{1, 2, 3}});
  auto reply = lab.beat(1, false, true);
  CHECK_FALSE(reply.should_shut_down);
  CHECK_FALSE(reply.is_fenced);
  CHECK(lab.controller.image().broker(NodeId(1))->in_controlled_shutdown);
  CHECK(lab.partition("orders").leader == NodeId(2));
  CHECK(lab.partition("orders").isr == nodes({2, 3}));
  CHECK(lab.traced<trace::LeaderElected>().back().why == "shutdown");
  const Offset decided = lab.end - 1;
  lab.beat_at(2, decided);
  lab.beat_at(3, decided - 1);
  CHECK_FALSE(lab.beat(1, false, true).should_shut_down);
  lab.beat_at(3, decided);
  reply = lab.beat(1, false, true);
  CHECK(reply.should_shut_down);
  CHECK(reply.is_fenced);
  CHECK(lab.traced<trace::BrokerFenced>().back().reason == "shutdown");
  // It left in good order: back at once, with everything it had.
  CHECK(lab.enter(lab.registration(1, lab.epochs[1])).error_code == 0);
  CHECK_FALSE(lab.controller.image().broker(NodeId(1))->in_controlled_shutdown);
}

TEST_CASE("a broker that leads nothing, or is fenced, may shut down at once") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{1, 2, 3}});
  CHECK(lab.beat(3, false, true).should_shut_down);
  CHECK(lab.partition("orders").isr == nodes({1, 2}));
  lab.enter(lab.registration(4));
  CHECK(lab.beat(4, true, true).should_shut_down);
}

TEST_CASE("a broker in controlled shutdown joins no ISR and gets no new replica") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{1, 2, 3}});
  lab.beat(1, false, true);
  CHECK(lab.alter(lab.isr_request("orders", {2, 3, 1})) == ErrorCode::ineligible_replica);
  CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = "more";
  topic.num_partitions = 1;
  topic.replication_factor = 3;
  CHECK(lab.take(lab.controller.create_topics(request)).topics.at(0).error_message ==
        "Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be "
        "reached because only 2 broker(s) are registered.");
}

TEST_CASE("an unregistered broker leaves ISRs and ELRs, and its heartbeats are stale") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{1, 2, 3}});
  UnregisterBrokerRequest request;
  request.broker_id = 1;
  const auto reply = lab.take(lab.controller.unregister_broker(request));
  CHECK(reply.error_code == 0);
  CHECK_FALSE(reply.error_message.has_value());
  CHECK(lab.partition("orders").leader == NodeId(2));
  CHECK(lab.controller.image().broker(NodeId(1)) == nullptr);
  CHECK(error_code(lab.beat(1).error_code) == ErrorCode::stale_broker_epoch);
  CHECK(error_code(lab.take(lab.controller.unregister_broker(request)).error_code) ==
        ErrorCode::broker_id_not_registered);
}
