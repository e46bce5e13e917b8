// A live cluster as a source: what a person asks of its files, one broker more, a fresh cluster.
#include "app/sources/live_session.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>

#include "app/model/cluster_model.h"
#include "app/sources/port_pairs.h"
#include "app/sources/spectator.h"
#include "tests/engine/host/temporary.h"

namespace lab::sources {
namespace {

using host::content_of;
using host::TemporaryDirectory;
using State = model::BrokerState;

// The owner of a session: sleeps until it is woken, takes its events into a model.
struct SessionLab {
  explicit SessionLab(const std::string& path, int brokers) {
    auto prepared = ClusterDirectory::prepare({path, brokers, random_base_port(brokers), {}});
    REQUIRE_MESSAGE(prepared.ok(), (prepared.ok() ? "" : prepared.error().message));
    session = std::make_unique<LiveSession>(std::move(prepared).value(),
                                            beside_own_executable("brokerd"), "", [this] {
                                              const std::lock_guard lock(mutex);
                                              woken = true;
                                              bell.notify_one();
                                            });
  }
  void take() {
    std::vector<trace::Event> events;
    session->take(events);
    if (session->generation() != generation) model = {};
    generation = session->generation();
    for (const auto& event : events) model.apply(event);
  }
  bool until(const std::function<bool()>& condition, Duration limit = seconds(30)) {
    const Instant end = host::monotonic_now() + limit;
    while (!condition() && host::monotonic_now() < end) {
      {
        std::unique_lock lock(mutex);
        bell.wait_for(lock, milliseconds(100), [this] { return woken; });
        woken = false;
      }
      take();
    }
    return condition();
  }
  Answer ask(const Command& command) {
    std::optional<Answer> answer;
    session->command(command, [&](const Answer& told) { answer = told; });
    if (!until([&] { return answer.has_value(); })) return Error{"no answer"};
    return *answer;
  }
  Answer ask(NodeAction action, int id) { return ask(NodeCommand{action, NodeId{id}}); }
  Answer ask(FilesAction action, int id) { return ask(FilesCommand{action, NodeId{id}}); }
  State state(int id) const {
    const auto* broker = model.broker(NodeId{id});
    return broker == nullptr ? State::unknown : broker->state;
  }
  bool all_run(int brokers) const {
    for (int id = 1; id <= brokers; ++id) {
      if (state(id) != State::running) return false;
    }
    return model.active_controller().has_value();
  }

