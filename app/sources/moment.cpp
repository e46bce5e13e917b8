#include "app/sources/moment.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>

namespace lab::sources {
namespace {

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number out{};
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, out);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return out;
}

constexpr double longest_s = 1e9;

std::optional<Duration> seconds_of(std::string_view text, double unit_ns) {
  const auto value = number<double>(text);
  if (!value || !(*value >= 0) || *value * unit_ns > longest_s * 1e9) return std::nullopt;
  return Duration(static_cast<std::int64_t>(*value * unit_ns));
}

// "14:32:06" with or without a fraction.
std::optional<Duration> clock_time(std::string_view text) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto h = number<unsigned>(text.substr(0, 2)), m = number<unsigned>(text.substr(3, 2));
  const auto s = seconds_of(text.substr(6), 1e9);
  if (!h || !m || !s || *h > 23 || *m > 59 || *s >= std::chrono::minutes(1)) return std::nullopt;
  return std::chrono::hours(*h) + std::chrono::minutes(*m) + *s;
}

}  // namespace

Result<Moment> parse_moment(std::string_view text) {
  if (text.starts_with('#')) {
    if (const auto id = number<std::uint64_t>(text.substr(1))) return Moment(EventNumber{*id});
  } else if (const auto at = clock_time(text)) {
    return Moment(ClockTime{*at});
  } else if (text.ends_with("ms")) {
    if (const auto ms = seconds_of(text.substr(0, text.size() - 2), 1e6)) {
      return Moment(SinceStart{*ms});
    }
  } else if (text.ends_with('s')) {
    if (const auto s = seconds_of(text.substr(0, text.size() - 1), 1e9)) {
      return Moment(SinceStart{*s});
    }
  }
  return Error{fmt::format(
      "\"{}\" is no moment: 880ms or 12.5s from the start, 14:32:06.404, or an event #8213", text)};
}

}  // namespace lab::sources
