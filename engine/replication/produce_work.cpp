// Produce: append what is in order, then wait for what the acks ask for (acks=1: written by this
// leader; acks=all: below the high watermark, which needs every member of the ISR).
#include <limits>

#include "engine/base/planted.h"
#include "engine/protocol/batch.h"
#include "engine/replication/replica_manager.h"

namespace lab::replication {
using protocol::ErrorCode;
using protocol::ProduceRequest;
using protocol::ProduceResponse;
using Answer = ProduceResponse::PartitionProduceResponse;

namespace {

ErrorCode code_of(storage::AppendResult::Status status) {
  using Status = storage::AppendResult::Status;
  switch (status) {
    case Status::ok:
    case Status::duplicate:
      return ErrorCode::none;
    case Status::out_of_order_sequence:
      return ErrorCode::out_of_order_sequence_number;
    case Status::invalid_producer_epoch:
      return ErrorCode::invalid_producer_epoch;
    case Status::not_ready:
      return ErrorCode::not_leader_or_follower;
    case Status::invalid_record:
      return ErrorCode::invalid_record;
    case Status::too_large:
      return ErrorCode::record_list_too_large;
    case Status::not_contiguous:
      return ErrorCode::unknown_server_error;
    case Status::corrupt:
      return ErrorCode::corrupt_message;
    case Status::failed:
      return ErrorCode::kafka_storage_error;
  }
  return ErrorCode::unknown_server_error;
}

// Between which a record's own time must lie (message.timestamp.before.max.ms, after.max.ms).
struct TimeBounds {
  static constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::int64_t first, last;
  TimeBounds(const TopicSettings& settings, std::int64_t now_ms)
      : first(settings.timestamp_before_max_ms >= now_ms
                  ? std::numeric_limits<std::int64_t>::min()
                  : now_ms - settings.timestamp_before_max_ms),
        last(settings.timestamp_after_max_ms > most - now_ms
                 ? most
                 : now_ms + settings.timestamp_after_max_ms) {}
  bool hold(std::int64_t time) const { return time == -1 || (time >= first && time <= last); }
};

// What Kafka's LogValidator asks of a batch that a client sends.
// `youngest` becomes the largest time of its records.
ErrorCode check_sent(const protocol::BatchHeader& header, ByteView batch,
                     const TopicSettings& settings, std::int64_t now_ms, std::int64_t& youngest,
                     std::string& message) {
  const auto size = static_cast<std::int64_t>(batch.size());
  const std::int32_t max_bytes = settings.max_message_bytes;
  if (size > max_bytes) {
    message = fmt::format(
        "The record batch size is {} bytes, which exceeds the maximum configured "
        "value of {}.",
        size, max_bytes);
    return ErrorCode::message_too_large;
  }
  if (header.is_control() || header.is_transactional()) {
    message = "Transactional and control batches are not served by this broker.";
    return ErrorCode::invalid_record;
  }
  const bool own_times = !settings.log_append_time;
  if (own_times && header.timestamp_type() != protocol::TimestampType::create_time) {
    message = "A producer must not send batches of timestamp type LogAppendTime to this topic.";
    return ErrorCode::invalid_timestamp;
  }
  const TimeBounds times(settings, now_ms);
  std::optional<std::int64_t> strange;
  std::int64_t expected = 0;
  bool contiguous = true;
  const auto read = protocol::for_each_record(batch, [&](const auto& record) {
    contiguous = contiguous && record.offset - header.base_offset == expected;
    ++expected;
    youngest = std::max(youngest, record.timestamp_ms);
    if (own_times && !times.hold(record.timestamp_ms)) strange = record.timestamp_ms;
  });
  if (!read) {
    message = read.error().message;
    return ErrorCode::invalid_record;
  }
  if (!contiguous || expected != header.record_count || expected == 0 ||
      header.last_offset_delta != header.record_count - 1) {
    message = "The offsets of the records in a batch must rise by one from 0.";
    return ErrorCode::invalid_record;
  }
  if (strange) {
    message = fmt::format("The timestamp {} is out of range: it must lie between {} and {}.",
                          *strange, times.first, times.last);
    return ErrorCode::invalid_timestamp;
  }
  return ErrorCode::none;
}

}  // namespace

storage::AppendResult ReplicaManager::append(Partition& partition, const protocol::Records& records,
                                             ErrorCode& code, std::string& message) {
  Slice bytes = join(records.slices);
  const auto header = protocol::check_batch(bytes.view());
  if (!header) {
    code = ErrorCode::corrupt_message;
    message = header.error().message;
    return {};
  }
  if (header->size_in_bytes() != bytes.size()) {
    code = ErrorCode::invalid_record;
    message = "Produce requests with version 3 and above may contain exactly one record batch.";
    return {};
  }
  const std::int64_t now_ms = context_.now().wall.time_since_epoch().count();
  std::int64_t youngest = -1;
  const bool stamped = partition.settings().log_append_time;
  code = check_sent(*header, bytes.view(), partition.settings(), now_ms, youngest, message);
  if (code != ErrorCode::none) return {};
  if (stamped || header->max_timestamp != youngest) {
    ByteBuffer own(bytes.view().begin(), bytes.view().end());
    if (stamped) {
      protocol::set_log_append_time(own, now_ms);
    } else {
      protocol::set_max_timestamp(own, youngest);
    }
    bytes = Slice::take(std::move(own));
  }
  // A small batch must not keep a large receive buffer alive for as long as it is cached.
  const bool pins = bytes.pinned() > 4 * bytes.size();
  auto result = partition.log().append_as_leader({pins ? Slice::copy(bytes.view()) : bytes},
                                                 partition.leader_epoch());
  code = code_of(result.status);
  message = result.message;
  return result;
}

class ProduceWork : public Parked {
 public:
  ProduceWork(ReplicaManager& manager, std::int16_t acks, ReplicaManager::OnProduced done)
      : manager_(manager), acks_(acks), done_(std::move(done)) {}

