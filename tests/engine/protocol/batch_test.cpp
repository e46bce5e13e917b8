// Record batches: built and read with every codec, patched in place, damaged, and hostile.
#include "engine/protocol/batch.h"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <limits>

#include <string>

#include "engine/base/rng.h"
#include "engine/base/varint.h"

namespace lab::protocol {
namespace {

constexpr Compression codecs[] = {Compression::none, Compression::gzip, Compression::snappy,
                                  Compression::lz4, Compression::zstd};

std::string text(const std::optional<ByteView>& bytes) {
  return bytes ? std::string(text_of(*bytes)) : "null";
}

// Every record as "offset@timestamp key=value header:value".
Result<std::string> dump(const Slice& batch, const RecordLimits& limits = {}) {
  std::string out;
  const auto result = for_each_record(
      batch.view(),
      [&](const RecordView& r) {
        out += fmt::format("{}@{} {}={}", r.offset, r.timestamp_ms, text(r.key), text(r.value));
        for (const auto& h : r.headers) out += fmt::format(" {}:{}", h.key, text(h.value));
        out += "\n";
      },
      limits);
  if (!result) return result.error();
  return out;
}

Slice batch_of(Compression codec, std::int32_t count, std::size_t value_size) {
  BatchOptions options;
  options.compression = codec;
  options.base_offset = Offset(1000);
  BatchBuilder builder(options);
  const std::string value(value_size, 'v');
  for (std::int32_t i = 0; i < count; ++i) builder.append(5000 + i, {}, bytes_of(value));
  return builder.build();
}

// A batch around bytes that claim to be compressed records, with a right checksum.
Slice batch_around(Compression codec, const ByteBuffer& content, std::int32_t count) {
  BatchHeader header = *parse_batch_header(batch_of(Compression::none, count, 1).view());
  header.attributes = static_cast<std::int16_t>(codec);
  header.batch_length =
      static_cast<std::int32_t>(batch_header_size - batch_prefix_size + content.size());
  ByteBuffer out = encode_batch_header(header);
  out.insert(out.end(), content.begin(), content.end());
  return Slice::take(std::move(out));
}

ByteBuffer changed(const Slice& bytes, std::size_t at, std::uint8_t value) {
  ByteBuffer out(bytes.view().begin(), bytes.view().end());
  out[at] = value;
  return out;
}

}  // namespace

TEST_CASE("records come back as they were appended, with every codec") {
  for (const Compression codec : codecs) {
    CAPTURE(name(codec));
    BatchOptions options;
    options.compression = codec;
    options.base_offset = Offset(40);
    options.leader_epoch = Epoch(3);
    BatchBuilder builder(options);
    const RecordHeader headers[] = {{"trace", bytes_of("7")}, {"empty", std::nullopt}};
    builder.append(1700000000000, bytes_of("k"), bytes_of("one"), headers);
    builder.append(1700000000005, {}, bytes_of(""));
    builder.append(1699999999990, bytes_of("k"), {});
    const Slice batch = builder.build();

    const auto header = check_batch(batch.view());
    REQUIRE(header.ok());
    CHECK(header->size_in_bytes() == batch.size());
    CHECK(header->last_offset() == Offset(42));
    CHECK(header->compression() == codec);
    CHECK(header->base_timestamp == 1700000000000);
    CHECK(header->max_timestamp == 1700000000005);
    CHECK(*dump(batch) ==
          "40@1700000000000 k=one trace:7 empty:null\n"
          "41@1700000000005 null=\n"
          "42@1699999999990 k=null\n");
  }
}

TEST_CASE("a large batch is streamed through every codec, and a reader may stop early") {
  for (const Compression codec : codecs) {
    CAPTURE(name(codec));
    BatchOptions options;
    options.compression = codec;
    BatchBuilder builder(options);
    Rng rng(5);
    std::vector<std::string> values;
    for (int i = 0; i < 300; ++i) {
      values.emplace_back(rng.below(20'000), static_cast<char>('a' + i % 26));
      builder.append(i, {}, bytes_of(values.back()));
    }
    const Slice batch = builder.build();
    REQUIRE(check_batch(batch.view()).ok());
    std::size_t n = 0;
    REQUIRE(for_each_record(batch.view(), [&](const RecordView& r) {
              CHECK(text_of(*r.value) == values.at(n++));
            }).ok());
    CHECK(n == values.size());
    n = 0;
    CHECK(each_record(batch.view(), [&](const RecordView&) { return ++n < 3; }).ok());
    CHECK(n == 3);
  }
}

TEST_CASE("known bytes: one record as Kafka writes it") {
  BatchBuilder builder;
  builder.append(0, bytes_of("a"), bytes_of("b"));
  const Slice batch = builder.build();
  std::string hex;
  for (const auto byte : batch.view().subspan(batch_header_size)) {
    hex += fmt::format("{:02x}", byte);
  }
  CHECK(hex ==
        "10"
        "00"
        "00"
        "00"
        "0261"
        "0262"
        "00");
}

TEST_CASE("offset and leader epoch are patched without touching the checksum") {
  const Slice small = batch_of(Compression::none, 3, 10);
  const Slice large = batch_of(Compression::none, 3, 9000);
  for (const Slice& batch : {small, large}) {
    const Slices patched = with_offset_and_epoch(batch, Offset(77), Epoch(9));
    CHECK(patched.size() == (batch.size() < 2048 ? 1 : 2));
    const Slice whole = join(patched);
    const auto header = check_batch(whole.view());
    REQUIRE(header.ok());
    CHECK(header->base_offset == Offset(77));
    CHECK(header->partition_leader_epoch == Epoch(9));
    CHECK(check_batch(batch.view())->base_offset == Offset(1000));
  }
}

TEST_CASE("log append time replaces every record's time and renews the checksum") {
  const Slice batch = batch_of(Compression::gzip, 2, 1);
  ByteBuffer bytes(batch.view().begin(), batch.view().end());
  set_log_append_time(bytes, 9999);
  const Slice stamped = Slice::take(bytes);
  const auto header = check_batch(stamped.view());
  REQUIRE(header.ok());
  CHECK(header->timestamp_type() == TimestampType::log_append_time);
  CHECK(*dump(stamped) == "1000@9999 null=v\n1001@9999 null=v\n");
}

TEST_CASE("sequence numbers go round after the largest") {
  BatchHeader header;
  CHECK(header.last_sequence() == -1);
  header.base_sequence = 0x7fffffff;
  header.last_offset_delta = 2;
  CHECK(header.last_sequence() == 1);
}

TEST_CASE(
    "a batch with any byte changed behind the epoch fails its check, and reads without harm") {
  for (const Compression codec : codecs) {
    CAPTURE(name(codec));
    const Slice batch = batch_of(codec, 5, 40);
    for (std::size_t at = 16; at < batch.size(); ++at) {
      const Slice bent = Slice::take(changed(batch, at, batch.data()[at] ^ 0x41));
      CHECK_FALSE(check_batch(bent.view()).ok());
      (void)dump(bent);
    }
    for (std::size_t size = 0; size < batch.size(); ++size) {
      CHECK_FALSE(check_batch(batch.view().first(size)).ok());
      CHECK_FALSE(dump(batch.sub(0, size)).ok());
    }
  }
}

TEST_CASE("one step after the other through several batches, up to the damaged one") {
  ByteBuffer log;
  for (int i = 0; i < 3; ++i) {
    const Slice batch = batch_of(Compression::none, 2, 5);
    log.insert(log.end(), batch.view().begin(), batch.view().end());
  }
  int n = 0;
  CHECK(for_each_batch(Slice::copy(log), [&](const BatchHeader& header, const Slice& batch) {
          CHECK(batch.size() == header.size_in_bytes());
          ++n;
        }).ok());
  CHECK(n == 3);
  log.back() ^= 1;
  n = 0;
  CHECK_FALSE(
      for_each_batch(Slice::take(log), [&](const BatchHeader&, const Slice&) { ++n; }).ok());
  CHECK(n == 2);
}

TEST_CASE("a header whose offsets do not fit into 64 bits is refused") {
  const Slice batch = batch_of(Compression::none, 5, 40);
  ByteBuffer bent(batch.view().begin(), batch.view().end());
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  set_base_offset(bent, Offset(largest));
  CHECK_FALSE(check_batch(bent).ok());
  set_base_offset(bent, Offset(largest - 4));  // its next offset would be one too many
  CHECK_FALSE(check_batch(bent).ok());
  set_base_offset(bent, Offset(largest - 5));
  CHECK(check_batch(bent).ok());
}

TEST_CASE("a decompression bomb stops at the limit") {
  for (const Compression codec : codecs) {
    if (codec == Compression::none) continue;
    CAPTURE(name(codec));
    const Slice bomb = batch_of(codec, 64, 1 << 20);  // 64 MiB from little
    CHECK(bomb.size() < 4 * (1 << 20));
    RecordLimits limits;
    limits.batch = 1 << 20;
    const auto result = dump(bomb, limits);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().message.find("more than 1048576 bytes") != std::string::npos);
    CHECK_FALSE(decompress(codec, bomb.view().subspan(batch_header_size), 1 << 20).ok());
  }
}

TEST_CASE("a record that claims more than may be, and a count that is wrong, are refused") {
  ByteBuffer claims;
  put_varint(claims, 0x7fffffff);
  CHECK_FALSE(dump(batch_around(Compression::none, claims, 1)).ok());
  claims.clear();
  put_varint(claims, 60'000'000);  // within the limit, but the bytes are not there
  CHECK_FALSE(dump(batch_around(Compression::none, claims, 1)).ok());
  const Slice two = batch_of(Compression::none, 2, 1);
  CHECK_FALSE(dump(Slice::take(changed(two, 60, 1))).ok());
  CHECK_FALSE(dump(Slice::take(changed(two, 60, 3))).ok());
  CHECK_FALSE(dump(Slice::take(changed(two, 22, 5))).ok());  // no such codec
}

TEST_CASE("snappy is read raw and framed, and a block that lies about its size is refused") {
  const ByteBuffer raw = {5, 16, 'h', 'e', 'l', 'l', 'o'};
  CHECK(text_of(*decompress(Compression::snappy, raw, 100)) == "hello");
  const ByteBuffer framed = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0,  0,   0,   0,   1,   0,  0,
                             0,    1,   0,   0,   0,   7,   5,   16, 'h', 'e', 'l', 'l', 'o'};
  CHECK(text_of(*decompress(Compression::snappy, framed, 100)) == "hello");
  const ByteBuffer liar = {0xff, 0xff, 0xff, 0xff, 0x07, 16, 'h', 'e', 'l', 'l', 'o'};
  CHECK_FALSE(decompress(Compression::snappy, liar, std::size_t{1} << 32).ok());
  for (std::size_t n = 1; n < framed.size(); ++n) {
    (void)decompress(Compression::snappy, ByteView(framed).first(n), 100);
  }
}

TEST_CASE("noise is no compressed text, whatever the codec") {
  Rng rng(3);
  for (int i = 0; i < 300; ++i) {
    ByteBuffer noise(rng.below(300));
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(rng.next());
    for (const Compression codec : codecs) {
      (void)decompress(codec, noise, 100'000);
      (void)dump(batch_around(codec, noise, 3));
    }
  }
}

TEST_CASE("the quorum's control batches") {
  LeaderChangeMessage change;
  change.version = 1;
  change.leader_id = 2;
  change.voters = {{1, {}}, {2, {}}};
  const ControlRecord records[] = {change};
  const Slice batch = build_control_batch(Offset(8), Epoch(4), 123, records);
  const auto header = check_batch(batch.view());
  REQUIRE(header.ok());
  CHECK(header->is_control());
  CHECK_FALSE(header->is_transactional());
  CHECK(header->partition_leader_epoch == Epoch(4));
  int n = 0;
  CHECK(for_each_record(batch.view(), [&](const RecordView& r) {
          ++n;
          const auto type = decode_control_key(Slice::copy(*r.key));
          REQUIRE(type.ok());
          CHECK(*type == ControlType::leader_change);
          const auto value = decode_control_value(*type, Slice::copy(*r.value));
          REQUIRE(value.ok());
          CHECK(std::get<LeaderChangeMessage>(*value) == change);
        }).ok());
  CHECK(n == 1);
}

}  // namespace lab::protocol
