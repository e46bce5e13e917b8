// One partition's log on disk, in Kafka's own layout: topic partitions and __cluster_metadata-0
// alike. Replication, raft and the request handlers append, read and truncate through it. It is a
// part of a machine: it keeps the machine's Context, is called within an input, and answers by
// callbacks. It never waits for the disk (an append is readable at once from memory and counts as
// written when the host says so) and never decides what may be read or acknowledged: high watermark
// and ISR are its callers' business.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/uuid.h"
#include "engine/machine/context.h"
#include "engine/storage/disk.h"
#include "engine/storage/epoch_cache.h"
#include "engine/storage/log_config.h"
#include "engine/storage/producer_state.h"
#include "engine/storage/segment.h"
#include "engine/storage/tail_cache.h"

namespace lab::storage {

struct AppendResult {
  enum class Status : std::uint8_t {
    ok,
    duplicate,               // already in the log: base, last and timestamp are the old batch's
    out_of_order_sequence,   // OUT_OF_ORDER_SEQUENCE_NUMBER
    invalid_producer_epoch,  // INVALID_PRODUCER_EPOCH
    // Producer state is still being rebuilt after a truncation; answer a retriable error.
    not_ready,
    invalid_record,  // INVALID_RECORD: offsets inside the batch do not match its record count
    too_large,       // RECORD_LIST_TOO_LARGE: one batch does not fit into a segment
    not_contiguous,  // as follower only: the first batch does not start at log_end()
    corrupt,         // CORRUPT_MESSAGE: not whole batches of magic 2, or epochs that fall
    failed           // KAFKA_STORAGE_ERROR: an earlier write failed, the broker is halting
  };
  Status status = Status::ok;
  Offset base = no_offset;          // offset of the first record
  Offset last = no_offset;          // offset of the last record
  std::int64_t max_timestamp = -1;  // largest record timestamp, ms
  std::string message;              // where it is neither ok nor duplicate
  bool ok() const { return status == Status::ok; }
};

struct ReadResult {
  enum class Status : std::uint8_t {
    ok,
    out_of_range,  // OFFSET_OUT_OF_RANGE: below log_start() or above log_end()
    failed         // KAFKA_STORAGE_ERROR: the file could not be read, or its bytes are damaged
  };
  Status status = Status::ok;
  Slices slices;            // whole batches; may be empty
  Offset next = no_offset;  // the offset after the last batch in `slices`; `from` where empty
  std::string message;
  bool ok() const { return status == Status::ok; }
};

// A record found by its time (ListOffsets).
struct TimestampedOffset {
  std::int64_t timestamp = -1;  // ms
  Offset offset = no_offset;
  Epoch epoch = no_epoch;
  bool operator==(const TimestampedOffset&) const = default;
};

// What was known about a log before it was opened.
struct RecoveryHints {
  bool clean_shutdown = false;  // .kafka_cleanshutdown was there
  Offset recovery_point{0};     // recovery-point-offset-checkpoint; 0 where it has no line
  Offset log_start{0};          // log-start-offset-checkpoint; 0 where it has no line
};

// What opening a log did; for the broker's log lines and for tests.
struct RecoveryReport {
  int segments_scanned = 0;  // read whole, every CRC checked
  std::uint64_t bytes_truncated = 0;
  std::vector<std::string> notes;  // one line each: truncated where and why, index rebuilt, …
};

class PartitionLog {
 public:
  using OnRead = std::function<void(ReadResult)>;
  // ok() false: the disk failed and the broker is halting.
  using OnFlushed = std::function<void(bool ok)>;
  using OnFound = std::function<void(Result<std::optional<TimestampedOffset>>)>;

  // A log that is not on disk yet (a partition that was just assigned): made through effects.
  // `directory` as log_directory() says; topic_id zero: no partition.metadata is written. Starts
  // empty at `start`.
  static std::unique_ptr<PartitionLog> create(Context& context, const std::string& directory,
                                              const LogConfig& config, Uuid topic_id,
                                              Offset start = Offset(0));

  // A log that is on disk. After an unclean shutdown segments from the recovery point on are read
  // whole, every batch's CRC is checked, and the log ends before the first bad byte. Indexes are
  // rebuilt where they are missing or wrong. Errors: the disk itself, or a file only a person can
  // mend (named with its line). Emits no effects.
  static Result<std::unique_ptr<PartitionLog>> open(Context& context, Disk& disk,
                                                    const std::string& directory,
                                                    const LogConfig& config,
                                                    const RecoveryHints& hints);

  ~PartitionLog();  // forgets what is in work; callbacks not yet called never will be
  PartitionLog(const PartitionLog&) = delete;
  PartitionLog& operator=(const PartitionLog&) = delete;

