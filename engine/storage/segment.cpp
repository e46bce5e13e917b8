#include "engine/storage/segment.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "engine/base/planted.h"
#include "engine/storage/bytes.h"

namespace lab::storage {

void Segment::add(Offset last, std::int64_t batch_max_timestamp, std::uint64_t bytes,
                  const LogConfig& config) {
  if (size == 0) first_timestamp = batch_max_timestamp;
  if (batch_max_timestamp > max_timestamp) {
    max_timestamp = batch_max_timestamp;
    offset_of_max = last;
  }
  if (since_index > static_cast<std::uint64_t>(config.index_interval_bytes)) {
    const std::int32_t beside = planted(Bug::index_beside_batch) ? 1 : 0;
    index.push_back(
        {static_cast<std::int32_t>(last - base), static_cast<std::int32_t>(size) + beside});
    finish_times();
    since_index = 0;
  }
  size += bytes;
  since_index += bytes;
}

void Segment::finish_times() {
  if (offset_of_max == no_offset) return;
  if (!times.empty() && max_timestamp <= times.back().timestamp) return;
  times.push_back({max_timestamp, static_cast<std::int32_t>(offset_of_max - base)});
}

std::uint64_t Segment::position_before(Offset offset) const {
  const auto above = std::upper_bound(
      index.begin(), index.end(), offset - base,
      [](std::int64_t wanted, const IndexEntry& entry) { return wanted < entry.relative; });
  if (above == index.begin()) return 0;
  return static_cast<std::uint64_t>(std::prev(above)->position);
}

Offset Segment::offset_before(std::int64_t timestamp) const {
  // An entry says: up to its offset nothing is younger than its timestamp.
  const auto reached = std::lower_bound(
      times.begin(), times.end(), timestamp,
      [](const TimeEntry& entry, std::int64_t wanted) { return entry.timestamp < wanted; });
  if (reached == times.begin()) return base;
  return base + std::prev(reached)->relative;
}

bool Segment::index_full(const LogConfig& config) const {
  const auto limit = static_cast<std::size_t>(config.segment_index_bytes);
  return index.size() >= limit / index_entry_size || times.size() + 1 >= limit / time_entry_size;
}

void Segment::thin() {
  const auto halve = [](auto& entries, std::size_t& written) {
    while (entries.size() > kept_entries) {
      std::size_t kept = 0;
      // The last one stays: it holds the segment's largest timestamp.
      for (std::size_t i = (entries.size() - 1) % 2; i < entries.size(); i += 2) {
        entries[kept++] = entries[i];
      }
      entries.resize(kept);
    }
    entries.shrink_to_fit();
    written = entries.size();
  };
  halve(index, index_written);
  halve(times, times_written);
}

std::string Segment::log() const { return offset_file(base, ".log"); }
std::string Segment::offset_index() const { return offset_file(base, ".index"); }
std::string Segment::time_index() const { return offset_file(base, ".timeindex"); }

std::string offset_file(Offset offset, const std::string& suffix) {
  return fmt::format("{:020}{}", offset.v, suffix);
}

std::optional<Offset> offset_of_file(const std::string& name, const std::string& suffix) {
  constexpr std::size_t digits = 20;
  if (name.size() != digits + suffix.size() || name.substr(digits) != suffix) return {};
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + digits, value);
  if (error != std::errc() || end != name.data() + digits || value < 0) return {};
  return Offset(value);
}

ByteBuffer encode_index(const std::vector<IndexEntry>& entries, std::size_t from) {
  ByteBuffer out;
  out.reserve((entries.size() - from) * Segment::index_entry_size);
  for (std::size_t i = from; i < entries.size(); ++i) {
    put_big<std::int32_t>(out, entries[i].relative);
    put_big<std::int32_t>(out, entries[i].position);
  }
  return out;
}

ByteBuffer encode_times(const std::vector<TimeEntry>& entries, std::size_t from) {
  ByteBuffer out;
  out.reserve((entries.size() - from) * Segment::time_entry_size);
  for (std::size_t i = from; i < entries.size(); ++i) {
    put_big<std::int64_t>(out, entries[i].timestamp);
    put_big<std::int32_t>(out, entries[i].relative);
  }
  return out;
}

std::optional<std::vector<IndexEntry>> decode_index(ByteView bytes, std::uint64_t log_size) {
  if (bytes.size() % Segment::index_entry_size != 0) return {};
  std::vector<IndexEntry> entries;
  entries.reserve(bytes.size() / Segment::index_entry_size);
  for (std::size_t at = 0; at < bytes.size(); at += Segment::index_entry_size) {
    const IndexEntry entry{get_big<std::int32_t>(bytes.data() + at),
                           get_big<std::int32_t>(bytes.data() + at + 4)};
    if (entry.relative < 0 || entry.position <= 0) return {};
    if (static_cast<std::uint64_t>(entry.position) >= log_size) return {};
    if (!entries.empty() &&
        (entry.relative <= entries.back().relative || entry.position <= entries.back().position)) {
      return {};
    }
    entries.push_back(entry);
  }
  return entries;
}

std::optional<std::vector<TimeEntry>> decode_times(ByteView bytes) {
  if (bytes.size() % Segment::time_entry_size != 0) return {};
  std::vector<TimeEntry> entries;
  entries.reserve(bytes.size() / Segment::time_entry_size);
  for (std::size_t at = 0; at < bytes.size(); at += Segment::time_entry_size) {
    const TimeEntry entry{get_big<std::int64_t>(bytes.data() + at),
                          get_big<std::int32_t>(bytes.data() + at + 8)};
    if (entry.relative < 0) return {};
    if (!entries.empty() &&
        (entry.timestamp <= entries.back().timestamp || entry.relative < entries.back().relative)) {
      return {};
    }
    entries.push_back(entry);
  }
  return entries;
}

std::string log_directory(const std::string& topic, PartitionIndex partition) {
  return fmt::format("{}-{}", topic, partition);
}

std::optional<LogDirectory> parse_log_directory(const std::string& name) {
  const auto dash = name.rfind('-');
  if (dash == std::string::npos || dash == 0 || dash + 1 == name.size()) return {};
  std::int32_t partition = 0;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + dash + 1, end, partition);
  if (error != std::errc() || stop != end || partition < 0) return {};
  if (name[dash + 1] == '0' && name.size() > dash + 2) return {};
  return LogDirectory{name.substr(0, dash), PartitionIndex(partition)};
}

bool is_deleted_directory(const std::string& name) { return name.ends_with("-delete"); }

}  // namespace lab::storage
