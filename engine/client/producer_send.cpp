// What goes out: requests to leaders, and what their answers mean for each batch.
#include <algorithm>
#include <utility>

#include "engine/client/errors.h"
#include "engine/client/producer.h"
#include "engine/protocol/batch.h"

namespace lab::client {

using protocol::ErrorCode;
using protocol::ProduceRequest;
using protocol::ProduceResponse;

Slice encode_batch(const ProducerBatch& batch, protocol::Compression compression) {
  protocol::BatchOptions options;
  options.compression = compression;
  if (batch.identity) {
    options.producer_id = ProducerId(batch.identity->id);
    options.producer_epoch = batch.identity->epoch;
    options.base_sequence = batch.sequence;
  }
  protocol::BatchBuilder builder(options);
  const auto view = [](const std::optional<Slice>& slice) {
    return slice ? std::optional<ByteView>(slice->view()) : std::nullopt;
  };
  std::vector<protocol::RecordHeader> headers;
  for (const auto& queued : batch.records) {
    headers.clear();
    for (const auto& header : queued.record.headers) {
      headers.push_back({header.key, view(header.value)});
    }
    builder.append(queued.timestamp_ms, view(queued.record.key), view(queued.record.value),
                   headers);
  }
  return builder.build();
}

// ---- Sending

// One request to each leader that has something to get, with at most one batch of each partition.
// True where something was sent: then another round may find more.
bool Producer::send_round() {
  const Instant now = context_.monotonic();
  struct Draft {
    RequestPtr request;
    std::size_t bytes = 0;
  };
  std::map<Address, Draft> drafts;
  for (auto& [key, queue] : queues_) {
    const ProducerBatch* ready = queue.ready(now, !flushes_.empty());
    if (!ready) continue;
    const auto leader = network_.metadata().leader(key.first, key.second);
    if (!leader) {
      network_.metadata().request_update();
      continue;
    }
    const auto in_flight = std::count_if(requests_.begin(), requests_.end(), [&](const auto& r) {
      return r->leader.address == leader->address;
    });
    if (static_cast<std::size_t>(in_flight) >= options_.max_in_flight) continue;
    Draft& draft = drafts[leader->address];
    if (draft.request && draft.bytes + ready->bytes > options_.max_request_size) continue;
    if (!draft.request) draft.request = std::make_shared<Request>(Request{*leader, now, {}});
    draft.bytes += ready->bytes;
    BatchPtr batch = queue.take(identity_);
    batch->leader = leader->node;
    batch->leader_epoch = leader->epoch;
    draft.request->batches.push_back({key, std::move(batch)});
  }
  for (auto& [address, draft] : drafts) send_request(draft.request);
  return !drafts.empty();
}

void Producer::add_to(ProduceRequest& message, const Sent& sent) const {
  if (message.topic_data.empty() || message.topic_data.back().name != sent.key.first) {
    message.topic_data.emplace_back().name = sent.key.first;
  }
  auto& data = message.topic_data.back().partition_data.emplace_back();
  data.index = sent.key.second.v;
  data.records = protocol::Records{{sent.batch->encoded}};
}

void Producer::send_request(const RequestPtr& request) {
  ProduceRequest message;
  message.acks = static_cast<std::int16_t>(options_.acks);
  message.timeout_ms = static_cast<std::int32_t>(to_ms(options_.network.request_timeout));
  for (const auto& sent : request->batches) {
    ProducerBatch& batch = *sent.batch;
    if (batch.encoded.empty()) batch.encoded = encode_batch(batch, options_.compression);
    add_to(message, sent);
    context_.trace(trace::ProducerSent{client_id(), sent.key.first, sent.key.second, batch.leader,
                                       batch.sequence, batch.count, batch.attempts});
  }
  requests_.push_back(request);
  Connection& connection = network_.data(request->leader.address);
  if (options_.acks == Acks::none) {
    connection.tell(std::move(message), ProduceRequest::max_version,
                    [this, request](const Result<>& sent) {
                      if (closed_) return;
                      std::erase(requests_, request);
                      for (const auto& one : request->batches) {
                        if (sent) {
                          acknowledge(one, no_offset, -1);
                        } else {
                          settle_failed_request(one, sent.error().message);
                        }
                      }
                      schedule();
                    });
    return;
  }
  connection.call(std::move(message), [this, request](const Result<ProduceResponse>& response) {
    answered(request, response);
  });
}

// ---- Outcomes

void Producer::answered(const RequestPtr& request, const Result<ProduceResponse>& response) {
  if (closed_) return;
  std::erase(requests_, request);
  schedule();
  if (!response) {
    for (const auto& sent : request->batches) settle_failed_request(sent, response.error().message);
    return;
  }
  for (const auto& node : response->node_endpoints) {
    network_.metadata().learn_broker(NodeId(node.node_id), node.host, node.port);
  }
  std::map<PartitionKey, const ProduceResponse::PartitionProduceResponse*> told;
  for (const auto& topic : response->responses) {
    for (const auto& partition : topic.partition_responses) {
      told[{topic.name, PartitionIndex(partition.index)}] = &partition;
    }
  }
  for (const auto& sent : request->batches) {
    const auto it = told.find(sent.key);
    if (it == told.end()) {
      settle_failed_request(sent, "the answer does not mention the partition");
    } else {
      settle(sent, *it->second);
    }
  }
}

void Producer::settle(const Sent& sent, const ProduceResponse::PartitionProduceResponse& told) {
  const ErrorCode code = protocol::error_code(told.error_code);
  if (code == ErrorCode::none) {
    return acknowledge(sent, Offset(told.base_offset), told.log_append_time_ms);
  }
  // Written by an earlier attempt whose answer was lost.
  if (code == ErrorCode::duplicate_sequence_number && idempotent_) {
    return acknowledge(sent, Offset(told.base_offset), told.log_append_time_ms);
  }
  std::string why(protocol::name(code));
  if (told.error_message && !told.error_message->empty()) why += ": " + *told.error_message;
  if (told.current_leader.leader_id >= 0) {
    network_.metadata().hint(sent.key.first, sent.key.second, NodeId(told.current_leader.leader_id),
                             Epoch(told.current_leader.leader_epoch));
  }
  if (wants_metadata(code)) network_.metadata().request_update();
  const bool numbering = idempotent_ && (code == ErrorCode::out_of_order_sequence_number ||
                                         code == ErrorCode::unknown_producer_id ||
                                         code == ErrorCode::invalid_producer_epoch);
  if (numbering || protocol::is_retriable(code)) return retry(sent, why, code);
  queue_of(sent.key).failed(sent.batch);
  if (!sent.batch->given_up) fail(sent, why, code);
}

void Producer::settle_failed_request(const Sent& sent, const std::string& why) {
  network_.metadata().request_update();
  retry(sent, why, ErrorCode::network_exception);
}

void Producer::retry(const Sent& sent, const std::string& why, ErrorCode code) {
  ProducerBatch& batch = *sent.batch;
  batch.last_error = why;
  if (!batch.given_up) {
    context_.trace(trace::ProducerFailed{client_id(), sent.key.first, sent.key.second, batch.count,
                                         why, true});
  }
  const Instant now = context_.monotonic();
  const Instant at = now + options_.network.retry_backoff;
  ProducerQueue& queue = queue_of(sent.key);
  if (code == ErrorCode::out_of_order_sequence_number) {
    queue.out_of_order(sent.batch, at);
  } else if (code == ErrorCode::unknown_producer_id || code == ErrorCode::invalid_producer_epoch) {
    queue.forgotten(sent.batch, at);
  } else {
    queue.again(sent.batch, at);
  }
  // The refusal may have named the new leader (KIP-951): nothing to wait for.
  const auto leader = network_.metadata().leader(sent.key.first, sent.key.second);
  if (leader) queue.skip_backoff(leader->epoch, now);
}

void Producer::acknowledge(const Sent& sent, Offset base, std::int64_t append_time_ms) {
  if (closed_) return;
  ProducerBatch& batch = *sent.batch;
  queue_of(sent.key).acked(sent.batch);
  if (batch.given_up) return;
  const Duration latency = context_.monotonic() - batch.created;
  context_.trace(
      trace::ProducerAcked{client_id(), sent.key.first, sent.key.second, base, batch.count,
                           std::chrono::duration_cast<std::chrono::microseconds>(latency).count()});
  std::int64_t delta = 0;
  for (auto& record : batch.records) {
    Delivery delivery;
    delivery.topic = sent.key.first;
    delivery.partition = sent.key.second;
    delivery.offset = base.v < 0 ? no_offset : base + delta++;
    delivery.timestamp_ms = append_time_ms >= 0 ? append_time_ms : record.timestamp_ms;
    tell(record, std::move(delivery));
  }
}

// Tells the batch's records that it is over.
void Producer::fail(const Sent& sent, const std::string& why, ErrorCode code) {
  context_.trace(trace::ProducerFailed{client_id(), sent.key.first, sent.key.second,
                                       sent.batch->count, why, false});
  for (auto& record : sent.batch->records) {
    Delivery delivery;
    delivery.topic = sent.key.first;
    delivery.partition = sent.key.second;
    delivery.timestamp_ms = record.timestamp_ms;
    delivery.code = code;
    delivery.error = why;
    tell(record, std::move(delivery));
  }
}

void Producer::tell(QueuedRecord& record, Delivery delivery) {
  --pending_;
  buffered_ -= record.bytes;
  if (record.on_delivery) record.on_delivery(delivery);
}

}  // namespace lab::client
