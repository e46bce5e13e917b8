// See columns.h. The wide ranges are those of Unicode's East Asian Width that a lab's texts can
// hold.
#include "app/scene/columns.h"

#include <array>

#include "app/scene/measure.h"

namespace lab::scene {
namespace {

struct Range {
  char32_t first, last;
};
constexpr std::array<Range, 9> wide{{{0x1100, 0x115F},
                                     {0x2E80, 0x303E},
                                     {0x3041, 0x33FF},
                                     {0x3400, 0x4DBF},
                                     {0x4E00, 0x9FFF},
                                     {0xAC00, 0xD7A3},
                                     {0xF900, 0xFAFF},
                                     {0xFF00, 0xFF60},
                                     {0x1F300, 0x1F9FF}}};

std::size_t columns_of(char32_t code) {
  if (code >= 0x300 && code < 0x370) return 0;  // combining marks
  for (const Range& range : wide) {
    if (code >= range.first && code <= range.last) return 2;
  }
  return 1;
}

}  // namespace

std::size_t columns_of(std::string_view utf8) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < utf8.size();) columns += columns_of(next_code(utf8, at));
  return columns;
}

std::string padded(std::string_view utf8, std::size_t width) {
  std::string text(utf8);
  const std::size_t columns = columns_of(utf8);
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

}  // namespace lab::scene
