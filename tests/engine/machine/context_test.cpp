// A Context turns timers and completions of a machine's parts into the contract's inputs and
// effects.
#include <doctest/doctest.h>

#include "engine/machine/context.h"

using namespace lab;

namespace {
Now at_ms(int ms) { return Now{Instant(milliseconds(ms)), WallTime(milliseconds(ms))}; }
template <class T>
std::vector<T> only(const Effects& effects) {
  std::vector<T> out;
  for (const auto& e : effects) {
    if (const T* t = std::get_if<T>(&e)) out.push_back(*t);
  }
  return out;
}
}  // namespace

TEST_CASE("timers fire in order of their instants, and the host is asked for the next one only") {
  Context context(NodeId(1), false);
  std::string fired;
  Context::Timer late(context, [&] { fired += "late "; });
  Context::Timer early(context, [&] { fired += "early "; });
  Effects effects;
  context.begin(at_ms(0), effects);
  late.arm_in(milliseconds(20));
  early.arm_in(milliseconds(10));
  context.end();
  REQUIRE(only<WakeAt>(effects).size() == 1);
  CHECK(only<WakeAt>(effects)[0].at == Instant(milliseconds(10)));

  effects.clear();
  context.begin(at_ms(30), effects);
  context.run_due_timers();
  context.end();
  CHECK(fired == "early late ");
  CHECK(only<WakeAt>(effects).empty());
}

TEST_CASE("a timer armed again for the instant that was just spent asks the host again") {
  Context context(NodeId(1), false);
  Context::Timer timer(context, [] {});
  Effects effects;
  context.begin(at_ms(0), effects);
  timer.arm_in(milliseconds(5));
  context.end();
  context.begin(at_ms(5), effects);
  context.run_due_timers();
  timer.arm(Instant(milliseconds(5)));
  effects.clear();
  context.end();
  CHECK(only<WakeAt>(effects).size() == 1);
}

TEST_CASE(
    "a control file is written beside, synced, renamed, its directory synced; a failure is told") {
  for (const int failing : {-1, 0, 2, 4}) {
    Context context(NodeId(1), false);
    Effects effects;
    std::vector<Done> told;
    context.begin(at_ms(0), effects);
    context.replace_file("a/quorum-state", Slice::copy("{}"),
                         [&](const Done& d) { told.push_back(d); });
    context.end();
    REQUIRE(effects.size() == 5);
    CHECK(std::get<Write>(effects[1]).file == "a/quorum-state.tmp");
    CHECK(std::get<Rename>(effects[3]).to == "a/quorum-state");
    CHECK(std::get<Sync>(effects[4]).path == "a");
    for (std::uint64_t ticket = 1; ticket <= 5; ++ticket) {
      CHECK(told.empty());
      const bool bad = static_cast<int>(ticket) - 1 == failing;
      Effects more;
      context.begin(at_ms(1), more);
      CHECK(
          context.complete(Done{Ticket(ticket), bad ? IoStatus::failed : IoStatus::ok, "EIO", {}}));
      context.end();
    }
    REQUIRE(told.size() == 1);
    CHECK((told[0].status == IoStatus::ok) == (failing == -1));
  }
}

TEST_CASE("events are numbered in order and carry the cause that was set in their input") {
  Context context(NodeId(2), true);
  Effects effects;
  context.begin(at_ms(1), effects);
  context.started(Start{1, 77});
  const auto first = context.trace(trace::NodeReady{});
  context.set_cause(first);
  context.trace(trace::NodeStopping{});
  context.end();
  const auto events = only<Trace>(effects);
  REQUIRE(events.size() == 2);
  CHECK(events[0].event.number == 0);
  CHECK(events[0].event.cause == trace::no_cause);
  CHECK(events[1].event.cause == first);
  CHECK(events[1].event.incarnation == 77);
}
