// What must hold within one log, batch after batch (FAULTS.md 17 and 19): offsets rise without a
// gap, epochs never fall, and per producer and epoch no sequence is missing or there twice. Used by
// checkers for each replica's log; it reads nothing itself.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/sim/log_files.h"
#include "engine/storage/epoch_cache.h"

namespace lab::sim {

class LogOrder {
 public:
  // `who`: whose log, for the violation. It begins with its first record: nothing is deleted.
  explicit LogOrder(std::string who) : who_(std::move(who)) {}
  // The next batch. Throws Violation.
  void take(const Batch& batch);
  // The epochs that the broker remembers must say of this batch what it says itself.
  void agrees(const Batch& batch, const storage::EpochCache& epochs) const;

 private:
  struct Producer {
    std::int16_t epoch = -1;
    std::int32_t last = -1;
  };
  void take_producer(const Batch& batch);

  std::string who_;
  Offset next_{0};
  Epoch epoch_{-1};
  std::map<ProducerId, Producer> producers_;
};

}  // namespace lab::sim
