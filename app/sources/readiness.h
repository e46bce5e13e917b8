// Whether a cluster is ready: each of its running brokers takes requests, its metadata lists all of
// them as unfenced, and it knows an active controller. Fed with every event; asked by the live
// source. It derives this from what the brokers say of themselves, so it is exact and asks nobody.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "engine/trace/event.h"

namespace lab::sources {

class Readiness {
 public:
  // False where it does not matter to what ready() says.
  bool see(const trace::Event& event);
  // Of the brokers `all`; false where it is empty.
  bool ready(const std::vector<NodeId>& all) const;
  bool takes_requests(NodeId node) const;

 private:
  struct Node {
    bool takes_requests = false, knows_controller = false, retelling = false;
    std::set<NodeId> unfenced;  // by its own metadata
  };
  std::map<NodeId, Node> nodes_;
};

}  // namespace lab::sources
