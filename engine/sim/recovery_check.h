// Looks at a broker's disk when it starts and again when it has recovered its logs, before anything
// else happens to them (FAULTS.md 35). Fed by random_run.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "engine/sim/cluster.h"
#include "engine/sim/log_scan.h"

namespace lab::sim {

class RecoveryCheck {
 public:
  // What of a partition's log the broker knew to be synced, in whatever life.
  using Synced = std::function<Offset(int broker, const Uuid& topic, int partition)>;
  RecoveryCheck(Cluster& cluster, Synced synced) : cluster_(cluster), synced_(std::move(synced)) {}

  // It is about to start.
  void starting(int broker);
  // It has handled an input; looks where that was the one with which it ended its recovery. Throws
  // Violation.
  void after_input(int broker);

 private:
  void check(int broker);
  void recover_again(const std::string& who, const std::string& directory, int broker,
                     const LogScan& found);
  Offset synced(int broker, const std::string& directory);

  Cluster& cluster_;
  Synced synced_;
  std::map<int, std::map<std::string, LogScan>> before_;  // of brokers that recover, by directory
  std::uint64_t checked_ = 0;
};

}  // namespace lab::sim
