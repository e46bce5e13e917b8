// What a simulated run tells a recording, beside what the nodes trace.
#include "engine/sim/told.h"

#include <doctest/doctest.h>

#include <csignal>
#include <vector>

#include "engine/sim/cluster.h"
#include "engine/sim/random.h"

using namespace lab;

namespace {

struct Listened {
  Listened() {
    sim::ClusterOptions options;
    options.on_told = [this](const trace::Event& event) { events.push_back(event); };
    cluster = std::make_unique<sim::Cluster>(5, options);
    cluster->start_all();
    REQUIRE(cluster->world().run_until([&] { return cluster->ready(); }, seconds(30)));
    events.clear();
  }
  template <class Payload>
  std::vector<Payload> of(NodeId node) const {
    std::vector<Payload> found;
    for (const auto& event : events) {
      const auto* payload = std::get_if<Payload>(&event.payload);
      if (payload != nullptr && event.node == node) found.push_back(*payload);
    }
    return found;
  }
  std::vector<trace::Event> events;
  std::unique_ptr<sim::Cluster> cluster;
};

}  // namespace

TEST_CASE("ends and starts of brokers are told as those of processes") {
  Listened lab;
  lab.cluster->crash(2);
  lab.cluster->start(2);
  lab.cluster->world().stop(lab.cluster->member(3));
  lab.cluster->world().run_until([&] { return !lab.cluster->alive(3); }, seconds(30));
  const auto killed = lab.of<trace::ProcessExited>(NodeId(2));
  REQUIRE(killed.size() == 1);
  CHECK(killed[0].signal == SIGKILL);
  CHECK(lab.of<trace::ProcessStarted>(NodeId(2)).size() == 1);
  const auto stopped = lab.of<trace::ProcessExited>(NodeId(3));
  REQUIRE(stopped.size() == 1);
  CHECK(stopped[0].signal == 0);
  CHECK(stopped[0].code == 0);
}

TEST_CASE(
    "a broker that freezes and links that are cut or slow are told once, and when it is over") {
  Listened lab;
  auto& world = lab.cluster->world();
  for (int i = 0; i < 2; ++i) world.freeze(0);
  for (int i = 0; i < 2; ++i) world.thaw(0);
  const auto frozen = lab.of<trace::ProcessFrozen>(NodeId(1));
  REQUIRE(frozen.size() == 2);
  CHECK(frozen[0].frozen);
  CHECK_FALSE(frozen[1].frozen);

  for (int i = 0; i < 2; ++i) world.cut(0, 1);
  world.delay(1, lab.cluster->clients(), milliseconds(30));
  for (int i = 0; i < 2; ++i) world.heal_all();
  const auto links = lab.of<trace::FaultChanged>(no_node);
  REQUIRE(links.size() == 4);
  CHECK(links[0] == trace::FaultChanged{"cut", "1\u21922", "", true});
  CHECK(links[1] == trace::FaultChanged{"delay", "2\u2192clients", "30 ms", true});
  CHECK(links[2] == trace::FaultChanged{"cut", "1\u21922", "", false});
  CHECK(links[3] == trace::FaultChanged{"delay", "2\u2192clients", "", false});
}

TEST_CASE("who listens changes nothing of a run") {
  sim::RunOptions alone{4, seconds(5), false};
  auto listened = alone;
  std::size_t told = 0;
  listened.on_told = [&](const trace::Event&) { ++told; };
  CHECK(sim::random_run(alone).digest == sim::random_run(listened).digest);
  CHECK(told > 1000);
}
