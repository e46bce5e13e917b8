// Numbers, durations and sizes as LOOKS writes them, and Korean particles. Scene, views, narration
// and printed answers call these. Nothing here rounds a count or shortens a name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/i18n/strings.h"
#include "engine/base/time.h"

namespace lab::i18n {

// "1 204": thousands set apart by a no-break space (U+00A0); "-1 204" below zero.
std::string number(std::int64_t value);

// A stretch of time in a sentence: "0 ms", "8 ms", "880 ms" below a second where `fine`, else "0.93
// s"; "1.0 s", "12 s", "2 min 14 s", "3 h 5 min". Korean: "0.93초", "2분 14초". The number and its
// unit are kept together by a no-break space.
std::string duration(Duration span, Lang lang);
// With two decimals below ten seconds: "0.93 s" (the sentence of the first write).
std::string duration_fine(Duration span, Lang lang);
// Always milliseconds, for the stopwatch: "929 ms"; below 10 ms one decimal: "0.4 ms".
std::string milliseconds_text(Duration span);
// "1.2 s ago", "1.2초 전".
std::string ago(Duration span, Lang lang);

// "512 B", "18.2 MiB".
std::string bytes(std::int64_t count);
// "17 /s", "0.6 /s", "1.9 k/s".
std::string rate(double per_second);
// "14:32:06.404" of a wall clock in µs since 1970 (UTC shifted by offset_s), with 0, 1 or 3
// decimals.
std::string clock(std::int64_t wall_us, std::int32_t offset_s, int decimals);

// "a", "a and b", "a, b and c"; Korean "a", "a·b" style: "a, b, c".
std::string list(const std::vector<std::string>& items, Lang lang);

// What the last sound of a text is, as it is spoken in Korean: digits by their names, Hangul by its
// last syllable, Latin by its usual reading.
enum class Ending : std::uint8_t { vowel, rieul, consonant };
Ending ending_of(std::string_view text);
// The particle of a pair like "이/가" or "으로/로" for this ending; the pair itself where unknown.
std::string_view particle(std::string_view pair, Ending ending);

}  // namespace lab::i18n
