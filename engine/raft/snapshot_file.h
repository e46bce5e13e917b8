// Snapshots of the metadata log as files (KIP-630): their names, and their content, which is a
// header, the state's records and a footer in ordinary batches. Used by Quorum; kafka-dump-log
// reads them, too. It reads and writes no file itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/raft/types.h"

namespace lab::raft {

// "00000000000000000042-0000000007.checkpoint", in __cluster_metadata-0.
std::string snapshot_name(const OffsetAndEpoch& id);
// The same below the log directory.
std::string snapshot_path(const OffsetAndEpoch& id);
// nullopt where `name` is not a whole snapshot's name.
std::optional<OffsetAndEpoch> parse_snapshot_name(std::string_view name);

struct SnapshotContent {
  WallTime last_append{};
  std::vector<Slice> values;
};

// The file's bytes: batches of at most about 1 MiB of values each.
Slices snapshot_bytes(const OffsetAndEpoch& id, WallTime last_append, WallTime now,
                      const std::vector<Slice>& values);
// Fails where a batch is damaged, or header or footer are
// missing.
Result<SnapshotContent> parse_snapshot(const Slice& bytes);

}  // namespace lab::raft
