// One segment of a log: its names on disk and what is kept of it in memory, above all the sparse
// indexes in Kafka's format. Used by PartitionLog and its recovery only; it does no I/O itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/slice.h"
#include "engine/storage/log_config.h"

namespace lab::storage {

// The offset index: the batch that ends with offset base + relative starts at byte `position`.
struct IndexEntry {
  std::int32_t relative = 0;
  std::int32_t position = 0;
  bool operator==(const IndexEntry&) const = default;
};
// The time index: no record up to offset base + relative is younger than `timestamp` (ms).
struct TimeEntry {
  std::int64_t timestamp = 0;
  std::int32_t relative = 0;
  bool operator==(const TimeEntry&) const = default;
};

struct Segment {
  static constexpr std::size_t index_entry_size = 8, time_entry_size = 12;
  // A segment that is no longer active keeps at most this many entries of each index in memory.
  static constexpr std::size_t kept_entries = 1024;

  Offset base{0};
  std::uint64_t size = 0;  // bytes appended, also those that are still being written
  std::vector<IndexEntry> index;
  std::vector<TimeEntry> times;
  std::size_t index_written = 0, times_written = 0;  // entries that are in the files
  std::uint64_t since_index = 0;                     // bytes since the last index entry
  std::int64_t first_timestamp = -1;                 // of its first batch
  std::int64_t max_timestamp = -1;
  Offset offset_of_max = no_offset;  // last offset of the batch that has max_timestamp
  std::int64_t created_ms = 0;       // wall time

  // Takes a batch that starts at byte `size` into account; makes index entries as they fall due.
  void add(Offset last, std::int64_t batch_max_timestamp, std::uint64_t bytes,
           const LogConfig& config);
  // The last time index entry, made when the segment is rolled or closed.
  void finish_times();
  // A byte position at or before the batch that holds `offset`.
  std::uint64_t position_before(Offset offset) const;
  // An offset such that no batch that ends below it reaches `timestamp`.
  Offset offset_before(std::int64_t timestamp) const;
  bool index_full(const LogConfig& config) const;
  // Drops entries evenly until at most kept_entries are left; only once all are written.
  void thin();

  std::string log() const;
  std::string offset_index() const;
  std::string time_index() const;
};

// "00000000000000000042" + suffix.
std::string offset_file(Offset offset, const std::string& suffix);
// The offset of a name like that; nullopt where it is none.
std::optional<Offset> offset_of_file(const std::string& name, const std::string& suffix);

ByteBuffer encode_index(const std::vector<IndexEntry>& entries, std::size_t from);
ByteBuffer encode_times(const std::vector<TimeEntry>& entries, std::size_t from);
// nullopt where the bytes are no index of a segment at `base` with `log_size` bytes: a torn entry,
// or values that do not rise or lie outside.
std::optional<std::vector<IndexEntry>> decode_index(ByteView bytes, std::uint64_t log_size);
std::optional<std::vector<TimeEntry>> decode_times(ByteView bytes);

// "orders-0" for topic orders, partition 0.
struct LogDirectory {
  std::string topic;
  PartitionIndex partition{0};
  bool operator==(const LogDirectory&) const = default;
};
std::string log_directory(const std::string& topic, PartitionIndex partition);
// nullopt where it is not the directory of a partition.
std::optional<LogDirectory> parse_log_directory(const std::string& name);
// A directory that PartitionLog::remove() had renamed when the broker died; to be removed at start.
bool is_deleted_directory(const std::string& name);

}  // namespace lab::storage
