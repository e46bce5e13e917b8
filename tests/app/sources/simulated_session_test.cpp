// A simulated cluster as a source: the whole story of a failover in virtual time, the same again
// from the same seed, time that stands still, and what can be broken.
#include "app/sources/simulated_session.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "app/model/cluster_model.h"
#include "app/sources/lab_clients.h"
#include "engine/trace/codec.h"

namespace lab::sources {
namespace {

// The owner of a session: takes its events into a model and lets time go by exactly.
struct SimulatedLab {
  explicit SimulatedLab(std::uint64_t seed, int brokers = 3)
      : session(
            options(seed, brokers), [this] { return real; },
            [this] {
              return look_takes == Duration{} ? host::monotonic_now() : work += look_takes;
            }) {}
  static SimulatedOptions options(std::uint64_t seed, int brokers) {
    SimulatedOptions options;
    options.seed = seed;
    options.brokers = brokers;
    return options;
  }
  void take() {
    std::vector<trace::Event> events;
    session.take(events);
    if (session.generation() != generation) model = {};
    generation = session.generation();
    for (const auto& event : events) {
      model.apply(event);
      told += trace::to_json(event);
    }
    count += events.size();
  }
  bool until(const std::function<bool()>& condition, Duration limit = seconds(30)) {
    for (Duration gone{}; gone < limit; gone += milliseconds(5)) {
      if (condition()) return true;
      session.run_for(milliseconds(5));
      take();
    }
    return condition();
  }
  std::optional<Answer> answer;
  Answer ask(const Command& command) {
    answer.reset();
    session.command(command, [this](const Answer& told_back) { answer = told_back; });
    take();
    return answer.value_or(Error{"no answer"});
  }
  model::BrokerState state(int id) const {
    const auto* broker = model.broker(NodeId(id));
    return broker == nullptr ? model::BrokerState::unknown : broker->state;
  }
  bool all_run(int brokers = 3) const {
    for (int id = 1; id <= brokers; ++id) {
      if (state(id) != model::BrokerState::running) return false;
    }
    return model.active_controller().has_value();
  }
  void create_topic(const std::string& name, int partitions, int replicas) {
    client::NewTopic topic;
    topic.name = name;
    topic.partitions = partitions;
    topic.replication_factor = static_cast<std::int16_t>(replicas);
    answer.reset();
    const auto then = session.back([this](const Answer& told_back) { answer = told_back; });
    session.with_clients([=](LabClients& clients) { clients.create_topic(topic, then); });
    REQUIRE(until([&] { return answer.has_value(); }));
    CHECK(answer->ok());
  }
  void produce(const std::string& client, const std::string& topic, double rate,
               std::uint64_t records) {
    ProducePlan plan;
    plan.client = client;
    plan.topic = topic;
    plan.per_second = rate;
    plan.records = records;
    answer.reset();
    const auto then = session.back([this](const Answer& told_back) { answer = told_back; });
    session.with_clients([=](LabClients& clients) {
      if (auto begun = clients.start_producer(plan, then); !begun) then(begun.error());
    });
  }
  model::SharedView view(const std::string& topic, int partition = 0) const {
    const auto* found = model.partition({topic, PartitionIndex(partition)});
    return found == nullptr ? nullptr : found->agreed;
  }

