#include "engine/base/crc32c.h"

#include <array>
#include <cstring>

namespace lab {
namespace {

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Table make_table() {
  Table table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
    table[0][i] = crc;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t i = 0; i < 256; ++i) {
      table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 255U];
    }
  }
  return table;
}
constexpr Table table = make_table();

std::uint32_t portable(ByteView bytes, std::uint32_t crc) {
  std::size_t at = 0;
  for (; bytes.size() - at >= 8; at += 8) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(bytes[at + i]); };
    const std::uint32_t low = crc ^ (byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24);
    crc = table[7][low & 255U] ^ table[6][(low >> 8) & 255U] ^ table[5][(low >> 16) & 255U] ^
          table[4][low >> 24] ^ table[3][byte(4)] ^ table[2][byte(5)] ^ table[1][byte(6)] ^
          table[0][byte(7)];
  }
  for (; at < bytes.size(); ++at) crc = (crc >> 8) ^ table[0][(crc ^ bytes[at]) & 255U];
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t hardware(ByteView bytes, std::uint32_t crc) {
  std::size_t at = 0;
  std::uint64_t wide = crc;
  for (; bytes.size() - at >= 8; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, 8);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  crc = static_cast<std::uint32_t>(wide);
  for (; at < bytes.size(); ++at) crc = __builtin_ia32_crc32qi(crc, bytes[at]);
  return crc;
}
const bool has_hardware = __builtin_cpu_supports("sse4.2") != 0;
#endif

}  // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t seed) {
  std::uint32_t crc = ~seed;
#if defined(__x86_64__)
  if (has_hardware) return ~hardware(bytes, crc);
#endif
  crc = portable(bytes, crc);
  return ~crc;
}

}  // namespace lab
