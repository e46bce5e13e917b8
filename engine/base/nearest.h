// The word that was probably meant: for messages about unknown properties, flags and commands. One
// transposition of neighbours counts as one slip, as a missing, added or wrong character does
// (optimal string alignment distance).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

// How many slips lie between the two, or `limit` where it is at least that.
std::size_t slips_between(std::string_view a, std::string_view b, std::size_t limit);

// Words longer than this are compared with nothing: they come from strangers.
inline constexpr std::size_t longest_compared = 128;

// The first of the candidates with the fewest slips, fewer than `limit`; empty where none is so
// near.
template <class Candidates>
std::string nearest(std::string_view word, const Candidates& candidates, std::size_t limit) {
  std::string_view best;
  if (word.size() > longest_compared) return {};
  for (const auto& candidate : candidates) {
    const std::size_t slips = slips_between(word, candidate, limit);
    if (slips >= limit) continue;
    limit = slips;
    best = candidate;
  }
  return std::string(best);
}

}  // namespace lab
