// Cutting: truncation at the end, a new start, retention at the begin, and what follows from it for
// epochs, indexes, producers and what is being written.
#include <algorithm>

#include "engine/base/planted.h"
#include "engine/storage/partition_log_internal.h"

namespace lab::storage {

namespace {
constexpr const char* cut_logger = "storage.log";
constexpr std::size_t rebuild_bytes = 1 << 20;
constexpr std::uint64_t largest_snapshot = 64 << 20;
// A log that nobody appended to for so long gives up its tail cache.
constexpr Duration idle_after = seconds(60);
}  // namespace

// ---- At the end

void PartitionLog::truncate_to(Offset offset) {
  if (failed_ || closed_) return;
  if (offset >= log_end_) {
    // An epoch that began here without a record goes all the same: another leader's epoch may have
    // records from here on.
    if (epochs_.truncate_to(log_end_)) write_epochs();
    return;
  }
  if (offset <= segments_.front().base || offset < log_start_) return restart_at(offset);

  send_writes(true);
  ++cuts_;
  const std::size_t i = segment_of(offset);
  const Offset old_end = segment_end(i);
  remove_segments(i + 1, segments_.size());
  const std::size_t cached = tail_.find(offset);
  if (tail_.first() != no_offset && offset >= tail_.first() && cached < tail_.size()) {
    offset =
        std::max(tail_.at(cached).base, segments_[i].base);  // a batch that holds it goes whole
  }
  cut_segment(i, offset, old_end);
  tail_.truncate_to(offset);
  log_end_ = offset;
  log_start_ = std::min(log_start_, log_end_);
  clamp_pending(offset);
  drop_snapshots(offset + 1, Offset(std::numeric_limits<std::int64_t>::max()));
  if (!planted(Bug::epochs_not_truncated) && epochs_.truncate_to(offset)) write_epochs();
  const bool exact = planted(Bug::producers_not_truncated) || producers_.truncate_to(offset);
  if (!exact || rebuild_) rebuild_producers();
}

// Cuts segment i, the last one, so that it ends at `offset` instead of `old_end`.
void PartitionLog::cut_segment(std::size_t i, Offset offset, Offset old_end) {
  Segment& segment = segments_[i];
  const auto relative = offset - segment.base;
  std::uint64_t dropped = 0;  // bytes, where the cache has all that is dropped
  const bool cached = tail_.first() != no_offset && offset >= tail_.first();
  std::size_t next = cached ? tail_.find(offset) : tail_.size();
  for (; next < tail_.size() && tail_.at(next).base < old_end; ++next) {
    dropped += tail_.at(next).size();
  }
  // A batch that ends at or above the cut is gone.
  std::erase_if(segment.index, [&](const IndexEntry& e) { return e.relative >= relative; });
  std::erase_if(segment.times, [&](const TimeEntry& e) { return e.relative >= relative; });
  if (segment.offset_of_max >= offset) {
    if (!segment.times.empty() && segment.times.back().relative == relative - 1) {
      segment.max_timestamp = segment.times.back().timestamp;
    }
    segment.offset_of_max = offset - 1;  // else max_timestamp is a bound: at most that up to here
  }
  const std::uint64_t position = segment.position_before(offset);
  if (relative == 0) {
    cut_file(segment, 0);
    return;
  }
  if (cached) {
    cut_file(segment, segment.size - dropped);
    return;
  }
  // Where the cut lies in the file must be looked up. New records go to a segment of their own.
  const Offset base = segment.base;
  segment.finish_times();
  segment.index_written = segment.times_written = 0;
  add_segment(offset);
  find_cut(base, offset, position);
}

// Makes the segment's files end at `size` bytes, their indexes as they are in memory.
void PartitionLog::cut_file(Segment& segment, std::uint64_t size) {
  const std::string log = path(segment.log());
  context_.truncate(log, size, guarded("truncating " + log));
  for (const auto& name : {segment.offset_index(), segment.time_index()}) {
    context_.truncate(path(name), 0, guarded("truncating " + path(name)));
    to_sync_.insert(path(name));
  }
  to_sync_.insert(log);
  segment.size = size;
  if (size == 0) {
    segment.max_timestamp = segment.first_timestamp = -1;
    segment.offset_of_max = no_offset;
  }
  segment.since_index =
      size -
      (segment.index.empty() ? 0 : static_cast<std::uint64_t>(segment.index.back().position));
  segment.index_written = segment.times_written = 0;
  write_indexes(segment);
}

// Looks for the batch at `end` in the segment at `base`, from byte `position` on, and cuts there.
// A flush waits for it: what it says is safe includes that the cut is.
void PartitionLog::find_cut(Offset base, Offset end, std::uint64_t position) {
  const std::string file = path(offset_file(base, ".log"));
  ++cuts_sought_;
  context_.read(file, position, rebuild_bytes,
                guarded("reading " + file, [this, base, end, position](const Done& done) {
                  --cuts_sought_;
                  look_for_cut(base, end, position, done.data);
                  if (!failed_ && !flushing_ && !next_flush_.empty()) start_flush();
                }));
}

void PartitionLog::look_for_cut(Offset base, Offset end, std::uint64_t position,
                                const Slice& data) {
  const std::size_t i = base < segments_.front().base ? segments_.size() : segment_of(base);
  if (i == segments_.size() || segments_[i].base != base || segment_end(i) != end) return;
  const std::string file = path(segments_[i].log());
  std::size_t at = 0;
  while (data.size() - at >= protocol::batch_header_size) {
    const auto header = protocol::parse_batch_header(data.view().subspan(at));
    if (header && header->base_offset >= end) return cut_file(segments_[i], position + at);
    if (!header || header->last_offset() >= end) {
      return fail("truncating " + file,
                  fmt::format("there is no batch that starts at offset {}", end));
    }
    at += header->size_in_bytes();
    if (at >= data.size()) break;
  }
  if (at == 0) return fail("truncating " + file, "it ends before the offset");
  find_cut(base, end, position + at);
}

void PartitionLog::clamp_pending(Offset end) {
  for (const auto& writing : writing_) writing->end = std::min(writing->end, end);
  if (flushing_) flushing_->end = std::min(flushing_->end, end);
  written_end_ = std::min(written_end_, end);
  in_files_ = std::min(in_files_, end);
  synced_end_ = std::min(synced_end_, end);
}

void PartitionLog::restart_at(Offset offset) {
  if (failed_ || closed_) return;
  ++cuts_;
  unsent_.clear();
  unsent_bytes_ = 0;
  remove_segments(0, segments_.size());
  drop_snapshots(Offset(0), Offset(std::numeric_limits<std::int64_t>::max()));
  tail_.clear();
  producers_.clear();
  rebuild_.reset();
  epochs_.clear();
  write_epochs();
  clamp_pending(offset);
  log_start_ = log_end_ = written_end_ = in_files_ = synced_end_ = offset;
  add_segment(offset);
}

// ---- At the begin

void PartitionLog::delete_records_before(Offset offset) {
  offset = std::min(offset, log_end_);
  if (failed_ || closed_ || offset <= log_start_) return;
  log_start_ = offset;
  if (log_start_ == log_end_) roll();
  std::size_t below = 0;
  while (below + 1 < segments_.size() && segments_[below + 1].base <= log_start_) ++below;
  remove_segments(0, below);
  drop_snapshots(Offset(0), segments_.front().base);
  tail_.start_at(log_start_);
  if (epochs_.start_at(log_start_)) write_epochs();
}

void PartitionLog::maintain(Offset high_watermark) {
  if (failed_ || closed_) return;
  const std::int64_t now = context_.now().wall.time_since_epoch().count();
  auto size = static_cast<std::int64_t>(size_bytes());
  std::size_t old = 0;
  for (; config_.delete_old && old < segments_.size() && segment_end(old) <= high_watermark;
       ++old) {
    const Segment& segment = segments_[old];
    if (segment.size == 0) break;  // the active one
    const auto bytes = static_cast<std::int64_t>(segment.size);
    const bool too_old = config_.retention_ms >= 0 && segment.max_timestamp >= 0 &&
                         now - segment.max_timestamp > config_.retention_ms;
    const bool too_much = config_.retention_bytes >= 0 && size - bytes >= config_.retention_bytes;
    if (!too_old && !too_much) break;
    size -= bytes;
  }
  if (old > 0) {
    const Offset start = segment_end(old - 1);
    context_.log(Level::info, cut_logger, "{}: deleting {} segments below offset {} by retention",
                 directory_, old, start);
    delete_records_before(start);
  }
  producers_.expire(now - config_.producer_id_expiration_ms);
  if (context_.monotonic() - last_append_ > idle_after) tail_.trim(0, written_end_);
}

void PartitionLog::remove_segments(std::size_t first, std::size_t last) {
  if (first == last) return;
  ++cuts_;
  for (std::size_t i = last; i-- > first;) {  // from the end: a crash leaves a prefix
    for (const auto& name :
         {segments_[i].log(), segments_[i].offset_index(), segments_[i].time_index()}) {
      context_.remove(path(name), guarded("removing " + path(name)));
      to_sync_.erase(path(name));
    }
  }
  const auto begin = segments_.begin();
  segments_.erase(begin + static_cast<std::ptrdiff_t>(first),
                  begin + static_cast<std::ptrdiff_t>(last));
  to_sync_.insert(directory_);
}

// Removes producer snapshots at offsets [from, to).
void PartitionLog::drop_snapshots(Offset from, Offset to) {
  const auto first = snapshots_.lower_bound(from);
  const auto last = snapshots_.lower_bound(to);
  for (auto it = first; it != last; ++it) {
    const std::string file = path(offset_file(*it, ".snapshot"));
    context_.remove(file, guarded("removing " + file));
    to_sync_.erase(file);
  }
  snapshots_.erase(first, last);
}

// ---- Producers read anew

struct PartitionLog::Rebuild {
  ProducerState state;
  Offset next;
};

void PartitionLog::rebuild_producers() {
  const auto rebuild = std::make_shared<Rebuild>();
  rebuild->next = log_start_;
  rebuild_ = rebuild;
  const auto after = snapshots_.upper_bound(log_end_);
  if (after == snapshots_.begin()) return rebuild_step(rebuild);
  const Offset at = *std::prev(after);
  const std::string file = path(offset_file(at, ".snapshot"));
  context_.read(file, 0, largest_snapshot,
                guarded("reading " + file, [this, rebuild, at, file](const Done& done) {
                  if (rebuild_ != rebuild) return;
                  auto state = ProducerState::decode(done.data.view());
                  if (state) {
                    rebuild->state = std::move(*state);
                    rebuild->next = std::max(at, log_start_);
                  } else {
                    context_.log(Level::warn, cut_logger, "{}: {}; the log is read from its start",
                                 file, state.error().message);
                  }
                  rebuild_step(rebuild);
                }));
}

void PartitionLog::rebuild_step(const std::shared_ptr<Rebuild>& rebuild) {
  rebuild->next = std::max(rebuild->next, log_start_);
  if (rebuild->next >= log_end_) {
    rebuild->state.fill(producers_);  // what memory still knows reaches back before the snapshot
    producers_ = std::move(rebuild->state);
    rebuild_.reset();
    return;
  }
  const std::weak_ptr<bool> alive = alive_;
  read(rebuild->next, log_end_, rebuild_bytes, true,
       [this, alive, rebuild](const ReadResult& found) {
         if (alive.expired() || rebuild_ != rebuild) return;
         if (rebuild->next < log_start_) return rebuild_step(rebuild);
         if (!found.ok() || found.slices.empty()) {
           return fail("reading producers of " + directory_, found.message);
         }
         const Slice all = join(found.slices);
         for (std::size_t at = 0; at < all.size();) {
           const auto header = protocol::parse_batch_header(all.view().subspan(at));
           if (!header) return fail("reading producers of " + directory_, header.error().message);
           if (header->has_producer_id() && header->base_sequence >= 0) {
             rebuild->state.note(produced_batch(*header), config_.max_producers);
           }
           at += header->size_in_bytes();
         }
         rebuild->next = found.next;
         rebuild_step(rebuild);
       });
}

}  // namespace lab::storage
