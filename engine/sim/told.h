// The events of a simulated cluster as a lab records them: those of the nodes and of the clients
// (node -1) as they were traced, and beside them what a lab tells of processes and links itself
// (incarnation 0). Owned by Cluster, which says what happened; it changes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "engine/sim/world.h"
#include "engine/trace/event.h"

namespace lab::sim {

class Told {
 public:
  using Tell = std::function<void(const trace::Event&)>;
  // `clients`: who is no broker; broker n is member n - 1.
  Told(World& world, MemberId clients, Tell tell)
      : world_(world), clients_(clients), tell_(std::move(tell)) {}

  void traced(MemberId id, const trace::Event& event);
  void started(MemberId id);
  void ended(MemberId id, const std::string& reason);
  void frozen(MemberId id, bool frozen);
  void link(MemberId from, MemberId to, const LinkState& before, const LinkState& after);
  // Anything else that is done to the cluster, as a fault that is over at once or later.
  void fault(const trace::FaultChanged& fault) { tell(no_node, fault); }

 private:
  NodeId node(MemberId id) const { return NodeId(static_cast<std::int32_t>(id) + 1); }
  std::string end_name(MemberId id) const;
  void tell(NodeId node, trace::Payload payload);

  World& world_;
  MemberId clients_;
  Tell tell_;
  std::uint64_t next_ = 0;
  std::map<MemberId, trace::NodeHalted> halted_;  // what it said last, in its present life
};

}  // namespace lab::sim
