// What a node does before it listens: reads the control files of its log directory and opens each
// log, one a step, so that a large directory shows its progress. Owned by Node; the only part of a
// broker that uses storage::Disk.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/broker/config.h"
#include "engine/machine/context.h"
#include "engine/storage/checkpoint.h"
#include "engine/storage/disk.h"
#include "engine/storage/meta_properties.h"
#include "engine/storage/partition_log.h"

namespace lab::broker {

// A partition's log as it was found.
struct RecoveredLog {
  storage::TopicPartition key;
  std::unique_ptr<storage::PartitionLog> log;
  Offset high_watermark{0};
};

class Recovery {
 public:
  Recovery(Context& context, const Config& config, storage::Disk& disk);

  // Reads the control files and lists what there is.
  Result<void> begin();
  // Opens the next log; true where none is left. Errors name the file and what to do.
  Result<bool> step();

  std::unique_ptr<storage::PartitionLog> take_metadata_log() { return std::move(metadata_log_); }
  std::vector<RecoveredLog> take_logs() { return std::move(logs_); }
  // Of the last clean shutdown; -1 where the last one was none.
  BrokerEpoch previous_epoch() const { return previous_epoch_; }

 private:
  Result<storage::OffsetCheckpoint> checkpoint(const char* file);
  Result<void> open_metadata_log();
  Result<void> open_partition(const std::string& directory, const storage::TopicPartition& key);
  void tell(const std::string& directory, const storage::PartitionLog& log);

  Context& context_;
  const Config& config_;
  storage::Disk& disk_;
  bool clean_ = false;
  BrokerEpoch previous_epoch_{-1};
  storage::OffsetCheckpoint recovery_points_, starts_, high_watermarks_;
  std::vector<std::pair<std::string, storage::TopicPartition>> directories_;
  std::size_t next_ = 0;
  std::unique_ptr<storage::PartitionLog> metadata_log_;
  std::vector<RecoveredLog> logs_;
};

}  // namespace lab::broker
