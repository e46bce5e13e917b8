// Where each leader epoch starts in a log (KIP-101): the answer to "where does your epoch e end?",
// by which a follower finds how far its log agrees with its leader's. Owned by PartitionLog, kept
// in leader-epoch-checkpoint. It never reads or writes files itself.
#pragma once

#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace lab::storage {

struct EpochStart {
  Epoch epoch = no_epoch;
  Offset start = no_offset;
  bool operator==(const EpochStart&) const = default;
};

struct EpochEnd {
  Epoch epoch = no_epoch;
  Offset end = no_offset;
  bool operator==(const EpochEnd&) const = default;
};

class EpochCache {
 public:
  // From leader-epoch-checkpoint's text; an error (with its line) where it is damaged or its epochs
  // or offsets do not rise.
  static Result<EpochCache> parse(const std::string& file, std::string_view text);
  std::string text() const;

  // Notes that `epoch` starts at `start`; entries that contradict it (a later epoch, or a start not
  // before this one) go. True where anything changed. An epoch already noted changes nothing.
  bool assign(Epoch epoch, Offset start);
  // Forgets epochs that start at or above `end`; true where anything changed.
  bool truncate_to(Offset end);
  // Forgets epochs that end at or below `start`; the one that spans it starts there.
  bool start_at(Offset start);
  void clear() { entries_.clear(); }

  Epoch latest() const { return entries_.empty() ? no_epoch : entries_.back().epoch; }
  Epoch epoch_at(Offset offset) const;
  EpochEnd end_offset_for(Epoch epoch, Offset log_end) const;
  const std::vector<EpochStart>& entries() const { return entries_; }
  bool operator==(const EpochCache&) const = default;

 private:
  std::vector<EpochStart> entries_;  // epochs and starts rise
};

}  // namespace lab::storage
