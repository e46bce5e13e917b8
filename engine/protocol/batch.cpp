// See batch.h.
#include "engine/protocol/batch.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/crc32c.h"
#include "engine/base/varint.h"

namespace lab::protocol {
namespace {

constexpr std::size_t most_varint = 5;          // bytes of a 32-bit varint
constexpr std::int64_t most_headers = 100'000;  // of one record; they take more memory than bytes

// a - b and a + b that go round, as Java's do: timestamps come from strangers.
std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) { return minus(a, minus(0, b)); }

// A window over the decompressed records: holds the record that is being read and little more.
class Window {
 public:
  Window(Decompressor& source, const RecordLimits& limits) : source_(source), limits_(limits) {}

  ByteView held() const { return ByteView(buffer_).subspan(at_, end_ - at_); }
  void drop(std::size_t count) { at_ += count; }

  // Reads on until `count` bytes are held or the source ends; false then.
  Result<bool> want(std::size_t count) {
    while (end_ - at_ < count) {
      make_room();
      auto got = source_.read(std::span(buffer_).subspan(end_));
      if (!got) return got.error();
      if (*got == 0) return false;
      end_ += *got;
      total_ += *got;
      if (total_ > limits_.batch) {
        return Error{fmt::format("the batch has more than {} bytes of records", limits_.batch)};
      }
    }
    return true;
  }

 private:
  static constexpr std::size_t step = 16 * 1024;
  void make_room() {
    if (at_ > 0) std::copy(buffer_.begin() + at(at_), buffer_.begin() + at(end_), buffer_.begin());
    end_ -= at_;
    at_ = 0;
    if (end_ == buffer_.size()) buffer_.resize(std::max(step, 2 * buffer_.size()));
  }
  static std::ptrdiff_t at(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }

  Decompressor& source_;
  const RecordLimits& limits_;
  ByteBuffer buffer_;
  std::size_t at_ = 0;   // first byte held
  std::size_t end_ = 0;  // behind the last byte held
  std::size_t total_ = 0;
};

// Reads the members of one record whose length is known.
class RecordParser {
 public:
  explicit RecordParser(ByteView bytes) : bytes_(bytes) {}

  bool number(std::int64_t& out, int max_bytes = 5) {
    return get_varint(bytes_, at_, out, max_bytes);
  }
  // A length and so many bytes; -1 is null.
  bool bytes(std::optional<ByteView>& out) {
    std::int64_t n = 0;
    if (!number(n) || n > left()) return false;
    out.reset();
    if (n < 0) return n == -1;
    out = bytes_.subspan(at_, static_cast<std::size_t>(n));
    at_ += static_cast<std::size_t>(n);
    return true;
  }
  bool headers(std::vector<RecordHeader>& out) {
    out.clear();
    std::int64_t n = 0;
    if (!number(n) || n < 0 || n > most_headers || n > left() / 2) return false;
    for (; n > 0; --n) {
      std::optional<ByteView> key;
      RecordHeader header;
      if (!bytes(key) || !key || !bytes(header.value)) return false;
      header.key = text_of(*key);
      out.push_back(header);
    }
    return true;
  }
  bool skip_byte() { return ++at_ <= bytes_.size(); }
  std::int64_t left() const { return static_cast<std::int64_t>(bytes_.size() - at_); }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
};

// Length, attributes (unused), timestamp delta, offset delta, key, value, headers.
bool parse_record(ByteView bytes, const BatchHeader& batch, std::vector<RecordHeader>& headers,
                  RecordView& out) {
  RecordParser in(bytes);
  std::int64_t timestamp_delta = 0;
  std::int64_t offset_delta = 0;
  if (!in.skip_byte() || !in.number(timestamp_delta, 10) || !in.number(offset_delta) ||
      !in.bytes(out.key) || !in.bytes(out.value) || !in.headers(headers) || in.left() != 0) {
    return false;
  }
  if (offset_delta < 0 || offset_delta > batch.last_offset_delta) return false;
  out.offset = batch.base_offset + offset_delta;
  const bool appended = batch.timestamp_type() == TimestampType::log_append_time;
  out.timestamp_ms = appended ? batch.max_timestamp : plus(batch.base_timestamp, timestamp_delta);
  out.headers = headers;
  return true;
}

// The next record's bytes, in the window until it is dropped.
Result<ByteView> next_record(Window& window, const RecordLimits& limits) {
  const auto some = window.want(most_varint);  // at the end fewer are there, which may suffice
  if (!some) return some.error();
  std::size_t prefix = 0;
  std::int64_t length = 0;
  if (!get_varint(window.held(), prefix, length, most_varint) || length < 0) {
    return Error{"a record's length is cut or negative"};
  }
  const auto size = static_cast<std::size_t>(length);
  if (size > limits.record) {
    return Error{fmt::format("a record claims {} bytes; the limit is {}", size, limits.record)};
  }
  window.drop(prefix);
  const auto whole = window.want(size);
  if (!whole) return whole.error();
  if (!*whole) return Error{fmt::format("a record of {} bytes is cut", size)};
  return window.held().first(size);
}

}  // namespace

