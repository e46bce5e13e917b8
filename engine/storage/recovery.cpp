// Opening a log: its directory, its segments and where it ends.
#include "engine/storage/recovery.h"

#include <algorithm>
#include <limits>

#include "engine/base/planted.h"

namespace lab::storage {

namespace {
constexpr auto largest_segment =
    static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max());
}  // namespace

Result<std::unique_ptr<PartitionLog>> PartitionLog::open(Context& context, Disk& disk,
                                                         const std::string& directory,
                                                         const LogConfig& config,
                                                         const RecoveryHints& hints) {
  auto log = std::unique_ptr<PartitionLog>(new PartitionLog(context, directory, config));
  if (auto done = Recovery(*log, disk, hints).run(); !done) {
    return done.error().in("loading " + directory);
  }
  return log;
}

Result<void> PartitionLog::Recovery::run() {
  if (auto done = list(); !done) return done;
  if (auto done = read_topic_id(); !done) return done;
  if (auto done = read_epochs(); !done) return done;
  if (log_.segments_.empty()) {
    if (auto done = start_anew(hints_.log_start); !done) return done;
  } else if (auto done = load_segments(); !done) {
    return done;
  }
  if (hints_.log_start > end_) {
    note(fmt::format("the log ends at {}, before its start offset {}: it starts anew there", end_,
                     hints_.log_start));
    if (auto done = start_anew(hints_.log_start); !done) return done;
  }
  log_.log_end_ = log_.written_end_ = log_.in_files_ = end_;
  log_.log_start_ = std::max(hints_.log_start, log_.segments_.front().base);
  log_.synced_end_ =
      hints_.clean_shutdown ? end_ : std::clamp(hints_.recovery_point, log_.log_start_, end_);
  if (auto done = settle_epochs(); !done) return done;
  return load_producers();
}

Offset PartitionLog::Recovery::end_of(std::size_t i) const {
  return i + 1 < log_.segments_.size() ? log_.segments_[i + 1].base
                                       : Offset(std::numeric_limits<std::int64_t>::max());
}

Result<void> PartitionLog::Recovery::remove_file(const std::string& name) {
  files_.erase(name);
  return disk_.remove(log_.path(name));
}

Result<void> PartitionLog::Recovery::list() {
  const auto entries = disk_.list(log_.directory_);
  if (!entries) return entries.error();
  for (const auto& entry : *entries) {
    if (entry.is_directory) continue;
    files_.insert(entry.name);
    if (const auto base = offset_of_file(entry.name, ".log")) {
      if (entry.size > largest_segment) {
        return Error{fmt::format("{}: {} bytes are more than a segment can have",
                                 log_.path(entry.name), entry.size)};
      }
      Segment segment;
      segment.base = *base;
      segment.size = entry.size;
      segment.created_ms = log_.context_.now().wall.time_since_epoch().count();
      log_.segments_.push_back(std::move(segment));
    } else if (const auto at = offset_of_file(entry.name, ".snapshot")) {
      log_.snapshots_.insert(*at);
    } else if (entry.name.ends_with(".swap")) {
      return Error{
          log_.path(entry.name) +
          ": Apache Kafka was stopped while it replaced a segment; start and stop it once"};
    }
  }
  const std::set<std::string> all = files_;
  for (const auto& name : all) {
    bool leftover =
        name.ends_with(".tmp") || name.ends_with(".deleted") || name.ends_with(".cleaned");
    for (const char* suffix : {".index", ".timeindex"}) {
      const auto base = offset_of_file(name, suffix);
      if (base && !files_.contains(offset_file(*base, ".log"))) leftover = true;
    }
    if (!leftover) continue;
    if (auto done = remove_file(name); !done) return done;
  }
  return {};
}

// ---- Segments

std::size_t PartitionLog::Recovery::first_to_scan() const {
  if (epochs_lost_) return 0;
  if (hints_.clean_shutdown) return log_.segments_.size();
  std::size_t first = 0;
  while (first + 1 < log_.segments_.size() &&
         log_.segments_[first + 1].base <= hints_.recovery_point) {
    ++first;
  }
  return first;
}

