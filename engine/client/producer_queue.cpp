#include "engine/client/producer_queue.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/planted.h"

namespace lab::client {

void ProducerQueue::append(QueuedRecord record, Instant now) {
  const bool fits = !queue_.empty() && queue_.back()->attempts == 0 &&
                    queue_.back()->bytes + record.bytes <= limits_.batch_size;
  if (!fits) {
    auto batch = std::make_shared<ProducerBatch>();
    batch->number = next_number_++;
    batch->created = now;
    queue_.push_back(std::move(batch));
  }
  ProducerBatch& batch = *queue_.back();
  batch.bytes += record.bytes;
  ++batch.count;
  batch.records.push_back(std::move(record));
}

// ---- Sending

bool ProducerQueue::may_send(const ProducerBatch& batch) const {
  if (in_flight_.size() >= limits_.max_in_flight) return false;
  if (batch.attempts > 0 && !in_flight_.empty() && (batch.identity || !limits_.idempotent)) {
    return false;  // what is sent again goes alone
  }
  if (!limits_.idempotent) return true;
  // A broker remembers its last five batches: none that is unanswered may fall out of that window,
  // or its repetition is not known as one (a former leader is silent while the next one answers).
  if (!in_flight_.empty()) {
    const auto oldest = std::min_element(
        in_flight_.begin(), in_flight_.end(),
        [](const BatchPtr& a, const BatchPtr& b) { return a->number < b->number; });
    if (batch.number >= (*oldest)->number + limits_.max_in_flight) return false;
  }
  if (broken_ || (!started_ && !in_flight_.empty())) return false;
  return batch.identity || !unresolved_;
}

Instant ProducerQueue::ready_at(const ProducerBatch& batch, bool hurry) const {
  if (batch.attempts > 0) return batch.not_before;
  const bool full = batch.bytes >= limits_.batch_size || queue_.size() > 1;
  return full || hurry ? batch.created : batch.created + limits_.linger;
}

ProducerBatch* ProducerQueue::ready(Instant now, bool hurry) const {
  if (queue_.empty()) return nullptr;
  ProducerBatch& first = *queue_.front();
  return may_send(first) && ready_at(first, hurry) <= now ? &first : nullptr;
}

BatchPtr ProducerQueue::take(const ProducerIdentity& identity) {
  LAB_CHECK(!queue_.empty());
  BatchPtr batch = std::move(queue_.front());
  queue_.pop_front();
  ++batch->attempts;
  if (limits_.idempotent && !batch->identity) {
    if (!identity_) identity_ = identity;
    batch->identity = identity_;
    batch->sequence = next_sequence_;
    next_sequence_ = sequence_after(next_sequence_, batch->count);
  }
  in_flight_.push_back(batch);
  return batch;
}

// ---- Outcomes

void ProducerQueue::remove_in_flight(const BatchPtr& batch) {
  const auto it = std::find(in_flight_.begin(), in_flight_.end(), batch);
  LAB_CHECK(it != in_flight_.end());
  in_flight_.erase(it);
}

void ProducerQueue::acked(const BatchPtr& batch) {
  remove_in_flight(batch);
  if (batch->identity) started_ = true;
}

void ProducerQueue::again(const BatchPtr& batch, Instant at) {
  remove_in_flight(batch);
  if (batch->given_up) return;
  if (planted(Bug::retry_numbered_anew)) batch->identity.reset(), batch->encoded = {};
  batch->not_before = at;
  const auto behind = std::find_if(queue_.begin(), queue_.end(), [&](const BatchPtr& other) {
    return other->number > batch->number;
  });
  queue_.insert(behind, batch);
}

void ProducerQueue::failed(const BatchPtr& batch) {
  remove_in_flight(batch);
  if (batch->identity) unresolved_ = true;
}

void ProducerQueue::out_of_order(const BatchPtr& batch, Instant at) {
  const auto earlier = [&](const BatchPtr& other) {
    return other->identity && other->number < batch->number;
  };
  const bool first = std::none_of(in_flight_.begin(), in_flight_.end(), earlier) &&
                     std::none_of(queue_.begin(), queue_.end(), earlier);
  if (unresolved_ || first) broken_ = true;
  again(batch, at);
}

void ProducerQueue::forgotten(const BatchPtr& batch, Instant at) {
  broken_ = true;
  again(batch, at);
}

std::vector<BatchPtr> ProducerQueue::expire(Instant cutoff) {
  std::vector<BatchPtr> expired;
  for (auto& batch : in_flight_) {
    if (batch->given_up || batch->created > cutoff) continue;
    auto told = std::make_shared<ProducerBatch>(*batch);
    batch->records.clear();
    batch->given_up = true;
    if (batch->identity) unresolved_ = true;
    expired.push_back(std::move(told));
  }
  for (auto it = queue_.begin(); it != queue_.end();) {
    if ((*it)->created > cutoff) {
      ++it;
      continue;
    }
    if ((*it)->identity) unresolved_ = true;
    expired.push_back(std::move(*it));
    it = queue_.erase(it);
  }
  return expired;
}

// ---- Numbering anew

bool ProducerQueue::numbered_in_queue() const {
  return std::any_of(queue_.begin(), queue_.end(),
                     [](const BatchPtr& batch) { return batch->identity.has_value(); });
}

bool ProducerQueue::wants_restart() const {
  if (!limits_.idempotent || !in_flight_.empty()) return false;
  return broken_ || (unresolved_ && !numbered_in_queue());
}

void ProducerQueue::restart() {
  LAB_CHECK(in_flight_.empty());
  identity_.reset();
  next_sequence_ = 0;
  broken_ = unresolved_ = started_ = false;
  for (auto& batch : queue_) {
    batch->identity.reset();
    batch->sequence = -1;
    batch->encoded = {};
  }
}

// ---- Time

void ProducerQueue::skip_backoff(Epoch leader_epoch, Instant now) {
  for (auto& batch : queue_) {
    if (batch->attempts > 0 && batch->leader_epoch < leader_epoch) {
      batch->not_before = std::min(batch->not_before, now);
    }
  }
}

std::optional<Instant> ProducerQueue::next_event(Instant now, bool hurry,
                                                 Duration delivery_timeout) const {
  std::optional<Instant> next;
  const auto consider = [&](Instant at) {
    if (at > now && (!next || at < *next)) next = at;
  };
  if (!queue_.empty()) {
    consider(ready_at(*queue_.front(), hurry));
    consider(queue_.front()->created + delivery_timeout);
  }
  for (const auto& batch : in_flight_) {
    if (!batch->given_up) consider(batch->created + delivery_timeout);
  }
  return next;
}

}  // namespace lab::client
