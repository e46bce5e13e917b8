// The link inside a node: where a node opens a connection to its own controller listener, the bytes
// never leave it. Node passes each input's effects through here; what belongs to an inner
// connection comes back as inputs for the node's own two ends, still as encoded frames, so
// registration and heartbeats are seen in combined mode too.
#pragma once

#include <deque>
#include <map>

#include "engine/machine/machine.h"

namespace lab::broker {

class InnerLink {
 public:
  // `self`: the node's own controller listener and the name of that listener.
  InnerLink(Address self, std::string listener)
      : self_(std::move(self)), listener_(std::move(listener)) {}

  // Takes the effects from `from` on that belong to inner connections out of the list.
  void filter(Effects& effects, std::size_t from);
  // The next input for one of the node's own ends; nullopt where there is none.
  std::optional<Input> next();
  bool owns(ConnId conn) const { return peers_.contains(conn); }

 private:
  bool take(Effect& effect);

  Address self_;
  std::string listener_;
  std::map<ConnId, ConnId> peers_;  // both ends, each to the other
  std::deque<Input> inputs_;
  std::uint64_t next_accepted_ = std::uint64_t{1} << 62;  // even, far above the host's ids
};

}  // namespace lab::broker
