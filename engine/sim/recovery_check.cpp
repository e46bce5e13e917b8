#include "engine/sim/recovery_check.h"

#include <fmt/format.h>

#include <charconv>

#include "engine/machine/context.h"
#include "engine/raft/types.h"
#include "engine/sim/violation.h"
#include "engine/storage/meta_properties.h"

namespace lab::sim {

void RecoveryCheck::starting(int broker) {
  auto& disk = cluster_.world().disk(cluster_.member(broker));
  auto& before = before_[broker];
  before.clear();
  const auto entries = disk.list(".");
  if (!entries) return;
  for (const auto& entry : *entries) {
    // "orders-0.<hex>-delete" and "-stray" are not opened any more.
    if (!entry.is_directory || entry.name.find('.') != entry.name.npos) continue;
    before.emplace(entry.name, scan_log(disk, entry.name));
  }
}

void RecoveryCheck::after_input(int broker) {
  const auto it = before_.find(broker);
  if (it == before_.end()) return;
  const auto* node = cluster_.node(broker);
  if (node == nullptr || !node->running()) return;
  check(broker);
  before_.erase(it);
}

void RecoveryCheck::check(int broker) {
  const auto& disk = cluster_.world().disk(cluster_.member(broker));
  for (const auto& [directory, before] : before_[broker]) {
    const LogScan after = scan_log(disk, directory);
    const std::string who = fmt::format("{} on broker {}", directory, broker);
    check_recovered(who, before, after, synced(broker, directory));
    // Now and then: it copies the disk.
    if (++checked_ % 8 == 0) recover_again(who, directory, broker, after);
  }
}

// Recovering once more, with nothing taken on trust, changes nothing.
void RecoveryCheck::recover_again(const std::string& who, const std::string& directory, int broker,
                                  const LogScan& found) {
  storage::MemoryDisk copy = cluster_.world().disk(cluster_.member(broker)).clone();
  Context context(NodeId(broker), false);
  Effects effects;
  context.begin(beginning_of_worlds(), effects);
  const auto opened = storage::PartitionLog::open(context, copy, directory, {}, {});
  if (!opened) violated(35, "{} cannot be recovered again: {}", who, opened.error().message);
  const auto& log = **opened;
  if (log.log_end() != found.end() || log.recovery().bytes_truncated != 0) {
    violated(35, "{} ends at {}; recovered again it ends at {}, {} bytes were cut", who,
             found.end(), log.log_end(), log.recovery().bytes_truncated);
  }
}

Offset RecoveryCheck::synced(int broker, const std::string& directory) {
  const auto dash = directory.rfind('-');
  if (directory == raft::metadata_directory || dash == directory.npos) return Offset(0);
  int partition = 0;
  std::from_chars(directory.data() + dash + 1, directory.data() + directory.size(), partition);
  const std::string file = directory + "/" + storage::partition_metadata_file;
  const auto& disk = cluster_.world().disk(cluster_.member(broker));
  const ByteBuffer content = disk.content(file);
  const auto id = storage::parse_partition_metadata(file, text_of(content));
  return id ? synced_(broker, *id, partition) : Offset(0);
}

}  // namespace lab::sim
