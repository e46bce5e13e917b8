// Snappy as Kafka uses it: raw, or in the xerial framing of the Java client (a header of 16 bytes,
// then blocks, each with a 4-byte length). Called by compression.cpp only.
#pragma once

#include "engine/protocol/compression.h"

namespace lab::protocol {

class SnappyBlocks : public Decompressor {
 public:
  explicit SnappyBlocks(ByteView bytes);
  Result<std::size_t> read(std::span<std::uint8_t> out) override;

 private:
  Result<void> next_block();

  ByteView left_;
  bool framed_;
  ByteBuffer block_;  // one block, decompressed
  std::size_t at_ = 0;
};

// In xerial framing, blocks of 32 KiB.
ByteBuffer compress_snappy(ByteView bytes);

}  // namespace lab::protocol
