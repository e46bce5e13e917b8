// Appending: batches are parsed, judged, given their offsets and put into the tail cache.
#include "engine/storage/partition_log.h"

#include <limits>

#include "engine/base/planted.h"
#include "engine/storage/meta_properties.h"
#include "engine/storage/partition_log_internal.h"

namespace lab::storage {

namespace {
using Status = AppendResult::Status;
// A batch up to this size is copied, so that it does not hold a whole receive buffer in memory.
constexpr std::size_t small_batch = 16 * 1024;
constexpr std::int64_t largest_position = std::numeric_limits<std::int32_t>::max();
// Index entries are written to their files in lots.
constexpr std::size_t index_lot = 64;
}  // namespace

PartitionLog::PartitionLog(Context& context, std::string directory, const LogConfig& config)
    : context_(context), directory_(std::move(directory)), config_(config) {}

PartitionLog::~PartitionLog() = default;

std::unique_ptr<PartitionLog> PartitionLog::create(Context& context, const std::string& directory,
                                                   const LogConfig& config, Uuid topic_id,
                                                   Offset start) {
  auto log = std::unique_ptr<PartitionLog>(new PartitionLog(context, directory, config));
  log->topic_id_ = topic_id;
  log->log_start_ = log->log_end_ = log->written_end_ = log->synced_end_ = start;
  log->in_files_ = start;
  log->to_sync_.insert(directory_of(directory));
  log->add_segment(start);
  if (!topic_id.is_zero()) {
    const std::string file = log->path(partition_metadata_file);
    context.replace_file(file, Slice::copy(partition_metadata_text(topic_id)),
                         log->guarded("writing " + file));
  }
  return log;
}

void PartitionLog::add_segment(Offset base) {
  Segment segment;
  segment.base = base;
  segment.created_ms = context_.now().wall.time_since_epoch().count();
  for (const auto& name : {segment.log(), segment.offset_index(), segment.time_index()}) {
    context_.create(path(name));
  }
  to_sync_.insert(directory_);
  segments_.push_back(std::move(segment));
}

// ---- Judging

AppendResult PartitionLog::parse(const Slices& records, bool as_leader,
                                 std::vector<Parsed>& batches) const {
  if (failed_ || closed_) {
    return refuse(Status::failed, directory_ + (failed_ ? " has failed" : " is closed"));
  }
  const Slice all = join(records);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t left = all.size() - at;
    // What a leader sends may end with a batch that was cut; it comes again.
    if (!as_leader && left < protocol::batch_header_size) break;
    const auto header = protocol::parse_batch_header(all.view().subspan(at));
    if (!header) return refuse(Status::corrupt, header.error().message);
    const std::size_t size = header->size_in_bytes();
    if (size > left) {
      if (!as_leader) break;
      return refuse(Status::corrupt, "the last batch is cut");
    }
    if (as_leader && header->record_count != header->last_offset_delta + 1) {
      return refuse(Status::invalid_record,
                    fmt::format("{} records, but the last one's offset delta is {}",
                                header->record_count, header->last_offset_delta));
    }
    if (as_leader && size > static_cast<std::size_t>(config_.segment_bytes)) {
      return refuse(Status::too_large,
                    fmt::format("a batch of {} bytes is larger than segment.bytes {}", size,
                                config_.segment_bytes));
    }
    batches.push_back({*header, all.sub(at, size)});
    at += size;
  }
  if (as_leader && batches.empty()) return refuse(Status::corrupt, "there is no batch");
  return {};
}

AppendResult PartitionLog::check_producers(const std::vector<Parsed>& batches) const {
  std::optional<ProducerState> after;  // the state with the earlier batches of this append
  for (const auto& batch : batches) {
    if (!batch.is_produced()) continue;
    if (rebuild_) return refuse(Status::not_ready, "producers are being read anew from the log");
    const ProducedBatch produced = produced_batch(batch.header);
    const auto check = (after ? *after : producers_).check(produced);
    switch (check.verdict) {
      case ProducerState::Verdict::ok:
        break;
      case ProducerState::Verdict::duplicate: {
        AppendResult result = refuse(Status::duplicate, {});
        result.base = check.duplicate.base;
        result.last = check.duplicate.last;
        result.max_timestamp = check.duplicate.timestamp;
        return result;
      }
      case ProducerState::Verdict::out_of_order_sequence:
        return refuse(Status::out_of_order_sequence, check.message);
      case ProducerState::Verdict::invalid_epoch:
        return refuse(Status::invalid_producer_epoch, check.message);
    }
    if (batches.size() == 1) break;
    if (!after) after = producers_;
    after->note(produced, config_.max_producers);
  }
  return {};
}

AppendResult PartitionLog::check_follower(const std::vector<Parsed>& batches) const {
  Offset expected = log_end_;
  Epoch epoch = epoch_at(log_end_ - 1);
  for (const auto& batch : batches) {
    if (batch.header.base_offset != expected) {
      return refuse(Status::not_contiguous, fmt::format("a batch starts at {}, {} was expected",
                                                        batch.header.base_offset, expected));
    }
    if (batch.header.partition_leader_epoch < epoch) {
      return refuse(Status::corrupt,
                    fmt::format("epoch {} at offset {} follows epoch {}",
                                batch.header.partition_leader_epoch, expected, epoch));
    }
    epoch = batch.header.partition_leader_epoch;
    expected = batch.header.next_offset();
  }
  return {};
}

