// Reads a partition's log as it lies on a simulated disk, batch by batch, beside the broker that
// writes it. Used by checkers; it changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/ids.h"
#include "engine/protocol/batch_header.h"
#include "engine/storage/memory_disk.h"

namespace lab::sim {

struct Batch {
  Offset base{0}, next{0};  // next: after its last record
  Epoch epoch{0};
  std::uint32_t crc = 0;
  // Of an idempotent producer; -1 else.
  ProducerId producer{-1};
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1, last_sequence = -1;
  bool operator==(const Batch&) const = default;
  std::string text() const;
  static Batch of(const protocol::BatchHeader& header);
};

// A place in the .log files of a directory. It stays valid while the log only grows.
class LogReader {
 public:
  LogReader() = default;
  LogReader(storage::MemoryDisk& disk, std::string directory)
      : disk_(&disk), directory_(std::move(directory)) {}

  // The next batch that lies wholly below `end`; nullopt where there is none (yet).
  std::optional<Batch> next(Offset end);

 private:
  bool next_file();

  storage::MemoryDisk* disk_ = nullptr;
  std::string directory_, file_;
  std::uint64_t at_ = 0;
};

}  // namespace lab::sim
