// A broker (or controller-only node) as the lab knows it. Made and changed by ClusterModel alone;
// the scene, the inspector and the conditions of lessons read it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "app/model/facts.h"
#include "engine/trace/event.h"

namespace lab::model {

// What a card shows (LOOKS §4). `frozen` goes before `fenced`, `dead` before all.
enum class BrokerState : std::uint8_t {
  unknown,        // nobody has told
  starting,       // the process runs; recovery, registration or catch-up with the metadata goes on
  running,        // registered and unfenced (a controller-only node: it accepts connections)
  stopping,       // controlled shutdown
  waiting,        // registration refused: the old session is still valid until `refused->until`
  frozen,         // SIGSTOP
  fenced,         // it runs, but the controller has not heard it for a session
  stopped,        // exited cleanly
  dead,           // killed by a signal, or ended by a failure after it had been ready
  did_not_start,  // ended before it was ready; `exit->reason` says why
};
std::string_view name_of(BrokerState state);  // "did_not_start"

// The exit code of a process that is gone and that nobody saw end: no process has it.
inline constexpr std::int32_t exit_unknown = -1;
struct Exit {
  std::int32_t signal = 0;  // 0: it exited by itself
  std::int32_t code = 0;    // or exit_unknown
  bool asked = false;       // the lab did it
  std::string reason;       // the first ERROR line, or why it halted; may be empty
  bool operator==(const Exit&) const = default;
};
struct Recovery {
  std::int32_t done = 0, total = 0;
  bool operator==(const Recovery&) const = default;
};
struct Refusal {
  std::string error;
  Instant until{};  // the old session is valid until then
  bool operator==(const Refusal&) const = default;
};
struct MetadataPosition {
  Offset offset{0};  // exclusive
  Epoch epoch{0};
  NodeId controller = no_node;  // who it believes is the active controller
  bool operator==(const MetadataPosition&) const = default;
};
struct QuorumPosition {
  Epoch epoch{0};
  Offset log_start{0}, high_watermark{0}, log_end{0};
  bool operator==(const QuorumPosition&) const = default;
};
struct QuorumRole {
  trace::Role role = trace::Role::unattached;
  Epoch epoch{0};
  NodeId leader = no_node;
  bool operator==(const QuorumRole&) const = default;
};

struct Broker {
  NodeId id = no_node;
  BrokerState state = BrokerState::unknown;
  Instant since{};  // of `state`

  // The process.
  Fact<bool> alive;  // it runs (frozen included)
  Fact<bool> frozen;
  Fact<Exit> exit;  // the last one; of interest while not alive
  Fact<std::int64_t> pid, memory_bytes;
  Instant started_at{};           // of the process that runs or ran last
  Fact<std::int64_t> stalled_ms;  // the last stall
  // What it said about itself at its start.
  std::uint64_t incarnation = 0;
  std::int32_t starts = 0;  // processes seen; more than 1: "restarted"
  std::string roles, version, host;
  std::uint16_t client_port = 0, controller_port = 0;
  Fact<bool> ready, stopping;
  Fact<Recovery> recovery;
  std::map<std::string, std::string> properties;  // PropertySeen
  // Its place in the cluster.
  Fact<bool> fenced;             // as decided
  Fact<bool> fenced_seen;        // as committed: what the metadata said last
  bool served = false;           // unfenced at least once since its start
  Fact<std::int64_t> silent_ms;  // when fenced for a session: without a heartbeat for this long
  Fact<Refusal> refused;
  Fact<BrokerEpoch> epoch;
  Fact<bool> registered;  // false: unregistered (gone)
  // What it believes itself.
  Fact<MetadataPosition> applied;
  Fact<QuorumRole> role;
  Fact<QuorumPosition> quorum;

  // Its process runs and is not frozen; where nobody tells of processes: not fenced and not gone.
  bool live() const;
  // It runs and has since before `at`: a registration refused then was not its own.
  bool ran_before(Instant at) const {
    return state == BrokerState::running && served && since < at;
  }
  bool controller_only() const { return roles == "controller"; }
  bool voter() const { return roles.find("controller") != std::string::npos; }
};

}  // namespace lab::model
