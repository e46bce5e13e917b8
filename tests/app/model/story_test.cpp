// The story of LOOKS §8, told event by event: what the model knows, what it says, what it times.
#include <nlohmann/json.hpp>

#include "tests/app/model/story.h"

namespace lab::model {

TEST_CASE("three brokers start: states, controller, beliefs") {
  Story story;
  story.at(10).start(2);
  CHECK(story.state(2) == BrokerState::starting);
  CHECK(story.en() == "Broker 2 was started (pid 41874).");
  CHECK(story.ko() == "브로커 2가 시작되었습니다(pid 41874).");
  story = Story();
  story.healthy();
  for (const int node : {1, 2, 3}) CHECK(story.state(node) == BrokerState::running);
  CHECK(story.model.active_controller() == NodeId(1));
  CHECK(story.model.quorum().epoch == Epoch(7));
  CHECK(story.model.voters() == std::pair(3, 3));
  CHECK(story.replica(1, 2) == ReplicaState::leader);
  CHECK(story.replica(1, 3) == ReplicaState::in_sync);
  CHECK(story.model.behind(story.partition(1)).empty());
  CHECK(story.model.row_end(story.partition(1)) == Offset(844));
  CHECK_FALSE(story.partition(1).elected);
  CHECK(narrate_state(story.model, i18n::Lang::en).text() ==
        "The partition has every replica in sync. Nothing has failed since the start.");
}

TEST_CASE("that the active controller died is also said when another has the crown since") {
  Story story;
  story.healthy();
  story.at(5'200).lab(1, trace::ProcessExited{41'873, 9, 0, true, ""});
  const std::string said = story.en();
  CHECK(said ==
        "Broker 1 was killed (SIGKILL). It was the active controller: the quorum has to elect "
        "another.");
  story.at(5'600).tell(3, trace::RoleChanged{trace::Role::leader, Epoch(8), NodeId(3), "votes"});
  const auto& events = story.model.log().events();
  const auto death = std::find_if(events.begin(), events.end(), [](const LoggedEvent& one) {
    return std::holds_alternative<trace::ProcessExited>(one.event->payload);
  });
  REQUIRE(death != events.end());
  CHECK(narrate(story.model, *death, i18n::Lang::en)->text() == said);
}

TEST_CASE("who is alone hands nothing over, and did not catch up with itself") {
  Story story;
  story.healthy();
  story.at(1'000).tell(2, trace::NodeStopping{});
  CHECK(story.en() == "Broker 2 shuts down. It hands its leaderships over first.");
  for (const int node : {1, 3})
    story.lab(node, trace::ProcessExited{41'872 + node, 0, 0, true, ""});
  story.at(2'000).tell(2, trace::NodeStopping{});
  CHECK(story.en() == "Broker 2 shuts down.");
  story.at(9'000).elected(1, -1, 2, 5, "last-known");
  const std::string said = story.en();
  story.isr(1, {}, {2}, "election");
  CHECK(story.en() == said);
}

TEST_CASE("kill, fence, elect, acknowledge, come back, catch up: states") {
  Story story;
  story.healthy();
  story.kill();
  CHECK(story.state(2) == BrokerState::dead);
  CHECK(story.model.broker(NodeId(2))->exit->signal == 9);
  CHECK(story.replica(1, 2) == ReplicaState::offline);
  CHECK(story.model.replica({"orders", PartitionIndex(1)}, NodeId(2))->marks->log_end ==
        Offset(844));
  CHECK(story.partition(1).agreed->leader == NodeId(2));  // nobody has noticed
  CHECK(story.model.voters() == std::pair(2, 3));
  story.fence();
  CHECK(story.partition(1).agreed->leader == NodeId(3));
  CHECK(story.partition(1).elected);
  CHECK(story.partition(1).epoch_before == Epoch(4));
  CHECK(story.partition(1).agreed->under_replicated());
  CHECK(story.replica(1, 3) == ReplicaState::leader);
  CHECK(story.state(2) == BrokerState::dead);
  story.write_again();
  story.restart();
  CHECK(story.state(2) == BrokerState::running);
  CHECK(story.model.broker(NodeId(2))->starts == 2);
  const Replica& back = *story.model.replica({"orders", PartitionIndex(1)}, NodeId(2));
  CHECK(back.state == ReplicaState::out_of_sync);
  CHECK(back.truncated->from == Offset(844));
  CHECK(back.truncated->to == Offset(842));
  CHECK(back.marks->log_end == Offset(842));
  story.at(33'862).marks(2, 1, 842, 849);
  CHECK(back.state == ReplicaState::catching_up);
  CHECK(story.model.gap(story.partition(1), NodeId(2))->records == 17);
  CHECK(story.model.gap(story.partition(1), NodeId(2))->bytes == 17'000);
  story.at(33'890).marks(2, 1, 842, 858);
  const Gap gap = *story.model.gap(story.partition(1), NodeId(2));
  CHECK(*gap.per_second == doctest::Approx(9 / 0.028));
  CHECK(to_ms(*gap.time_left) == 24);
  story.catch_up();
  CHECK(back.state == ReplicaState::in_sync);
}

TEST_CASE("the sentences of the story, in both languages") {
  Story story;
  story.healthy();
  story.kill();
  CHECK(story.en() == "Broker 2 was killed (SIGKILL). The controller does not know yet.");
  CHECK(story.ko() == "브로커 2가 강제 종료(SIGKILL)되었습니다. 컨트롤러는 아직 모릅니다.");
  story.fence();
  CHECK(story.en() ==
        "Broker 2 was silent for 1.0 s: the controller (broker 1) fenced it and made broker 3 "
        "leader of orders-1, epoch 5.");
  CHECK(story.ko() ==
        "브로커 2의 하트비트가 1.0초 동안 없어, 컨트롤러(브로커 1)가 브로커 2를 펜싱하고 브로커 "
        "3을 orders-1의 새 리더로 선출했습니다(에포크 5).");
  story.write_again();
  CHECK(story.en() == "producer-1 writes to orders-1 again, 0.93 s after the kill.");
  CHECK(story.ko() == "강제 종료된 지 0.93초 만에 producer-1이 orders-1에 다시 쓰기 시작했습니다.");
  story.restart();
  CHECK(story.en() ==
        "Broker 2 is back as a follower. It cut records 842 and 843, which broker 3 never had, and "
        "copies what it missed.");
  CHECK(story.ko() ==
        "브로커 2가 팔로워로 돌아왔습니다. 브로커 3에 없는 842·843번 레코드를 잘라 내고, 밀린 "
        "레코드를 복제하는 중입니다.");
  story.catch_up();
  CHECK(story.en() == "Broker 2 has caught up and is in the ISR of orders-1 again.");
  CHECK(story.ko() == "브로커 2가 리더를 따라잡아 orders-1의 ISR에 다시 들어왔습니다.");
  CHECK(narrate_latest(story.model, Story::at_ms(90'000), i18n::Lang::en).text() ==
        "The partition has every replica in sync.");
}

TEST_CASE("acks=all is refused with the numbers that decide it") {
  Story story;
  story.healthy();
  story.kill();
  story.fence();
  story.tell(1, trace::PropertySeen{"min.insync.replicas", "2", "orders"});
  story.at(6'200).tell(-1, trace::ProducerFailed{"producer-1", "orders", PartitionIndex(1), 4,
                                                 "NOT_ENOUGH_REPLICAS", true});
  CHECK(story.en() == "orders-1 refuses acks=all: 1 replica in sync, min.insync.replicas is 2.");
  CHECK(story.ko() ==
        "orders-1이 acks=all 쓰기를 거부합니다. 동기화된 복제본은 1개인데 min.insync.replicas가 "
        "2입니다.");
  CHECK(story.model.clients().at("producer-1").retries == 1);
}

TEST_CASE("a fencing that moves several partitions, and one that leaves some without a leader") {
  Story story;
  story.healthy();
  story.kill();
  story.at(6'080);
  story.tell(1, trace::BrokerFenced{NodeId(2), "session", 1'003});
  story.elected(1, 2, 3, 5, "fenced");
  story.elected(2, 2, 3, 2, "fenced");
  CHECK(story.en() ==
        "Broker 2 was silent for 1.0 s: the controller (broker 1) fenced it and made broker 3 "
        "leader of orders-1, epoch 5, and orders-2, epoch 2.");
  CHECK(story.ko() ==
        "브로커 2의 하트비트가 1.0초 동안 없어, 컨트롤러(브로커 1)가 브로커 2를 펜싱하고 브로커 "
        "3을 orders-1(에포크 5), orders-2(에포크 2)의 새 리더로 선출했습니다.");
  story.elected(0, 2, -1, 9, "fenced");
  CHECK(story.en().ends_with("orders-0 has no leader now: no replica in sync is alive."));
}

TEST_CASE("the stopwatch: each step with its milliseconds and its property") {
  Story story;
  story.healthy();
  story.kill();
  const auto failover = [&]() -> const Failover& { return *story.model.failover(); };
  CHECK(failover().partition.text() == "orders-1");
  CHECK(failover().cause == LossCause::killed);
  CHECK_FALSE(failover().noticed.at);
  story.fence();
  CHECK(failover().ms(failover().noticed) == 880);
  CHECK(failover().noticed.property == "broker.session.timeout.ms");
  CHECK(failover().noticed.value == "1000");
  CHECK(failover().last_heartbeat == Story::at_ms(6'080 - 1'003));
  CHECK(failover().ms(failover().elected) == 888);
  CHECK(failover().elected.property == "controller.quorum.append.linger.ms");
  CHECK(failover().elected.value == "5");
  CHECK(failover().elected.node == NodeId(3));
  CHECK(failover().epoch == Epoch(5));
  CHECK_FALSE(failover().writable());
  story.write_again();
  CHECK(failover().ms(failover().acked) == 929);
  CHECK(failover().client == "producer-1");
  CHECK_FALSE(failover().done());
  story.restart();
  CHECK_FALSE(failover().caught_up.at);
  story.catch_up();
  CHECK(failover().ms(failover().caught_up) == 33'905 - 5'200);
  CHECK(failover().done());
  CHECK(story.model.failovers().size() == 1);
}

TEST_CASE("the stopwatch when the active controller dies too") {
  Story story;
  story.healthy();
  story.seen(1, 0, {1, 2}, {1, 2}, 1, 3, 3);
  story.at(5'000).lab(1, trace::ProcessExited{41'873, 9, 0, true, ""});
  CHECK_FALSE(story.model.active_controller());
  CHECK(story.en() ==
        "Broker 1 was killed (SIGKILL). It was the active controller: the quorum has to elect "
        "another.");
  story.at(5'450).tell(3, trace::RoleChanged{trace::Role::leader, Epoch(8), NodeId(3), "votes"});
  CHECK(story.model.active_controller() == NodeId(3));
  CHECK(story.en() == "Broker 3 is the active controller now, quorum epoch 8.");
  const Failover& failover = *story.model.failover();
  CHECK(failover.partition.text() == "orders-0");
  CHECK(failover.was_controller);
  CHECK(failover.ms(failover.controller) == 450);
  CHECK(failover.controller.property == "controller.quorum.fetch.timeout.ms");
  const Failover& quorum = story.model.failovers().front();
  CHECK(quorum.partition.topic.empty());
  CHECK(quorum.done());
}

TEST_CASE("a frozen leader: the stopwatch runs from the freeze, and thawing in time undoes it") {
  Story story;
  story.healthy();
  story.at(3'000).lab(2, trace::ProcessFrozen{41'874, true});
  CHECK(story.state(2) == BrokerState::frozen);
  CHECK(story.en() ==
        "Broker 2 was frozen (SIGSTOP). Its connections stay open, but nothing moves on them.");
  REQUIRE(story.model.failover() != nullptr);
  story.at(3'300).lab(2, trace::ProcessFrozen{41'874, false});
  CHECK(story.state(2) == BrokerState::running);
  CHECK(story.model.failover() == nullptr);
  story.at(5'000).lab(2, trace::ProcessFrozen{41'874, true});
  story.fence();
  CHECK(story.model.failover()->cause == LossCause::frozen);
  CHECK(story.model.failover()->ms(story.model.failover()->noticed) == 1'080);
  CHECK(story.model.behind(story.partition(1)).empty());  // it is not asked: it cannot speak
  story.at(8'000).lab(2, trace::ProcessFrozen{41'874, false});
  CHECK(story.state(2) == BrokerState::fenced);
  CHECK(story.model.behind(story.partition(1)) == Story::nodes({2}));
}

TEST_CASE("a leader that only fell silent is lost at its last heartbeat") {
  Story story;
  story.healthy();
  story.fence();
  const Failover& failover = *story.model.failover();
  CHECK(failover.cause == LossCause::silent);
  CHECK(failover.lost == Story::at_ms(6'080 - 1'003));
  CHECK(failover.ms(failover.noticed) == 1'003);
  CHECK(story.state(2) == BrokerState::fenced);
}

TEST_CASE("the marks of the timeline") {
  Story story;
  story.healthy();
  story.kill();
  story.fence();
  story.write_again();
  std::vector<std::string> lines;
  for (const TimelineMark& mark :
       timeline(story.model, Story::at_ms(5'000), Story::at_ms(7'000), i18n::Lang::en)) {
    lines.push_back(std::to_string(mark.lane.v) + " " + std::string(name_of(mark.kind)) + ": " +
                    mark.label);
  }
  const std::vector<std::string> expected = {
      "2 killed: killed", "2 fenced: fenced, +880 ms", "1 isr_shrunk: ISR of orders-1 shrank",
      "3 elected: leads orders-1", "-1 first_ack: first write acked, +929 ms"};
  CHECK(lines == expected);
  const auto early = timeline(story.model, Story::at_ms(0), Story::at_ms(1'000), i18n::Lang::ko);
  CHECK(early.size() >= 7);
  for (const TimelineMark& mark : early) CHECK_FALSE(mark.label.empty());
}

TEST_CASE("equal marks of several partitions are joined") {
  Story story;
  story.healthy();
  story.at(6'000);
  for (const int partition : {0, 1, 2, 3}) story.isr(partition, {2, 3}, {3}, "fenced");
  const auto marks =
      timeline(story.model, Story::at_ms(6'000), Story::at_ms(6'000), i18n::Lang::en);
  REQUIRE(marks.size() == 1);
  CHECK(marks[0].label == "ISR of 4 partitions shrank");
  CHECK(marks[0].joined == 4);
}

TEST_CASE("all brokers dead: the last that was known stays, with its time") {
  Story story;
  story.healthy();
  story.tell(1, trace::SnapshotBegin{52'326'000'000});
  story.seen(1, 1, {2, 3}, {2, 3}, 2, 4, 8);
  story.tell(1, trace::SnapshotEnd{});
  const ClusterModel keyframe = story.model;
  for (const int node : {1, 2, 3}) {
    story.at(600 + node).lab(node, trace::ProcessExited{41'872 + node, 9, 0, false, ""});
  }
  CHECK_FALSE(story.model.anyone_live());
  CHECK(story.model.all_dead_since() == Story::at_ms(603));
  CHECK(story.partition(1).agreed->leader == NodeId(2));
  CHECK(story.partition(1).agreed->isr == Story::nodes({2, 3}));
  for (const int node : {2, 3}) CHECK(story.replica(1, node) == ReplicaState::offline);
  CHECK(story.model.row_end(story.partition(1)) == Offset(844));
  CHECK(story.en() == "Broker 3 was killed (SIGKILL). No broker is alive.");
  CHECK(narrate_state(story.model, i18n::Lang::en).text() ==
        "No broker is alive. Last known at 14:32:06.4.");
  CHECK(narrate_state(story.model, i18n::Lang::ko).text() ==
        "살아 있는 브로커가 없습니다. 마지막으로 확인한 시각은 14:32:06.4입니다.");
  CHECK(keyframe.anyone_live());  // a keyframe is a copy of its own
}

TEST_CASE("the model as JSON: unknown is null") {
  Story story;
  story.healthy();
  story.kill();
  story.fence();
  story.seen(3, 7, {3, 1}, {3}, 3, 0, 0);
  const auto json = nlohmann::json::parse(to_json(story.model));
  CHECK(json["brokers"].size() == 3);
  CHECK(json["brokers"][1]["state"] == "dead");
  CHECK(json["brokers"][1]["exit"]["signal"] == 9);
  CHECK(json["brokers"][0]["exit"].is_null());
  CHECK(json["controller"]["id"] == 1);
  CHECK(json["partitions"][0]["leader"] == 3);
  CHECK(json["partitions"][0]["logs"][0]["log_end"] == 844);
  CHECK(json["partitions"][1]["logs"][0]["log_end"].is_null());
  CHECK(json["failovers"][0]["steps"][0]["ms"] == doctest::Approx(880));
  CHECK(json["clients"][0]["ledger"]["lost"].is_null());
}

}  // namespace lab::model
