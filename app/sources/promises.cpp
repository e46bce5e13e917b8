#include "app/sources/promises.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace lab::sources {

bool NumberSet::add(std::uint64_t number) {
  auto after = ranges_.upper_bound(number);
  auto before = after == ranges_.begin() ? ranges_.end() : std::prev(after);
  if (before != ranges_.end() && number < before->second) return false;
  ++count_;
  const bool joins_before = before != ranges_.end() && before->second == number;
  const bool joins_after = after != ranges_.end() && after->first == number + 1;
  const std::uint64_t end = joins_after ? after->second : number + 1;
  if (joins_after) ranges_.erase(after);
  if (joins_before) {
    before->second = end;
  } else {
    ranges_[number] = end;
  }
  return true;
}

bool NumberSet::has(std::uint64_t number) const {
  const auto after = ranges_.upper_bound(number);
  return after != ranges_.begin() && number < std::prev(after)->second;
}

std::uint64_t NumberSet::without(const NumberSet& other) const {
  std::uint64_t missing = count_;
  for (const auto& [first, end] : ranges_) {
    auto at = other.ranges_.upper_bound(first);
    if (at != other.ranges_.begin()) --at;
    for (; at != other.ranges_.end() && at->first < end; ++at) {
      const auto from = std::max(first, at->first), to = std::min(end, at->second);
      if (from < to) missing -= to - from;
    }
  }
  return missing;
}

std::string RecordIdentity::text() const { return producer + "/" + std::to_string(number); }

std::optional<RecordIdentity> RecordIdentity::parse(std::string_view text) {
  const auto slash = text.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || text.size() > 300) return std::nullopt;
  const auto digits = text.substr(slash + 1);
  RecordIdentity identity{std::string(text.substr(0, slash)), 0};
  const auto parsed =
      std::from_chars(digits.data(), digits.data() + digits.size(), identity.number);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  return identity;
}

}  // namespace lab::sources
