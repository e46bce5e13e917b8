// A random run: a cluster, clients that write and read, and faults, all drawn from one seed. First
// comes the safety phase, in which anything within the budget may break and the checkers look after
// each input; then all is healed and the cluster has a bounded time for each step back to health.
// Used by brokersim and by tests.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "engine/sim/fault_command.h"
#include "engine/trace/event.h"

namespace lab::sim {

// What a run does, drawn from its seed (swarm testing: whole kinds of faults are off in some runs).
struct Plan {
  int brokers = 3, topics = 1, partitions = 1, replication_factor = 3, min_isr = 1;
  Duration safety{seconds(20)};
  Duration between_faults{milliseconds(500)};  // on average
  // How often each kind comes, relative to the others; 0: never.
  int crash = 0, crash_all = 0, power_loss = 0, stop = 0, freeze = 0, isolate = 0, cut = 0,
      delay = 0, reset = 0, stall = 0, churn = 0;
  int producers = 1, hasty_producers = 0;
  Duration between_writes{milliseconds(20)};
  std::size_t record_bytes = 20;
  bool slow_links = false, slow_disks = false, small_snapshots = false, small_caches = false;
  std::string text() const;
};
Plan draw_plan(std::uint64_t seed);
constexpr int most_brokers = 5;  // that a plan may have

struct Report {
  enum class Kind : std::uint8_t { good, safety, liveness, crash };
  Kind kind = Kind::good;
  std::string what;  // where it is not good: the broken promise, or what was missed
  Plan plan;
  std::uint64_t digest = 0, steps = 0;
  Duration simulated{};
  std::vector<FaultCommand> faults;  // as they were carried out
  std::uint64_t quorum_leaders = 0, partition_leaders = 0;
  std::int64_t sent = 0, acknowledged = 0, failed = 0, read = 0, lost_hasty = 0;
  std::map<std::string, std::int64_t> branches;  // rare ones (branches.h); 0 where not reached
  std::vector<std::string> logs;  // of all brokers with times, where `keep_logs` was asked for
};

struct RunOptions {
  std::uint64_t seed = 1;
  std::optional<Duration> until;  // ends the safety phase there, and there is no other
  bool keep_logs = false;
  FaultGroups groups = all_fault_groups();  // of what is drawn
  // Exactly these faults instead of drawn ones.
  std::optional<std::vector<FaultCommand>> faults = std::nullopt;
  // Gets all events of the run as a lab records them.
  std::function<void(const trace::Event&)> on_told = nullptr;
};
Report random_run(const RunOptions& options);

}  // namespace lab::sim
