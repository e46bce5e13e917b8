// The four codecs of record batches: gzip, snappy, lz4 and zstd. Called by the record code alone.
// Decompression is streamed and bounded: it never makes room on the word of the compressed bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/slice.h"

namespace lab::protocol {

// The low three bits of a batch's attributes.
enum class Compression : std::uint8_t { none = 0, gzip = 1, snappy = 2, lz4 = 3, zstd = 4 };

// Kafka's word in compression.type: "none", "gzip", "snappy", "lz4", "zstd"; empty for others.
std::string_view name(Compression codec);
std::optional<Compression> parse_compression(std::string_view word);

// Gives the original bytes of a compressed range piece by piece.
class Decompressor {
 public:
  virtual ~Decompressor() = default;
  // Fills the begin of `out` (not empty) and says how much; 0 at the end. An error is final.
  virtual Result<std::size_t> read(std::span<std::uint8_t> out) = 0;
};

// For `none` too. An error for a codec number that is none of the five. `bytes` must outlive it.
// Snappy is taken both raw and in the xerial framing of Kafka's Java client.
Result<std::unique_ptr<Decompressor>> make_decompressor(Compression codec, ByteView bytes);

// All of it at once; an error when it would be more than `limit` bytes.
Result<ByteBuffer> decompress(Compression codec, ByteView bytes, std::size_t limit);
// Snappy in xerial framing, lz4 as a frame of independent 64 KiB blocks, as Java reads them.
ByteBuffer compress(Compression codec, ByteView bytes);

}  // namespace lab::protocol
