// Fault commands of the lab socket, carried out on a Runner: holding the bytes to or from a peer.
// Used by brokerd. What it does not know it refuses.
#pragma once

#include <map>

#include "engine/host/runner.h"

namespace lab::host {

class FaultCommands {
 public:
  // `fault.fault`: "hold-writes" (nothing is sent to `fault.target`, "host:port" as this broker
  // dials it) or "hold-reads" (nothing is read from it); `fault.active` false lets go.
  Result<> carry_out(Runner& runner, const trace::FaultChanged& fault);

 private:
  std::map<Address, LinkHold> holds_;
};

}  // namespace lab::host
