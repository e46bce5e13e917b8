// What a leader concludes from its followers' fetches: the high watermark, who may join the ISR,
// and who has to leave it.
#include <doctest/doctest.h>

#include "engine/replication/in_sync.h"

using namespace lab;
using replication::InSync;

namespace {
constexpr NodeId one{1}, two{2}, three{3};
constexpr BrokerEpoch life{7};
constexpr Duration lag = seconds(30);
Instant at(int s) { return Instant(seconds(s)); }
bool anyone(NodeId, BrokerEpoch) { return true; }
bool nobody(NodeId, BrokerEpoch) { return false; }

// Broker 1 leads a partition of three replicas from offset 100 on, all in sync.
InSync all_in_sync() {
  return InSync(one, {one, two, three}, {one, two, three}, 4, Offset(100), at(1));
}
}  // namespace

TEST_CASE(
    "the high watermark waits for every member of the ISR, also for one that has not fetched yet") {
  InSync isr = all_in_sync();
  CHECK(isr.high_watermark(Offset(120), at(2), lag, anyone) == no_offset);
  isr.fetched(two, life, Offset(110), Offset(120), at(2));
  CHECK(isr.high_watermark(Offset(120), at(2), lag, anyone) == no_offset);
  isr.fetched(three, life, Offset(120), Offset(120), at(2));
  CHECK(isr.high_watermark(Offset(120), at(2), lag, anyone) == Offset(110));
  CHECK(isr.fetched(two, life, Offset(120), Offset(120), at(3)));
  CHECK(isr.high_watermark(Offset(120), at(3), lag, anyone) == Offset(120));
}

TEST_CASE("a follower joins when it has reached the high watermark and the begin of the epoch") {
  InSync isr(one, {one, two}, {one}, 4, Offset(100), at(1));
  isr.fetched(two, life, Offset(90), Offset(120), at(2));
  CHECK_FALSE(isr.grown_by(two, Offset(80), BrokerEpoch(5), anyone).has_value());
  isr.fetched(two, life, Offset(105), Offset(120), at(3));
  CHECK_FALSE(isr.grown_by(two, Offset(110), BrokerEpoch(5), anyone).has_value());
  CHECK_FALSE(isr.grown_by(two, Offset(105), BrokerEpoch(5), nobody).has_value());
  const auto grown = isr.grown_by(two, Offset(105), BrokerEpoch(5), anyone);
  REQUIRE(grown.has_value());
  CHECK(*grown == std::vector<replication::IsrMember>{{one, BrokerEpoch(5)}, {two, life}});
  // While that is asked of the controller the new member already counts, and nothing else is asked.
  isr.propose(*grown);
  CHECK(isr.maximal() == std::vector<NodeId>{one, two});
  CHECK_FALSE(isr.grown_by(two, Offset(105), BrokerEpoch(5), anyone).has_value());
  CHECK(isr.high_watermark(Offset(120), at(3), lag, nobody) == Offset(105));
  isr.refused();
  CHECK(isr.high_watermark(Offset(120), at(3), lag, nobody) == Offset(120));
}

TEST_CASE(
    "a member that is not caught up for replica.lag.time.max.ms leaves; one that keeps up with a "
    "moving end stays") {
  InSync isr = all_in_sync();
  // Broker 2 is always where the end was at its last fetch; broker 3 is silent.
  Offset end(100);
  for (int s = 1; s <= 40; ++s) {
    isr.fetched(two, life, end, end + 5, at(s));
    end = end + 5;
  }
  CHECK_FALSE(isr.shrunk(end, at(20), lag, BrokerEpoch(5)).has_value());
  const auto shrunk = isr.shrunk(end, at(40), lag, BrokerEpoch(5));
  REQUIRE(shrunk.has_value());
  CHECK(*shrunk == std::vector<replication::IsrMember>{{one, BrokerEpoch(5)}, {two, life}});
  isr.propose(*shrunk);
  // Until the controller has agreed, the silent one still holds the high watermark back.
  CHECK(isr.high_watermark(end, at(40), lag, anyone) == no_offset);
  isr.accepted({one, two}, 5);
  CHECK(isr.high_watermark(end, at(40), lag, nobody) == end - 5);
}

TEST_CASE(
    "the metadata ends a proposal that it has overtaken, and forgets followers that are no "
    "replicas any more") {
  InSync isr = all_in_sync();
  isr.fetched(two, life, Offset(120), Offset(120), at(2));
  isr.propose({{one, BrokerEpoch(5)}, {two, life}});
  isr.metadata({one, two}, {one}, 6, at(3));
  CHECK_FALSE(isr.pending());
  CHECK(isr.partition_epoch() == 6);
  CHECK(isr.follower_end(two) == Offset(120));
  CHECK(isr.follower_end(three) == no_offset);
  CHECK_FALSE(isr.fetched(three, life, Offset(120), Offset(120), at(4)));
}