Result<void> PartitionLog::Recovery::load_segments() {
  auto& segments = log_.segments_;
  scan_from_ = first_to_scan();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (!hints_.clean_shutdown && i > 0 && segments[i].base != end_) {
      return drop_after(i - 1, fmt::format("a gap between {} and {}", end_, segments[i].base));
    }
    bool must_scan = i >= scan_from_;
    if (!must_scan) {
      const auto loaded = load_indexes(segments[i]);
      if (!loaded) return loaded.error();
      must_scan = !*loaded;
      if (must_scan) note(fmt::format("{}: index rebuilt", log_.path(segments[i].log())));
    }
    if (!must_scan && (last || !hints_.clean_shutdown)) {
      const auto good = find_end(i);
      if (!good) return good.error();
      must_scan = !*good;
      // A recovery point may be from before a truncation: then it speaks of another history, and a
      // power loss may have undone the truncation itself, or writes behind it.
      if (!last && end_ != segments[i + 1].base) must_scan = true;
      if (must_scan) scan_from_ = i;
    }
    if (must_scan) {
      const auto good = scan(i);
      if (!good) return good.error();
      if (!*good) return drop_after(i, "");
    }
    if (i + 1 < segments.size()) segments[i].thin();
  }
  return {};
}

Result<bool> PartitionLog::Recovery::load_indexes(Segment& segment) {
  if (!files_.contains(segment.offset_index()) || !files_.contains(segment.time_index())) {
    return false;
  }
  const auto load = [&](const std::string& name) -> Result<Slice> {
    const auto size = disk_.size(log_.path(name));
    if (!size) return size.error();
    return disk_.read(log_.path(name), 0, *size);
  };
  const auto index_bytes = load(segment.offset_index());
  if (!index_bytes) return index_bytes.error();
  const auto time_bytes = load(segment.time_index());
  if (!time_bytes) return time_bytes.error();
  auto index = decode_index(index_bytes->view(), segment.size);
  auto times = decode_times(time_bytes->view());
  if (!index || !times || (times->empty() && segment.size > 0)) return false;
  if (!index->empty()) {  // does it belong to this file?
    const auto at = static_cast<std::uint64_t>(index->back().position);
    BatchFile batches(disk_, log_.path(segment.log()), at, segment.size, false);
    const auto last = batches.next();
    if (!last) return last.error();
    if (!*last || (*last)->last_offset() != segment.base + index->back().relative) return false;
  }
  segment.index = std::move(*index);
  segment.times = std::move(*times);
  segment.index_written = segment.index.size();
  segment.times_written = segment.times.size();
  if (!segment.times.empty()) {
    segment.max_timestamp = segment.times.back().timestamp;
    segment.offset_of_max = segment.base + segment.times.back().relative;
  }
  return true;
}

