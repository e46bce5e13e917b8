// What is UTF-8 and what is not. Whoever shows or writes text that comes from outside asks; nothing
// is mended here.
#pragma once

#include <cstddef>
#include <string_view>

namespace lab {

// The length of the UTF-8 sequence that begins text[at], 0 where it is none (overlong forms,
// surrogates and what lies beyond U+10FFFF included); at < text.size().
std::size_t utf8_length(std::string_view text, std::size_t at);
bool is_utf8(std::string_view text);
// Its beginning, of at most so many bytes; a character stays whole.
std::string_view utf8_start(std::string_view text, std::size_t most);

}  // namespace lab
