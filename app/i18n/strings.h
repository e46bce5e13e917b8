// The words of the lab in English and Korean. Views, scene, narration and the printed answers take
// every word from here; nothing looks a language up by itself, the caller passes it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace lab::i18n {

enum class Lang : std::uint8_t { en, ko };

// "en" or "ko" from a --lang value or a locale ("ko_KR.UTF-8"); English for all others.
Lang lang_of(std::string_view locale);

struct Entry {
  std::string_view key, en, ko;
};
// All entries, sorted by key.
std::span<const Entry> entries();

// The string for a key; an unknown key is a programmer error.
std::string_view text(std::string_view key, Lang lang);

// One argument of say(): {name} in the string is replaced by its value.
struct Arg {
  std::string_view name;
  std::string value;
};
// text(key) with its arguments put in. In Korean strings a particle pair right behind an argument
// is chosen by the spoken argument: "{broker}{이/가}", "{을/를}", "{은/는}", "{과/와}",
// "{으로/로}".
std::string say(std::string_view key, Lang lang, std::initializer_list<Arg> args);
std::string say(std::string_view key, Lang lang, std::span<const Arg> args);

}  // namespace lab::i18n
