#include "app/i18n/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace lab::i18n {
namespace {

constexpr std::string_view no_break = "\xc2\xa0";

std::string long_duration(std::int64_t seconds_all, Lang lang) {
  const bool ko = lang == Lang::ko;
  const std::int64_t minutes = seconds_all / 60, hours = minutes / 60;
  if (hours > 0) {
    return fmt::format(fmt::runtime(ko ? "{}시간 {}분" : "{} h {} min"), hours, minutes % 60);
  }
  return fmt::format(fmt::runtime(ko ? "{}분 {}초" : "{} min {} s"), minutes, seconds_all % 60);
}

std::string short_duration(Duration span, Lang lang, int decimals) {
  const bool ko = lang == Lang::ko;
  const double s = std::max(0.0, std::chrono::duration<double>(span).count());
  if (s < 0.0995) return fmt::format(fmt::runtime(ko ? "{:.0f}ms" : "{:.0f} ms"), s * 1000);
  if (s < 9.95) return fmt::format(fmt::runtime(ko ? "{:.{}f}초" : "{:.{}f} s"), s, decimals);
  if (s < 59.5) return fmt::format(fmt::runtime(ko ? "{:.0f}초" : "{:.0f} s"), s);
  return long_duration(std::llround(s), lang);
}

// The code point that ends at `end`; moves `end` before it.
char32_t last_code_point(std::string_view text, std::size_t& end) {
  std::size_t begin = end - 1;
  while (begin > 0 && (static_cast<std::uint8_t>(text[begin]) & 0xc0) == 0x80) --begin;
  const auto first = static_cast<std::uint8_t>(text[begin]);
  char32_t code = first < 0x80 ? first : first < 0xe0 ? first & 0x1f : first & 0x0f;
  for (std::size_t i = begin + 1; i < end; ++i) {
    code = (code << 6) | (static_cast<std::uint8_t>(text[i]) & 0x3f);
  }
  end = begin;
  return code;
}

// The names of the digits: 영 일 이 삼 사 오 육 칠 팔 구.
Ending digit_ending(char32_t digit) {
  switch (digit) {
    case U'1':
    case U'7':
    case U'8':
      return Ending::rieul;
    case U'0':
    case U'3':
    case U'6':
      return Ending::consonant;
    default:
      return Ending::vowel;
  }
}

Ending hangul_ending(char32_t syllable) {
  const char32_t final_sound = (syllable - 0xac00) % 28;
  constexpr char32_t rieul = 8;
  return final_sound == 0       ? Ending::vowel
         : final_sound == rieul ? Ending::rieul
                                : Ending::consonant;
}

// "topic" is 토픽, "client" 클라이언트, "kcat" 케이캣, "orders" 오더스, "email" 이메일.
Ending latin_ending(std::string_view text, std::size_t end) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const char last = lower(text[end - 1]);
  const char before = end > 1 ? lower(text[end - 2]) : ' ';
  if (last == 'l') return Ending::rieul;
  if (last == 'm' || last == 'n' || (last == 'g' && before == 'n')) return Ending::consonant;
  const bool stop = std::string_view("bckpt").find(last) != std::string_view::npos;
  const bool after_vowel = std::string_view("aeiou").find(before) != std::string_view::npos;
  return stop && after_vowel ? Ending::consonant : Ending::vowel;
}

}  // namespace

std::string number(std::int64_t value) {
  const std::string digits = std::to_string(value);
  const std::size_t sign = value < 0 ? 1 : 0;
  std::string out = digits.substr(0, sign);
  for (std::size_t i = sign; i < digits.size(); ++i) {
    if (i > sign && (digits.size() - i) % 3 == 0) out += no_break;
    out += digits[i];
  }
  return out;
}

std::string duration(Duration span, Lang lang) { return short_duration(span, lang, 1); }

std::string duration_fine(Duration span, Lang lang) { return short_duration(span, lang, 2); }

std::string milliseconds_text(Duration span) {
  const double ms = std::chrono::duration<double, std::milli>(span).count();
  if (std::abs(ms) < 9.95) return ms == 0 ? "0 ms" : fmt::format("{:.1f} ms", ms);
  return number(std::llround(ms)) + " ms";
}

std::string ago(Duration span, Lang lang) {
  return duration(span, lang) + (lang == Lang::ko ? " 전" : " ago");
}

std::string bytes(std::int64_t count) {
  if (count < 1024) return fmt::format("{} B", std::max<std::int64_t>(count, 0));
  constexpr std::array units = {"KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(count) / 1024;
  std::size_t unit = 0;
  while (value >= 1023.95 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string rate(double per_second) {
  const double x = std::max(0.0, per_second);
  if (x == 0) return "0 /s";
  if (x < 9.95) return fmt::format("{:.1f} /s", x);
  if (x < 999.5) return fmt::format("{:.0f} /s", x);
  if (x < 9'950) return fmt::format("{:.1f} k/s", x / 1e3);
  if (x < 999'500) return fmt::format("{:.0f} k/s", x / 1e3);
  return fmt::format("{:.1f} M/s", x / 1e6);
}

std::string clock(std::int64_t wall_us, std::int32_t offset_s, int decimals) {
  constexpr std::int64_t day_ms = std::int64_t{24} * 3600 * 1000;
  const std::int64_t ms = wall_us / 1000 + std::int64_t{offset_s} * 1000;
  const std::int64_t of_day = ((ms % day_ms) + day_ms) % day_ms;
  const std::int64_t s = of_day / 1000;
  std::string out = fmt::format("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  if (decimals == 1) out += fmt::format(".{}", of_day % 1000 / 100);
  if (decimals == 3) out += fmt::format(".{:03}", of_day % 1000);
  return out;
}

std::string list(const std::vector<std::string>& items, Lang lang) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool last = i + 1 == items.size();
    if (i > 0) out += last && lang == Lang::en ? " and " : ", ";
    out += items[i];
  }
  return out;
}

Ending ending_of(std::string_view text) {
  if (text.ends_with(')')) {
    const std::size_t open = text.rfind('(');
    if (open != std::string_view::npos) text = text.substr(0, open);
  }
  std::size_t end = text.size();
  while (end > 0) {
    const std::size_t here = end;
    const char32_t code = last_code_point(text, end);
    if (code >= U'0' && code <= U'9') return digit_ending(code);
    if (code >= 0xac00 && code <= 0xd7a3) return hangul_ending(code);
    if ((code >= U'a' && code <= U'z') || (code >= U'A' && code <= U'Z')) {
      return latin_ending(text, here);
    }
  }
  return Ending::vowel;
}

std::string_view particle(std::string_view pair, Ending ending) {
  const std::size_t slash = pair.find('/');
  if (slash == std::string_view::npos) return pair;
  const std::string_view after_consonant = pair.substr(0, slash);
  const std::string_view after_vowel = pair.substr(slash + 1);
  const bool toward = after_vowel == "로";
  const bool vowel = ending == Ending::vowel || (toward && ending == Ending::rieul);
  return vowel ? after_vowel : after_consonant;
}

}  // namespace lab::i18n
