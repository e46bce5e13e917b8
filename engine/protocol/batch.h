// The records in a batch: read one by one while the batch is decompressed, and built. Called by
// clients, the raft and controller rooms, and by the broker where it must look (timestamps, keys).
// It keeps no more of a compressed batch in memory than its largest record.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/protocol/batch_header.h"
#include "engine/protocol/messages/control_records.h"

namespace lab::protocol {

struct RecordHeader {
  std::string_view key;
  std::optional<ByteView> value;  // nullopt: null
};

// One record. What it shows is valid while the call that got it lasts.
struct RecordView {
  Offset offset{0};
  std::int64_t timestamp_ms = -1;  // the batch's under log_append_time
  std::optional<ByteView> key;     // nullopt: null
  std::optional<ByteView> value;   // nullopt: null (a tombstone)
  std::span<const RecordHeader> headers;
};

struct RecordLimits {
  std::size_t record = 64 * 1024 * 1024;   // bytes of one record
  std::size_t batch = 1024 * 1024 * 1024;  // bytes of all records, decompressed
};

// Gives each record to fn, in order; fn returns false to stop. `batch` begins with a whole batch;
// its checksum is not looked at (check_batch does). Fails on records that are cut, more or fewer
// than the header says, or beyond the limits; records before the failure have been given to fn.
Result<void> each_record(ByteView batch, const std::function<bool(const RecordView&)>& fn,
                         const RecordLimits& limits = {});

// The same with an fn that returns nothing.
template <class Fn>
Result<void> for_each_record(ByteView batch, Fn fn, const RecordLimits& limits = {}) {
  return each_record(
      batch,
      [&](const RecordView& record) {
        fn(record);
        return true;
      },
      limits);
}

// What a batch says about itself besides its records.
struct BatchOptions {
  Compression compression = Compression::none;
  Offset base_offset{0};
  Epoch leader_epoch = no_epoch;
  ProducerId producer_id{-1};
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
  bool transactional = false;
  bool control = false;
};

// Collects records into one batch. Offsets follow each other from base_offset.
class BatchBuilder {
 public:
  explicit BatchBuilder(BatchOptions options = {});

  // Timestamps are ms since 1970. Null key or value: nullopt.
  void append(std::int64_t timestamp_ms, std::optional<ByteView> key, std::optional<ByteView> value,
              std::span<const RecordHeader> headers = {});
  std::int32_t record_count() const { return header_.record_count; }
  bool empty() const { return record_count() == 0; }
  // Bytes of the batch if it were built now without compression.
  std::size_t size_in_bytes() const { return batch_header_size + records_.size(); }
  // What append would add for a record with so many bytes of key and value and no headers, at most.
  static std::size_t most_bytes_for(std::size_t key, std::size_t value);

  // The batch, at least one record in it. The builder must not be used afterwards.
  Slice build();

 private:
  Compression compression_;
  BatchHeader header_;
  ByteBuffer records_;
};

// A control batch of the quorum, not transactional (KIP-595): one record for each.
Slice build_control_batch(Offset base_offset, Epoch leader_epoch, std::int64_t timestamp_ms,
                          std::span<const ControlRecord> records);

}  // namespace lab::protocol
