// See batch_header.h.
#include "engine/protocol/batch_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/base/crc32c.h"
#include "engine/protocol/reader.h"
#include "engine/protocol/writer.h"

namespace lab::protocol {
namespace {

constexpr std::size_t base_offset_at = 0;
constexpr std::size_t leader_epoch_at = 12;
constexpr std::size_t crc_at = 17;
constexpr std::size_t max_timestamp_at = 35;
constexpr std::int8_t the_magic = 2;
constexpr std::uint8_t log_append_bit = 8;
constexpr std::size_t copied_whole_below = 2048;  // bytes

template <class T>
void put(std::span<std::uint8_t> bytes, std::size_t at, T value) {
  LAB_CHECK(at + sizeof(T) <= bytes.size());
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes[at + i] =
        static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * (sizeof(T) - 1 - i)));
  }
}

template <class T>
T get(ByteView bytes, std::size_t at) {
  std::uint64_t x = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) x = x << 8 | bytes[at + i];
  return static_cast<T>(x);
}

}  // namespace

std::int32_t BatchHeader::last_sequence() const {
  if (base_sequence < 0) return -1;
  const std::int64_t last = std::int64_t{base_sequence} + last_offset_delta;
  return static_cast<std::int32_t>(last & 0x7fffffff);
}

Result<BatchHeader> parse_batch_header(ByteView bytes) {
  if (bytes.size() < batch_header_size) {
    return Error{fmt::format("a batch header has {} bytes and {} are there", batch_header_size,
                             bytes.size())};
  }
  BatchHeader h;
  h.base_offset = Offset(get<std::int64_t>(bytes, base_offset_at));
  h.batch_length = get<std::int32_t>(bytes, 8);
  h.partition_leader_epoch = Epoch(get<std::int32_t>(bytes, leader_epoch_at));
  h.magic = get<std::int8_t>(bytes, 16);
  h.crc = get<std::uint32_t>(bytes, crc_at);
  h.attributes = get<std::int16_t>(bytes, batch_checked_from);
  h.last_offset_delta = get<std::int32_t>(bytes, 23);
  h.base_timestamp = get<std::int64_t>(bytes, 27);
  h.max_timestamp = get<std::int64_t>(bytes, max_timestamp_at);
  h.producer_id = ProducerId(get<std::int64_t>(bytes, 43));
  h.producer_epoch = get<std::int16_t>(bytes, 51);
  h.base_sequence = get<std::int32_t>(bytes, 53);
  h.record_count = get<std::int32_t>(bytes, 57);
  if (h.magic != the_magic) {
    return Error{fmt::format("a batch has the magic {}; only {} is read", h.magic, the_magic)};
  }
  constexpr auto least = static_cast<std::int32_t>(batch_header_size - batch_prefix_size);
  if (h.batch_length < least || h.record_count < 0 || h.last_offset_delta < 0) {
    return Error{
        fmt::format("a batch header cannot be: length {}, {} records, last offset delta {}",
                    h.batch_length, h.record_count, h.last_offset_delta)};
  }
  // The offset behind the batch must be a number, too.
  if (h.base_offset.v >= std::numeric_limits<std::int64_t>::max() - h.last_offset_delta) {
    return Error{fmt::format("a batch header cannot be: base offset {}, last offset delta {}",
                             h.base_offset, h.last_offset_delta)};
  }
  return h;
}

Result<BatchHeader> check_batch(ByteView bytes) {
  auto header = parse_batch_header(bytes);
  if (!header) return header;
  const std::size_t size = header->size_in_bytes();
  if (bytes.size() < size) {
    return Error{fmt::format("the batch at offset {} has {} bytes and {} are there",
                             header->base_offset, size, bytes.size())};
  }
  const std::uint32_t crc = crc32c(bytes.subspan(batch_checked_from, size - batch_checked_from));
  if (crc != header->crc) {
    return Error{fmt::format("the batch at offset {} is damaged: checksum {:08x}, expected {:08x}",
                             header->base_offset, crc, header->crc)};
  }
  return header;
}

void set_base_offset(std::span<std::uint8_t> batch, Offset offset) {
  put(batch, base_offset_at, offset.v);
}

void set_partition_leader_epoch(std::span<std::uint8_t> batch, Epoch epoch) {
  put(batch, leader_epoch_at, epoch.v);
}

void set_log_append_time(std::span<std::uint8_t> batch, std::int64_t timestamp_ms) {
  LAB_CHECK(batch.size() >= batch_header_size);
  batch[batch_checked_from + 1] |= log_append_bit;
  set_max_timestamp(batch, timestamp_ms);
}

void set_max_timestamp(std::span<std::uint8_t> batch, std::int64_t timestamp_ms) {
  LAB_CHECK(batch.size() >= batch_header_size);
  put(batch, max_timestamp_at, timestamp_ms);
  put(batch, crc_at, crc32c(ByteView(batch).subspan(batch_checked_from)));
}

Slices with_offset_and_epoch(const Slice& batch, Offset offset, Epoch epoch) {
  LAB_CHECK(batch.size() >= batch_header_size);
  const bool whole = batch.size() < copied_whole_below;
  const ByteView own = batch.view().first(whole ? batch.size() : batch_header_size);
  ByteBuffer head(own.begin(), own.end());
  set_base_offset(head, offset);
  set_partition_leader_epoch(head, epoch);
  Slices out{Slice::take(std::move(head))};
  if (!whole) out.push_back(batch.sub(batch_header_size));
  return out;
}

ByteBuffer encode_batch_header(const BatchHeader& h) {
  ByteBuffer out(batch_header_size);
  put(out, base_offset_at, h.base_offset.v);
  put(out, 8, h.batch_length);
  put(out, leader_epoch_at, h.partition_leader_epoch.v);
  put(out, 16, h.magic);
  put(out, crc_at, h.crc);
  put(out, batch_checked_from, h.attributes);
  put(out, 23, h.last_offset_delta);
  put(out, 27, h.base_timestamp);
  put(out, max_timestamp_at, h.max_timestamp);
  put(out, 43, h.producer_id.v);
  put(out, 51, h.producer_epoch);
  put(out, 53, h.base_sequence);
  put(out, 57, h.record_count);
  return out;
}

}  // namespace lab::protocol
