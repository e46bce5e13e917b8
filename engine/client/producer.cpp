// What comes in: records, metadata, the producer id; and time. producer_send.cpp sends.
#include "engine/client/producer.h"

#include <algorithm>

#include "engine/client/errors.h"

namespace lab::client {

using protocol::ErrorCode;

namespace {

constexpr std::size_t record_overhead = 32;  // bytes that a record adds to a batch, about

std::size_t size_of(const ProducerRecord& record) {
  std::size_t bytes = record_overhead;
  if (record.key) bytes += record.key->size();
  if (record.value) bytes += record.value->size();
  for (const auto& header : record.headers) {
    bytes += header.key.size() + 8 + (header.value ? header.value->size() : 0);
  }
  return bytes;
}

}  // namespace

Producer::Producer(Context& context, ProducerOptions options)
    : context_(context),
      options_(std::move(options)),
      idempotent_(options_.idempotence && options_.acks == Acks::all),
      network_(context, options_.network, [this] { metadata_changed(); }),
      keyless_(options_.keyless, options_.batch_size),
      pump_timer_(context, [this] { pump(); }),
      later_timer_(context, [this] { pump(); }) {}

Result<> Producer::send(ProducerRecord record, OnDelivery on_delivery) {
  if (closed_) return Error{"the producer is closed"};
  const std::size_t bytes = size_of(record);
  if (bytes > options_.max_request_size) {
    return Error{fmt::format("the record has {} bytes, more than max.request.size ({})", bytes,
                             options_.max_request_size)};
  }
  if (buffered_ + bytes > options_.buffer_memory) {
    return Error{fmt::format("buffer.memory ({} bytes) is used up: {} records wait",
                             options_.buffer_memory, pending_)};
  }
  QueuedRecord queued;
  queued.timestamp_ms =
      record.timestamp_ms.value_or(context_.now().wall.time_since_epoch().count());
  queued.accepted = context_.monotonic();
  queued.on_delivery = std::move(on_delivery);
  queued.bytes = bytes;
  queued.record = std::move(record);
  buffered_ += bytes;
  ++pending_;
  const std::string& name = queued.record.topic;
  network_.metadata().add_topic(name);
  topics_[name].waiting.push_back(std::move(queued));
  schedule();
  return {};
}

void Producer::flush(std::function<void()> done) {
  flushes_.push_back(std::move(done));
  schedule();
}

void Producer::finish_flush() {
  if (pending_ != 0) return;
  for (auto& done : std::exchange(flushes_, {})) done();
}

void Producer::close(const std::string& reason) {
  if (closed_) return;
  closed_ = true;
  pump_timer_.cancel();
  later_timer_.cancel();
  network_.close(reason);
  requests_.clear();
  for (auto& [name, topic] : topics_) {
    fail_waiting(topic, Instant::max(), reason, ErrorCode::none);
  }
  for (auto& [key, queue] : queues_) {
    for (auto& batch : queue.expire(Instant::max())) {
      fail(Sent{key, batch}, reason, ErrorCode::none);
    }
  }
  finish_flush();
}

// Everything that happens ends here: what can be sent is sent, and the timer set for what comes
// next.
void Producer::pump() {
  if (closed_) return;
  expire();
  place_waiting();
  if (idempotent_ && identity_.id < 0) {
    ask_identity();
  } else {
    for (auto& [key, queue] : queues_) {
      if (!queue.wants_restart()) continue;
      new_epoch();
      if (identity_.id < 0) break;
      queue.restart();
    }
    while (send_round()) {
    }
  }
  look_after_stuck();
  finish_flush();
  arm();
}

void Producer::metadata_changed() {
  if (closed_) return;
  const Instant now = context_.monotonic();
  for (auto& [key, queue] : queues_) {
    const auto leader = network_.metadata().leader(key.first, key.second);
    if (leader) queue.skip_backoff(leader->epoch, now);
  }
  // A request to a leader that has been replaced is not waited for: its answer would be a refusal.
  for (const auto& request : std::vector<RequestPtr>(requests_)) {
    if (now - request->at < network_.patience_with(request->leader.address)) continue;
    for (const auto& sent : request->batches) {
      const auto leader = network_.metadata().leader(sent.key.first, sent.key.second);
      if (!leader || leader->node == request->leader.node ||
          leader->epoch <= sent.batch->leader_epoch) {
        continue;
      }
      if (Connection* connection = network_.find_data(request->leader.address)) {
        connection->close(fmt::format("no answer for {} ms, and broker {} leads now",
                                      to_ms(now - request->at), leader->node));
      }
      break;
    }
  }
  schedule();
}

// ---- The producer id (KIP-98)

void Producer::ask_identity() {
  const Instant now = context_.monotonic();
  if (asking_identity_ || pending_ == 0 || now < identity_not_before_) return;
  const auto broker = network_.metadata().any_broker(identity_tried_);
  if (!broker) {
    identity_tried_.clear();
    identity_not_before_ = now + options_.network.retry_backoff;
    return;
  }
  identity_tried_.push_back(*broker);
  asking_identity_ = true;
  protocol::InitProducerIdRequest request;
  request.transactional_id = std::nullopt;
  request.transaction_timeout_ms = 60'000;  // of no meaning without a transactional id
  network_.control(*broker).call(
      std::move(request),
      [this](const Result<protocol::InitProducerIdResponse>& response) {
        identity_answered(response);
      },
      std::min<Duration>(options_.network.request_timeout, seconds(5)));
}

void Producer::identity_answered(const Result<protocol::InitProducerIdResponse>& response) {
  asking_identity_ = false;
  if (closed_) return;
  const auto code = response ? protocol::error_code(response->error_code) : ErrorCode::none;
  if (response && code == ErrorCode::none && response->producer_id >= 0) {
    identity_ = {response->producer_id, response->producer_epoch};
    identity_trouble_.clear();
    identity_tried_.clear();
  } else {
    identity_trouble_ = response ? std::string(protocol::name(code)) : response.error().message;
    // A refusal (COORDINATOR_LOAD_IN_PROGRESS, say) is the cluster's, not that broker's.
    if (response) identity_not_before_ = context_.monotonic() + options_.network.retry_backoff;
  }
  schedule();
}

// The next epoch of the same id; where there is none left, a new id is asked for (KIP-360).
void Producer::new_epoch() {
  if (identity_.epoch < INT16_MAX) {
    ++identity_.epoch;
    return;
  }
  identity_ = {};
  ask_identity();
}

// ---- Records that wait for their topic's metadata

void Producer::place_waiting() {
  for (auto& [name, topic] : topics_) {
    if (topic.waiting.empty()) continue;
    const TopicInfo* info = network_.metadata().topic(name);
    if (info && is_final_for_topic(info->error)) {
      fail_waiting(topic, Instant::max(),
                   fmt::format("topic {}: {}", name, protocol::name(info->error)), info->error);
      continue;
    }
    if (!info || info->partitions.empty()) {
      network_.metadata().request_update();
      continue;
    }
    if (topic.seen_update != network_.metadata().updates()) {
      topic.seen_update = network_.metadata().updates();
      topic.usable.clear();
      for (const auto& p : info->partitions) {
        if (p.leader != no_node) topic.usable.push_back(p.index);
      }
      if (topic.usable.empty()) {
        for (const auto& p : info->partitions) topic.usable.push_back(p.index);
      }
    }
    std::deque<QueuedRecord> left;
    for (auto& record : std::exchange(topic.waiting, {})) {
      if (!place(topic, *info, record)) left.push_back(std::move(record));
    }
    topic.waiting = std::move(left);
    if (!topic.waiting.empty()) network_.metadata().request_update();
  }
}

// False where the record names a partition that is not known (yet).
bool Producer::place(Topic& topic, const TopicInfo& info, QueuedRecord& record) {
  const std::size_t count = info.partitions.size();
  PartitionIndex index{0};
  if (record.record.partition) {
    index = *record.record.partition;
    if (index.v < 0 || static_cast<std::size_t>(index.v) >= count) return false;
  } else if (record.record.key) {
    index = partition_of_key(record.record.key->view(), count);
  } else {
    index = keyless_.next(info.name, topic.usable, record.bytes, context_.rng());
  }
  const Instant accepted = record.accepted;
  queue_of({info.name, index}).append(std::move(record), accepted);
  return true;
}

ProducerQueue& Producer::queue_of(const PartitionKey& key) {
  const auto it = queues_.find(key);
  if (it != queues_.end()) return it->second;
  ProducerQueue::Limits limits;
  limits.batch_size = options_.batch_size;
  limits.linger = options_.linger;
  // Brokers remember the last five batches of a producer, no more.
  limits.max_in_flight =
      idempotent_ ? std::min<std::size_t>(options_.max_in_flight, 5) : options_.max_in_flight;
  limits.idempotent = idempotent_;
  return queues_.try_emplace(key, limits).first->second;
}

void Producer::fail_waiting(Topic& topic, Instant cutoff, const std::string& why, ErrorCode code) {
  std::deque<QueuedRecord> failed;  // taken out first: who is told may send again at once
  while (!topic.waiting.empty() && topic.waiting.front().accepted <= cutoff) {
    failed.push_back(std::move(topic.waiting.front()));
    topic.waiting.pop_front();
  }
  for (auto& record : failed) {
    Delivery delivery;
    delivery.topic = record.record.topic;
    delivery.partition = record.record.partition.value_or(PartitionIndex(-1));
    delivery.code = code;
    delivery.error = why;
    context_.trace(
        trace::ProducerFailed{client_id(), delivery.topic, delivery.partition, 1, why, false});
    tell(record, std::move(delivery));
  }
}

// ---- Time

void Producer::expire() {
  const Instant now = context_.monotonic();
  for (auto& [name, topic] : topics_) {
    if (topic.waiting.empty() || topic.waiting.front().accepted > now - options_.max_block)
      continue;
    const TopicInfo* info = network_.metadata().topic(name);
    const auto& trouble = network_.metadata().trouble();
    const ErrorCode code = info ? info->error : ErrorCode::unknown_topic_or_partition;
    fail_waiting(topic, now - options_.max_block,
                 fmt::format("topic {} not present in metadata after {} ms: {}", name,
                             to_ms(options_.max_block),
                             trouble ? trouble->message : std::string(protocol::name(code))),
                 code);
  }
  for (auto& [key, queue] : queues_) {
    for (auto& batch : queue.expire(now - options_.delivery_timeout)) {
      std::string last = batch->last_error;
      if (last.empty() && network_.metadata().trouble()) {
        last = network_.metadata().trouble()->message;
      }
      if (last.empty()) last = identity_trouble_;
      if (last.empty()) last = batch->attempts > 0 ? "no answer" : "never sent";
      fail(Sent{key, batch},
           fmt::format("not delivered within {} ms: {}", to_ms(options_.delivery_timeout), last),
           ErrorCode::request_timed_out);
    }
  }
}

// Looks for a new leader where an answer is late; metadata_changed() acts on what is found.
void Producer::look_after_stuck() {
  const auto at = next_look();
  if (!at || *at > context_.monotonic()) return;
  last_look_ = context_.monotonic();
  network_.metadata().request_update();
}

std::optional<Instant> Producer::next_look() {
  std::optional<Instant> next;
  for (const auto& request : requests_) {
    const Duration patience = network_.patience_with(request->leader.address);
    Instant at = request->at + patience;
    if (last_look_) at = std::max(at, *last_look_ + patience / 4);
    if (!next || at < *next) next = at;
  }
  return next;
}

void Producer::arm() {
  const Instant now = context_.monotonic();
  std::optional<Instant> next;
  const auto consider = [&](Instant at) {
    if (at > now && (!next || at < *next)) next = at;
  };
  for (const auto& [name, topic] : topics_) {
    if (!topic.waiting.empty()) consider(topic.waiting.front().accepted + options_.max_block);
  }
  for (const auto& [key, queue] : queues_) {
    const auto at = queue.next_event(now, !flushes_.empty(), options_.delivery_timeout);
    if (at) consider(*at);
  }
  if (const auto at = next_look()) consider(*at);
  if (idempotent_ && identity_.id < 0 && pending_ != 0) consider(identity_not_before_);
  if (next) {
    later_timer_.arm(*next);
  } else {
    later_timer_.cancel();
  }
}

}  // namespace lab::client
