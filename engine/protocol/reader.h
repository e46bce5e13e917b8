// Reads Kafka's wire types from one slice, bounded by it. Called by the codec, the frame and record
// code. The first failure sticks: from then on every read yields zero or nothing and moves nothing,
// so callers may read a whole struct and ask once. It never allocates on a length it has only been
// told: lengths are held against the bytes that are left.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/base/slice.h"
#include "engine/base/uuid.h"
#include "engine/protocol/records.h"

namespace lab::protocol {

class Reader {
 public:
  explicit Reader(Slice bytes);

  bool ok() const { return !error_; }
  // The first failure, with the place (byte offset in the slice); only when !ok().
  Error error() const;
  void fail(std::string message);
  std::size_t at() const { return at_; }
  std::size_t left() const { return end_ - at_; }

  // Makes the next `count` bytes all that is left, until restore() is given what this returned.
  std::size_t narrow(std::size_t count);
  void restore(std::size_t end) { end_ = end; }

  bool boolean() { return fixed(1) != 0; }
  std::int8_t int8() { return static_cast<std::int8_t>(fixed(1)); }
  std::int16_t int16() { return static_cast<std::int16_t>(fixed(2)); }
  std::uint16_t uint16() { return static_cast<std::uint16_t>(fixed(2)); }
  std::int32_t int32() { return static_cast<std::int32_t>(fixed(4)); }
  std::uint32_t uint32() { return static_cast<std::uint32_t>(fixed(4)); }
  std::int64_t int64() { return static_cast<std::int64_t>(fixed(8)); }
  double float64();
  Uuid uuid();
  // At most 5 bytes, 32 bits.
  std::uint32_t uvarint();
  // Zigzag; at most 5 and 10 bytes.
  std::int32_t varint();
  std::int64_t varlong();

  // The next `count` bytes, in place; empty and failed where fewer are left.
  ByteView view(std::size_t count);
  std::string text(std::size_t count);
  // The next `count` bytes to keep: shares the buffer, but bytes that are few beside the buffer
  // they lie in are copied out, so that a small batch does not pin a large frame.
  Slice slice(std::size_t count);
  void skip(std::size_t count) { view(count); }

  // Accounts memory that decoded elements take. A message may take 64 MiB or 16 times its own size,
  // whichever is more; beyond that the reader fails and this returns false.
  bool charge(std::size_t memory);

 private:
  std::uint64_t fixed(std::size_t width);

  Slice bytes_;
  std::size_t at_ = 0;
  std::size_t end_;
  std::size_t budget_;
  std::optional<std::string> error_;
};

}  // namespace lab::protocol
