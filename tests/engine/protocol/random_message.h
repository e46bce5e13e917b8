// Fills any declared message from a seed: what one version can carry is random, the rest has its
// defaults, so that a round trip in that version must give the same back.
#pragma once

#include <string>

#include "engine/base/rng.h"
#include "engine/protocol/fields.h"
#include "engine/protocol/records.h"

namespace lab::protocol::testing {

class Filler {
 public:
  Filler(std::uint64_t seed, std::int16_t version) : rng_(seed), version_(version) {}

  template <class S>
  void fill(S& out) {
    S::fields([&](const auto& f) {
      if (!f.versions.has(version_)) return;
      if (f.tag >= 0 && rng_.one_in(3)) return;  // a tag left at its default
      value(out.*f.member, f.null_in.has(version_));
    });
  }

 private:
  template <class T>
  void value(T& out, bool nullable) {
    if constexpr (is_optional<T>) {
      out = typename T::value_type{};
      value(*out, false);
      if (nullable && rng_.one_in(3)) out.reset();
    } else if constexpr (std::is_same_v<T, bool>) {
      out = rng_.one_in(2);
    } else if constexpr (std::is_same_v<T, double>) {
      out = static_cast<double>(rng_.between(-1000000, 1000000)) / 7;
    } else if constexpr (std::is_integral_v<T>) {
      out = static_cast<T>(rng_.next() >> rng_.below(64));
    } else if constexpr (std::is_same_v<T, std::string>) {
      out = std::string(rng_.below(12), 'a');
    } else if constexpr (std::is_same_v<T, Uuid>) {
      out = Uuid::random(rng_);
    } else if constexpr (std::is_same_v<T, Slice>) {
      out = bytes();
    } else if constexpr (std::is_same_v<T, Records>) {
      out.slices = {bytes(), bytes()};
    } else if constexpr (is_array<T>) {
      out.resize(rng_.below(4));
      for (auto& element : out) value(element, false);
    } else {
      fill(out);
    }
  }
  Slice bytes() { return Slice::take(ByteBuffer(rng_.below(1200), 0x5a)); }

  Rng rng_;
  std::int16_t version_;
};

template <class M>
M random_message(std::uint64_t seed, std::int16_t version) {
  M message;
  Filler(seed, version).fill(message);
  return message;
}

}  // namespace lab::protocol::testing
