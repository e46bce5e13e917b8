#include "engine/broker/recovery.h"

#include <charconv>

#include "engine/broker/broker_side.h"
#include "engine/raft/types.h"
#include "engine/storage/segment.h"

namespace lab::broker {
namespace {
constexpr const char* recovery_logger = "kafka.log.LogManager";

// "orders-12" → orders, 12; nullopt for anything that is no partition's directory.
std::optional<storage::TopicPartition> partition_of(const std::string& directory) {
  const auto dash = directory.rfind('-');
  if (dash == std::string::npos || dash == 0 || dash + 1 == directory.size()) return std::nullopt;
  std::int32_t index = -1;
  const char* end = directory.data() + directory.size();
  const auto parsed = std::from_chars(directory.data() + dash + 1, end, index);
  if (parsed.ec != std::errc{} || parsed.ptr != end || index < 0) return std::nullopt;
  return storage::TopicPartition{directory.substr(0, dash), PartitionIndex(index)};
}
}  // namespace

Recovery::Recovery(Context& context, const Config& config, storage::Disk& disk)
    : context_(context), config_(config), disk_(disk) {}

Result<storage::OffsetCheckpoint> Recovery::checkpoint(const char* file) {
  if (!disk_.exists(file)) return storage::OffsetCheckpoint{};
  const auto text = storage::read_text(disk_, file);
  if (!text) return text.error();
  auto parsed = storage::parse_offset_checkpoint(file, *text);
  if (parsed) return parsed;
  // As Kafka does: without a checkpoint everything is scanned, nothing is lost.
  context_.log(Level::error, recovery_logger, "{}; it is ignored", parsed.error().message);
  return storage::OffsetCheckpoint{};
}

Result<void> Recovery::begin() {
  if (disk_.exists(storage::clean_shutdown_file)) {
    const auto text = storage::read_text(disk_, storage::clean_shutdown_file);
    if (!text) return text.error();
    const auto mark = storage::parse_clean_shutdown(storage::clean_shutdown_file, *text);
    clean_ = mark.ok();
    if (mark) previous_epoch_ = mark->broker_epoch;
    // A crash while loading counts as unclean (KAFKA-10471).
    if (auto removed = disk_.remove(storage::clean_shutdown_file); !removed) return removed;
    // A power loss must not bring it back: it would vouch for what is written from now on.
    if (auto synced = disk_.sync("."); !synced) return synced;
  }
  for (auto [file, into] : {std::pair{storage::recovery_point_file, &recovery_points_},
                            std::pair{storage::log_start_file, &starts_},
                            std::pair{storage::high_watermark_file, &high_watermarks_}}) {
    auto read = checkpoint(file);
    if (!read) return read.error();
    *into = std::move(*read);
  }
  const auto entries = disk_.list(".");
  if (!entries) return entries.error();
  for (const auto& entry : *entries) {
    if (!entry.is_directory || entry.name == raft::metadata_directory) continue;
    if (storage::is_deleted_directory(entry.name)) {
      context_.log(Level::info, recovery_logger, "Removing {}, which was being deleted",
                   entry.name);
      context_.remove(entry.name, {});
      continue;
    }
    if (const auto key = partition_of(entry.name)) directories_.emplace_back(entry.name, *key);
  }
  context_.log(Level::info, recovery_logger, "Loading {} logs, the last shutdown was {}",
               directories_.size(), clean_ ? "clean" : "not clean");
  return open_metadata_log();
}

Result<void> Recovery::open_metadata_log() {
  storage::LogConfig log = log_config(config_);
  log.segment_bytes = config_.metadata_log_segment_bytes;
  log.segment_ms = config_.metadata_log_segment_ms.count();
  log.retention_bytes = log.retention_ms = -1;
  log.flush_messages = storage::LogConfig{}.flush_messages;  // the quorum syncs what it must
  if (!disk_.exists(raft::metadata_directory)) {
    metadata_log_ = storage::PartitionLog::create(context_, raft::metadata_directory, log,
                                                  raft::metadata_topic_id());
    return {};
  }
  auto opened = storage::PartitionLog::open(context_, disk_, raft::metadata_directory, log, {});
  if (!opened) return opened.error();
  metadata_log_ = std::move(*opened);
  tell(raft::metadata_directory, *metadata_log_);
  return {};
}

Result<bool> Recovery::step() {
  if (next_ == directories_.size()) return true;
  const auto& [directory, key] = directories_[next_++];
  if (auto opened = open_partition(directory, key); !opened) return opened.error();
  context_.trace(trace::Recovering{static_cast<std::int32_t>(next_),
                                   static_cast<std::int32_t>(directories_.size())});
  return next_ == directories_.size();
}

Result<void> Recovery::open_partition(const std::string& directory,
                                      const storage::TopicPartition& key) {
  const auto known = [&](const storage::OffsetCheckpoint& from) {
    const auto it = from.find(key);
    return it == from.end() ? Offset(0) : it->second;
  };
  storage::RecoveryHints hints{clean_, known(recovery_points_), known(starts_)};
  auto opened = storage::PartitionLog::open(context_, disk_, directory, log_config(config_), hints);
  if (!opened) return opened.error();
  tell(directory, **opened);
  logs_.push_back({key, std::move(*opened), known(high_watermarks_)});
  return {};
}

void Recovery::tell(const std::string& directory, const storage::PartitionLog& log) {
  const auto& report = log.recovery();
  for (const auto& note : report.notes) {
    context_.log(Level::warn, recovery_logger, "[LogLoader partition={}] {}", directory, note);
  }
  context_.log(Level::info, recovery_logger,
               "Loaded {}: offsets {} to {}, {} segments scanned, {} bytes truncated", directory,
               log.log_start(), log.log_end(), report.segments_scanned, report.bytes_truncated);
}

}  // namespace lab::broker
