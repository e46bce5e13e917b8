// What a window without a cluster can ask, and what an error about ports offers.
#include "app/sources/no_cluster.h"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

#include "app/sources/port_pairs.h"
#include "engine/host/asio.h"
#include "engine/host/listening.h"

namespace lab::sources {

TEST_CASE("no cluster: it can do nothing, and says so to whoever asks") {
  NoCluster none("the disk is full");
  CHECK(none.failure() == "the disk is full");
  CHECK_FALSE(none.capabilities().clients);
  CHECK(none.brokers().empty());
  std::optional<Answer> answer;
  none.command(Command{NodeCommand{NodeAction::kill, NodeId{1}}},
               [&](const Answer& told) { answer = told; });
  CHECK_FALSE(answer.has_value());
  std::vector<trace::Event> events;
  none.take(events);
  CHECK(events.empty());
  REQUIRE(answer.has_value());
  CHECK_FALSE(answer->ok());
  CHECK_FALSE(none.properties(NodeId{1}).ok());
}

TEST_CASE("ports: an error names who holds one, and the free ones that it offers can be read") {
  const auto base = random_base_port(1);
  REQUIRE(base);
  host::asio::io_context io;
  host::ListenOn where;
  where.name = "taker";
  where.port = *base;
  auto taken = host::bind_listener(io, where);
  REQUIRE(taken.ok());
  for (auto& acceptor : taken->acceptors) acceptor.listen();
  const auto checked = check_ports({*base}, 1);
  REQUIRE_FALSE(checked.ok());
  const auto offered = offered_base_port(checked.error().message);
  REQUIRE(offered);
  CHECK(*offered != *base);
  CHECK(port_free(*offered));
  CHECK_FALSE(offered_base_port("port 9092 is taken by pid 7"));
  CHECK_FALSE(offered_base_port(". These are free: --base-port 99999"));
  CHECK_FALSE(offered_base_port(""));
}

}  // namespace lab::sources
