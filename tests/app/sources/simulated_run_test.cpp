// The events of a simulator's run, as brokersim records them, make the lab's model.
#include <doctest/doctest.h>

#include <algorithm>

#include "app/model/cluster_model.h"
#include "engine/sim/random.h"

using namespace lab;

TEST_CASE("a recorded run of the simulator is a cluster that is whole again at its end") {
  for (const std::uint64_t seed : {2U, 7U, 12U}) {
    CAPTURE(seed);
    model::ClusterModel model;
    std::size_t deaths = 0;
    sim::RunOptions options{seed, std::nullopt, false};
    options.on_told = [&](const trace::Event& event) {
      model.apply(event);
      if (std::holds_alternative<trace::ProcessExited>(event.payload)) ++deaths;
    };
    const auto report = sim::random_run(options);
    REQUIRE_MESSAGE(report.kind == sim::Report::Kind::good, report.what);
    const auto killed = [](const sim::FaultCommand& fault) {
      return fault.kind == sim::FaultKind::crash || fault.kind == sim::FaultKind::power_loss;
    };
    CHECK(deaths >= static_cast<std::size_t>(
                        std::count_if(report.faults.begin(), report.faults.end(), killed)));
    CHECK(model.lost_events() == 0);
    CHECK(model.brokers().size() == static_cast<std::size_t>(report.plan.brokers));
    for (const auto& [id, broker] : model.brokers()) {
      CAPTURE(id.v);
      CHECK(broker.alive.value_or(false));
      CHECK(broker.state == model::BrokerState::running);
      CHECK(broker.incarnation > 0);
    }
    CHECK(model.active_controller().has_value());
    CHECK(model.topics().count("topic0") == 1);
    const auto* partition = model.partition({"topic0", PartitionIndex(0)});
    REQUIRE(partition != nullptr);
    CHECK(partition->agreed->isr.size() ==
          static_cast<std::size_t>(report.plan.replication_factor));
    CHECK(model.faults().empty());
    CHECK_FALSE(model.failovers().empty());
    CHECK(model.clients().count("producer-0") == 1);
    for (const char* name : {"admin", "producer-0", "reader-1"}) {  // each is one, and ours
      CAPTURE(name);
      CHECK(std::count_if(model.clients().begin(), model.clients().end(),
                          [&](const auto& each) { return each.first.starts_with(name); }) == 1);
    }
  }
}
