// One fault of a run as it is carried out: when, what, whom, for how long. A run is its seed and
// the list of these: drawn while it goes on (fault_draw.h) or given. Plain data; saved and read as
// JSON.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace lab::sim {

// What can be left out of a run as a whole.
enum class FaultGroup : std::uint8_t { links, nodes, disks, cluster };
using FaultGroups = std::set<FaultGroup>;
FaultGroups all_fault_groups();
// "none", "all", or names with commas between.
Result<FaultGroups> parse_fault_groups(std::string_view text);
std::string text(const FaultGroups& groups);

enum class FaultKind : std::uint8_t {
  crash,       // started again after `lasts`
  power_loss,  // as well
  stop,        // as well; after a controlled shutdown
  freeze,      // thawed after `lasts`
  isolate,     // cut off from all brokers, healed after `lasts`
  cut,         // the link to `other`, healed after `lasts`
  delay,       // bytes from it to `other` come later by `extra`, for `lasts`
  reset,       // the connections with `other` break
  stall,       // its disk does nothing for `lasts`
  churn        // a topic beside the others is made or deleted, by `number`
};
std::string_view name_of(FaultKind kind);
FaultGroup group_of(FaultKind kind);
const std::vector<FaultKind>& all_fault_kinds();

struct FaultCommand {
  Instant at{};
  FaultKind kind = FaultKind::crash;
  int broker = 0;        // whom; 0 where it is nobody
  int other = 0;         // the link's other end: a broker, or 0: the clients
  bool out = true;       // of cut and isolate: what it sends is held,
  bool in = true;        // what it is sent is held
  bool clients = false;  // isolate: from the clients, too
  Duration lasts{}, extra{};
  std::int64_t number = 0;
  bool operator==(const FaultCommand&) const = default;
};
// "12.345 s: cut 1 - 3 for 800 ms"
std::string text(const FaultCommand& command);

// A list as JSON, and back: an error names the command and what is wrong with it. `brokers`: how
// many there are.
std::string to_json(const std::vector<FaultCommand>& commands);
Result<std::vector<FaultCommand>> commands_from_json(std::string_view json, int brokers);

}  // namespace lab::sim
