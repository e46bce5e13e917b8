// Reads the log of a directory as it lies on a simulated disk, whole and byte by byte, without the
// code that the brokers read it with: every checksum, every offset, every index entry. And what
// must hold of a log that was just recovered (FAULTS.md 35). Used by RecoveryCheck.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/sim/log_files.h"
#include "engine/storage/memory_disk.h"

namespace lab::sim {

struct LogScan {
  Offset start{0};
  std::vector<Batch> batches;  // whole ones that follow each other, up to the first damage
  std::string damage;          // file, byte and what is wrong there; empty where nothing is
  std::string bad_index;       // an index entry that points at no batch; empty where none does
  Offset end() const { return batches.empty() ? start : batches.back().next; }
};
LogScan scan_log(const storage::MemoryDisk& disk, const std::string& directory);

// `before`: what lay there when the broker started; `after`: once it had recovered the log; all
// below `synced` had been reported as synced. Throws Violation.
void check_recovered(const std::string& who, const LogScan& before, const LogScan& after,
                     Offset synced);

}  // namespace lab::sim
