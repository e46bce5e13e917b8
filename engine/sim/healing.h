// The liveness phase of a random run: the steps by which a cluster that was healed must come back
// to health, each within a time of its own (FAULTS.md 39–41). A step that is missed has a name, by
// which runs that fail alike are known; it stands before the first ": ". Called by random_run.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "engine/sim/cluster.h"
#include "engine/sim/history.h"
#include "engine/sim/wire.h"
#include "engine/sim/workload.h"

namespace lab::sim {

class Healing {
 public:
  Healing(Cluster& cluster, Workload& workload, History& history)
      : cluster_(cluster), workload_(workload), history_(history) {}

  // Each: nullopt where all was reached, else what was not.
  // A new cluster has started.
  std::optional<std::string> be_ready();
  // A quorum of the voters lives and all links are whole; the rest may be dead. There is a
  // controller, those who live are unfenced and know all it knows, and every partition of which a
  // member of the ISR lives has a leader that lives (39).
  std::optional<std::string> core();
  // All live: also the ISRs are full, all writes have ended, new ones are taken, and readers reach
  // the high watermark, one that was there all the time and one that begins (40, 41).
  std::optional<std::string> whole();
  // No request has waited for its reply for long (41).
  std::optional<std::string> answered(const Wire& wire);

  using Condition = std::function<bool()>;
  // Lets time go on until the condition holds, for so long at most; whether it does.
  bool reached(const Condition& condition, Duration limit);

 private:
  std::optional<std::string> wait(const char* name, const char* missed, const Condition& condition,
                                  Duration limit);
  broker::Node* controller();  // nullptr where there is none
  bool unfenced();
  bool converged();
  bool led();

  Cluster& cluster_;
  Workload& workload_;
  History& history_;
};

}  // namespace lab::sim
