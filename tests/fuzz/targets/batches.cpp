// Record batches and their compression. The first byte chooses: bytes as they are; the same with a
// header made right, so that the records behind it are reached; a compressed range alone.
#include "engine/base/crc32c.h"
#include "engine/protocol/batch.h"
#include "tests/fuzz/target.h"

namespace lab::fuzz {
namespace {

using namespace protocol;

constexpr RecordLimits limits{64 * 1024, 1024 * 1024};

// What may be read of a batch is the same twice, within the limits, and can be built again.
void read_batch(ByteView bytes) {
  const auto header = parse_batch_header(bytes);
  if (!header) return promise(!check_batch(bytes).ok(), "a whole batch has a header");
  promise(std::ranges::equal(encode_batch_header(*header), bytes.first(batch_header_size)),
          "a header comes back the same");
  promise(header->next_offset() > header->base_offset, "offsets rise");
  (void)header->last_sequence();
  BatchOptions options;
  options.base_offset = header->base_offset;
  BatchBuilder builder(options);
  std::size_t given = 0;
  const auto read = for_each_record(
      bytes,
      [&](const RecordView& record) {
        promise(record.offset >= header->base_offset && record.offset <= header->last_offset(),
                "a record's offset lies in its batch");
        given += (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
        if (builder.record_count() < 1000)
          builder.append(record.timestamp_ms, record.key, record.value, record.headers);
      },
      limits);
  promise(given <= limits.batch, "no more is given than the limit");
  if (!read || builder.empty()) return;
  const std::int32_t count = builder.record_count();
  const Slice built = builder.build();
  promise(check_batch(built.view()).ok(), "what is built is whole");
  std::int32_t again = 0;
  promise(for_each_record(built.view(), [&](const RecordView&) { ++again; }).ok(), "and is read");
  promise(again == count, "with as many records");
}

void read_compressed(Compression codec, ByteView bytes) {
  const auto plain = decompress(codec, bytes, limits.batch);
  if (!plain) return;
  promise(plain->size() <= limits.batch, "no more than the limit comes out");
  const auto again = decompress(codec, compress(codec, *plain), limits.batch);
  promise(again.ok() && *again == *plain, "compressed again it is the same");
}

ByteBuffer with_good_header(ByteView body, std::uint8_t codec, std::int32_t records) {
  BatchHeader header;
  header.attributes = codec & 0x0f;
  header.record_count = records;
  header.last_offset_delta = std::max(0, records - 1);
  header.batch_length =
      static_cast<std::int32_t>(batch_header_size - batch_prefix_size + body.size());
  ByteBuffer batch = encode_batch_header(header);
  batch.insert(batch.end(), body.begin(), body.end());
  set_max_timestamp(batch, 5);  // and the checksum
  return batch;
}

}  // namespace

void run_batches(ByteView input) {
  Input in(input);
  const std::uint8_t how = in.byte();
  if (how % 3 == 0) {
    const Slice all = Slice::copy(in.rest());
    read_batch(all.view());
    (void)for_each_batch(all, [](const BatchHeader& header, const Slice& batch) {
      promise(batch.size() == header.size_in_bytes(), "a slice for each batch");
    });
  } else if (how % 3 == 1) {
    const std::uint8_t codec = in.byte();
    const auto records = static_cast<std::int32_t>(in.byte());
    read_batch(with_good_header(in.rest(), codec, records));
  } else {
    const auto codec = static_cast<Compression>(in.byte() % 5);
    read_compressed(codec, in.rest());
  }
}

std::vector<ByteBuffer> seeds_batches() {
  std::vector<ByteBuffer> seeds;
  for (std::uint8_t codec = 0; codec < 5; ++codec) {
    BatchOptions options;
    options.compression = static_cast<Compression>(codec);
    BatchBuilder builder(options);
    const std::string word = "a value that comes again, a value that comes again";
    const RecordHeader header{"trace", bytes_of(word)};
    for (int i = 0; i < 5; ++i) {
      builder.append(1000 + i, bytes_of(word).first(5), bytes_of(word), std::span(&header, 1));
    }
    builder.append(2000, std::nullopt, std::nullopt);
    const Slice batch = builder.build();
    const ByteView body = batch.view().subspan(batch_header_size);
    const auto seed = [&](ByteBuffer head, ByteView bytes) {
      head.insert(head.end(), bytes.begin(), bytes.end());
      seeds.push_back(std::move(head));
    };
    seed({0}, batch.view());
    seed({1, codec, 6}, body);
    seed({2, codec}, body);
  }
  return seeds;
}

}  // namespace lab::fuzz
