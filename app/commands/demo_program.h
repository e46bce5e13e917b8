// `brokerlab demo --out DIR`: the failover, told once from begin to end without a display. Three
// real brokers, a topic, records flowing, the leader of orders-0 killed, a new leader, writing on,
// the broker back and caught up, and the proof that nothing acknowledged was lost. Called by main.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/commands/pictures.h"

namespace lab::commands {

struct DemoOptions {
  std::string out;                         // where the pictures go; made where it is missing
  std::optional<std::uint16_t> base_port;  // none: free ones
  double per_second = 500;                 // records
};

// Exit codes: 0; 1 where a step did not come about in time or an acknowledged record is missing.
int run_demo(const DemoOptions& options, const Pictures& pictures);

}  // namespace lab::commands
