// The one text measurer: every painter sets text glyph by glyph at the positions given here, so
// that the picture in the window, in a PNG and in an SVG is the same. It reads the bundled font
// files (copied beside the programs by CMake) and nothing else: no look-up of system fonts.
//
// Latin is Inter, Hangul is NanumGothic (700 where 600 is asked), commands are NanumGothicCoding.
// Digits all get the advance of `0`, so that counters stand still; no kerning. Used by one thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace lab::scene {

enum class Face : std::uint8_t {
  inter_regular,
  inter_semibold,
  inter_bold,
  nanum_regular,
  nanum_bold,
  coding
};
inline constexpr std::size_t face_count = 6;

// What a run of text is asked to be; the face of each glyph follows from it.
enum class Type : std::uint8_t { regular, semibold, bold, mono };

struct Glyph {
  char32_t code = 0;
  Face face = Face::inter_regular;
  float x = 0;        // from the run's left end, in em until a scene scales it to units
  float advance = 0;  // likewise
};

// Heights in em, for placing text: the same for all faces, so that they share a baseline.
inline constexpr float cap_height = 0.73F;
inline constexpr float line_ascent = 0.97F, line_descent = 0.25F;

// File name below the font directory, CSS family and weight of a face.
std::string_view file_of(Face face);
std::string_view family_of(Face face);
int weight_of(Face face);

// The directory of the bundled fonts: ../share/brokerlab/fonts seen from the running program.
std::string font_directory();

// Reads one code point of UTF-8 at `at` and moves `at` behind it. Malformed bytes give U+FFFD, one
// at a time; control characters give a space.
char32_t next_code(std::string_view utf8, std::size_t& at);

class Measurer {
 public:
  // Opens the six files; the error names the one that is missing.
  static Result<Measurer> open(const std::string& directory = font_directory());
  Measurer(Measurer&&) noexcept;
  Measurer& operator=(Measurer&&) noexcept;
  ~Measurer();

  // Width of one line, in units of `em`.
  float width(std::string_view utf8, float em, Type type) const;
  // Appends the line's glyphs, positions in units of `em` (1: em), and gives the width.
  float place(std::string_view utf8, float em, Type type, std::vector<Glyph>& out) const;
  // Breaks at spaces only (Korean too); a word wider than `width` stands alone on its line.
  // Views into `utf8`.
  std::vector<std::string_view> wrap(std::string_view utf8, float em, Type type, float width) const;
  const std::string& directory() const;

 private:
  struct Fonts;
  explicit Measurer(std::unique_ptr<Fonts> fonts);
  std::unique_ptr<Fonts> fonts_;
};

}  // namespace lab::scene
