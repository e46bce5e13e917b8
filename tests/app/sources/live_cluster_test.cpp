// Real brokers as child processes: started, killed from outside, adopted, written to, ended.
#include "app/sources/live_cluster.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "app/model/cluster_model.h"
#include "app/sources/live_clients.h"
#include "app/sources/port_pairs.h"
#include "app/sources/spectator.h"
#include "engine/host/clock.h"
#include "tests/engine/host/temporary.h"

namespace lab::sources {
namespace {

using host::content_of;
using host::TemporaryDirectory;
namespace asio = host::asio;

bool runs(std::int64_t pid) {
  const std::string stat = content_of(fmt::format("/proc/{}/stat", pid));
  const auto paren = stat.rfind(") ");
  return paren != std::string::npos && stat[paren + 2] != 'Z';
}

// A lab on a directory of its own, with ports of its own.
struct ClusterLab {
  explicit ClusterLab(const std::string& path, int brokers = 3, std::uint16_t base = 0) {
    ClusterOptions options;
    options.directory = path;
    options.brokers = brokers;
    if (base == 0) base = random_base_port(brokers).value();
    options.base_port = base;
    auto directory = ClusterDirectory::prepare(options);
    REQUIRE_MESSAGE(directory.ok(), (directory.ok() ? "" : directory.error().message));
    LiveCluster::Handlers handlers;
    handlers.on_event = [this](const trace::Event& event) {
      model.apply(event);
      events.push_back(event);
      if (on_event) on_event(event);
    };
    handlers.on_ready = [this] { ++ready; };
    cluster = std::make_unique<LiveCluster>(io, std::move(directory).value(),
                                            beside_own_executable("brokerd"), std::move(handlers));
  }
  void start() {
    const auto started = cluster->start_all();
    REQUIRE_MESSAGE(started.ok(), (started.ok() ? "" : started.error().message));
  }
  // Three times ten seconds: on a busy machine even the brokers wait for their turn.
  bool until(const std::function<bool()>& done) {
    for (int i = 0; i < 2; ++i) {
      if (host::run_until(io, done)) return true;
    }
    return host::run_until(io, done);
  }
  model::BrokerState state(int id) { return model.broker(NodeId{id})->state; }
  Answer act(NodeAction action, int id) { return cluster->carry_out({action, NodeId{id}}); }
  std::int64_t pid(int id) { return cluster->broker(NodeId{id})->pid(); }
  template <class Event>
  std::vector<std::pair<NodeId, Event>> told() const {
    std::vector<std::pair<NodeId, Event>> found;
    for (const auto& event : events) {
      if (const auto* one = std::get_if<Event>(&event.payload))
        found.emplace_back(event.node, *one);
    }
    return found;
  }
  bool end() {
    bool ended = false;
    cluster->shut_down([&] { ended = true; });
    return until([&] { return ended; });
  }

