// One line of text while it is typed: where the caret stands, what is selected, and what keys do to
// both. It counts code points of UTF-8, never bytes. Used by Ui::field; it draws nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "app/platform/input_queue.h"

namespace lab::views {

// Byte offsets into the text, always where a code point begins or at its end.
struct Caret {
  std::size_t at = 0;
  std::size_t anchor = 0;  // the selection lies between the two
  bool selects() const { return at != anchor; }
};

// Puts both to where a code point begins: the text may have been changed by others.
void keep_within(std::string_view text, Caret& caret);

// The code point before or behind; the begin of the word before, the end of the one behind.
std::size_t step_left(std::string_view text, std::size_t at);
std::size_t step_right(std::string_view text, std::size_t at);
std::size_t word_left(std::string_view text, std::size_t at);
std::size_t word_right(std::string_view text, std::size_t at);

// What a key does: arrows, Home, End (with Shift they select, with Ctrl they go by words),
// Backspace, Delete (with Ctrl: a word), Ctrl+A (all). Keys that are none of these do nothing.
void edit(std::string& text, Caret& caret, const platform::Key& key);
// Typed or pasted: in the selection's place; nothing where the text would be longer than most_bytes
// or the character is a control character.
void insert(std::string& text, Caret& caret, char32_t character, std::size_t most_bytes);

std::string_view selected(std::string_view text, const Caret& caret);
void remove_selected(std::string& text, Caret& caret);

}  // namespace lab::views