Result<void> each_record(ByteView batch, const std::function<bool(const RecordView&)>& fn,
                         const RecordLimits& limits) {
  const auto header = parse_batch_header(batch);
  if (!header) return header.error();
  if (batch.size() < header->size_in_bytes()) return Error{"the batch is cut"};
  const std::string context = fmt::format("batch at offset {}", header->base_offset);
  auto source = make_decompressor(header->compression(),
                                  batch.first(header->size_in_bytes()).subspan(batch_header_size));
  if (!source) return source.error().in(context);
  Window window(**source, limits);
  std::vector<RecordHeader> headers;
  for (std::int32_t i = 0; i < header->record_count; ++i) {
    const auto bytes = next_record(window, limits);
    if (!bytes) return bytes.error().in(context);
    RecordView record;
    if (!parse_record(*bytes, *header, headers, record)) {
      return Error{fmt::format("record {} is malformed", i)}.in(context);
    }
    if (!fn(record)) return {};
    window.drop(bytes->size());
  }
  const auto more = window.want(1);
  if (!more) return more.error().in(context);
  if (*more) return Error{"bytes follow the last record"}.in(context);
  return {};
}

BatchBuilder::BatchBuilder(BatchOptions options) : compression_(options.compression) {
  header_.base_offset = options.base_offset;
  header_.partition_leader_epoch = options.leader_epoch;
  header_.producer_id = options.producer_id;
  header_.producer_epoch = options.producer_epoch;
  header_.base_sequence = options.base_sequence;
  header_.attributes =
      static_cast<std::int16_t>(static_cast<int>(compression_) | (options.transactional ? 16 : 0) |
                                (options.control ? 32 : 0));
}

std::size_t BatchBuilder::most_bytes_for(std::size_t key, std::size_t value) {
  constexpr std::size_t around = 5 + 1 + 10 + 5 + 5 + 5 + 1;  // lengths, attributes and deltas
  return key + value + around;
}

void BatchBuilder::append(std::int64_t timestamp_ms, std::optional<ByteView> key,
                          std::optional<ByteView> value, std::span<const RecordHeader> headers) {
  if (empty()) header_.base_timestamp = header_.max_timestamp = timestamp_ms;
  header_.max_timestamp = std::max(header_.max_timestamp, timestamp_ms);
  const auto put_bytes = [](ByteBuffer& out, std::optional<ByteView> bytes) {
    put_varint(out, bytes ? static_cast<std::int64_t>(bytes->size()) : -1);
    if (bytes) out.insert(out.end(), bytes->begin(), bytes->end());
  };
  ByteBuffer before;  // all but the value and headers, whose size is then known
  before.push_back(0);
  put_varint(before, minus(timestamp_ms, header_.base_timestamp));
  put_varint(before, header_.record_count);
  put_bytes(before, key);
  ByteBuffer after;
  put_varint(after, static_cast<std::int64_t>(headers.size()));
  for (const RecordHeader& header : headers) {
    put_bytes(after, bytes_of(header.key));
    put_bytes(after, header.value);
  }
  const std::int64_t value_size = value ? static_cast<std::int64_t>(value->size()) : -1;
  const std::size_t size =
      before.size() + varint_size(value_size) + (value ? value->size() : 0) + after.size();
  put_varint(records_, static_cast<std::int64_t>(size));
  records_.insert(records_.end(), before.begin(), before.end());
  put_bytes(records_, value);
  records_.insert(records_.end(), after.begin(), after.end());
  header_.last_offset_delta = header_.record_count++;
}

Slice BatchBuilder::build() {
  LAB_CHECK(!empty());
  ByteBuffer records =
      compression_ == Compression::none ? std::move(records_) : compress(compression_, records_);
  header_.batch_length =
      static_cast<std::int32_t>(batch_header_size - batch_prefix_size + records.size());
  const ByteBuffer unchecked = encode_batch_header(header_);
  header_.crc = crc32c(records, crc32c(ByteView(unchecked).subspan(batch_checked_from)));
  ByteBuffer out = encode_batch_header(header_);
  out.insert(out.end(), records.begin(), records.end());
  return Slice::take(std::move(out));
}

Slice build_control_batch(Offset base_offset, Epoch leader_epoch, std::int64_t timestamp_ms,
                          std::span<const ControlRecord> records) {
  BatchOptions options;
  options.base_offset = base_offset;
  options.leader_epoch = leader_epoch;
  options.control = true;
  BatchBuilder builder(options);
  for (const ControlRecord& record : records) {
    builder.append(timestamp_ms, encode_control_key(control_type(record)).view(),
                   encode_control_value(record).view());
  }
  return builder.build();
}

}  // namespace lab::protocol
