// The only randomness below the hosts: a seeded generator (xoshiro256**, seeded by splitmix64). The
// same seed gives the same numbers on every platform, unlike <random>'s distributions.
#pragma once

#include <array>
#include <cstdint>

#include "engine/base/check.h"

namespace lab {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15ULL;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
      word = z ^ (z >> 31);
    }
  }

  std::uint64_t next() {
    const auto rotl = [](std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); };
    const std::uint64_t result = rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotl(state_[3], 45);
    return result;
  }

  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound) {
    LAB_CHECK(bound > 0);
    const std::uint64_t limit = (0 - bound) % bound;  // rejects the uneven rest
    for (;;) {
      const std::uint64_t x = next();
      if (x >= limit) return x % bound;
    }
  }

  // Uniform in [low, high], both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    LAB_CHECK(low <= high);
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }

  // True once in `n` on average; n > 0.
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  // A generator of its own for a part, so that one part's draws do not shift another's.
  Rng fork() { return Rng(next()); }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace lab
