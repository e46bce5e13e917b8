// Opening a log that is on disk. Called by PartitionLog::open only; it uses the Disk directly and
// emits no effects.
#pragma once

#include "engine/storage/batch_file.h"
#include "engine/storage/partition_log_internal.h"

namespace lab::storage {

class PartitionLog::Recovery {
 public:
  Recovery(PartitionLog& log, Disk& disk, const RecoveryHints& hints)
      : log_(log), disk_(disk), hints_(hints) {}

  // Fills the log; what it did is in log.recovery_.
  Result<void> run();

 private:
  // What is in the directory; leftovers of a crash are removed.
  Result<void> list();
  Result<void> read_topic_id();
  Result<void> read_epochs();
  // Decides from which segment on everything is read; segments_.size() for none.
  std::size_t first_to_scan() const;
  Result<void> load_segments();
  Result<bool> load_indexes(Segment& segment);  // false: they must be rebuilt
  // Reads a segment whole and rebuilds its indexes. False: damaged, all after its end is gone.
  Result<bool> scan(std::size_t i);
  // Walks the headers behind the last index entry of a segment, to where it ends. False: damaged.
  Result<bool> find_end(std::size_t i);
  Result<void> drop_after(std::size_t i, const std::string& why);
  Result<void> start_anew(Offset offset);
  Result<void> settle_epochs();
  Result<void> load_producers();
  Result<void> replay(Offset from, ProducerState& state);
  Result<void> fill_windows();
  Result<void> remove_file(const std::string& name);
  void note(std::string text) { log_.recovery_.notes.push_back(std::move(text)); }
  Offset end_of(std::size_t i) const;

  PartitionLog& log_;
  Disk& disk_;
  RecoveryHints hints_;
  std::set<std::string> files_;
  bool epochs_lost_ = false;
  EpochCache epochs_on_disk_;
  std::size_t scan_from_ = 0;
  Offset end_{0};  // of what has been read so far
};

}  // namespace lab::storage
