// Numbers, durations and sizes as LOOKS writes them, and Korean particles. Scene, views, narration
// and printed answers call these. Nothing here rounds a count or shortens a name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/i18n/strings.h"
#include "engine/base/time.h"

namespace lab::i18n {

// "1 204": thousands set apart by a no-break space (U+00A0); "-1 204" below zero.
std::string number(std::int64_t value);

// A stretch of time: "8 ms" below 100 ms, "0.4 s" and "4.2 s" below ten seconds, "12 s",
// "2 min 14 s", "3 h 5 min". Korean: "8ms", "0.4초", "2분 14초", "3시간 5분". Below zero counts as
// 0.
std::string duration(Duration span, Lang lang);
// The same with two decimals below ten seconds: "0.93 s".
std::string duration_fine(Duration span, Lang lang);
// Always milliseconds, for the stopwatch: "929 ms", "1 204 ms"; below 10 ms one decimal: "0.4 ms".
std::string milliseconds_text(Duration span);
// "1.2 s ago", "1.2초 전".
std::string ago(Duration span, Lang lang);

// "512 B", "16.6 KiB", "18.2 MiB", "1.1 GiB".
std::string bytes(std::int64_t count);
// "0.6 /s", "17 /s", "1.9 k/s", "48 k/s", "1.2 M/s".
std::string rate(double per_second);
// "14:32:06", "14:32:06.4", "14:32:06.404": a wall clock in µs since 1970 shifted by offset_s, cut
// to 0, 1 or 3 decimals.
std::string clock(std::int64_t wall_us, std::int32_t offset_s, int decimals);

// English: "a", "a and b", "a, b and c". Korean: "a, b, c".
std::string list(const std::vector<std::string>& items, Lang lang);

// What the last sound of a text is, as it is spoken in Korean: digits by their names, Hangul by its
// last syllable, Latin by its usual reading. A closing bracket is looked through to what is before
// its opening one.
enum class Ending : std::uint8_t { vowel, rieul, consonant };
Ending ending_of(std::string_view text);
// The right one of a pair "after a consonant/after a vowel" ("이/가", "으로/로"). 으로/로 takes the
// second after ㄹ too.
std::string_view particle(std::string_view pair, Ending ending);

}  // namespace lab::i18n
