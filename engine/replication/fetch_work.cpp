// Fetch, by consumers and by followers: read what may be seen; where that is less than min.bytes,
// wait for more until max.wait. A follower's fetch also tells how far it is.
#include "engine/base/planted.h"
#include "engine/replication/replica_manager.h"

namespace lab::replication {
using protocol::ErrorCode;
using protocol::FetchRequest;
using protocol::FetchResponse;

class FetchWork : public Parked, public std::enable_shared_from_this<FetchWork> {
 public:
  FetchWork(ReplicaManager& manager, FetchRequest request, std::int16_t version,
            ReplicaManager::OnFetched done)
      : manager_(manager), request_(std::move(request)), version_(version), done_(std::move(done)) {
    if (version_ < 15) request_.replica_state.replica_id = request_.replica_id;
  }

  // Answers now or parks itself.
  void begin() {
    collect_keys();
    tell_progress();
    deadline_ = manager_.context_.monotonic() + milliseconds(std::max(0, request_.max_wait_ms));
    attempt();
    if (done_) manager_.waiting_.park(shared_from_this(), keys_, deadline_);
  }

  bool look_again() override {
    if (!done_) return true;
    if (reading_) {
      again_ = true;
      return false;
    }
    attempt();
    return !done_;
  }

  void expire() override {
    if (!done_) return;
    if (!reading_) return attempt();  // the last one: it answers with what there is
    // The disk is slower than the wait: its answer is worth waiting for, as long as it can come.
    must_answer_ = true;
    const auto* partition = manager_.find(parts_[next_].key);
    if (partition == nullptr || partition->topic_id() != reading_topic_) return finish();
    manager_.waiting_.park(shared_from_this(), keys_,
                           manager_.context_.monotonic() + milliseconds(500));
  }

 private:
  struct Part {
    std::size_t topic = 0, index = 0;
    TopicPartition key;
    FetchRequest::FetchPartition wanted;
    ErrorCode code = ErrorCode::none;
  };

  bool by_follower() const { return request_.replica_state.replica_id >= 0; }

  void collect_keys() {
    for (std::size_t t = 0; t < request_.topics.size(); ++t) {
      const auto& topic = request_.topics[t];
      ErrorCode code = ErrorCode::none;
      const auto name = manager_.topic_name(topic.topic, topic.topic_id, version_, code);
      for (std::size_t p = 0; p < topic.partitions.size(); ++p) {
        const auto& wanted = topic.partitions[p];
        parts_.push_back({t, p, {name, PartitionIndex(wanted.partition)}, wanted, code});
        keys_.push_back(parts_.back().key);
      }
    }
  }

  ErrorCode check(const Part& part, Partition*& partition) const {
    if (part.code != ErrorCode::none) return part.code;
    partition = manager_.find(part.key);
    if (partition == nullptr) {
      const bool known = manager_.image_ != nullptr &&
                         manager_.image_->partition(part.key.topic, part.key.partition) != nullptr;
      return known ? ErrorCode::not_leader_or_follower : ErrorCode::unknown_topic_or_partition;
    }
    const ErrorCode code = partition->check_epoch(part.wanted.current_leader_epoch, true);
    if (code != ErrorCode::none || !by_follower()) return code;
    // Only a replica may read above the high watermark.
    const NodeId follower(request_.replica_state.replica_id);
    return contains(partition->in_sync()->replicas(), follower) ? ErrorCode::none
                                                                : ErrorCode::not_leader_or_follower;
  }

  void tell_progress() {
    if (!by_follower()) return;
    for (const auto& part : parts_) {
      Partition* partition = nullptr;
      if (check(part, partition) != ErrorCode::none || diverges(*partition, part)) continue;
      const Offset at(part.wanted.fetch_offset);
      if (at < partition->log().log_start() || at > partition->log().log_end()) continue;
      partition->follower_fetched(NodeId(request_.replica_state.replica_id),
                                  BrokerEpoch(request_.replica_state.replica_epoch), at);
    }
  }

  bool diverges(const Partition& partition, const Part& part) const {
    if (part.wanted.last_fetched_epoch < 0) return false;
    const auto end = partition.log().end_offset_for(Epoch(part.wanted.last_fetched_epoch));
    return end.epoch.v < part.wanted.last_fetched_epoch || end.end.v < part.wanted.fetch_offset;
  }

  void attempt() {
    ++round_;
    reading_ = true;
    again_ = false;
    next_ = 0;
    bytes_ = 0;
    must_answer_ = manager_.context_.monotonic() >= deadline_;
    response_ = {};
    for (const auto& topic : request_.topics) {
      auto& out = response_.responses.emplace_back();
      out.topic = topic.topic;
      out.topic_id = topic.topic_id;
      for (const auto& wanted : topic.partitions) {
        auto& data = out.partitions.emplace_back();
        data.partition_index = wanted.partition;
        data.high_watermark = -1;
        data.records = protocol::Records{};
      }
    }
    step();
  }

  FetchResponse::PartitionData& data_of(const Part& part) {
    return response_.responses[part.topic].partitions[part.index];
  }

