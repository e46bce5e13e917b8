// What a partition remembers of its idempotent producers (KIP-98): the last five batches of each,
// by which a retried batch is known as a duplicate and a gap is refused. Owned by PartitionLog and
// kept in Kafka's .snapshot files. It never reads or writes files itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/slice.h"

namespace lab::storage {

// One batch of an idempotent producer, as its header says.
struct ProducedBatch {
  ProducerId producer{-1};
  std::int16_t epoch = -1;
  std::int32_t base_sequence = -1;
  std::int32_t last_sequence = -1;
  Offset base = no_offset;      // of the first record
  Offset last = no_offset;      // of the last record
  std::int64_t timestamp = -1;  // largest record timestamp, ms
  bool operator==(const ProducedBatch&) const = default;
};

// `sequence` plus `n`, which wraps from 2^31 - 1 to 0.
std::int32_t sequence_plus(std::int32_t sequence, std::int32_t n);

class ProducerState {
 public:
  static constexpr std::size_t batches_kept = 5;

  struct Producer {
    std::int16_t epoch = -1;
    // The producer has batches in the log of which nothing is kept here.
    bool has_older = false;
    std::vector<ProducedBatch> batches;  // oldest first, never empty, all of `epoch`
    bool operator==(const Producer&) const = default;
  };

  enum class Verdict : std::uint8_t { ok, duplicate, out_of_order_sequence, invalid_epoch };
  struct Check {
    Verdict verdict = Verdict::ok;
    ProducedBatch duplicate;  // the old one
    std::string message;      // where it is refused
  };
  // May this batch be appended next? Offsets in it do not matter. A producer that is not known may
  // start with any sequence (KIP-360), so UNKNOWN_PRODUCER_ID is never an answer.
  Check check(const ProducedBatch& batch) const;

  // Notes a batch that is in the log, without judging it. At more than `limit` producers those that
  // wrote longest ago are forgotten.
  void note(const ProducedBatch& batch, std::size_t limit);

  // Adds batches that `recent`, which was read from the end of the same log, knows and this state,
  // which comes from a snapshot, does not.
  void fill(const ProducerState& recent);

  // Forgets batches at or above `end`. False where what is left may be less than the log says, so
  // that the state must be read from the log anew.
  bool truncate_to(Offset end);
  // Forgets producers whose last batch is older than `oldest_ms`.
  void expire(std::int64_t oldest_ms);
  void clear() { producers_.clear(); }

  // Kafka's snapshot file: version 1, CRC-32C. Kafka notes the last batch of each producer; here
  // all that are kept come, oldest first, so that a batch whose answer was lost is known again
  // after a restart. To Kafka's reader the last entry of a producer is the one that counts.
  ByteBuffer encode() const;
  static Result<ProducerState> decode(ByteView bytes);

  const std::map<ProducerId, Producer>& producers() const { return producers_; }
  bool operator==(const ProducerState&) const = default;

 private:
  std::map<ProducerId, Producer> producers_;
};

}  // namespace lab::storage