  // ---- Appending. `records` holds one or more whole batches, whose CRCs the caller has checked.
  // Each returns at once; the records can be read from then on, and count as written when
  // written_end() has passed them. Either all batches are appended or none.

  // As leader: gives offsets, sets the leader epoch, checks idempotent producers (KIP-98), and
  // notes where `epoch` starts.
  AppendResult append_as_leader(const Slices& records, Epoch epoch);
  // As follower: offsets and epochs stay as they are; must start at log_end().
  AppendResult append_as_follower(const Slices& records);
  // As leader, but without looking at producers: raft's control batches.
  AppendResult append_raw(const Slices& records, Epoch epoch);
  // A new leader of `epoch` starts at log_end(): noted before its first record (KIP-101).
  void begin_epoch(Epoch epoch);

  // Called whenever written_end() has moved forward, in an input of its own.
  void on_written(std::function<void()> listener) { on_written_ = std::move(listener); }

  // ---- Where the log stands. Offsets are of the next record ("end" is exclusive).
  Offset log_start() const { return log_start_; }
  Offset log_end() const { return log_end_; }
  // All below is in the files as far as the operating system knows (write(2) returned); where
  // flush.messages or more records are not synced, only what is.
  Offset written_end() const { return written_end_; }
  // All below survives a power loss; also the recovery point.
  Offset synced_end() const { return synced_end_; }
  // Everything appended so far is synced; then the callback is called (at once if it is already).
  void flush(OnFlushed on_flushed);

  std::uint64_t size_bytes() const;  // of the .log files
  std::size_t segment_count() const { return segments_.size(); }
  std::int64_t max_timestamp() const;  // ms; -1 where there are no records
  std::size_t cached_bytes() const { return tail_.bytes(); }
  bool failed() const { return failed_; }
  const std::string& directory() const { return directory_; }
  // From partition.metadata; zero where there is none.
  const Uuid& topic_id() const { return topic_id_; }
  const RecoveryReport& recovery() const { return recovery_; }
  const LogConfig& config() const { return config_; }
  void set_config(const LogConfig& config) { config_ = config; }

  // ---- Reading. Whole batches, from the one that holds `from`, each ending at or below `limit`
  // (exclusive), together at most max_bytes; with whole_first_batch the first comes whatever its
  // size. The callback is called within this call where the bytes are in memory, else later.
  void read(Offset from, Offset limit, std::size_t max_bytes, bool whole_first_batch,
            OnRead on_read);
  // The first record at or after `timestamp` (ms), below `limit`; nullopt where there is none.
  void offset_for_timestamp(std::int64_t timestamp, Offset limit, OnFound on_found);
  // The first record that has the largest timestamp of the log (ListOffsets -3, KIP-734).
  void offset_of_max_timestamp(Offset limit, OnFound on_found);

  // ---- Epochs (KIP-101, KIP-279).
  // The largest epoch at or below `epoch` and where it ends; {no_epoch, no_offset} where `epoch` is
  // larger than any in the log or none; {epoch, start of the first} where it is smaller than all.
  EpochEnd end_offset_for(Epoch epoch) const { return epochs_.end_offset_for(epoch, log_end_); }
  Epoch latest_epoch() const { return epochs_.latest(); }
  // The epoch of the record at `offset`; no_epoch where it is not in the log.
  Epoch epoch_at(Offset offset) const;
  const EpochCache& epochs() const { return epochs_; }

  // ---- Cutting.
  // Drops all from `offset` on; above log_end() nothing happens, at or below log_start() the log
  // starts anew at `offset`. A batch that holds `offset` is dropped whole.
  void truncate_to(Offset offset);
  // Drops everything; the log is empty and starts at `offset`.
  void restart_at(Offset offset);
  // Moves log_start() up to `offset` (at most log_end()) and removes segments wholly below it.
  void delete_records_before(Offset offset);
  // Removes old segments by retention.ms and retention.bytes, nothing at or above `high_watermark`.
  // The active one goes too where all of it has expired, and an empty one follows it, as in Kafka.
  // Forgets producers that expired; an idle log gives up its tail cache.
  // Called every log.retention.check.interval.ms or so.
  void maintain(Offset high_watermark);
  // Gives up cached bytes that are written until at most `bytes` are held.
  void trim_cache(std::size_t bytes) { tail_.trim(bytes, written_end_); }
  // Starts a new segment now if the active one holds anything.
  void roll();

  // ---- Ending.
  // Writes and syncs everything, with a producer snapshot; nothing may be appended afterwards. An
  // open with clean_shutdown need not scan.
  void close(OnFlushed on_closed);
  // Removes the log with its directory; the callback comes when the directory's name is free.
  void remove(OnFlushed on_removed);
  // The same, but the directory stays as "NAME.<hex>-stray", as Kafka keeps what its metadata does
  // not know: it is for a person to look at, nobody opens it again.
  void set_aside(OnFlushed on_set_aside);

