// Sets of record numbers, and how the lab knows its own records again.
#include "app/sources/promises.h"

#include <doctest/doctest.h>

#include <set>

#include "engine/base/rng.h"

namespace lab::sources {

TEST_CASE("promises: numbers in any order join to ranges, none counts twice") {
  NumberSet set;
  for (const std::uint64_t n : {5, 3, 4, 9, 0}) CHECK(set.add(n));
  CHECK_FALSE(set.add(4));
  CHECK(set.count() == 5);
  CHECK(set.ranges() == 3);  // 0, 3-5, 9
  CHECK(set.has(3));
  CHECK_FALSE(set.has(6));
  CHECK(set.add(1));
  CHECK(set.add(2));
  CHECK(set.ranges() == 2);
}

TEST_CASE("promises: what is missing in the other set, as a plain set counts it") {
  Rng rng(7);
  for (int round = 0; round < 200; ++round) {
    NumberSet promised, found;
    std::set<std::uint64_t> plain_promised, plain_found;
    for (int i = 0; i < 60; ++i) {
      const auto a = rng.below(80), b = rng.below(80);
      CHECK(promised.add(a) == plain_promised.insert(a).second);
      CHECK(found.add(b) == plain_found.insert(b).second);
    }
    std::uint64_t missing = 0;
    for (const auto n : plain_promised) missing += plain_found.count(n) == 0;
    CHECK(promised.count() == plain_promised.size());
    CHECK(promised.without(found) == missing);
    CHECK(promised.without(promised) == 0);
  }
}

TEST_CASE("promises: an identity is read back; strangers' headers are none") {
  const RecordIdentity identity{"shop/5f3a09c1", 17};
  CHECK(identity.text() == "shop/5f3a09c1/17");
  CHECK(RecordIdentity::parse(identity.text()) == identity);
  for (const char* text : {"", "/", "/7", "shop", "shop/", "shop/x", "shop/1x", "shop/-1",
                           "shop/99999999999999999999"}) {
    CHECK_FALSE(RecordIdentity::parse(text).has_value());
  }
}

}  // namespace lab::sources
