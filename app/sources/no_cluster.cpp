#include "app/sources/no_cluster.h"

#include <utility>

#include "engine/host/clock.h"

namespace lab::sources {

Instant NoCluster::now() const { return host::monotonic_now(); }

void NoCluster::take(std::vector<trace::Event>&) {
  for (const auto& call : std::exchange(calls_, {})) call();
}

void NoCluster::command(const Command&, Then then) {
  if (!then) return;
  hand_back([then = std::move(then)] { then(Error{no_cluster}); });
}

}  // namespace lab::sources
