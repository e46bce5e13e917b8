#include "app/model/broker.h"

namespace lab::model {

std::string_view name_of(BrokerState state) {
  switch (state) {
    case BrokerState::unknown:
      return "unknown";
    case BrokerState::starting:
      return "starting";
    case BrokerState::running:
      return "running";
    case BrokerState::stopping:
      return "stopping";
    case BrokerState::waiting:
      return "waiting";
    case BrokerState::frozen:
      return "frozen";
    case BrokerState::fenced:
      return "fenced";
    case BrokerState::stopped:
      return "stopped";
    case BrokerState::dead:
      return "dead";
    case BrokerState::did_not_start:
      return "did_not_start";
  }
  return "?";
}

bool Broker::live() const {
  if (alive.known()) return *alive && !frozen.value_or(false);
  return fenced.known() && !*fenced && registered.value_or(true);
}

}  // namespace lab::model