// ---- Appending

AppendResult PartitionLog::append_as_leader(const Slices& records, Epoch epoch) {
  return lead(records, epoch, true);
}

AppendResult PartitionLog::append_raw(const Slices& records, Epoch epoch) {
  return lead(records, epoch, false);
}

AppendResult PartitionLog::lead(const Slices& records, Epoch epoch, bool with_producers) {
  std::vector<Parsed> batches;
  if (auto refused = parse(records, true, batches); !refused.ok()) return refused;
  if (with_producers) {
    if (auto refused = check_producers(batches); !refused.ok()) return refused;
  }
  LAB_CHECK_MSG(epoch >= latest_epoch(), "a leader appends with an epoch that has passed");
  return append_parsed(batches, epoch);
}

AppendResult PartitionLog::append_as_follower(const Slices& records) {
  std::vector<Parsed> batches;
  if (auto refused = parse(records, false, batches); !refused.ok()) return refused;
  if (auto refused = check_follower(batches); !refused.ok()) return refused;
  return append_parsed(batches, std::nullopt);
}

AppendResult PartitionLog::append_parsed(const std::vector<Parsed>& batches,
                                         std::optional<Epoch> epoch) {
  AppendResult result;
  result.base = log_end_;
  for (const auto& batch : batches) {
    append_batch(batch, epoch);
    result.max_timestamp = std::max(result.max_timestamp, batch.header.max_timestamp);
  }
  result.last = log_end_ - 1;
  last_append_ = context_.now().monotonic;
  if (active().index.size() - active().index_written >= index_lot) write_indexes(active());
  if (epochs_changed_) write_epochs();
  send_writes(false);
  return result;
}

void PartitionLog::append_batch(const Parsed& batch, std::optional<Epoch> epoch) {
  if (must_roll(batch)) roll();
  protocol::BatchHeader header = batch.header;
  Slices parts;
  if (epoch) {
    header.base_offset = log_end_;
    header.partition_leader_epoch = *epoch;
    parts = protocol::with_offset_and_epoch(batch.bytes, log_end_, *epoch);
  } else if (batch.bytes.size() <= small_batch || batch.bytes.pinned() > 2 * batch.bytes.size()) {
    parts = {Slice::copy(batch.bytes.view())};
  } else {
    parts = {batch.bytes};
  }
  if (epochs_.assign(header.partition_leader_epoch, header.base_offset)) epochs_changed_ = true;
  active().add(header.last_offset(), header.max_timestamp, batch.bytes.size(), config_);
  CachedBatch cached{header.base_offset, header.last_offset(), parts.front(), {}};
  if (parts.size() > 1) cached.rest = join(Slices(parts.begin() + 1, parts.end()));
  unsent_.push_back(cached.head);
  if (!cached.rest.empty()) unsent_.push_back(cached.rest);
  unsent_bytes_ += cached.size();
  tail_.push(std::move(cached));
  log_end_ = header.next_offset();
  if (planted(Bug::producers_lost_at_failover) && !epoch) return;
  if (batch.is_produced()) producers_.note(produced_batch(header), config_.max_producers);
}

bool PartitionLog::must_roll(const Parsed& batch) const {
  const Segment& segment = segments_.back();
  if (segment.size == 0) return false;
  const auto after = static_cast<std::int64_t>(segment.size + batch.bytes.size());
  if (after > std::min(config_.segment_bytes, largest_position)) return true;
  if (segment.index_full(config_)) return true;
  const std::int64_t records = std::int64_t{1} + batch.header.last_offset_delta;
  if (log_end_ + records - segment.base > std::numeric_limits<std::int32_t>::max()) return true;
  // By the records' own time where they have one, as Kafka does.
  const std::int64_t age =
      segment.first_timestamp >= 0  // a stranger's may be anything
          ? std::max<std::int64_t>(0, batch.header.max_timestamp) - segment.first_timestamp
          : context_.now().wall.time_since_epoch().count() - segment.created_ms;
  return age > config_.segment_ms;
}

void PartitionLog::roll() {
  if (active().size == 0) return;
  send_writes(true);
  Segment& old = active();
  old.finish_times();
  write_indexes(old);
  to_sync_.insert({path(old.offset_index()), path(old.time_index())});
  old.thin();
  write_producer_snapshot();
  add_segment(log_end_);
  flush({});
}

void PartitionLog::begin_epoch(Epoch epoch) {
  if (failed_ || closed_) return;
  if (epochs_.assign(epoch, log_end_)) write_epochs();
}

Epoch PartitionLog::epoch_at(Offset offset) const {
  if (offset < log_start_ || offset >= log_end_) return no_epoch;
  return epochs_.epoch_at(offset);
}

std::uint64_t PartitionLog::size_bytes() const {
  std::uint64_t size = 0;
  for (const auto& segment : segments_) size += segment.size;
  return size;
}

std::int64_t PartitionLog::max_timestamp() const {
  std::int64_t largest = -1;
  for (const auto& segment : segments_) largest = std::max(largest, segment.max_timestamp);
  return largest;
}

}  // namespace lab::storage