  // ---- Producers.
  const ProducerState& producers() const { return producers_; }
  bool producers_ready() const { return !rebuild_; }

 private:
  struct Parsed;   // one batch of an append
  struct Job;      // a read that needs the disk
  struct Search;   // a search by time
  struct Rebuild;  // producer state being read anew after a truncation
  class Recovery;  // open()
  struct Writing {
    Offset end;
    bool done = false;
  };
  struct Flushing {
    Offset end;
    std::size_t waiting = 0;  // syncs in work
    std::vector<OnFlushed> callbacks;
  };

  PartitionLog(Context& context, std::string directory, const LogConfig& config);

  // partition_log.cpp
  AppendResult parse(const Slices& records, bool as_leader, std::vector<Parsed>& batches) const;
  AppendResult check_producers(const std::vector<Parsed>& batches) const;
  AppendResult check_follower(const std::vector<Parsed>& batches) const;
  AppendResult lead(const Slices& records, Epoch epoch, bool with_producers);
  AppendResult append_parsed(const std::vector<Parsed>& batches, std::optional<Epoch> epoch);
  void append_batch(const Parsed& batch, std::optional<Epoch> epoch);
  bool must_roll(const Parsed& batch) const;
  void add_segment(Offset base);

  // partition_log_write.cpp
  void send_writes(bool at_once);
  void written(const std::shared_ptr<Writing>& writing);
  void publish();
  void write_indexes(Segment& segment);
  void write_producer_snapshot();
  void write_epochs();
  void start_flush();
  void finish_flush(const std::shared_ptr<Flushing>& flush);
  // A completion that is dropped when this log is gone, and halts the broker when it failed.
  Context::OnDone guarded(std::string what, std::function<void(const Done&)> then = {});
  void fail(const std::string& what, const std::string& why);
  void give_up(bool keep, OnFlushed then);
  void leave_directory(bool keep, const OnFlushed& then);
  // Called when no file effect is in work (at once if none is).
  void when_idle(OnFlushed then);

  // partition_log_read.cpp
  std::size_t segment_of(Offset offset) const;
  Offset segment_end(std::size_t i) const;
  void read_step(const std::shared_ptr<Job>& job);
  bool read_memory(Job& job) const;
  void read_arrived(const std::shared_ptr<Job>& job, const Done& done);
  bool take_batches(Job& job, const Slice& data);

  // log_search.cpp
  void search(const std::shared_ptr<Search>& search);
  void searched(const std::shared_ptr<Search>& search, const ReadResult& found);
  void finish_search(const std::shared_ptr<Search>& search);

  // partition_log_cut.cpp
  void cut_segment(std::size_t i, Offset offset, Offset old_end);
  void cut_file(Segment& segment, std::uint64_t size);
  void find_cut(Offset base, Offset end, std::uint64_t position);
  void look_for_cut(Offset base, Offset end, std::uint64_t position, const Slice& data);
  void remove_segments(std::size_t first, std::size_t last);
  void drop_snapshots(Offset from, Offset to);
  void clamp_pending(Offset end);
  void rebuild_producers();
  void rebuild_step(const std::shared_ptr<Rebuild>& rebuild);

  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  Segment& active() { return segments_.back(); }

  Context& context_;
  std::string directory_;
  LogConfig config_;
  Uuid topic_id_;
  RecoveryReport recovery_;

  std::vector<Segment> segments_;  // by base offset; the last one is active
  EpochCache epochs_;
  ProducerState producers_;
  TailCache tail_;
  std::set<Offset> snapshots_;  // offsets of the .snapshot files

  Offset log_start_{0}, log_end_{0}, written_end_{0}, synced_end_{0};
  Offset in_files_{0};  // written; written_end_ is behind it while flush.messages waits for a sync
  Instant last_append_{};

  Slices unsent_;  // the end of the active segment that the host was not yet given
  std::uint64_t unsent_bytes_ = 0;
  std::deque<std::shared_ptr<Writing>> writing_;
  std::set<std::string> to_sync_;  // besides the .log files that hold what is not synced
  std::shared_ptr<Flushing> flushing_;
  std::vector<OnFlushed> next_flush_;
  std::function<void()> on_written_;
  OnFlushed when_idle_;
  std::size_t effects_in_work_ = 0;
  bool epochs_writing_ = false, epochs_changed_ = false;

  std::size_t cuts_sought_ = 0;  // files in which the place of a cut is being looked for
  std::uint64_t cuts_ = 0;       // counts truncations: what was read before one is read again
  std::shared_ptr<Rebuild> rebuild_;
  bool failed_ = false, closed_ = false, removing_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace lab::storage
