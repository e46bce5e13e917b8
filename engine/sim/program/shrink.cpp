#include "engine/sim/program/shrink.h"

#include <algorithm>
#include <utility>

namespace lab::sim::program {
namespace {

// `all` in `parts` parts of nearly the same size; the n-th of them, or all but that.
Kept part(const Kept& all, std::size_t parts, std::size_t n, bool without) {
  const std::size_t begin = all.size() * n / parts, end = all.size() * (n + 1) / parts;
  Kept out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((i >= begin && i < end) != without) out.push_back(all[i]);
  }
  return out;
}

}  // namespace

Result<Kept> fewest(std::size_t count, const FirstFailing& first_failing) {
  Kept all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  if (count == 0) return all;
  // Often it needs none of them at all.
  const auto none = first_failing({Kept{}});
  if (!none) return none.error();
  if (none->has_value()) return Kept{};
  std::size_t parts = 2;
  while (all.size() >= 2) {
    parts = std::min(parts, all.size());
    std::vector<Kept> candidates;
    for (std::size_t n = 0; n < parts; ++n) candidates.push_back(part(all, parts, n, false));
    const std::size_t alone = candidates.size();
    // Of two parts, each is what is left without the other.
    for (std::size_t n = 0; parts > 2 && n < parts; ++n) {
      candidates.push_back(part(all, parts, n, true));
    }
    const auto found = first_failing(candidates);
    if (!found) return found.error();
    if (found->has_value()) {
      const std::size_t which = **found;
      parts = which < alone ? 2 : std::max<std::size_t>(parts - 1, 2);
      all = std::move(candidates[which]);
    } else if (parts == all.size()) {
      break;
    } else {
      parts *= 2;
    }
  }
  return all;
}

}  // namespace lab::sim::program
