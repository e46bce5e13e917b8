#include "engine/sim/log_order.h"

#include "engine/sim/violation.h"
#include "engine/storage/producer_state.h"

namespace lab::sim {

void LogOrder::take(const Batch& batch) {
  if (batch.base != next_ || batch.next <= batch.base) {
    violated(17, "{} has {} where offset {} comes next", who_, batch.text(), next_);
  }
  if (batch.epoch < epoch_) {
    violated(17, "{} has {} after a batch of epoch {}", who_, batch.text(), epoch_);
  }
  next_ = batch.next;
  epoch_ = batch.epoch;
  if (batch.producer.v >= 0 && batch.base_sequence >= 0) take_producer(batch);
}

// A producer that is new to the log, or comes with a new epoch, begins at 0 (KIP-98, KIP-360).
void LogOrder::take_producer(const Batch& batch) {
  const auto [it, first] = producers_.try_emplace(batch.producer);
  Producer& producer = it->second;
  const bool begins = first || batch.producer_epoch > producer.epoch;
  const std::int32_t expected = begins ? 0 : storage::sequence_plus(producer.last, 1);
  if (batch.producer_epoch < producer.epoch || batch.base_sequence != expected) {
    violated(19,
             "{} has {} of producer {}: epoch {}, sequence {} where epoch {}, sequence {} is next",
             who_, batch.text(), batch.producer, batch.producer_epoch, batch.base_sequence,
             begins ? batch.producer_epoch : producer.epoch, expected);
  }
  producer = {batch.producer_epoch, batch.last_sequence};
}

void LogOrder::agrees(const Batch& batch, const storage::EpochCache& epochs) const {
  const Epoch first = epochs.epoch_at(batch.base), last = epochs.epoch_at(batch.next - 1);
  if (first == batch.epoch && last == batch.epoch) return;
  violated(17, "{} has {}; its epoch cache says epoch {} to {} there", who_, batch.text(), first,
           last);
}

}  // namespace lab::sim