  void take(const ProduceRequest& request, std::vector<TopicPartition>& keys) {
    for (const auto& topic : request.topic_data) {
      auto& answers = response_.responses.emplace_back();
      answers.name = topic.name;
      for (const auto& data : topic.partition_data) {
        auto& answer = answers.partition_responses.emplace_back();
        answer.index = data.index;
        append({topic.name, PartitionIndex(data.index)}, data, answer);
      }
    }
    for (const auto& wait : waits_) keys.push_back(wait.key);
  }

  bool look_again() override {
    for (auto& wait : waits_) {
      if (!wait.done) look_at(wait);
    }
    return finish_if_done();
  }

  void expire() override {
    for (auto& wait : waits_) {
      if (!wait.done) settle(wait, ErrorCode::request_timed_out);
    }
    finish_if_done();
  }

 private:
  struct Wait {
    TopicPartition key;
    Epoch epoch;
    Offset required;
    std::size_t topic, index;
    bool done = false;
  };

  void append(const TopicPartition& key, const ProduceRequest::PartitionProduceData& data,
              Answer& answer) {
    answer.base_offset = -1;
    Partition* partition = manager_.find(key);
    ErrorCode code = ErrorCode::none;
    std::string message;
    if (partition == nullptr) {
      const bool known = manager_.image_ != nullptr &&
                         manager_.image_->partition(key.topic, key.partition) != nullptr;
      code = known ? ErrorCode::not_leader_or_follower : ErrorCode::unknown_topic_or_partition;
    } else if (!partition->leads()) {
      code = ErrorCode::not_leader_or_follower;
    } else if (acks_ == -1 && !partition->enough_replicas()) {
      code = ErrorCode::not_enough_replicas;
      message = fmt::format(
          "The size of the current ISR is insufficient to satisfy the min.isr "
          "requirement of {} for partition {}",
          partition->min_isr(), key.text());
    } else if (!data.records || data.records->empty()) {
      code = ErrorCode::invalid_record;
      message = "The request holds no records for this partition.";
    } else {
      const auto result = manager_.append(*partition, *data.records, code, message);
      if (code == ErrorCode::none) {
        answer.base_offset = result.base.v;
        if (partition->settings().log_append_time) answer.log_append_time_ms = result.max_timestamp;
        answer.log_start_offset = partition->log().log_start().v;
        waits_.push_back({key, partition->leader_epoch(), result.last + 1,
                          response_.responses.size() - 1,
                          response_.responses.back().partition_responses.size() - 1});
        manager_.changed_.insert(key);
      }
    }
    answer.error_code = protocol::wire(code);
    if (!message.empty()) answer.error_message = message;
  }

  void look_at(Wait& wait) {
    Partition* partition = manager_.find(wait.key);
    if (partition == nullptr || ((!partition->leads() || partition->leader_epoch() != wait.epoch) &&
                                 !planted(Bug::deposed_leader_acks))) {
      return settle(wait, ErrorCode::not_leader_or_follower);
    }
    if (partition->log().failed()) return settle(wait, ErrorCode::kafka_storage_error);
    if (acks_ != -1 || planted(Bug::ack_before_isr)) {
      if (partition->log().written_end() >= wait.required) settle(wait, ErrorCode::none);
    } else if (partition->high_watermark() >= wait.required) {
      settle(wait, partition->enough_replicas() ? ErrorCode::none
                                                : ErrorCode::not_enough_replicas_after_append);
    }
  }

  void settle(Wait& wait, ErrorCode code) {
    wait.done = true;
    if (code == ErrorCode::none) return;
    Answer& answer = response_.responses[wait.topic].partition_responses[wait.index];
    answer.error_code = protocol::wire(code);
    answer.base_offset = -1;
  }

  bool finish_if_done() {
    for (const auto& wait : waits_) {
      if (!wait.done) return false;
    }
    if (done_) std::exchange(done_, nullptr)(response_);
    return true;
  }

  ReplicaManager& manager_;
  std::int16_t acks_;
  ReplicaManager::OnProduced done_;
  ProduceResponse response_;
  std::vector<Wait> waits_;
};

void ReplicaManager::produce(ProduceRequest request, OnProduced done) {
  auto work = std::make_shared<ProduceWork>(*this, request.acks, std::move(done));
  std::vector<TopicPartition> keys;
  work->take(request, keys);
  // acks=0 waits for nothing; its caller sends no reply.
  if (request.acks == 0) return work->expire();
  if (work->look_again()) return;
  const auto timeout = milliseconds(std::max(0, request.timeout_ms));
  waiting_.park(std::move(work), keys, context_.monotonic() + timeout);
}

}  // namespace lab::replication
