// Draws the faults of a random run from its seed: how long until the next, which kind, whom it
// hits. Used by Faults; it breaks nothing.
#pragma once

#include <string>
#include <vector>

#include "engine/base/rng.h"
#include "engine/sim/cluster.h"
#include "engine/sim/fault_command.h"
#include "engine/sim/random.h"

namespace lab::sim {

class FaultDraw {
 public:
  FaultDraw(Cluster& cluster, const Plan& plan, const std::vector<std::string>& topics,
            FaultGroups groups, Rng rng);

  // False where the plan and the groups leave no fault.
  bool any() const { return !weights_.empty(); }
  Duration pause();
  // What comes now, all at once; empty: nobody is there to be hit.
  std::vector<FaultCommand> next();

 private:
  struct Weighed {
    FaultKind kind;
    bool all;  // hits all brokers at once
    int weight;
  };
  const Weighed& draw_kind();
  // Someone alive; often the leader of a partition or the active controller. 0: none.
  int victim();
  // A broker other than this one, or 0: the clients.
  int other_than(int broker);
  Duration between(Duration least, Duration most);
  Duration time_down();
  void draw(FaultCommand& command);

  Cluster& cluster_;
  const Plan& plan_;
  const std::vector<std::string>& topics_;
  Rng rng_;
  std::vector<Weighed> weights_;  // none is 0
  int all_weights_ = 0;
  std::int64_t churned_ = 0;
};

}  // namespace lab::sim
