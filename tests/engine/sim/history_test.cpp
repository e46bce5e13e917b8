// That each check of what clients saw can fail: a history with one thing wrong names it.
#include "engine/sim/history.h"

#include <doctest/doctest.h>

#include "engine/sim/violation.h"

using namespace lab;
using sim::History;

namespace {
const History::Partition orders{"orders", 0};

// Producer 0 wrote "a", "b" and "c", acknowledged at 0, 1 and 2.
History three_writes() {
  History history;
  std::int64_t offset = 0;
  for (const char* value : {"a", "b", "c"}) {
    history.sent(0, value, orders);
    history.acked(value, orders, Offset(offset++), true);
  }
  return history;
}

void read(History& history, const std::vector<std::string>& values, int reader = 1) {
  std::int64_t offset = 0;
  for (const auto& value : values) history.read(reader, orders, Offset(offset++), value);
}

template <class Call>
int broken(Call call) {
  try {
    call();
  } catch (const sim::Violation& violation) {
    CHECK(std::string(violation.what()).find(sim::invariant_name(violation.invariant)) !=
          std::string::npos);
    CHECK(sim::invariant_name(violation.invariant) != "unnamed");
    return violation.invariant;
  }
  return 0;
}

int broken_at_end(const History& history) {
  return broken([&] { history.check({true, true}); });
}
}  // namespace

TEST_CASE("a history in which everything is there breaks nothing") {
  History history = three_writes();
  read(history, {"a", "b", "c"});
  read(history, {"a", "b", "c"}, 2);
  CHECK(broken_at_end(history) == 0);
}

TEST_CASE("a write that was acknowledged and is not there is lost") {
  History history = three_writes();
  read(history, {"a", "b"});
  history.ends(orders, Offset(2));
  CHECK(broken_at_end(history) == 25);
  CHECK(broken_at_end(three_writes()) == 25);  // where nothing is there at all
}

TEST_CASE("a write that is in the log and that nobody can read is stuck") {
  History history = three_writes();
  read(history, {"a", "b"});
  history.ends(orders, Offset(3));
  CHECK(broken_at_end(history) == 31);
}

TEST_CASE("another value at the offset of an acknowledged write is seen") {
  History history = three_writes();
  read(history, {"a", "c", "b"});
  CHECK(broken_at_end(history) == 27);
}

TEST_CASE("a value that nobody wrote is seen") {
  History history = three_writes();
  read(history, {"a", "b", "c", "z"});
  CHECK(broken_at_end(history) == 27);
}

TEST_CASE("a record of an idempotent producer that is there twice is seen, a hasty one's is not") {
  History history = three_writes();
  history.sent(1, "h", orders);
  read(history, {"a", "b", "c", "h", "h"});
  CHECK(broken_at_end(history) == 28);
  CHECK(broken([&] { history.check({true, false}); }) == 0);
}

TEST_CASE("records of one producer that are not in its order are seen") {
  History history;
  history.sent(0, "first", orders);
  history.sent(0, "second", orders);
  read(history, {"second", "first"});
  CHECK(broken_at_end(history) == 30);
}

TEST_CASE("two readers that get different values at one offset are seen at once") {
  History history = three_writes();
  read(history, {"a", "b"});
  CHECK(broken([&] { history.read(2, orders, Offset(0), "b"); }) == 15);
}

TEST_CASE("a reader that skips a record or goes back is seen at once") {
  History history = three_writes();
  read(history, {"a"});
  CHECK(broken([&] { history.read(1, orders, Offset(2), "c"); }) == 29);
  CHECK(broken([&] { history.read(1, orders, Offset(0), "a"); }) == 29);
  CHECK(broken([&] { history.read(2, orders, Offset(1), "b"); }) == 29);  // nor may it begin late
}

TEST_CASE("a producer that is told twice how one write ended is seen at once") {
  History history = three_writes();
  CHECK(broken([&] { history.acked("a", orders, Offset(0), true); }) == 32);
  CHECK(broken([&] { history.failed("b"); }) == 32);
}

TEST_CASE("what acks=1 loses is counted and breaks nothing") {
  History history;
  history.sent(0, "a", orders);
  history.acked("a", orders, Offset(0), false);
  history.sent(1, "b", orders);
  history.acked("b", orders, Offset(0), true);
  read(history, {"b"});
  CHECK(broken_at_end(history) == 0);
  CHECK(history.lost_hasty() == 1);
}
