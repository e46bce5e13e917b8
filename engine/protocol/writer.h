// Writes Kafka's wire types into slices: small things into a buffer of its own, large slices by
// reference, so that record batches are never copied into a frame. Called by the codec, the frame
// and record code. It never checks versions; that is the codec's task.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/slice.h"
#include "engine/base/uuid.h"
#include "engine/protocol/records.h"

namespace lab::protocol {

class Writer {
 public:
  // Bytes written so far.
  std::size_t size() const { return size_; }

  void boolean(bool x) { fixed(x ? 1 : 0, 1); }
  void int8(std::int8_t x) { fixed(static_cast<std::uint64_t>(x), 1); }
  void int16(std::int16_t x) { fixed(static_cast<std::uint64_t>(x), 2); }
  void uint16(std::uint16_t x) { fixed(x, 2); }
  void int32(std::int32_t x) { fixed(static_cast<std::uint64_t>(x), 4); }
  void uint32(std::uint32_t x) { fixed(x, 4); }
  void int64(std::int64_t x) { fixed(static_cast<std::uint64_t>(x), 8); }
  void float64(double x);
  void uuid(const Uuid& id) { raw(id.bytes); }
  void uvarint(std::uint32_t x);
  // Zigzag.
  void varint(std::int32_t x);
  void varlong(std::int64_t x);
  void raw(ByteView bytes);
  // By reference from 512 bytes on, else copied.
  void slice(const Slice& bytes);
  // All that another writer holds.
  void append(Writer other);
  // Overwrites four bytes written earlier at `at`, which must lie before the first shared slice.
  void patch_int32(std::size_t at, std::int32_t x);

  // Everything written, in order. The writer is empty afterwards.
  Slices take();

 private:
  // A run of own bytes, or a slice by reference.
  struct Piece {
    ByteBuffer own;
    Slice shared;
  };
  ByteBuffer& own();
  void fixed(std::uint64_t x, int width);

  std::vector<Piece> pieces_;
  std::size_t size_ = 0;
};

}  // namespace lab::protocol