  asio::io_context io;
  model::ClusterModel model;
  std::vector<trace::Event> events;
  std::function<void(const trace::Event&)> on_event;
  int ready = 0;
  std::unique_ptr<LiveCluster> cluster;
};

}  // namespace

TEST_CASE(
    "live: a broker that said that it halted is started again, though its process is not gone") {
  TemporaryDirectory where;
  ClusterLab lab(where.path());
  lab.start();
  REQUIRE(lab.until([&] { return lab.ready == 1; }));
  const std::int64_t first = lab.pid(2);
  std::optional<Answer> answer;
  lab.on_event = [&](const trace::Event& event) {
    if (!answer && std::holds_alternative<trace::NodeHalted>(event.payload))
      answer = lab.act(NodeAction::start, 2);
  };
  REQUIRE(lab.act(NodeAction::stop, 2).ok());
  REQUIRE(lab.until([&] { return answer && lab.pid(2) != 0 && lab.pid(2) != first; }));
  CHECK(answer->ok());
  REQUIRE(lab.until([&] { return lab.state(2) == model::BrokerState::running; }));
  CHECK(lab.told<trace::ProcessExited>().size() == 1);
  CHECK(lab.end());
}

TEST_CASE("live: three brokers, one killed from outside, started again, all ended") {
  TemporaryDirectory where;
  ClusterLab lab(where.path());
  lab.start();
  REQUIRE(lab.until([&] { return lab.ready == 1; }));
  std::vector<std::int64_t> pids;
  for (int id = 1; id <= 3; ++id) {
    CHECK(lab.state(id) == model::BrokerState::running);
    CHECK(content_of(where / fmt::format("run/broker-{}.pid", id)) ==
          fmt::format("{}\n", lab.pid(id)));
    pids.push_back(lab.pid(id));
  }
  CHECK(lab.model.active_controller().has_value());

  ::kill(static_cast<pid_t>(lab.pid(2)), SIGKILL);
  REQUIRE(lab.until([&] { return lab.state(2) == model::BrokerState::dead; }));
  const auto exits = lab.told<trace::ProcessExited>();
  REQUIRE(exits.size() == 1);
  CHECK(exits[0].first == NodeId{2});
  CHECK(exits[0].second.signal == SIGKILL);
  CHECK_FALSE(exits[0].second.asked);
  CHECK_FALSE(lab.act(NodeAction::kill, 2).ok());
  CHECK_FALSE(lab.act(NodeAction::start, 1).ok());
  CHECK_FALSE(lab.act(NodeAction::start, 9).ok());

  CHECK(lab.act(NodeAction::start, 2).ok());
  REQUIRE(lab.until([&] { return lab.ready == 2; }));
  CHECK(lab.state(2) == model::BrokerState::running);
  pids.push_back(lab.pid(2));

  const auto begun = host::monotonic_now();
  CHECK(lab.end());
  CHECK(host::monotonic_now() - begun < seconds(2));
  for (const auto pid : pids) CHECK_FALSE(runs(pid));
}

TEST_CASE("live: frozen by the lab or by hand, stopped cleanly, back again") {
  TemporaryDirectory where;
  ClusterLab lab(where.path());
  lab.start();
  REQUIRE(lab.until([&] { return lab.ready == 1; }));
  CHECK(lab.act(NodeAction::freeze, 3).ok());
  CHECK(lab.state(3) == model::BrokerState::frozen);
  CHECK_FALSE(lab.act(NodeAction::stop, 3).ok());  // it could not hear it
  CHECK(lab.act(NodeAction::thaw, 3).ok());
  ::kill(static_cast<pid_t>(lab.pid(3)), SIGSTOP);
  CHECK(lab.until([&] { return lab.state(3) == model::BrokerState::frozen; }));
  ::kill(static_cast<pid_t>(lab.pid(3)), SIGCONT);
  CHECK(lab.until([&] { return lab.state(3) == model::BrokerState::running; }));
  CHECK(lab.act(NodeAction::stop, 1).ok());
  REQUIRE(lab.until([&] { return !lab.told<trace::ProcessExited>().empty(); }));
  CHECK(lab.state(1) == model::BrokerState::stopped);
  const auto exit = lab.told<trace::ProcessExited>()[0].second;
  CHECK(exit.asked);
  CHECK(lab.act(NodeAction::start, 1).ok());
  CHECK(lab.until([&] { return lab.ready == 2; }));
  CHECK(lab.end());
}

TEST_CASE("live: a broker that does not start says why in its own words") {
  TemporaryDirectory where;
  ClusterLab lab(where.path(), 1);
  std::filesystem::remove(where / "broker-1/data/meta.properties");
  lab.start();
  REQUIRE(lab.until([&] { return !lab.told<trace::ProcessExited>().empty(); }));
  const auto exit = lab.told<trace::ProcessExited>()[0].second;
  CHECK(exit.code == 1);
  CHECK(exit.last_error.find("No `meta.properties` found") != std::string::npos);
  CHECK(lab.state(1) == model::BrokerState::did_not_start);
}

TEST_CASE("live: a taken port stops the start and names who has it") {
  TemporaryDirectory where;
  const auto base = random_base_port(1).value();
  ClusterLab first(where / "first", 1, base);
  first.start();
  REQUIRE(first.until([&] { return first.ready == 1; }));
  ClusterLab second(where / "second", 1, base);
  const auto refused = second.cluster->start_all();
  REQUIRE_FALSE(refused.ok());
  const std::string& why = refused.error().message;
  CHECK(why.find(fmt::format("pid {}", first.pid(1))) != std::string::npos);
  CHECK(why.find("--base-port") != std::string::npos);
  CHECK(first.end());
}

TEST_CASE("live: a broker started by hand is adopted, and let go at the end") {
  TemporaryDirectory where;
  ClusterLab lab(where.path(), 1);
  const auto& files = lab.cluster->directory().brokers()[0];
  const std::string brokerd = beside_own_executable("brokerd");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::execl(brokerd.c_str(), brokerd.c_str(), files.properties.c_str(), nullptr);
    ::_exit(127);
  }
  CHECK(lab.until([&] { return lab.cluster->broker(NodeId{1})->adopted() && lab.ready == 1; }));
  CHECK(lab.pid(1) == child);
  CHECK(lab.state(1) == model::BrokerState::running);
  CHECK_FALSE(lab.act(NodeAction::start, 1).ok());
  CHECK(lab.end());
  CHECK(runs(child));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(lab.until([&] { return lab.state(1) == model::BrokerState::dead; }));
}

