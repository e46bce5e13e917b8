// What a consumer is told, when it acts, and handing records over. consumer_fetch.cpp asks brokers.
#include "engine/client/consumer.h"

#include <algorithm>

#include "engine/base/planted.h"
#include "engine/client/errors.h"
#include "engine/protocol/batch.h"

namespace lab::client {

using protocol::ErrorCode;

Consumer::Consumer(Context& context, ConsumerOptions options, OnRecord on_record,
                   OnTrouble on_trouble)
    : context_(context),
      options_(std::move(options)),
      on_record_(std::move(on_record)),
      on_trouble_(std::move(on_trouble)),
      network_(context, options_.network, [this] { metadata_changed(); }),
      pump_timer_(context, [this] { pump(); }),
      later_timer_(context, [this] { pump(); }) {}

// ---- What it is told

Consumer::Partition* Consumer::find(const std::string& topic, PartitionIndex partition) const {
  const auto it = partitions_.find({topic, partition});
  return it == partitions_.end() ? nullptr : it->second.get();
}

void Consumer::assign(const std::string& topic, PartitionIndex partition, StartAt start) {
  if (closed_) return;
  if (!find(topic, partition)) {
    auto made = std::make_shared<Partition>();
    made->key = {topic, partition};
    partitions_[made->key] = made;
    network_.metadata().add_topic(topic);
  }
  seek(topic, partition, start);
}

void Consumer::unassign(const std::string& topic, PartitionIndex partition) {
  const auto it = partitions_.find({topic, partition});
  if (it == partitions_.end()) return;
  ++it->second->turn;
  it->second->stopped = true;
  it->second->fetched.clear();
  partitions_.erase(it);
  const auto rest = partitions_.lower_bound({topic, PartitionIndex(INT32_MIN)});
  if (rest == partitions_.end() || rest->first.first != topic) {
    network_.metadata().remove_topic(topic);
  }
}

void Consumer::seek(const std::string& topic, PartitionIndex partition, StartAt start) {
  Partition* p = find(topic, partition);
  if (!p) return;
  ++p->turn;
  p->asking = p->stopped = false;
  p->fetched.clear();
  p->not_before = {};
  p->told.clear();
  p->last_epoch = no_epoch;
  p->look_up.reset();
  p->position = no_offset;
  if (start.kind == StartAt::Kind::offset) {
    p->position = Offset(start.value);
  } else {
    p->look_up = start;
  }
  schedule();
}

void Consumer::pause(const std::string& topic, PartitionIndex partition) {
  if (Partition* p = find(topic, partition)) p->paused = true;
}

void Consumer::resume(const std::string& topic, PartitionIndex partition) {
  if (Partition* p = find(topic, partition)) p->paused = false;
  schedule();
}

void Consumer::grant(std::uint64_t records) {
  budget_ = budget_.value_or(0) + records;
  schedule();
}

void Consumer::no_limit() {
  budget_.reset();
  schedule();
}

std::optional<Offset> Consumer::position(const std::string& topic, PartitionIndex partition) const {
  const Partition* p = find(topic, partition);
  if (!p || p->position == no_offset) return std::nullopt;
  return p->position;
}

std::optional<Offset> Consumer::high_watermark(const std::string& topic,
                                               PartitionIndex partition) const {
  const Partition* p = find(topic, partition);
  return p ? p->high_watermark : std::nullopt;
}

std::optional<Offset> Consumer::log_start(const std::string& topic,
                                          PartitionIndex partition) const {
  const Partition* p = find(topic, partition);
  return p ? p->log_start : std::nullopt;
}

void Consumer::close(const std::string& reason) {
  if (closed_) return;
  closed_ = true;
  pump_timer_.cancel();
  later_timer_.cancel();
  network_.close(reason);
  requests_.clear();
  for (auto& [key, partition] : partitions_) ++partition->turn;
  partitions_.clear();
}

// ---- When it acts

void Consumer::pump() {
  if (closed_) return;
  check_topics();
  deliver();
  if (closed_) return;
  look_up_all();
  fetch_from_all();
  look_after_stuck();
  arm();
}

void Consumer::arm() {
  const Instant now = context_.monotonic();
  std::optional<Instant> next;
  const auto consider = [&](Instant at) {
    if (at > now && (!next || at < *next)) next = at;
  };
  for (const auto& [key, partition] : partitions_) {
    if (!partition->asking && !partition->stopped) consider(partition->not_before);
  }
  if (const auto at = next_look()) consider(*at);
  if (next) {
    later_timer_.arm(*next);
  } else {
    later_timer_.cancel();
  }
}

void Consumer::metadata_changed() {
  if (closed_) return;
  const Instant now = context_.monotonic();
  for (auto& [key, partition] : partitions_) {
    const auto leader = network_.metadata().leader(key.first, key.second);
    if (leader && leader->epoch > partition->leader_epoch) {
      partition->not_before = std::min(partition->not_before, now);
    }
  }
  // A leader that is late and has been replaced is not waited for.
  for (const auto& request : std::vector<RequestPtr>(requests_)) {
    const Duration patience = network_.patience_with(request->leader.address);
    if (now - request->at < request->expected + patience) continue;
    for (const auto& asked : request->partitions) {
      const Key& key = asked.partition->key;
      const auto leader = network_.metadata().leader(key.first, key.second);
      if (!leader || leader->node == request->leader.node ||
          leader->epoch <= asked.partition->leader_epoch) {
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

std::optional<Instant> Consumer::next_look() {
  std::optional<Instant> next;
  for (const auto& request : requests_) {
    const Duration patience = network_.patience_with(request->leader.address);
    Instant at = request->at + request->expected + patience;
    if (last_look_) at = std::max(at, *last_look_ + patience / 4);
    if (!next || at < *next) next = at;
  }
  return next;
}

void Consumer::look_after_stuck() {
  const auto at = next_look();
  if (!at || *at > context_.monotonic()) return;
  last_look_ = context_.monotonic();
  network_.metadata().request_update();
}

// Topics that are not there (yet), and those that will never be.
void Consumer::check_topics() {
  std::vector<std::pair<PartitionPtr, ErrorCode>> refused_for_good;
  for (const auto& [key, partition] : partitions_) {
    if (partition->stopped) continue;
    const TopicInfo* info = network_.metadata().topic(key.first);
    if (info && is_final_for_topic(info->error)) {
      refused_for_good.emplace_back(partition, info->error);
    } else if (!network_.metadata().leader(key.first, key.second)) {
      network_.metadata().request_update();
    }
  }
  for (const auto& [partition, code] : refused_for_good) {
    trouble(*partition, code, std::string(protocol::name(code)), true);
  }
}

// `final` stops the partition until a seek; the same trouble is told once.
void Consumer::trouble(Partition& partition, ErrorCode code, std::string what, bool final) {
  if (final) {
    partition.stopped = true;
    partition.fetched.clear();
  }
  if (partition.told == what) return;
  partition.told = what;
  ConsumerTrouble told{partition.key.first, partition.key.second, code, std::move(what), final};
  if (on_trouble_) on_trouble_(told);
}

// ---- Handing over

bool Consumer::deliverable(const Partition& partition) const {
  return !closed_ && !partition.stopped && !partition.paused && !partition.fetched.empty() &&
         budget_ != 0U;
}

// One batch of each partition in turn, after the one that was served last, so that none starves.
void Consumer::deliver() {
  for (;;) {
    auto it = partitions_.upper_bound(last_delivered_);
    PartitionPtr next;
    for (std::size_t i = 0; i < partitions_.size() && !next; ++i, ++it) {
      if (it == partitions_.end()) it = partitions_.begin();
      if (deliverable(*it->second)) next = it->second;
    }
    if (!next) return;
    last_delivered_ = next->key;
    deliver_batch(next);
  }
}

// Hands over what is left of the first batch, as far as budget and callbacks let it; it is read
// again from its begin where it was left in the middle.
void Consumer::deliver_batch(const PartitionPtr& partition) {
  const Slice batch = partition->fetched.front();
  const auto header = protocol::parse_batch_header(batch.view());
  LAB_CHECK(header.ok());  // it was checked when it came
  const std::uint64_t turn = partition->turn;
  Offset base = no_offset;
  std::int32_t count = 0;
  bool whole = true;
  const auto hand_over = [&](const protocol::RecordView& view) {
    if (view.offset < partition->position) return true;
    if (planted(Bug::new_epoch_skipped) && partition->last_epoch != no_epoch &&
        header->partition_leader_epoch > partition->last_epoch) {
      return true;
    }
    if (partition->turn != turn || !deliverable(*partition)) return whole = false;
    ConsumerRecord record;
    record.topic = partition->key.first;
    record.partition = partition->key.second;
    record.offset = view.offset;
    record.leader_epoch = header->partition_leader_epoch;
    record.timestamp_ms = view.timestamp_ms;
    record.log_append_time = header->timestamp_type() == protocol::TimestampType::log_append_time;
    if (view.key) record.key = Slice::copy(*view.key);
    if (view.value) record.value = Slice::copy(*view.value);
    for (const auto& one : view.headers) {
      auto& copy = record.headers.emplace_back();
      copy.key = one.key;
      if (one.value) copy.value = Slice::copy(*one.value);
    }
    if (base == no_offset) base = view.offset;
    ++count;
    partition->position = view.offset + 1;
    if (budget_) --*budget_;
    on_record_(record);
    return true;
  };
  const Result<void> read =
      header->is_control() ? Result<void>() : protocol::each_record(batch.view(), hand_over);
  if (count > 0) {
    context_.trace(
        trace::ConsumerRead{client_id(), partition->key.first, partition->key.second, base, count});
  }
  if (partition->turn != turn) return;
  if (!read) {
    return trouble(*partition, ErrorCode::corrupt_message,
                   fmt::format("the batch at offset {} cannot be read: {}", header->base_offset,
                               read.error().message),
                   true);
  }
  if (!whole) return;
  partition->position = std::max(partition->position, header->next_offset());
  partition->last_epoch = header->partition_leader_epoch;
  partition->fetched.pop_front();
}

}  // namespace lab::client
