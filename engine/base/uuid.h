// Kafka's Uuid: 16 bytes, written as 22 characters of URL-safe base64 without padding.
#pragma once

#include <fmt/format.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/rng.h"

namespace lab {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  // A random one (version 4), never one that starts with '-': it would look like an option.
  static Uuid random(Rng& rng);
  // From 22 characters of base64url; nullopt where it is none.
  static std::optional<Uuid> parse(std::string_view text);
  std::string text() const;
  bool is_zero() const { return *this == Uuid{}; }
  auto operator<=>(const Uuid&) const = default;
};

}  // namespace lab

template <>
struct fmt::formatter<lab::Uuid> : fmt::formatter<std::string> {
  template <class Context>
  auto format(const lab::Uuid& id, Context& context) const {
    return fmt::formatter<std::string>::format(id.text(), context);
  }
};
