// Base-128 variable-length integers as Kafka and the trace codec use them: unsigned, and zigzag for
// signed. Reading is bounded: at most 5 (32 bit) or 10 (64 bit) bytes, and never past the end.
#pragma once

#include <cstdint>

#include "engine/base/slice.h"

namespace lab {

inline void put_uvarint(ByteBuffer& out, std::uint64_t x) {
  while (x >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(x | 0x80));
    x >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(x));
}

constexpr std::uint64_t zigzag(std::int64_t x) {
  return (static_cast<std::uint64_t>(x) << 1) ^ static_cast<std::uint64_t>(x >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t x) {
  return static_cast<std::int64_t>(x >> 1) ^ -static_cast<std::int64_t>(x & 1);
}
inline void put_varint(ByteBuffer& out, std::int64_t x) { put_uvarint(out, zigzag(x)); }

constexpr std::size_t uvarint_size(std::uint64_t x) {
  std::size_t n = 1;
  for (; x >= 0x80; x >>= 7) ++n;
  return n;
}
constexpr std::size_t varint_size(std::int64_t x) { return uvarint_size(zigzag(x)); }

// Reads one from bytes[at] and moves `at` behind it; false (at unchanged) where it is cut or too
// long.
inline bool get_uvarint(ByteView bytes, std::size_t& at, std::uint64_t& value, int max_bytes = 10) {
  std::uint64_t x = 0;
  std::size_t p = at;
  for (int i = 0; i < max_bytes && p < bytes.size(); ++i) {
    const std::uint8_t byte = bytes[p++];
    if (i == 9 && byte > 1) return false;
    x |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) {
      if (max_bytes == 5 && x > 0xffffffffULL) return false;
      at = p;
      value = x;
      return true;
    }
  }
  return false;
}
inline bool get_varint(ByteView bytes, std::size_t& at, std::int64_t& value, int max_bytes = 10) {
  std::uint64_t x = 0;
  if (!get_uvarint(bytes, at, x, max_bytes)) return false;
  value = unzigzag(x);
  return true;
}

}  // namespace lab