  // Reads one part after the other; a read from disk comes back here later.
  void step() {
    while (next_ < parts_.size()) {
      const Part& part = parts_[next_];
      Partition* partition = nullptr;
      const ErrorCode code = check(part, partition);
      if (code != ErrorCode::none) {
        refuse(part, code, partition);
      } else if (!begin_read(part, *partition)) {
        return;  // goes on when the disk has answered
      }
      ++next_;
    }
    reading_ = false;
    const bool enough = bytes_ >= static_cast<std::size_t>(std::max(0, request_.min_bytes));
    if (enough || must_answer_ || parts_.empty()) return finish();
    if (again_) attempt();
  }

  void refuse(const Part& part, ErrorCode code, Partition* partition) {
    auto& data = data_of(part);
    data.error_code = protocol::wire(code);
    must_answer_ = true;
    if (partition == nullptr) return;
    if (code == ErrorCode::not_leader_or_follower || code == ErrorCode::fenced_leader_epoch) {
      data.current_leader = {partition->leader().v, partition->leader_epoch().v};  // KIP-951
    }
    if (code == ErrorCode::offset_out_of_range && by_follower()) {
      data.log_start_offset = partition->log().log_start().v;
      data.high_watermark = partition->high_watermark().v;
    }
  }

  // True where it was read (or refused) at once.
  bool begin_read(const Part& part, Partition& partition) {
    auto& data = data_of(part);
    data.high_watermark = partition.high_watermark().v;
    data.last_stable_offset = partition.high_watermark().v;
    data.log_start_offset = partition.log().log_start().v;
    if (diverges(partition, part)) {
      const auto end = partition.log().end_offset_for(Epoch(part.wanted.last_fetched_epoch));
      if (end.epoch == no_epoch) {
        refuse(part, ErrorCode::offset_out_of_range, &partition);
        return true;
      }
      data.diverging_epoch = {end.epoch.v, end.end.v};
      must_answer_ = true;
      return true;
    }
    const Offset from(part.wanted.fetch_offset);
    const Offset limit = by_follower() || planted(Bug::served_above_high_watermark)
                             ? partition.log().written_end()
                             : partition.high_watermark();
    if (from < partition.log().log_start() || from > partition.log().log_end()) {
      refuse(part, ErrorCode::offset_out_of_range, &partition);
      return true;
    }
    if (from >= limit) return true;
    const auto max_total = static_cast<std::size_t>(
        std::clamp(request_.max_bytes, 0, manager_.settings_.fetch_max_bytes));
    const std::size_t left = max_total > bytes_ ? max_total - bytes_ : 0;
    const std::size_t max =
        std::min(left, static_cast<std::size_t>(std::max(0, part.wanted.partition_max_bytes)));
    if (max == 0 && bytes_ > 0) return true;
    return read(partition, from, limit, max);
  }

  bool read(Partition& partition, Offset from, Offset limit, std::size_t max) {
    struct Call {
      bool within = true, answered = false;
    };
    auto call = std::make_shared<Call>();
    reading_topic_ = partition.topic_id();
    reading_epoch_ = partition.leader_epoch();
    // The first batch of the whole reply comes whatever its size, or a reader would starve.
    partition.log().read(
        from, limit, max, bytes_ == 0,
        [self = shared_from_this(), call, round = round_](storage::ReadResult read) {
          if (!self->done_ || round != self->round_) return;
          self->take(std::move(read));
          call->answered = true;
          if (call->within) return;
          ++self->next_;
          self->step();
        });
    call->within = false;
    return call->answered;
  }

  void take(storage::ReadResult read) {
    const Part& part = parts_[next_];
    // A leader that was deposed while its disk read may have cut its log and filled it anew: what
    // came is no continuation of what the reader has.
    Partition* partition = nullptr;
    const ErrorCode code = check(part, partition);
    if (code != ErrorCode::none) return refuse(part, code, partition);
    if (partition->topic_id() != reading_topic_ || partition->leader_epoch() != reading_epoch_) {
      return refuse(part, ErrorCode::not_leader_or_follower, partition);
    }
    if (read.status == storage::ReadResult::Status::out_of_range) {
      return refuse(part, ErrorCode::offset_out_of_range, manager_.find(part.key));
    }
    if (!read.ok()) return refuse(part, ErrorCode::kafka_storage_error, nullptr);
    bytes_ += total_size(read.slices);
    data_of(part).records->slices = std::move(read.slices);
  }

  void finish() { std::exchange(done_, nullptr)(response_); }

  ReplicaManager& manager_;
  FetchRequest request_;
  std::int16_t version_;
  ReplicaManager::OnFetched done_;  // empty once it has been answered
  std::vector<Part> parts_;
  std::vector<TopicPartition> keys_;
  Instant deadline_{};
  FetchResponse response_;
  std::size_t next_ = 0, bytes_ = 0;
  std::uint64_t round_ = 0;
  Uuid reading_topic_;
  Epoch reading_epoch_ = no_epoch;
  bool reading_ = false, again_ = false, must_answer_ = false;
};

void ReplicaManager::fetch(FetchRequest request, std::int16_t version, OnFetched done) {
  std::make_shared<FetchWork>(*this, std::move(request), version, std::move(done))->begin();
}

}  // namespace lab::replication
