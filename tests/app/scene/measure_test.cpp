// Text is measured the same for every painter: digits stand still, Hangul falls back, lines break
// at spaces only.
#include "app/scene/measure.h"

#include <doctest/doctest.h>

#include "tests/app/support/measurer.h"

using lab::scene::Face;
using lab::scene::Glyph;
using lab::scene::Measurer;
using lab::scene::Type;
using lab::test::measurer;

TEST_CASE("a missing font directory is an error that names the file") {
  const auto opened = Measurer::open("/nonexistent");
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().message.find("Inter-Regular.otf") != std::string::npos);
}

TEST_CASE("all digits have the advance of 0 in every type") {
  for (const Type type : {Type::regular, Type::semibold, Type::bold, Type::mono}) {
    const float zero = measurer().width("0", 14, type);
    for (const char* digit : {"1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
      CHECK(measurer().width(digit, 14, type) == doctest::Approx(zero));
    }
  }
}

TEST_CASE("Hangul comes from NanumGothic, 700 for 600, and measures with the Latin around it") {
  std::vector<Glyph> glyphs;
  const float width = measurer().place("orders 리더", 14, Type::semibold, glyphs);
  REQUIRE(glyphs.size() == 9);
  CHECK(glyphs[0].face == Face::inter_semibold);
  CHECK(glyphs[7].face == Face::nanum_bold);
  CHECK(glyphs[8].x + glyphs[8].advance == doctest::Approx(width));
  CHECK(width == doctest::Approx(measurer().width("orders 리더", 14, Type::semibold)));
  CHECK(measurer().width("리더", 28, Type::bold) ==
        doctest::Approx(2 * measurer().width("리더", 14, Type::bold)));
}

TEST_CASE("property names are monospaced") {
  CHECK(measurer().width("iiii", 12, Type::mono) ==
        doctest::Approx(measurer().width("mmmm", 12, Type::mono)));
}

TEST_CASE("broken UTF-8 and unknown characters are drawn, never skipped or crashed on") {
  std::vector<Glyph> glyphs;
  measurer().place("a\xff\xc3(\xe2\x82\x7f", 10, Type::regular, glyphs);
  CHECK(glyphs.size() == 7);
  glyphs.clear();
  measurer().place("\U0010FFFF", 10, Type::regular, glyphs);
  REQUIRE(glyphs.size() == 1);
  CHECK(glyphs[0].code == U'?');
}

TEST_CASE("lines break at spaces only, and every word arrives") {
  const std::string_view text = "브로커 2가 강제 종료되었습니다. The controller does not know yet.";
  const auto lines = measurer().wrap(text, 14, Type::regular, 120);
  CHECK(lines.size() > 2);
  std::string joined;
  for (const auto line : lines) {
    CHECK(measurer().width(line, 14, Type::regular) <= 120);
    joined += (joined.empty() ? "" : " ") + std::string(line);
  }
  CHECK(joined == text);
  CHECK(measurer().wrap("unbreakable-topic-name", 14, Type::regular, 10).size() == 1);
  CHECK(measurer().wrap("", 14, Type::regular, 10).empty());
}
