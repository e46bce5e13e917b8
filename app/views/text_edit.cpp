#include "app/views/text_edit.h"

#include <algorithm>

#include "app/platform/keys.h"
#include "app/scene/measure.h"

namespace lab::views {
namespace keys = platform::keys;

namespace {

bool inside_code_point(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

std::string utf8_of(char32_t c) {
  std::string out;
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | (c >> 6));
    put(0x80 | (c & 63));
  } else if (c < 0x10000) {
    put(0xe0 | (c >> 12));
    put(0x80 | ((c >> 6) & 63));
    put(0x80 | (c & 63));
  } else {
    put(0xf0 | (c >> 18));
    put(0x80 | ((c >> 12) & 63));
    put(0x80 | ((c >> 6) & 63));
    put(0x80 | (c & 63));
  }
  return out;
}

// What ends a word: in a command a path and a list are several words.
bool between_words(char c) { return std::string_view(" ,=:/-").find(c) != std::string_view::npos; }

void take_out(std::string& text, Caret& caret, std::size_t from, std::size_t to) {
  text.erase(from, to - from);
  caret.at = caret.anchor = from;
}

std::size_t goes_to(std::string_view text, const Caret& caret, const platform::Key& key) {
  const bool by_words = key.modifiers.ctrl;
  switch (key.key) {
    case keys::home:
      return 0;
    case keys::end:
      return text.size();
    case keys::left:
      if (caret.selects() && !key.modifiers.shift && !by_words)
        return std::min(caret.at, caret.anchor);
      return by_words ? word_left(text, caret.at) : step_left(text, caret.at);
    case keys::right:
      if (caret.selects() && !key.modifiers.shift && !by_words)
        return std::max(caret.at, caret.anchor);
      return by_words ? word_right(text, caret.at) : step_right(text, caret.at);
    default:
      return caret.at;
  }
}

}  // namespace

void keep_within(std::string_view text, Caret& caret) {
  for (std::size_t* at : {&caret.at, &caret.anchor}) {
    *at = std::min(*at, text.size());
    while (inside_code_point(text, *at)) --*at;
  }
}

std::size_t step_left(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  do {
    --at;
  } while (at > 0 && inside_code_point(text, at));
  return at;
}

std::size_t step_right(std::string_view text, std::size_t at) {
  if (at < text.size()) (void)scene::next_code(text, at);
  return at;
}

std::size_t word_left(std::string_view text, std::size_t at) {
  while (at > 0 && between_words(text[at - 1])) --at;
  while (at > 0 && !between_words(text[at - 1])) --at;
  return at;
}

std::size_t word_right(std::string_view text, std::size_t at) {
  while (at < text.size() && between_words(text[at])) ++at;
  while (at < text.size() && !between_words(text[at])) ++at;
  return at;
}

std::string_view selected(std::string_view text, const Caret& caret) {
  const std::size_t from = std::min(caret.at, caret.anchor);
  return text.substr(from, std::max(caret.at, caret.anchor) - from);
}

void remove_selected(std::string& text, Caret& caret) {
  take_out(text, caret, std::min(caret.at, caret.anchor), std::max(caret.at, caret.anchor));
}

void edit(std::string& text, Caret& caret, const platform::Key& key) {
  const bool ctrl = key.modifiers.ctrl;
  switch (key.key) {
    case keys::home:
    case keys::end:
    case keys::left:
    case keys::right:
      caret.at = goes_to(text, caret, key);
      if (!key.modifiers.shift) caret.anchor = caret.at;
      break;
    case keys::backspace:
      if (caret.selects()) return remove_selected(text, caret);
      take_out(text, caret, ctrl ? word_left(text, caret.at) : step_left(text, caret.at), caret.at);
      break;
    case keys::del:
      if (caret.selects()) return remove_selected(text, caret);
      take_out(text, caret, caret.at,
               ctrl ? word_right(text, caret.at) : step_right(text, caret.at));
      break;
    case keys::a:
      if (ctrl) caret = {text.size(), 0};
      break;
    default:
      break;
  }
}

void insert(std::string& text, Caret& caret, char32_t character, std::size_t most_bytes) {
  if (character < 32 || character == 127) return;
  const std::string put = utf8_of(character);
  if (text.size() - selected(text, caret).size() + put.size() > most_bytes) return;
  if (caret.selects()) remove_selected(text, caret);
  text.insert(caret.at, put);
  caret.at = caret.anchor = caret.at + put.size();
}

}  // namespace lab::views
