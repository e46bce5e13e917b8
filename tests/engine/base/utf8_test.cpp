#include "engine/base/utf8.h"

#include <doctest/doctest.h>

namespace lab {

TEST_CASE("utf8: what is text, and its beginning") {
  for (const char* text : {"", "kill 1", "브로커", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) {
    CHECK(is_utf8(text));
  }
  for (const char* text : {"\x80", "a\xff", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                           "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xeb\xb8", "\xc3("}) {
    CHECK_FALSE(is_utf8(text));
  }
  CHECK(utf8_start("kill", 4) == "kill");
  CHECK(utf8_start("kill", 2) == "ki");
  CHECK(utf8_start("브로커", 5) == "브");
  CHECK(utf8_start("브로커", 6) == "브로");
  CHECK(utf8_start("\x80\x80\x80", 2).empty());
}

}  // namespace lab