Result<bool> PartitionLog::Recovery::scan(std::size_t i) {
  Segment old = std::move(log_.segments_[i]);
  Segment& segment = log_.segments_[i] = Segment{};
  segment.base = old.base;
  segment.created_ms = old.created_ms;
  ++log_.recovery_.segments_scanned;
  const std::string file = log_.path(old.log());
  BatchFile batches(disk_, file, 0, old.size, !planted(Bug::recovery_without_crc));
  Offset next = segment.base;
  Epoch epoch = no_epoch;
  std::string problem;
  bool overlaps = false;  // a truncation that had not reached the file
  for (;;) {
    const auto header = batches.next();
    if (!header) return header.error();
    if (!*header) break;
    const auto& batch = **header;
    overlaps = batch.base_offset >= end_of(i);
    if (overlaps) break;
    if (batch.base_offset < next || batch.last_offset() >= end_of(i)) {
      problem = fmt::format("a batch of offsets {} to {} after offset {}", batch.base_offset,
                            batch.last_offset(), next - 1);
    } else if (batch.last_offset() - segment.base > std::numeric_limits<std::int32_t>::max()) {
      // Kafka's LogSegmentOffsetOverflowException: the indexes could not name it.
      problem = fmt::format("offset {} is too far from the segment's first", batch.last_offset());
    } else if (batch.partition_leader_epoch < epoch) {
      problem = fmt::format("epoch {} after epoch {}", batch.partition_leader_epoch, epoch);
    }
    if (!problem.empty()) break;
    epoch = batch.partition_leader_epoch;
    next = batch.next_offset();
    segment.add(batch.last_offset(), batch.max_timestamp, batch.size_in_bytes(), log_.config_);
    // Of a segment whose index alone was lost the epochs are known.
    if (i >= scan_from_) log_.epochs_.assign(epoch, batch.base_offset);
  }
  if (batches.damaged()) problem = batches.problem();
  end_ = next;
  segment.finish_times();
  if (segment.size < old.size) {
    const std::string why = overlaps ? "the next segment starts there" : problem;
    note(fmt::format("{}: {} of {} bytes kept, then: {}", file, segment.size, old.size, why));
    log_.recovery_.bytes_truncated += old.size - segment.size;
    if (auto done = disk_.truncate(file, segment.size); !done) return done.error();
    if (auto done = disk_.sync(file); !done) return done.error();
  }
  const auto replace = [&](const std::string& name, const ByteBuffer& bytes) -> Result<void> {
    if (auto done = disk_.truncate(log_.path(name), 0); !done) return done;
    return disk_.write(log_.path(name), 0, bytes);
  };
  if (auto done = replace(segment.offset_index(), encode_index(segment.index, 0)); !done) {
    return done.error();
  }
  if (auto done = replace(segment.time_index(), encode_times(segment.times, 0)); !done) {
    return done.error();
  }
  segment.index_written = segment.index.size();
  segment.times_written = segment.times.size();
  // Before the recovery point moves on they must be on the disk.
  log_.to_sync_.insert({log_.path(segment.offset_index()), log_.path(segment.time_index())});
  return problem.empty();
}

Result<bool> PartitionLog::Recovery::find_end(std::size_t i) {
  Segment& segment = log_.segments_[i];
  const std::string file = log_.path(segment.log());
  end_ = segment.base;
  if (segment.size == 0) return true;
  const std::uint64_t from =
      segment.index.empty() ? 0 : static_cast<std::uint64_t>(segment.index.back().position);
  BatchFile first(disk_, file, 0, segment.size, false);
  const auto header = first.next();
  if (!header) return header.error();
  if (!*header) return false;
  segment.first_timestamp = (*header)->max_timestamp;
  segment.since_index = segment.size - from;
  BatchFile rest(disk_, file, from, segment.size, false);
  for (;;) {
    const auto batch = rest.next();
    if (!batch) return batch.error();
    if (!*batch) return !rest.damaged();
    if ((*batch)->base_offset < end_) return false;
    end_ = (*batch)->next_offset();
    if ((*batch)->max_timestamp > segment.max_timestamp) {
      segment.max_timestamp = (*batch)->max_timestamp;
      segment.offset_of_max = (*batch)->last_offset();
    }
  }
}

// Segment i is the last one from now on.
Result<void> PartitionLog::Recovery::drop_after(std::size_t i, const std::string& why) {
  auto& segments = log_.segments_;
  if (!why.empty()) note(fmt::format("{}: {}", log_.directory_, why));
  while (segments.size() > i + 1) {
    const Segment& last = segments.back();
    note(fmt::format("{}: removed, it is behind the end at {}", log_.path(last.log()), end_));
    log_.recovery_.bytes_truncated += last.size;
    for (const auto& name : {last.log(), last.offset_index(), last.time_index()}) {
      if (auto done = remove_file(name); !done) return done;
    }
    segments.pop_back();
  }
  return disk_.sync(log_.directory_);
}

Result<void> PartitionLog::Recovery::start_anew(Offset offset) {
  for (const auto& segment : log_.segments_) {
    for (const auto& name : {segment.log(), segment.offset_index(), segment.time_index()}) {
      if (auto done = remove_file(name); !done) return done;
    }
  }
  Segment segment;
  segment.base = end_ = offset;
  segment.created_ms = log_.context_.now().wall.time_since_epoch().count();
  for (const auto& name : {segment.log(), segment.offset_index(), segment.time_index()}) {
    if (auto done = disk_.truncate(log_.path(name), 0); !done) return done;
  }
  log_.segments_.clear();
  log_.segments_.push_back(std::move(segment));
  return disk_.sync(log_.directory_);
}

}  // namespace lab::storage
