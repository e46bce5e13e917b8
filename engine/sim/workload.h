// The clients of a random run: producers that write numbered values, a reader that reads all from
// the begin, and the topics that they use. What they saw goes into a History. It breaks nothing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/rng.h"
#include "engine/sim/cluster.h"
#include "engine/sim/history.h"
#include "engine/sim/random.h"

namespace lab::sim {

class Workload {
 public:
  Workload(Cluster& cluster, const Plan& plan, History& history, Rng rng);

  const std::vector<std::string>& topics() const { return topics_; }
  // An error where a topic could not be made in a healthy cluster.
  std::optional<std::string> create_topics();
  // Producers write at random times from now on, a reader reads.
  void begin();
  // No new writes.
  void pause() { ++turn_; }
  // One write of each producer to each partition.
  void write_once_more();
  // Why one of those failed; nullopt where none did.
  std::optional<std::string> last_failure() const { return last_failure_; }
  // A second reader reads everything from the begin.
  void read_all_anew() { add_reader(); }
  // The latest reader has read every partition to the high watermark of its leader.
  bool read_to_end();
  bool isr_is_full();
  // Tells the history where each log ends.
  void note_ends();
  // A write with acks=all was acknowledged, a record was read: for checkers, at that moment.
  std::function<void(const std::string&topic, int partition, Offset offset)> on_acked, on_read;
  // Which producers are idempotent.
  const std::vector<bool>& idempotent() const { return idempotent_; }
  // Where each partition is, for a run that got stuck.
  std::string describe();

 private:
  void write_soon(int producer);
  void write(int producer, const History::Partition& to);
  void add_reader();

  Cluster& cluster_;
  const Plan& plan_;
  History& history_;
  Rng rng_;
  std::vector<std::string> topics_;
  std::vector<bool> idempotent_;
  std::int64_t written_ = 0;
  std::uint64_t turn_ = 0;  // writes planned in an earlier turn do not happen
  bool once_more_ = false;
  int readers_ = 0;
  std::optional<std::string> last_failure_;
};

}  // namespace lab::sim
