#include "app/sources/readiness.h"

#include <algorithm>

namespace lab::sources {

bool Readiness::see(const trace::Event& event) {
  if (event.node == no_node) return false;
  const auto& payload = event.payload;
  if (std::holds_alternative<trace::ProcessStarted>(payload) ||
      std::holds_alternative<trace::ProcessExited>(payload)) {
    nodes_.erase(event.node);
    return true;
  }
  Node& node = nodes_[event.node];
  if (std::holds_alternative<trace::SnapshotBegin>(payload)) {
    node = Node{};
    node.retelling = true;
  } else if (std::holds_alternative<trace::SnapshotEnd>(payload)) {
    node.retelling = false;
  } else if (std::holds_alternative<trace::NodeReady>(payload)) {
    node.takes_requests = true;
  } else if (std::holds_alternative<trace::NodeStopping>(payload)) {
    node.takes_requests = false;
  } else if (const auto* role = std::get_if<trace::RoleChanged>(&payload)) {
    node.knows_controller = role->leader != no_node;
  } else if (const auto* seen = std::get_if<trace::BrokerSeen>(&payload)) {
    if (seen->fenced || seen->gone || seen->shutting_down) {
      node.unfenced.erase(seen->broker);
    } else {
      node.unfenced.insert(seen->broker);
    }
  } else {
    return false;
  }
  return true;
}

bool Readiness::ready(const std::vector<NodeId>& all) const {
  if (all.empty()) return false;
  return std::all_of(all.begin(), all.end(), [&](NodeId id) {
    const auto at = nodes_.find(id);
    if (at == nodes_.end()) return false;
    const Node& node = at->second;
    if (!node.takes_requests || !node.knows_controller || node.retelling) return false;
    return std::all_of(all.begin(), all.end(),
                       [&](NodeId other) { return node.unfenced.count(other) != 0; });
  });
}

bool Readiness::takes_requests(NodeId node) const {
  const auto at = nodes_.find(node);
  return at != nodes_.end() && at->second.takes_requests;
}

}  // namespace lab::sources