TEST_CASE("live: clients write, a leader is killed, and a fresh consumer finds every record") {
  TemporaryDirectory where;
  ClusterLab lab(where.path());
  lab.start();
  REQUIRE(lab.until([&] { return lab.ready == 1; }));
  std::vector<Address> bootstrap;
  for (const auto& files : lab.cluster->directory().brokers()) {
    bootstrap.push_back({"localhost", files.port});
  }
  std::vector<std::string> notices;
  LiveClients clients(lab.io, bootstrap, where.path(),
                      {[&](const trace::Event& event) { lab.cluster->publish(event); },
                       [&](const std::string& notice) { notices.push_back(notice); }});
  client::NewTopic topic;
  topic.name = "orders";
  topic.partitions = 3;
  topic.replication_factor = 2;
  std::optional<Answer> answer;
  const Then keep = [&](const Answer& told) { answer = told; };
  clients.call([&](LabClients& c) { c.create_topic(topic, keep); });
  REQUIRE(lab.until([&] { return answer.has_value(); }));
  CHECK(answer->value() == "Created topic orders.");
  answer.reset();
  topic.replication_factor = 4;
  topic.name = "more";
  clients.call([&](LabClients& c) { c.create_topic(topic, keep); });
  REQUIRE(lab.until([&] { return answer.has_value(); }));
  CHECK(answer->error().message.find("only 3 broker(s) are registered") != std::string::npos);
  answer.reset();
  clients.call([&](LabClients& c) {
    c.send({"orders", "hello", "a key", PartitionIndex{0}, client::Acks::all}, keep);
  });
  REQUIRE(lab.until([&] { return answer.has_value(); }));
  CHECK(answer->value() == "orders-0, offset 0");

  ProducePlan plan;
  plan.client = "shop";
  plan.topic = "orders";
  plan.per_second = 200;
  clients.call([&](LabClients& c) {
    CHECK(c.start_producer(plan).ok());
    CHECK_FALSE(c.start_producer(plan).ok());
  });
  const auto acked = [&] {
    const auto at = lab.model.clients().find("shop");
    return at == lab.model.clients().end() ? 0 : at->second.ledger.acked;
  };
  REQUIRE(lab.until([&] { return acked() > 50; }));
  const NodeId leader = lab.model.partition({"orders", PartitionIndex{0}})->agreed->leader;
  CHECK(lab.act(NodeAction::kill, leader.v).ok());
  const auto& failovers = lab.model.failovers();
  REQUIRE(lab.until([&] {
    return std::any_of(failovers.begin(), failovers.end(), [](const model::Failover& failover) {
      return failover.partition.topic == "orders" && failover.acked.at.has_value();
    });
  }));
  CHECK(lab.act(NodeAction::start, leader.v).ok());
  REQUIRE(lab.until([&] { return lab.ready == 2; }));
  bool stopped = false;
  clients.call([&](LabClients& c) { c.stop("shop", [&] { stopped = true; }); });
  REQUIRE(lab.until([&] { return stopped; }));
  std::optional<Result<trace::LedgerChecked>> checked;
  clients.call([&](LabClients& c) {
    c.check_ledger("shop", [&](Result<trace::LedgerChecked> result) { checked = result; });
  });
  REQUIRE(lab.until([&] { return checked.has_value(); }));
  REQUIRE(checked->ok());
  CHECK((*checked)->acknowledged == acked());
  CHECK((*checked)->lost == 0);
  CHECK((*checked)->duplicated == 0);
  CHECK(lab.model.clients().at("shop").ledger.lost.value_or(-1) == 0);
  CHECK(notices.empty());

  clients.stop_below(std::int64_t{1} << 60);  // as if the disk were full
  answer.reset();
  clients.call([&](LabClients& c) {
    CHECK_FALSE(c.start_producer(plan).ok());
    c.send({"orders", "no", {}, {}, client::Acks::all}, keep);
  });
  REQUIRE(lab.until([&] { return answer.has_value(); }));
  CHECK_FALSE(answer->ok());
  CHECK(lab.end());
}

