// Kafka's checkpoint files: "0", the number of entries, then an entry a line. Used for
// recovery-point-offset-checkpoint, log-start-offset-checkpoint and replication-offset-checkpoint
// (offsets of all partitions of a log directory) and, by EpochCache, for leader-epoch-checkpoint.
// Callers write the text by Context::replace_file.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace lab::storage {

struct TopicPartition {
  std::string topic;
  PartitionIndex partition{0};
  auto operator<=>(const TopicPartition&) const = default;
  std::string text() const { return topic + "-" + std::to_string(partition.v); }
};
using OffsetCheckpoint = std::map<TopicPartition, Offset>;

inline constexpr const char* recovery_point_file = "recovery-point-offset-checkpoint";
inline constexpr const char* log_start_file = "log-start-offset-checkpoint";
inline constexpr const char* high_watermark_file = "replication-offset-checkpoint";

// The words of each entry, with the number of its line; errors name `file` and the line.
struct CheckpointLine {
  std::size_t line = 0;
  std::vector<std::string_view> words;
};
Result<std::vector<CheckpointLine>> parse_checkpoint(const std::string& file, std::string_view text,
                                                     std::size_t words_per_line);
std::string checkpoint_text(const std::vector<std::string>& lines);
// A number in a checkpoint or properties file; the error names file and line.
Result<std::int64_t> parse_number(const std::string& file, std::size_t line, std::string_view word,
                                  std::int64_t low, std::int64_t high);

Result<OffsetCheckpoint> parse_offset_checkpoint(const std::string& file, std::string_view text);
std::string offset_checkpoint_text(const OffsetCheckpoint& offsets);

}  // namespace lab::storage