  Instant real{seconds(500)}, work{};
  Duration look_takes{};  // of simulating; 0: what it really takes
  SimulatedSession session;
  model::ClusterModel model;
  std::string told;
  std::size_t count = 0;
  std::uint64_t generation = 0;
};

void failover(SimulatedLab& lab) {
  REQUIRE(lab.until([&] { return lab.all_run(); }));
  lab.create_topic("orders", 1, 3);
  lab.produce("shop", "orders", 200, 600);
  REQUIRE(lab.until([&] {
    const auto at = lab.model.clients().find("shop");
    return at != lab.model.clients().end() && at->second.ledger.acked > 100;
  }));
  const NodeId leader = lab.view("orders")->leader;
  CHECK(lab.ask(NodeCommand{NodeAction::kill, leader}).ok());
  CHECK(lab.state(leader.v) == model::BrokerState::dead);
  REQUIRE(lab.until([&] {
    return lab.view("orders")->leader != leader && lab.view("orders")->leader != no_node;
  }));
  CHECK(lab.ask(NodeCommand{NodeAction::start, leader}).ok());
  REQUIRE(lab.until([&] { return lab.all_run() && lab.view("orders")->isr.size() == 3; }));
  REQUIRE(lab.until([&] { return lab.answer.has_value() && lab.answer->ok(); }));
}

}  // namespace

TEST_CASE(
    "simulated: a leader is killed, another elected, the dead one comes back, nothing is lost") {
  SimulatedLab lab(7);
  CHECK_FALSE(lab.session.capabilities().rewind);
  CHECK(lab.session.capabilities().pace);
  failover(lab);
  REQUIRE_FALSE(lab.model.failovers().empty());
  const auto& broker = *lab.model.broker(NodeId(1));
  CHECK_FALSE(broker.pid.known());
  CHECK_FALSE(broker.memory_bytes.known());
  std::optional<Result<trace::LedgerChecked>> checked;
  REQUIRE(lab.until([&] {
    const auto at = lab.model.clients().find("shop");
    return at->second.ledger.acked >= 600;
  }));
  lab.session.with_clients([&](LabClients& clients) {
    clients.check_ledger("shop", [&](Result<trace::LedgerChecked> result) { checked = result; });
  });
  REQUIRE(lab.until([&] { return checked.has_value(); }));
  REQUIRE(checked->ok());
  CHECK((*checked)->acknowledged == 600);
  CHECK((*checked)->lost == 0);
  CHECK(lab.session.notices().empty());
}

TEST_CASE(
    "simulated: the same seed and the same orders tell the same events, another seed others") {
  SimulatedLab first(11), second(11), third(12);
  failover(first);
  failover(second);
  failover(third);
  CHECK(first.count > 1000);
  CHECK(first.told == second.told);
  CHECK(first.session.digest() == second.session.digest());
  CHECK(first.session.digest() != third.session.digest());
}

TEST_CASE("simulated: time keeps the pace, stands still, and goes on to the next event") {
  SimulatedLab lab(3);
  const Instant begin = lab.session.now();
  lab.real += milliseconds(80);
  lab.take();
  CHECK(lab.session.now() - begin <= milliseconds(80));
  CHECK((lab.session.behind() || lab.session.now() - begin == milliseconds(80)));
  REQUIRE(lab.until([&] { return lab.all_run(); }));
  lab.session.set_pace(0.1);
  const Instant slow = lab.session.now();
  lab.real += milliseconds(50);
  lab.take();
  CHECK(lab.session.now() - slow == milliseconds(5));
  lab.session.set_pace(0);
  const Instant stopped = lab.session.now();
  lab.real += seconds(3);
  lab.take();
  CHECK(lab.session.now() == stopped);
  // What is done while time stands still is seen at once.
  CHECK(lab.ask(NodeCommand{NodeAction::kill, NodeId(2)}).ok());
  CHECK(lab.state(2) == model::BrokerState::dead);
  CHECK(lab.session.now() == stopped);
  const std::size_t before = lab.count;
  lab.session.step(trace::Weight::control);
  for (int i = 0; i < 100 && lab.count == before; ++i) lab.take();
  CHECK(lab.count > before);
  const Instant stepped = lab.session.now();
  CHECK(stepped > stopped);
  lab.take();
  CHECK(lab.session.now() == stepped);
}

TEST_CASE("simulated: a broker that cannot start says why, as brokerd does") {
  SimulatedLab lab(5);
  REQUIRE(lab.until([&] { return lab.all_run(); }));
  const auto kill_and_start = [&](int id) {
    if (lab.state(id) == model::BrokerState::running) {
      CHECK(lab.ask(NodeCommand{NodeAction::kill, NodeId(id)}).ok());
    }
    CHECK(lab.ask(NodeCommand{NodeAction::start, NodeId(id)}).ok());
  };
  const auto last_line = [&](int id) { return lab.session.log_tail(NodeId(id), 1).back(); };

  CHECK(lab.ask(PropertyCommand{NodeId(2), "node.id", "1"}).value().find("started again") !=
        std::string::npos);
  kill_and_start(2);
  CHECK(lab.state(2) == model::BrokerState::did_not_start);
  CHECK(last_line(2).find("Stored node id") != std::string::npos);
  CHECK(lab.ask(FilesCommand{FilesAction::reset_properties, NodeId(2)}).ok());

  CHECK(lab.ask(PropertyCommand{NodeId(2), "listeners",
                                "PLAINTEXT://localhost:9092,CONTROLLER://localhost:10093"})
            .ok());
  kill_and_start(2);
  CHECK(last_line(2).find("Address already in use") != std::string::npos);
  CHECK(lab.ask(FilesCommand{FilesAction::reset_properties, NodeId(2)}).ok());

  CHECK_FALSE(lab.ask(FilesCommand{FilesAction::wipe, NodeId(1)}).ok());  // it runs
  CHECK(lab.ask(FilesCommand{FilesAction::wipe, NodeId(2)}).ok());
  kill_and_start(2);
  CHECK(last_line(2).find("No `meta.properties` found") != std::string::npos);
  CHECK(lab.ask(FilesCommand{FilesAction::format, NodeId(2)}).ok());
  kill_and_start(2);
  CHECK(lab.until([&] { return lab.all_run(); }));
}

TEST_CASE("simulated: a machine that is too busy for the pace is told of, once each time") {
  SimulatedLab lab(4);
  REQUIRE(lab.until([&] { return lab.all_run(); }));
  const auto told = [&] {
    return std::count_if(
        lab.session.notices().begin(), lab.session.notices().end(),
        [](const Notice& one) { return one.text.find("is busy") != one.text.npos; });
  };
  const auto let_pass = [&](Duration time, Duration look_takes) {
    lab.look_takes = look_takes;
    for (const Instant end = lab.real + time; lab.real < end;) {
      lab.real += milliseconds(100);
      lab.take();
    }
  };
  const Duration slow = milliseconds(10), quick = nanoseconds(1);  // for each 64 things
  lab.session.set_pace(100);
  let_pass(milliseconds(800), slow);
  CHECK(lab.session.behind());
  CHECK(told() == 0);  // not for less than a second
  let_pass(seconds(3), slow);
  CHECK(told() == 1);
  let_pass(seconds(1), quick);  // a moment is no rest
  CHECK_FALSE(lab.session.behind());
  let_pass(seconds(3), slow);
  CHECK(told() == 1);
  let_pass(seconds(6), quick);
  let_pass(seconds(3), slow);
  CHECK(told() == 2);
}

TEST_CASE(
    "simulated: freeze and thaw, stop, a cut and healed link, one broker more, a fresh cluster") {
  SimulatedLab lab(9);
  REQUIRE(lab.until([&] { return lab.all_run(); }));
  CHECK(lab.ask(NodeCommand{NodeAction::freeze, NodeId(3)}).ok());
  CHECK(lab.state(3) == model::BrokerState::frozen);
  CHECK_FALSE(lab.ask(NodeCommand{NodeAction::stop, NodeId(3)}).ok());
  CHECK(lab.ask(NodeCommand{NodeAction::thaw, NodeId(3)}).ok());
  REQUIRE(lab.until([&] { return lab.all_run(); }));
  CHECK(lab.ask(NodeCommand{NodeAction::stop, NodeId(3)}).ok());
  REQUIRE(lab.until([&] { return lab.state(3) == model::BrokerState::stopped; }));
  CHECK(lab.ask(NodeCommand{NodeAction::start, NodeId(3)}).ok());
  REQUIRE(lab.until([&] { return lab.all_run(); }));

  const NodeId controller = *lab.model.active_controller();
  const NodeId other(controller.v % 3 + 1);
  CHECK(lab.ask(LinkCommand{LinkAction::cut, controller, other}).ok());
  CHECK(lab.model.faults().size() == 2);
  REQUIRE(lab.until([&] {
    return lab.state(other.v) == model::BrokerState::fenced ||
           lab.model.active_controller() != controller;
  }));
  LinkCommand heal_all;
  heal_all.action = LinkAction::heal;
  CHECK(lab.ask(heal_all).ok());
  CHECK(lab.model.faults().empty());
  REQUIRE(lab.until([&] { return lab.all_run(); }));
  CHECK_FALSE(lab.ask(LinkCommand{LinkAction::cut, NodeId(1), NodeId(9)}).ok());
  CHECK(
      lab.ask(LinkCommand{LinkAction::delay, NodeId(1), clients_end, true, milliseconds(30)}).ok());

  CHECK(lab.ask(ClusterCommand{ClusterAction::add_broker}).ok());
  REQUIRE(lab.until([&] { return lab.all_run(4); }));
  CHECK(lab.session.bootstrap().size() == 4);
  lab.create_topic("wide", 1, 4);

  CHECK(lab.ask(ClusterCommand{ClusterAction::reset}).ok());
  CHECK(lab.session.generation() == 1);
  CHECK(lab.session.brokers().size() == 3);
  REQUIRE(lab.until([&] { return lab.all_run(); }));
  CHECK(lab.model.topics().empty());
}

}  // namespace lab::sources
