// The batches of one partition on their way to its leader: in which order they go, which sequence
// numbers they carry, and what is sent again. Pure bookkeeping, used by Producer alone; it sends
// nothing and calls nobody.
//
// Order is kept on retries as Kafka's idempotent producer keeps it (KIP-98, KIP-360): a batch keeps
// the sequence number it was first sent with, and one that is sent again goes alone, oldest first.
// When the broker lost track of the sequence, or a numbered batch was given up, the partition
// starts again at sequence 0 in a new producer epoch, but only once nothing numbered is unanswered;
// so the broker's refusals prove that what is renumbered was never written.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/client/record.h"
#include "engine/machine/machine.h"

namespace lab::client {

// Who the producer is to the brokers.
struct ProducerIdentity {
  std::int64_t id = -1;
  std::int16_t epoch = -1;
  bool operator==(const ProducerIdentity&) const = default;
};

struct QueuedRecord {
  ProducerRecord record;
  std::int64_t timestamp_ms = 0;
  Instant accepted{};
  OnDelivery on_delivery;
  std::size_t bytes = 0;  // what it counts in buffer.memory
};

struct ProducerBatch {
  std::uint64_t number = 0;  // in its partition
  std::vector<QueuedRecord> records;
  std::int32_t count = 0;  // of its records, also once they have been told
  std::size_t bytes = 0;
  Instant created{};
  Instant not_before{};  // of the next attempt
  int attempts = 0;
  bool given_up = false;                     // its records have failed while it was in flight
  std::optional<ProducerIdentity> identity;  // set with the sequence, at the first attempt
  std::int32_t sequence = -1;
  NodeId leader = no_node;  // of the last attempt, and its epoch
  Epoch leader_epoch = no_epoch;
  Slice encoded;           // as it travels; empty until first sent
  std::string last_error;  // of the last attempt
};
using BatchPtr = std::shared_ptr<ProducerBatch>;

// The sequence number `n` records after `sequence`; it wraps to 0 after 2^31 - 1.
constexpr std::int32_t sequence_after(std::int32_t sequence, std::int32_t n) {
  return static_cast<std::int32_t>(
      (static_cast<std::uint32_t>(sequence) + static_cast<std::uint32_t>(n)) & 0x7fffffffU);
}

class ProducerQueue {
 public:
  struct Limits {
    std::size_t batch_size = 16384;
    Duration linger{};
    std::size_t max_in_flight = 5;
    bool idempotent = true;
  };
  explicit ProducerQueue(Limits limits) : limits_(limits) {}

  void append(QueuedRecord record, Instant now);

  // The batch that may be sent now; nullptr where none may. `hurry`: linger is over for all.
  ProducerBatch* ready(Instant now, bool hurry) const;
  // Takes what ready() gave: numbers it where it has no number yet, and counts it as in flight.
  BatchPtr take(const ProducerIdentity& identity);

  // ---- What became of a batch in flight.
  void acked(const BatchPtr& batch);
  // It will be sent again, not before `at`. A batch that was given up is dropped instead.
  void again(const BatchPtr& batch, Instant at);
  // It will not.
  void failed(const BatchPtr& batch);
  // The broker says that its sequence is not the next one. Where an earlier batch is still to come,
  // sending it again will do; otherwise the numbering is broken and starts again (wants_restart).
  void out_of_order(const BatchPtr& batch, Instant at);
  // The broker does not know the producer, or not in this epoch.
  void forgotten(const BatchPtr& batch, Instant at);

  // Takes out the batches created before `cutoff`. Those in flight stay there, given up; their
  // records are moved to the batches returned, which are for telling only.
  std::vector<BatchPtr> expire(Instant cutoff);

  // The partition needs a new epoch before anything new can be sent; then restart() may be called.
  bool wants_restart() const;
  void restart();

  // A newer leader is known than the one that refused: waiting for the backoff serves nothing.
  void skip_backoff(Epoch leader_epoch, Instant now);

  bool idle() const { return queue_.empty() && in_flight_.empty(); }
  std::size_t in_flight() const { return in_flight_.size(); }
  // When ready() or expire() may say something new, though nothing else happens.
  std::optional<Instant> next_event(Instant now, bool hurry, Duration delivery_timeout) const;

 private:
  bool may_send(const ProducerBatch& batch) const;
  bool numbered_in_queue() const;
  Instant ready_at(const ProducerBatch& batch, bool hurry) const;
  void remove_in_flight(const BatchPtr& batch);

  Limits limits_;
  std::deque<BatchPtr> queue_;  // by number; those to be sent again come first
  std::deque<BatchPtr> in_flight_;
  std::uint64_t next_number_ = 0;
  std::optional<ProducerIdentity> identity_;
  std::int32_t next_sequence_ = 0;  // of the next batch that has none
  bool started_ = false;            // a batch of this numbering has been acknowledged
  bool broken_ = false;             // the broker's idea of the sequence is another
  bool unresolved_ = false;         // a numbered batch was given up; its fate is unknown
};

}  // namespace lab::client
