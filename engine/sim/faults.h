// The faults of a run, drawn (fault_draw.h) or given: carries each out, ends it when its time is
// over, and keeps the budget within which nothing acknowledged may be lost (FAULTS.md 14, 2–5):
// what would go beyond it is left out. It checks nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/rng.h"
#include "engine/sim/cluster.h"
#include "engine/sim/fault_command.h"
#include "engine/sim/fault_draw.h"
#include "engine/sim/random.h"

namespace lab::sim {

class Faults {
 public:
  // `given`: exactly these and no others.
  Faults(Cluster& cluster, const Plan& plan, const std::vector<std::string>& topics,
         const FaultGroups& groups, std::optional<std::vector<FaultCommand>> given, Rng rng);

  void begin();
  // No more faults; all that is broken is healed and started, but for `without`, which is killed
  // and stays dead (0: nobody does).
  void end(int without = 0);
  // Whether the budget allows that.
  bool may_stay_dead(int broker) { return !cluster_.alive(broker) || may_die(broker, false); }
  // It is started, too.
  void start_rest(int without) { start_later(without, {}); }
  // What was carried out, in order. With the same seed it gives the same run again.
  const std::vector<FaultCommand>& carried_out() const { return carried_out_; }

 private:
  void next_drawn();
  void next_given();
  void later(Duration time, std::function<void()> then);
  void carry_out(const FaultCommand& command);
  // False where it cannot be, or would go beyond the budget.
  bool hit(const FaultCommand& command);
  bool kill(const FaultCommand& command);
  void start_later(int broker, Duration time);
  void cut(const FaultCommand& command);
  void churn(std::int64_t number);
  // What neither nodes nor links tell: that it begins, and after a time that it is over.
  void tell(const FaultCommand& command);
  void tell_over(const std::string& kind, const std::string& broker);
  bool may_die(int broker, bool with_data);
  bool is_whole(int broker);
  MemberId end_of(int broker) const;

  Cluster& cluster_;
  const Plan& plan_;
  FaultDraw draw_;
  std::optional<std::vector<FaultCommand>> given_;
  std::size_t next_given_ = 0;
  std::uint64_t turn_ = 0;
  std::set<int> lossy_;    // lost data and are not in all their ISRs again
  std::set<int> unclean_;  // died, with or without loss, and are not in all their ISRs again
  std::vector<FaultCommand> carried_out_;
  std::multiset<std::pair<std::string, std::string>> told_;  // kind and broker, not over yet
};

}  // namespace lab::sim
