// The search for the fewest things that still fail, with failures that are known.
#include "engine/sim/program/shrink.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace lab;
using namespace lab::sim::program;

namespace {

struct Search {
  explicit Search(std::function<bool(const Kept&)> fails) : fails_(std::move(fails)) {}
  Kept among(std::size_t count) {
    const auto found = fewest(
        count, [this](const std::vector<Kept>& candidates) -> Result<std::optional<std::size_t>> {
          for (std::size_t i = 0; i < candidates.size(); ++i) {
            ++tried;
            if (fails_(candidates[i])) return std::optional(i);
          }
          return std::optional<std::size_t>();
        });
    REQUIRE(found.ok());
    return *found;
  }
  int tried = 0;

 private:
  std::function<bool(const Kept&)> fails_;
};

bool has(const Kept& kept, std::size_t what) {
  return std::find(kept.begin(), kept.end(), what) != kept.end();
}

}  // namespace

TEST_CASE("one thing of many that fails alone is found in few tries") {
  Search search([](const Kept& kept) { return has(kept, 613); });
  CHECK(search.among(1000) == Kept{613});
  CHECK(search.tried < 50);
}

TEST_CASE("things that fail only together are all kept") {
  Search search([](const Kept& kept) { return has(kept, 3) && has(kept, 77) && has(kept, 199); });
  CHECK(search.among(200) == Kept{3, 77, 199});
}

TEST_CASE("what fails without anything keeps nothing") {
  Search search([](const Kept&) { return true; });
  CHECK(search.among(50).empty());
  CHECK(search.tried == 1);
}

TEST_CASE("where everything is needed everything stays") {
  Search search([](const Kept& kept) { return kept.size() == 9; });
  CHECK(search.among(9).size() == 9);
  CHECK(search.among(0).empty());
}

TEST_CASE("of what is kept nothing can be left out alone, even where the failure is fickle") {
  // Any even number of things from 6 on with the first among them.
  const auto fails = [](const Kept& kept) {
    return kept.size() >= 6 && kept.size() % 2 == 0 && has(kept, 0);
  };
  Search search(fails);
  const Kept kept = search.among(64);
  CHECK(fails(kept));
  for (std::size_t i = 0; i < kept.size(); ++i) {
    Kept fewer = kept;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(fails(fewer));
  }
}

TEST_CASE("an error ends the search") {
  const auto found = fewest(10, [](const std::vector<Kept>&) -> Result<std::optional<std::size_t>> {
    return Error{"interrupted"};
  });
  REQUIRE_FALSE(found.ok());
  CHECK(found.error().message == "interrupted");
}
