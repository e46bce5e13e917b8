// One fact at a time: lives of processes, beliefs, connections, flows, the ledger, hostile events.
#include "engine/base/rng.h"
#include "tests/app/model/story.h"
#include "tests/engine/trace/every_kind.h"

namespace lab::model {

TEST_CASE("nothing is known at first") {
  const ClusterModel model;
  CHECK_FALSE(model.active_controller());
  CHECK(model.failover() == nullptr);
  CHECK(narrate_state(model, i18n::Lang::en).text() == "Nothing is known yet.");
  CHECK_FALSE(model.wall_us(Instant{}));
}

TEST_CASE("what a resting cluster tells all the time is no change") {
  Story story;
  story.healthy();
  const Instant before = story.model.newest_change();
  story.at(60'000).lab(1, trace::ProcessMemory{});
  story.at(60'001).tell(1, trace::Frame{});
  story.at(60'002).tell(2, trace::MetadataApplied{});
  CHECK(story.model.newest_change() == before);
  CHECK(story.model.newest() > before);
  story.at(60'003).lab(3, trace::ProcessExited{41'875, 9, 0, false, ""});
  CHECK(story.model.newest_change() == story.model.newest());
}

TEST_CASE("a broker that does not start says why; a clean stop is no death") {
  Story story;
  story.at(0).lab(2, trace::ProcessStarted{50, "brokerd"});
  story.at(40).lab(2, trace::ProcessExited{50, 0, 1, false, "port 9093 is taken by broker 1"});
  CHECK(story.state(2) == BrokerState::did_not_start);
  CHECK(story.en() == "Broker 2 did not start. port 9093 is taken by broker 1");
  story = Story();
  story.healthy();
  story.at(1'000).tell(3, trace::NodeStopping{});
  CHECK(story.state(3) == BrokerState::stopping);
  story.at(1'200).tell(3, trace::NodeHalted{"", true});
  story.at(1'201).lab(3, trace::ProcessExited{41'875, 0, 0, true, ""});
  CHECK(story.state(3) == BrokerState::stopped);
  CHECK(story.en() == "Broker 3 has stopped.");
  CHECK(story.model.failover() == nullptr);
  story = Story();
  story.healthy();
  story.at(2'000).tell(3, trace::NodeHalted{"write failed: No space left on device", false});
  story.at(2'001).lab(3, trace::ProcessExited{41'875, 0, 1, false, ""});
  CHECK(story.state(3) == BrokerState::dead);
  CHECK(story.model.broker(NodeId(3))->exit->reason == "write failed: No space left on device");
}

TEST_CASE("a quick restart waits for the old session, then serves") {
  Story story;
  story.healthy();
  story.kill();
  story.at(5'600).start(2);
  story.tell(2, trace::NodeReady{});
  story.tell(1, trace::RegistrationRefused{NodeId(2), "DUPLICATE_BROKER_REGISTRATION", 600});
  CHECK(story.state(2) == BrokerState::waiting);
  CHECK(story.model.broker(NodeId(2))->refused->until == Story::at_ms(6'200));
  CHECK(story.en() == "Broker 2 waits: its old session is valid for 0.6 s more.");
  CHECK(story.ko() == "브로커 2가 기다립니다. 이전 세션이 0.6초 더 유효합니다.");
  story.at(6'080).tell(1, trace::BrokerFenced{NodeId(2), "session", 1'003});
  CHECK(story.state(2) == BrokerState::waiting);
  story.at(6'250).tell(1, trace::BrokerRegistered{NodeId(2), BrokerEpoch(50), "localhost", 9093});
  CHECK(story.state(2) == BrokerState::starting);
  story.at(6'300).tell(1, trace::BrokerUnfenced{NodeId(2)});
  CHECK(story.state(2) == BrokerState::running);
}

TEST_CASE(
    "the only replica was killed and is back: it leads again, and nothing is told of a risk") {
  Story story;
  story.healthy();
  story.at(300);
  story.seen(1, 0, {3}, {}, -1, 5, 9);
  story.elected(0, -1, 3, 6, "last-leader");
  CHECK(story.en() ==
        "Broker 3, the last leader of orders-0, leads it again, epoch 6. It has the only replica.");
  story.at(400);
  story.elected(1, -1, 3, 6, "last-leader");
  CHECK(
      story.en() ==
      "Broker 3, the last leader of orders-1, leads it again, epoch 6. No replica is known to have "
      "everything; what it had not synced when it died is at risk.");
}

TEST_CASE("another process with the id of a broker that lives is refused; the broker runs on") {
  Story story;
  story.healthy();
  story.at(5'000).tell(1,
                       trace::RegistrationRefused{NodeId(2), "DUPLICATE_BROKER_REGISTRATION", 900});
  CHECK(story.state(2) == BrokerState::running);
  CHECK_FALSE(story.model.broker(NodeId(2))->refused.known());
  CHECK(story.en() == "Another process asked to be broker 2 and was refused: broker 2 lives.");
  CHECK(story.ko() ==
        "다른 프로세스가 브로커 2가 되려고 했지만 거부되었습니다. 브로커 2는 살아 있습니다.");
}

TEST_CASE("late events of a process that has exited do not bring it back") {
  Story story;
  story.healthy();
  story.kill();
  story.at(5'150).tell(2, trace::NodeReady{});
  story.marks(2, 1, 842, 844);
  CHECK(story.state(2) == BrokerState::dead);
  story.at(4'000).lab(2, trace::ProcessStarted{41'874, "brokerd"});
  CHECK(story.state(2) == BrokerState::dead);
}

TEST_CASE("controller-only nodes run without being unfenced") {
  Story story;
  story.incarnations[4] = 1;
  trace::NodeStarted started;
  started.roles = "controller";
  started.controller_port = 10'095;
  story.at(5).tell(4, started);
  story.tell(4, trace::NodeReady{});
  CHECK(story.state(4) == BrokerState::running);
  CHECK(story.en() == "Controller 4 accepts connections on port 10095.");
}

TEST_CASE("a broker that believes something older is named; dead ones are not asked") {
  Story story;
  story.healthy();
  story.at(1'000).seen(1, 1, {2, 3}, {2}, 2, 4, 9);
  CHECK(story.partition(1).agreed->partition_epoch == 9);
  CHECK(story.model.behind(story.partition(1)) == Story::nodes({2, 3}));
  story.at(1'001).seen(2, 1, {2, 3}, {2}, 2, 4, 9);
  story.at(900).seen(2, 1, {2, 3}, {2, 3}, 2, 4, 8);  // told late: changes nothing
  CHECK(story.model.behind(story.partition(1)) == Story::nodes({3}));
  story.at(1'100).lab(3, trace::ProcessExited{41'875, 9, 0, true, ""});
  CHECK(story.model.behind(story.partition(1)).empty());
}

TEST_CASE("a snapshot replaces what the node said before, without blanking it meanwhile") {
  Story story;
  story.healthy();
  story.seen(3, 5, {3}, {3}, 3, 0, 0);
  trace::ConnectionOpened opened{8, "PLAINTEXT", "127.0.0.1", 9094, 50'000};
  story.tell(3, opened);
  const std::size_t logged = story.model.log().events().size();
  story.at(2'000).tell(3, trace::Gap{120});
  story.tell(3, trace::SnapshotBegin{1});
  CHECK(story.partition(5).agreed != nullptr);
  story.seen(3, 1, {2, 3}, {2, 3}, 2, 4, 8);
  story.tell(3, trace::ConnectionOpened{10, "PLAINTEXT", "127.0.0.1", 9094, 50'001});
  story.tell(3, trace::SnapshotEnd{});
  CHECK(story.partition(5).beliefs.empty());
  CHECK(story.model.connections().count({NodeId(3), 8}) == 0);
  CHECK(story.model.connections().count({NodeId(3), 10}) == 1);
  CHECK(story.model.lost_events() == 120);
  CHECK(story.model.log().events().size() == logged + 1);  // the gap alone
}

TEST_CASE("a reader that comes back is told the history again: the log has it once") {
  Story story;
  story.healthy();
  const std::size_t logged = story.model.log().events().size();
  story.numbers[2] = 0;
  trace::NodeStarted started;
  started.roles = "broker,controller";
  story.at(20).tell(2, started);
  story.at(60).tell(2, trace::NodeReady{});
  CHECK(story.model.log().events().size() == logged);
  CHECK(story.model.broker(NodeId(2))->starts == 1);
  CHECK(story.state(2) == BrokerState::running);
}

TEST_CASE("the log is in the order of times, whichever order they came in, and bounded") {
  EventLog log;
  trace::Event event;
  event.payload = trace::NodeReady{};
  for (const int ms : {5, 1, 3, 3, 9}) {
    event.at = Story::at_ms(ms);
    log.add(event, false);
  }
  std::vector<std::uint64_t> ids;
  for (const LoggedEvent& entry : log.events()) ids.push_back(entry.id);
  CHECK(ids == std::vector<std::uint64_t>{1, 2, 3, 0, 4});
  CHECK(log.at_or_after(Story::at_ms(3)) == 1);
  CHECK(log.find(0)->at() == Story::at_ms(5));
  for (std::size_t i = 0; i < EventLog::max_events; ++i) log.add(event, false);
  CHECK(log.events().size() == EventLog::max_events);
  CHECK(log.dropped() == 5);
}

TEST_CASE("the two ends of a connection are joined by their ports") {
  Story story;
  story.healthy();
  story.tell(3, trace::ConnectionOpened{1, "", "127.0.0.1", 40'000, 9093});
  const auto& all = story.model.connections();
  CHECK(all.at({NodeId(3), 1}).peer.node == NodeId(2));  // by the port it goes to
  story.tell(2, trace::ConnectionOpened{2, "PLAINTEXT", "127.0.0.1", 9093, 40'000});
  story.tell(2, trace::ClientNamed{2, "broker-3-fetcher-0", "brokerd", "0.1"});
  CHECK(all.at({NodeId(2), 2}).peer.node == NodeId(3));
  CHECK(all.at({NodeId(2), 2}).other_end == ConnectionKey{NodeId(3), 1});
  CHECK(story.model.clients().size() == 1);  // only producer-1
  story.tell(3, trace::ConnectionClosed{1, "bye"});
  CHECK_FALSE(all.at({NodeId(2), 2}).other_end);
}

TEST_CASE("a broker that introduces itself before its own end is told is no client for long") {
  Story story;
  story.healthy();
  story.tell(2, trace::ConnectionOpened{2, "PLAINTEXT", "127.0.0.1", 9093, 40'000});
  story.tell(2, trace::ClientNamed{2, "broker-3-fetcher-0", "brokerd", "0.1"});
  CHECK(story.model.clients().size() == 2);
  story.tell(2, trace::Frame{2, 9093, 40'000, false, true, 1, 1, 17, 60});  // it fetches
  story.tell(3, trace::ConnectionOpened{1, "", "127.0.0.1", 40'000, 9093});
  CHECK(story.model.clients().size() == 1);
  CHECK(story.model.connections().at({NodeId(2), 2}).peer.node == NodeId(3));
}

TEST_CASE("an outside client: its name, its bootstrap connection, what it does") {
  Story story;
  story.healthy();
  story.tell(2, trace::ConnectionOpened{2, "PLAINTEXT", "127.0.0.1", 9093, 50'001});
  story.tell(2, trace::ClientNamed{2, "rdkafka", "kcat", "1.7.1"});
  const Client& kcat = story.model.clients().at("rdkafka/kcat 1.7.1");
  CHECK(kcat.name == "kcat 1.7.1");
  CHECK(kcat.kind == ClientKind::outside);
  REQUIRE(story.model.links_of(kcat).size() == 1);
  story.tell(2, trace::Frame{2, 9093, 50'001, false, true, 1, 3, 12, 60});
  CHECK(story.model.links_of(kcat)[0]->bootstrap_only());
  story.tell(2, trace::Frame{2, 9093, 50'001, false, true, 2, 22, 4, 40});
  CHECK(story.model.links_of(kcat)[0]->bootstrap_only());  // any broker gives a producer its id
  story.tell(2, trace::Frame{2, 9093, 50'001, false, true, 3, 0, 9, 900});
  CHECK_FALSE(story.model.links_of(kcat)[0]->bootstrap_only());
  CHECK(kcat.writes);
  CHECK_FALSE(kcat.reads);
  story.kill();
  CHECK(story.model.links_of(kcat)[0]->closed_at == Story::at_ms(5'200));  // a lost link
  story.at(9'000).start(2);
  CHECK(story.model.links_of(kcat).empty());
  CHECK(kcat.gone_at.has_value());
}

TEST_CASE("an outside client that names itself and then its software is one client") {
  Story story;
  story.healthy();
  const auto before = story.model.clients().size();
  story.tell(2, trace::ConnectionOpened{2, "PLAINTEXT", "127.0.0.1", 9093, 50'001});
  story.tell(2, trace::ClientNamed{2, "kafka-topics", "", ""});
  story.tell(2, trace::ClientNamed{2, "kafka-topics", "apache-kafka-java", "4.3.0"});
  CHECK(story.model.clients().size() == before + 1);
  CHECK(story.model.clients().count("kafka-topics/apache-kafka-java 4.3.0") == 1);
}

TEST_CASE("a built-in client is known by its client.id, whichever was told first") {
  Story story;
  story.tell(2, trace::ConnectionOpened{2, "PLAINTEXT", "127.0.0.1", 9093, 50'001});
  story.tell(2, trace::ClientNamed{2, "producer-1", "brokerlab", "0.1"});
  story.tell(-1, trace::ClientStarted{"producer-1", "producer", "all", "", {"orders"}});
  REQUIRE(story.model.clients().size() == 1);
  const Client& client = story.model.clients().at("producer-1");
  CHECK(client.kind == ClientKind::built_in);
  CHECK(client.connections == 1);
  CHECK(story.model.links_of(client).size() == 1);
}

TEST_CASE("what moves between brokers is one flow with both times, and is counted once") {
  Story story;
  story.healthy();
  story.tell(3, trace::ConnectionOpened{1, "", "127.0.0.1", 40'000, 9093});
  story.tell(2, trace::ConnectionOpened{2, "PLAINTEXT", "127.0.0.1", 9093, 40'000});
  const auto moved = [](bool outgoing) {
    trace::RecordsMoved records;
    records.connection = outgoing ? 2 : 1;
    records.local_port = outgoing ? 9093 : 40'000;
    records.remote_port = outgoing ? 40'000 : 9093;
    records.outgoing = outgoing;
    records.topic = "orders";
    records.partition = PartitionIndex(1);
    records.base = Offset(844);
    records.count = 5;
    records.bytes = 5'000;
    return records;
  };
  story.at(1'000).tell(2, moved(true));
  story.at(1'001).tell(3, moved(false));
  REQUIRE(story.model.flows().size() == 1);
  const Flow& flow = story.model.flows().back();
  CHECK(flow.from.node == NodeId(2));
  CHECK(flow.to.node == NodeId(3));
  CHECK(flow.sent == Story::at_ms(1'000));
  CHECK(flow.received == Story::at_ms(1'001));
  const LinkKey key{{NodeId(2), ""}, {NodeId(3), ""}, {"orders", PartitionIndex(1)}};
  CHECK(story.model.links().at(key).total_records == 5);
  CHECK(story.model.links().at(key).records.per_second(Story::at_ms(1'500)) == 5);
  CHECK(story.model.links().at(key).records.per_second(Story::at_ms(2'500)) == 0);
  for (std::size_t i = 0; i < 2 * ClusterModel::max_flows; ++i) story.tell(2, moved(true));
  CHECK(story.model.flows().size() == ClusterModel::max_flows);
}

TEST_CASE("the ledger: sent, in flight, acknowledged, retried, given up") {
  Story story;
  story.healthy();
  const Ledger& ledger = story.model.clients().at("producer-1").ledger;
  CHECK(ledger.acked == 10);
  story.tell(-1,
             trace::ProducerSent{"producer-1", "orders", PartitionIndex(1), NodeId(2), 10, 4, 1});
  CHECK(ledger.in_flight() == 4);
  story.tell(-1,
             trace::ProducerSent{"producer-1", "orders", PartitionIndex(1), NodeId(2), 10, 4, 2});
  CHECK(ledger.in_flight() == 4);
  CHECK(ledger.retried == 4);
  story.tell(
      -1, trace::ProducerFailed{"producer-1", "orders", PartitionIndex(1), 4, "timed out", false});
  CHECK(ledger.in_flight() == 0);
  CHECK(ledger.failed == 4);
  CHECK_FALSE(ledger.lost.known());
  CHECK(story.en() == "producer-1 gave up on 4 records of orders-1: timed out.");
}

TEST_CASE("at risk: in no live ISR member's log") {
  Story story;
  story.healthy();
  const Client& client = story.model.clients().at("producer-1");
  CHECK(story.model.at_risk(client).records == 0);
  story.kill();
  CHECK(story.model.at_risk(client).records == 0);  // broker 3 has them all
  story.fence();
  story.write_again();
  CHECK(story.model.at_risk(client).records == 0);
  // The only one left in the ISR dies: everything acknowledged is at risk, nothing is lost.
  story.at(7'000).lab(3, trace::ProcessExited{41'875, 9, 0, true, ""});
  CHECK(story.model.at_risk(client).records == 13);
  story.at(8'000).seen(1, 1, {2, 3}, {3}, -1, 6, 11);
  CHECK(story.model.at_risk(client).records == 13);
  CHECK_FALSE(client.ledger.lost.known());
  story.at(9'000).start(3);
  story.seen(1, 1, {2, 3}, {3}, 3, 7, 12);
  CHECK(story.model.at_risk(client).records == 0);
}

TEST_CASE("acks=1: what only the dead leader had is at risk, also after others took its offsets") {
  Story story;
  story.healthy();
  story.tell(-1, trace::ClientStarted{"producer-1", "producer", "1", "", {"orders"}});
  const Client& client = story.model.clients().at("producer-1");
  story.at(300).produce(1, 2, 842, 2);  // broker 3 ends at 842
  CHECK(story.model.at_risk(client).records == 0);
  story.kill();
  CHECK(story.model.at_risk(client).records == 2);
  story.fence();
  CHECK(story.model.at_risk(client).records == 2);
  story.write_again();  // other records have these offsets now
  CHECK(story.model.at_risk(client).records == 2);
  story.tell(-1, trace::LedgerChecked{"producer-1", 15, 13, 2, 0});
  CHECK(*client.ledger.lost == 2);
  CHECK(story.model.at_risk(client).records == 0);
  CHECK(story.en() == "2 acknowledged records of producer-1 are lost.");
}

TEST_CASE("marks that are told after the acknowledgement they led to still move the watermark") {
  Story story;
  story.healthy();
  story.at(300).produce(1, 2, 844, 3);  // the client's word is there at once
  CHECK(story.partition(1).replicas.at(NodeId(2)).marks->log_end == Offset(847));
  story.at(290).marks(2, 1, 844, 844);
  story.at(295).marks(2, 1, 847, 847);  // the broker's own comes up to 50 ms later
  const Marks& marks = *story.partition(1).replicas.at(NodeId(2)).marks;
  CHECK(marks.high_watermark == Offset(847));
  CHECK(marks.log_end == Offset(847));
  story.at(310).marks(2, 1, 845, 846);  // what is newer counts as it is
  CHECK(marks.log_end == Offset(846));
}

TEST_CASE("acks=0: what was sent is not acknowledged, because nobody promised anything") {
  Story story;
  story.healthy();
  story.tell(-1, trace::ClientStarted{"careless", "producer", "0", "", {"orders"}});
  story.tell(-1, trace::ProducerSent{"careless", "orders", PartitionIndex(1), NodeId(2), 0, 3, 1});
  story.tell(-1, trace::ProducerAcked{"careless", "orders", PartitionIndex(1), Offset(-1), 3, 900});
  const Client& client = story.model.clients().at("careless");
  CHECK(client.ledger.sent == 3);
  CHECK(client.ledger.acked == 0);
  CHECK(client.ledger.partitions.begin()->second.acked == 0);
  CHECK(story.model.at_risk(client).records == 0);
}

TEST_CASE("an acknowledgement by a leader that was deposed without knowing it") {
  Story story;
  story.healthy();
  story.tell(-1, trace::ClientStarted{"producer-1", "producer", "1", "", {"orders"}});
  story.fence();  // the link to broker 2 is cut: it lives on as a leader
  story.at(6'500).produce(1, 2, 844, 3);
  CHECK(story.model.at_risk(story.model.clients().at("producer-1")).records == 3);
}

TEST_CASE("at risk is unknown where no log end is told") {
  Story story;
  story.at(1).seen(1, 1, {2, 3}, {2, 3}, 2, 4, 8);
  story.at(2).start(2);
  story.at(3).produce(1, 2, 0, 1);
  CHECK(story.model.at_risk(story.model.clients().at("producer-1")).unknown);
}

TEST_CASE("a topic that is deleted is gone, one created again starts anew") {
  Story story;
  story.healthy();
  Uuid other;
  other.bytes[0] = 9;
  story.at(500).tell(1, trace::TopicSeen{"orders", other, false});
  CHECK(story.model.partitions().empty());
  story.seen(1, 1, {2, 3}, {2, 3}, 2, 0, 0);
  CHECK(story.model.behind(story.partition(1)).empty());
  story.at(600).tell(1, trace::TopicSeen{"orders", other, true});
  CHECK(story.model.topics().empty());
  CHECK(story.en() == "Topic orders was deleted.");
}

TEST_CASE("a controller that is cut off fences nobody: another one leads the quorum") {
  Story story;
  story.healthy();
  story.at(900).tell(3, trace::RoleChanged{trace::Role::leader, Epoch(8), NodeId(3), "votes"});
  story.at(1400).tell(1, trace::BrokerFenced{NodeId(3), "session", 1000});
  CHECK(story.model.broker(NodeId(3))->state == BrokerState::running);
  story.at(1500).tell(3, trace::BrokerFenced{NodeId(1), "session", 1000});
  CHECK(story.model.broker(NodeId(1))->state == BrokerState::fenced);
}

TEST_CASE("what a controller decided while it was cut off is forgotten when another one leads") {
  Story story;
  story.healthy();
  for (int n = 2; n <= 3; ++n) {
    story.at(850).tell(2, trace::BrokerSeen{NodeId(n), BrokerEpoch(n), false, false, false, {}, 0});
  }
  story.at(900).tell(1, trace::BrokerFenced{NodeId(2), "session", 1000});
  story.tell(1, trace::BrokerFenced{NodeId(3), "session", 1000});
  CHECK(story.model.broker(NodeId(3))->state == BrokerState::fenced);
  // Of the two decisions, one was committed.
  story.at(910).tell(3, trace::BrokerSeen{NodeId(2), BrokerEpoch(2), true, false, false, {}, 0});
  story.at(950).tell(3, trace::RoleChanged{trace::Role::leader, Epoch(8), NodeId(3), "votes"});
  CHECK(story.model.broker(NodeId(3))->state == BrokerState::running);
  CHECK(story.model.broker(NodeId(2))->state == BrokerState::fenced);
}

TEST_CASE("faults and groups") {
  Story story;
  story.healthy();
  story.at(900).lab(1, trace::FaultChanged{"cut", "1->2", "", true});
  CHECK(story.model.faults().size() == 1);
  CHECK(story.en() == "The link 1->2 is cut: what is sent there waits.");
  story.lab(1, trace::FaultChanged{"cut", "1->2", "", false});
  CHECK(story.model.faults().empty());
  story.tell(2, trace::GroupChanged{"billing", "Stable", 3, {"billing-1", "billing-2"}});
  CHECK(story.model.groups().at("billing").generation == 3);
  CHECK(story.en() == "Group billing: Stable, generation 3, members billing-1 and billing-2.");
}

TEST_CASE("no event, however strange, does harm, and all can be narrated") {
  Rng rng(3);
  const std::vector<trace::Event> kinds = trace::every_kind();
  ClusterModel model;
  for (int round = 0; round < 20'000; ++round) {
    trace::Event event = kinds[rng.below(kinds.size())];
    event.node = NodeId(static_cast<std::int32_t>(rng.below(5)) - 1);
    event.at = Instant(milliseconds(rng.below(10'000)));
    event.incarnation = rng.below(3);
    event.number = rng.below(100'000);
    model.apply(event);
  }
  const ClusterModel copy = model;
  for (const LoggedEvent& entry : copy.log().events()) {
    for (const i18n::Lang lang : {i18n::Lang::en, i18n::Lang::ko}) {
      (void)narrate(copy, entry, lang);
      (void)mark_of(copy, entry, lang);
    }
  }
  for (const auto& [key, client] : copy.clients()) (void)copy.at_risk(client);
  CHECK_FALSE(to_json(copy).empty());
}

}  // namespace lab::model