TEST_CASE("live: somebody else looks, and sees what runs and how the dead one ended") {
  TemporaryDirectory where;
  ClusterLab lab(where.path());
  lab.start();
  REQUIRE(lab.until([&] { return lab.ready == 1; }));
  CHECK(lab.act(NodeAction::kill, 2).ok());
  REQUIRE(lab.until([&] { return lab.state(2) == model::BrokerState::dead; }));
  model::ClusterModel seen;
  auto directory = ClusterDirectory::look(where.path());
  REQUIRE(directory.ok());
  Spectator spectator(lab.io, std::move(directory).value(),
                      [&](const trace::Event& event) { seen.apply(event); });
  int listening = -1;
  spectator.start([&](int count) { listening = count; });
  REQUIRE(lab.until([&] { return listening >= 0; }));
  CHECK(listening == 2);
  CHECK(seen.broker(NodeId{1})->state == model::BrokerState::running);
  CHECK(seen.broker(NodeId{2})->state == model::BrokerState::dead);
  CHECK(seen.broker(NodeId{2})->exit->signal == SIGKILL);
  CHECK(seen.voters() == std::pair<std::int32_t, std::int32_t>(2, 3));
  CHECK(seen.broker(NodeId{3})->pid.value_or(0) == lab.pid(3));
  CHECK(lab.end());
}

TEST_CASE("live: of a lab that was killed, somebody who looks sees its brokers dead") {
  TemporaryDirectory where;
  auto prepared = ClusterDirectory::prepare({where.path(), 3, 9092, {}});
  REQUIRE(prepared.ok());
  const pid_t gone = ::fork();
  if (gone == 0) ::_exit(0);
  ::waitpid(gone, nullptr, 0);
  for (int id = 1; id <= 2; ++id) {
    host::write_file(where / fmt::format("run/broker-{}.pid", id), fmt::format("{}\n", gone));
  }
  asio::io_context io;
  model::ClusterModel seen;
  Spectator spectator(io, std::move(prepared).value(),
                      [&](const trace::Event& event) { seen.apply(event); });
  int listening = -1;
  spectator.start([&](int count) { listening = count; });
  REQUIRE(host::run_until(io, [&] { return listening >= 0; }));
  CHECK(listening == 0);
  CHECK(seen.broker(NodeId{1})->state == model::BrokerState::dead);
  CHECK(seen.broker(NodeId{2})->exit->code == model::exit_unknown);
  CHECK(seen.broker(NodeId{3}) == nullptr);
}

TEST_CASE("live: a broker that failed after it had been ready is dead, also for who looks later") {
  TemporaryDirectory where;
  ClusterLab lab(where.path(), 1);
  lab.start();
  REQUIRE(lab.until([&] { return lab.ready == 1; }));
  ::kill(static_cast<pid_t>(lab.pid(1)), SIGKILL);
  REQUIRE(lab.until([&] { return !lab.told<trace::ProcessExited>().empty(); }));
  auto directory = ClusterDirectory::look(where.path());
  REQUIRE(directory.ok());
  std::vector<trace::Event> told;
  LiveBroker::Surroundings around;
  around.owns_directory = false;
  around.on_event = [&](const trace::Event& event) { told.push_back(event); };
  LiveBroker later(lab.io, *directory->broker(NodeId{1}), std::move(around));
  later.tell_last_exit();
  REQUIRE(told.size() == 3);
  CHECK(std::holds_alternative<trace::NodeStarted>(told[0].payload));
  CHECK(std::holds_alternative<trace::NodeReady>(told[1].payload));
  CHECK(std::holds_alternative<trace::ProcessExited>(told[2].payload));
}

}  // namespace lab::sources