  std::mutex mutex;
  std::condition_variable bell;
  bool woken = false;
  model::ClusterModel model;
  std::uint64_t generation = 0;
  std::unique_ptr<LiveSession> session;
};

}  // namespace

TEST_CASE("live session: the same port, a wiped disk, one broker more, a fresh cluster") {
  TemporaryDirectory where;
  SessionLab lab(where.path(), 3);
  REQUIRE(lab.until([&] { return lab.all_run(3); }));
  const auto can = lab.session->capabilities();
  CHECK((can.properties && can.log_dirs && can.add_brokers && can.reset));

  // The file is read when the broker is started: broker 2 has this port.
  const auto ports = lab.session->bootstrap();
  CHECK(lab.ask(NodeAction::kill, 3).value() == "broker 3 killed");
  CHECK(lab.state(3) == State::dead);  // an answer comes when it is so
  const auto taken = fmt::format("PLAINTEXT://{},CONTROLLER://localhost:{}", ports[1].text(),
                                 ports[2].port + 1000);
  CHECK(lab.ask(PropertyCommand{NodeId{3}, "listeners", taken}).ok());
  CHECK(lab.ask(NodeAction::start, 3).ok());
  REQUIRE(lab.until([&] { return lab.state(3) == State::did_not_start; }));
  CHECK(lab.model.broker(NodeId{3})->exit->reason.find("in use") != std::string::npos);
  CHECK(lab.ask(FilesAction::reset_properties, 3).ok());

  // Wiped when it is down only, and it does not start before it is formatted.
  CHECK(lab.ask(FilesAction::wipe, 2).error().message.find("broker 2 runs") == 0);
  CHECK(lab.ask(FilesAction::wipe, 3).ok());
  CHECK(lab.ask(NodeAction::start, 3).ok());
  REQUIRE(lab.until([&] { return lab.state(3) == State::did_not_start; }));
  const auto formatted = lab.ask(FilesAction::format, 3);
  CHECK_MESSAGE(formatted.ok(), (formatted.ok() ? "" : formatted.error().message));
  CHECK(lab.ask(NodeAction::start, 3).ok());
  CHECK(lab.until([&] { return lab.all_run(3); }));

  CHECK(lab.ask(ClusterCommand{ClusterAction::add_broker}).value() == "broker 4 started");
  CHECK(lab.until([&] { return lab.all_run(4); }));
  CHECK(lab.session->brokers().size() == 4);
  CHECK(lab.session->bootstrap()[3].port == ports[0].port + 3);

  const std::string cluster = lab.model.cluster_id();
  const Instant begun = host::monotonic_now();
  const auto fresh = lab.ask(ClusterCommand{ClusterAction::reset});
  CHECK_MESSAGE(fresh.ok(), (fresh.ok() ? "" : fresh.error().message));
  CHECK(lab.session->generation() == 1);
  CHECK(lab.until([&] { return lab.all_run(3); }));
  MESSAGE("a fresh cluster after ms ", to_ms(host::monotonic_now() - begun));
  CHECK(lab.model.broker(NodeId{4}) == nullptr);
  CHECK(lab.session->brokers().size() == 3);
  CHECK(lab.model.cluster_id() != cluster);
}

TEST_CASE("live session: a client that knows a dead address only stays and goes on trying") {
  TemporaryDirectory where;
  SessionLab lab(where.path(), 1);
  REQUIRE(lab.until([&] { return lab.all_run(1); }));
  ProducePlan plan;
  plan.client = "late";
  plan.topic = "orders";
  plan.bootstrap = {{"localhost", 1}};
  std::optional<Answer> created;
  lab.session->with_clients([&](LabClients& clients) {
    client::NewTopic topic;
    topic.name = "orders";
    topic.partitions = topic.replication_factor = 1;
    clients.create_topic(topic, lab.session->back([&](const Answer& told) { created = told; }));
  });
  REQUIRE(lab.until([&] { return created.has_value(); }));
  lab.session->with_clients(
      [plan](LabClients& clients) { CHECK(clients.start_producer(plan).ok()); });
  const auto late = [&]() -> const model::Client* {
    const auto at = lab.model.clients().find("late");
    return at == lab.model.clients().end() ? nullptr : &at->second;
  };
  REQUIRE(lab.until([&] { return late() != nullptr; }));
  std::optional<bool> runs;
  lab.session->with_clients([&](LabClients& clients) {
    lab.session->hand_back([&, it = clients.runs("late")] { runs = it; });
  });
  REQUIRE(lab.until([&] { return runs.has_value(); }));
  CHECK(*runs);
  CHECK(lab.model.links_of(*late()).empty());
  CHECK_FALSE(late()->gone_at.has_value());
}

TEST_CASE("live session: links are cut and healed, also for a broker that starts anew") {
  TemporaryDirectory where;
  SessionLab lab(where.path(), 3);
  REQUIRE(lab.until([&] { return lab.all_run(3); }));
  CHECK((lab.session->capabilities().link_faults && lab.session->capabilities().link_timing));
  const NodeId controller = *lab.model.active_controller();
  const NodeId other(controller.v % 3 + 1), third(other.v % 3 + 1);
  const auto cut = [&](NodeId a, NodeId b) { return lab.ask(LinkCommand{LinkAction::cut, a, b}); };
  LinkCommand heal;
  heal.action = LinkAction::heal;
  CHECK(cut(controller, other).value() == fmt::format("link {}\u2194{}: cut", controller, other));
  CHECK(lab.model.faults().size() == 2);  // said by the brokers' hosts before the answer
  const auto parted = [&] {
    return lab.state(other.v) == State::fenced || lab.model.active_controller() != controller;
  };
  REQUIRE(lab.until(parted));

  // Its next process is as far away: it is up, and not in the cluster.
  CHECK(lab.ask(NodeAction::kill, other.v).ok());
  CHECK(lab.model.faults().size() == 2);  // the other host still cuts it
  CHECK(lab.ask(heal).ok());
  REQUIRE(lab.until([&] { return lab.model.faults().empty(); }));
  CHECK(cut(controller, other).ok());
  CHECK(cut(third, other).ok());
  CHECK(lab.model.faults().size() == 4);
  CHECK(lab.ask(NodeAction::start, other.v).ok());
  CHECK_FALSE(lab.until([&] { return lab.state(other.v) == State::running; }, seconds(1)));
  CHECK(lab.state(other.v) == State::starting);
  CHECK(lab.model.faults().size() == 4);
  CHECK(lab.ask(heal).value() == "all links are healed");
  CHECK(lab.until([&] { return lab.all_run(3); }));
  CHECK(lab.model.faults().empty());
  CHECK_FALSE(cut(NodeId(1), NodeId(9)).ok());

  // A frozen one answers nothing, and does what it was asked for when it goes on.
  CHECK(lab.ask(NodeAction::freeze, 3).ok());
  CHECK(lab.ask(LinkCommand{LinkAction::delay, NodeId(3), NodeId(1), true, milliseconds(7)}).ok());
  CHECK(lab.model.faults().size() == 2);
  CHECK(lab.ask(LinkCommand{LinkAction::delay, NodeId(3), NodeId(1), true, milliseconds(9)}).ok());
  CHECK(lab.ask(NodeAction::thaw, 3).ok());
  const auto settled = [&] {
    const auto& faults = lab.model.faults();
    return faults.size() == 2 && std::all_of(faults.begin(), faults.end(), [](const auto& entry) {
             return entry.second.detail == "9 ms";
           });
  };
  REQUIRE(lab.until([&] { return settled() && lab.all_run(3); }));

  // Who looks at it from elsewhere is told the same.
  host::asio::io_context io;
  model::ClusterModel seen;
  auto directory = ClusterDirectory::look(where.path());
  REQUIRE(directory.ok());
  Spectator spectator(io, std::move(directory).value(),
                      [&](const trace::Event& event) { seen.apply(event); });
  bool told = false;
  spectator.start([&](int) { told = true; });
  REQUIRE(host::run_until(io, [&] { return told; }));
  CHECK(seen.faults().size() == 2);
}

TEST_CASE("live session: the links to the lab's clients are slow, broken and healed") {
  TemporaryDirectory where;
  SessionLab lab(where.path(), 1);
  REQUIRE(lab.until([&] { return lab.all_run(1); }));
  std::optional<Answer> answer;
  const auto answered = [&] {
    return lab.session->back([&](const Answer& told) { answer = told; });
  };
  lab.session->with_clients([&, then = answered()](LabClients& clients) {
    client::NewTopic topic;
    topic.name = "orders";
    topic.partitions = 1;
    topic.replication_factor = 1;
    clients.create_topic(topic, then);
  });
  REQUIRE(lab.until([&] { return answer.has_value(); }));
  const auto send = [&] {
    answer.reset();
    const Instant begun = host::monotonic_now();
    lab.session->with_clients([&, then = answered()](LabClients& clients) {
      clients.send({"orders", "one", {}, {}}, then);
    });
    REQUIRE(lab.until([&] { return answer.has_value(); }));
    CHECK(answer->ok());
    return host::monotonic_now() - begun;
  };
  (void)send();
  LinkCommand slow{LinkAction::delay, NodeId(1), clients_end, true, milliseconds(100)};
  CHECK(lab.ask(slow).ok());
  CHECK(lab.model.faults().size() == 2);
  CHECK(send() >= milliseconds(200));
  CHECK(lab.ask(LinkCommand{LinkAction::reset, NodeId(1), clients_end}).ok());
  CHECK(send() >= milliseconds(200));
  slow.action = LinkAction::heal;
  CHECK(lab.ask(slow).ok());
  CHECK(lab.model.faults().empty());
  (void)send();
}

}  // namespace lab::sources
