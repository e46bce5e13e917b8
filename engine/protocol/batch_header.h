// Record batches, version 2 of the format (KIP-98): the header of 61 bytes parsed and patched, the
// checksum checked. Called by storage for every batch, by handlers, clients and the raft room.
// Records are another file's (batch.h): a batch travels from Produce through the log into
// Fetch without anybody looking at them.
#pragma once

#include <cstdint>
#include <span>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/slice.h"
#include "engine/protocol/compression.h"

namespace lab::protocol {

inline constexpr std::size_t batch_header_size = 61;  // bytes
inline constexpr std::size_t batch_prefix_size = 12;  // bytes before what batch_length counts
inline constexpr std::size_t batch_checked_from =
    21;  // the attributes: what the checksum covers begins

enum class TimestampType : std::uint8_t { create_time = 0, log_append_time = 1 };

struct BatchHeader {
  Offset base_offset{0};
  std::int32_t batch_length = 0;            // bytes after this member; see size_in_bytes()
  Epoch partition_leader_epoch = no_epoch;  // set by the leader that appends; not in the checksum
  std::int8_t magic = 2;
  std::uint32_t crc = 0;  // CRC-32C from attributes to the end
  std::int16_t attributes = 0;
  std::int32_t last_offset_delta = 0;
  std::int64_t base_timestamp = -1;  // ms since 1970; -1 none
  std::int64_t max_timestamp = -1;   // ms since 1970; the append time under log_append_time
  ProducerId producer_id{-1};
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
  std::int32_t record_count = 0;

  bool operator==(const BatchHeader&) const = default;

  // The whole batch, header included.
  std::size_t size_in_bytes() const {
    return batch_prefix_size + static_cast<std::size_t>(batch_length);
  }
  Offset last_offset() const { return base_offset + last_offset_delta; }
  Offset next_offset() const { return last_offset() + 1; }
  // Sequence numbers go round after 2^31 - 1. -1 without a producer id.
  std::int32_t last_sequence() const;
  // May be a number that is no codec: reading the records then fails.
  Compression compression() const { return static_cast<Compression>(attributes & 7); }
  TimestampType timestamp_type() const {
    return (attributes & 8) != 0 ? TimestampType::log_append_time : TimestampType::create_time;
  }
  bool is_transactional() const { return (attributes & 16) != 0; }
  bool is_control() const { return (attributes & 32) != 0; }
  bool has_producer_id() const { return producer_id.v >= 0; }
};

// The header at the begin of `bytes`. Fails on fewer than 61 bytes, on a magic other than 2, and on
// members that cannot be (a length below the header's, a negative count or offset delta). Whether
// the batch is whole is not looked at.
Result<BatchHeader> parse_batch_header(ByteView bytes);
// The same, and the batch must be whole (bytes behind it are ignored) and its checksum right.
Result<BatchHeader> check_batch(ByteView bytes);
// Checks the batch at each step from the begin; fn(header, slice of that one batch). Fails on the
// first damaged or cut batch; those before it have been given to fn.
template <class Fn>
Result<void> for_each_batch(const Slice& batches, Fn fn) {
  for (std::size_t at = 0; at < batches.size();) {
    const auto header = check_batch(batches.view().subspan(at));
    if (!header) return header.error();
    fn(*header, batches.sub(at, header->size_in_bytes()));
    at += header->size_in_bytes();
  }
  return {};
}

// In place; these two lie outside the checksum. `batch` begins with a header.
void set_base_offset(std::span<std::uint8_t> batch, Offset offset);
void set_partition_leader_epoch(std::span<std::uint8_t> batch, Epoch epoch);
// In place: log_append_time with this time (ms since 1970), and a new checksum. `batch` is whole.
void set_log_append_time(std::span<std::uint8_t> batch, std::int64_t timestamp_ms);
// In place: the largest time of its records where the header says otherwise, and a new checksum.
void set_max_timestamp(std::span<std::uint8_t> batch, std::int64_t timestamp_ms);
// The batch with both set, sharing what lies behind the header where that is worth it.
Slices with_offset_and_epoch(const Slice& batch, Offset offset, Epoch epoch);
// The 61 bytes, checksum as `header` has it.
ByteBuffer encode_batch_header(const BatchHeader& header);

}  // namespace lab::protocol
