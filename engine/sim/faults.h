// The faults of a random run: when each comes, whom it hits, when it is over, and that the budget
// is kept within which nothing acknowledged may be lost (FAULTS.md 14, 2–5). It checks nothing.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/base/rng.h"
#include "engine/sim/cluster.h"
#include "engine/sim/random.h"

namespace lab::sim {

class Faults {
 public:
  Faults(Cluster& cluster, const Plan& plan, const std::vector<std::string>& topics, Rng rng);

  void begin();
  // No more faults; all that is broken is healed and started.
  void end();
  void sum_up(Report& report) const;

 private:
  enum class Kind : std::uint8_t {
    crash,
    crash_all,
    power_loss,
    stop,
    freeze,
    isolate,
    cut,
    delay,
    reset,
    stall,
    churn
  };
  void next();
  void strike();
  Kind draw_kind();
  // Someone alive; often the leader of a partition or the active controller. 0: none.
  int victim();
  void later(Duration least, Duration most, std::function<void()> then);
  void crash(int broker);
  void crash_all();
  void lose_power(int broker);
  void stop(int broker);
  void start_later(int broker);
  void freeze(int broker);
  void isolate(int broker);
  void cut(int broker);
  void delay(int broker);
  void churn();
  // A member other than this broker; the clients are one of them.
  MemberId other_than(int broker);
  bool may_die(const std::set<int>& brokers, bool with_data);
  bool is_whole(int broker);

  Cluster& cluster_;
  const Plan& plan_;
  const std::vector<std::string>& topics_;
  Rng rng_;
  std::uint64_t turn_ = 0;
  int churned_ = 0;
  std::set<int> lossy_;    // lost data and are not in all their ISRs again
  std::set<int> unclean_;  // died, with or without loss, and are not in all their ISRs again
  Report counted_;
};

}  // namespace lab::sim
