// How many columns of a terminal a text takes (Hangul takes two), and padding by it. Used by the
// text picture, the text painter and printed tables.
#pragma once

#include <string>
#include <string_view>

namespace lab::scene {

std::size_t columns_of(std::string_view utf8);
// Filled with spaces up to `width` columns; longer text stays as it is.
std::string padded(std::string_view utf8, std::size_t width);

}  // namespace lab::scene
