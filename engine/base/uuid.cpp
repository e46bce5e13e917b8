#include "engine/base/uuid.h"

namespace lab {
namespace {
constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
}

Uuid Uuid::random(Rng& rng) {
  for (;;) {
    Uuid id;
    for (std::size_t half = 0; half < 2; ++half) {
      const std::uint64_t word = rng.next();
      for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[half * 8 + i] = static_cast<std::uint8_t>(word >> (8 * i));
      }
    }
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    if (id.text()[0] != '-') return id;
  }
}

std::string Uuid::text() const {
  std::string out;
  std::uint32_t window = 0;
  int bits = 0;
  for (const auto byte : bytes) {
    window = (window << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += alphabet[(window >> bits) & 63];
    }
  }
  out += alphabet[(window << (6 - bits)) & 63];
  return out;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 22) return std::nullopt;
  Uuid id;
  std::uint32_t window = 0;
  int bits = 0;
  std::size_t at = 0;
  for (const char c : text) {
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    window = (window << 6) | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8 && at < id.bytes.size()) {
      bits -= 8;
      id.bytes[at++] = static_cast<std::uint8_t>(window >> bits);
    }
  }
  if ((window & 15U) != 0) return std::nullopt;  // the last character carries four bits too many
  return id;
}

}  // namespace lab
