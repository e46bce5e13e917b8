// Opening a log: topic id, epochs and producers, from their files or from the batches.
#include "engine/base/planted.h"
#include "engine/storage/meta_properties.h"
#include "engine/storage/recovery.h"

namespace lab::storage {

namespace {
constexpr const char* epochs_file = "leader-epoch-checkpoint";
}  // namespace

Result<void> PartitionLog::Recovery::read_topic_id() {
  if (!files_.contains(partition_metadata_file)) return {};
  const std::string file = log_.path(partition_metadata_file);
  const auto text = read_text(disk_, file);
  if (!text) return text.error();
  const auto id = parse_partition_metadata(file, *text);
  if (!id) return id.error();
  log_.topic_id_ = *id;
  return {};
}

// Where the file is missing or damaged the batches tell the epochs: everything is scanned.
Result<void> PartitionLog::Recovery::read_epochs() {
  bool empty = true;
  for (const auto& segment : log_.segments_) empty = empty && segment.size == 0;
  if (!files_.contains(epochs_file)) {
    epochs_lost_ = !empty;
    if (epochs_lost_) note("leader-epoch-checkpoint is missing: rebuilt from the log");
    return {};
  }
  const std::string file = log_.path(epochs_file);
  const auto text = read_text(disk_, file);
  if (!text) return text.error();
  auto epochs = EpochCache::parse(file, *text);
  if (!epochs) {
    epochs_lost_ = true;
    note(epochs.error().message + ": rebuilt from the log");
    return {};
  }
  log_.epochs_ = epochs_on_disk_ = std::move(*epochs);
  return {};
}

Result<void> PartitionLog::Recovery::settle_epochs() {
  log_.epochs_.start_at(log_.log_start_);
  log_.epochs_.truncate_to(log_.log_end_);
  if (log_.epochs_ == epochs_on_disk_) return {};
  return replace_file(disk_, log_.path(epochs_file), log_.epochs_.text());
}

Result<void> PartitionLog::Recovery::load_producers() {
  if (planted(Bug::producers_lost_at_restart)) return {};
  // After an unclean shutdown a snapshot in the part that was scanned may be of another history.
  const bool unclean = !hints_.clean_shutdown && scan_from_ < log_.segments_.size();
  const Offset newest = unclean ? log_.segments_[scan_from_].base : log_.log_end_;
  Offset from = log_.log_start_;
  std::set<Offset> bases;
  for (const auto& segment : log_.segments_) bases.insert(segment.base);
  bool found = false;
  const std::set<Offset> all = log_.snapshots_;
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    const std::string name = offset_file(*it, ".snapshot");
    bool keep = *it <= newest && *it >= log_.log_start_ && (!found || bases.contains(*it));
    if (keep && !found) {
      const auto text = read_text(disk_, log_.path(name), 64 << 20);
      if (!text) return text.error();
      auto state = ProducerState::decode(bytes_of(*text));
      if (state) {
        log_.producers_ = std::move(*state);
        from = *it;
        found = true;
      } else {
        note(fmt::format("{}: {}; removed", log_.path(name), state.error().message));
        keep = false;
      }
    }
    if (keep) continue;
    log_.snapshots_.erase(*it);
    if (auto done = remove_file(name); !done) return done;
  }
  if (auto done = replay(from, log_.producers_); !done) return done;
  return log_.producers_.producers().empty() ? Result<void>() : fill_windows();
}

// Notes all batches from offset `from` on.
Result<void> PartitionLog::Recovery::replay(Offset from, ProducerState& state) {
  if (from >= log_.log_end_) return {};
  for (std::size_t i = log_.segment_of(std::max(from, log_.log_start_)); i < log_.segments_.size();
       ++i) {
    const Segment& segment = log_.segments_[i];
    const std::uint64_t position = from > segment.base ? segment.position_before(from) : 0;
    BatchFile batches(disk_, log_.path(segment.log()), position, segment.size, false);
    for (;;) {
      const auto header = batches.next();
      if (!header) return header.error();
      if (!*header || (*header)->base_offset >= log_.segment_end(i)) break;
      const auto& batch = **header;
      if (batch.last_offset() < from || !batch.has_producer_id() || batch.base_sequence < 0)
        continue;
      state.note(produced_batch(batch), log_.config_.max_producers);
    }
  }
  return {};
}

// A snapshot has only the last batch of each producer. The log's end tells more of them, so that a
// retry after a restart is still known as a duplicate.
Result<void> PartitionLog::Recovery::fill_windows() {
  constexpr std::uint64_t window = 256 * 1024;
  const Segment& last = log_.segments_.back();
  Offset from = last.base;
  for (const auto& entry : last.index) {
    if (static_cast<std::uint64_t>(entry.position) + window >= last.size) break;
    from = last.base + entry.relative;
  }
  ProducerState recent;
  if (auto done = replay(from, recent); !done) return done;
  log_.producers_.fill(recent);
  return {};
}

}  // namespace lab::storage
