// Fault commands of the lab socket, carried out on a Runner: cutting, delaying and breaking the
// links between this broker and another. Used by brokerd. What it does not know it refuses, with
// the reason; it touches no connection that this process has not opened itself (the other broker's
// host does its part), so that clients go on as before.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "engine/host/runner.h"

namespace lab::host {

class FaultCommands {
 public:
  explicit FaultCommands(NodeId own) : own_(own) {}

  // `fault.target` is "A→B", all bytes from broker A to broker B, one of which is this one.
  // `fault.fault`: "cut" (they wait), "delay", which `fault.active` begins or ends; "break" ends
  // the connections. `fault.detail`: where this broker dials the other, "localhost:9093", several
  // with spaces between; of a delay that begins "50 ms" goes before. Gives what all who listen are
  // told: the same without the addresses.
  Result<trace::FaultChanged> carry_out(Runner& runner, const trace::FaultChanged& fault);

 private:
  struct Peer {
    std::vector<Address> addresses;
    LinkHold hold;
  };
  NodeId own_;
  std::map<NodeId, Peer> peers_;  // with a fault in force
};

}  // namespace lab::host
