// That the check of replies can fail: a broker that answers wrongly is seen.
#include "engine/sim/wire.h"

#include <doctest/doctest.h>

#include "engine/protocol/codec.h"
#include "engine/protocol/messages/produce.h"
#include "engine/sim/branches.h"
#include "engine/sim/violation.h"

using namespace lab;

namespace {
const ConnId conn{2};
const Instant start{seconds(1)};

Slice request(std::int32_t correlation) {
  return join(protocol::finish_frame(
      protocol::begin_request({protocol::ApiKey::metadata, 12, correlation, "client"})));
}
Slices reply(std::int32_t correlation) {
  return protocol::finish_frame(
      protocol::begin_response(protocol::ApiKey::metadata, 12, correlation));
}

// A connection to broker 1 on which requests 7 and 8 have come.
sim::Wire asked() {
  sim::Wire wire;
  wire.arrived(1, Opened{conn, "PLAINTEXT", {"client", 40000}, 9092}, start);
  wire.arrived(1, Bytes{conn, request(7)}, start);
  wire.arrived(1, Bytes{conn, request(8)}, start + seconds(1));
  return wire;
}
}  // namespace

TEST_CASE("replies in the order of the requests break nothing, however the bytes are cut") {
  sim::Wire wire = asked();
  CHECK(wire.waiting(1) == 2);
  const Slice both = join({join(reply(7)), join(reply(8))});
  wire.sent(1, {conn, {both.sub(0, 5)}});
  wire.sent(1, {conn, {both.sub(5, both.size() - 5)}});
  CHECK(wire.waiting(1) == 0);
  CHECK(wire.connections(1) == 1);
  wire.arrived(1, Closed{conn, "the client left"}, start);
  CHECK(wire.connections(1) == 0);
}

TEST_CASE("a reply that overtakes another, or has a wrong correlation id, is seen") {
  CHECK_THROWS_AS(asked().sent(1, {conn, reply(8)}), sim::Violation);
  CHECK_THROWS_AS(asked().sent(1, {conn, reply(9)}), sim::Violation);
}

TEST_CASE("a second reply to a request is seen") {
  sim::Wire wire = asked();
  wire.sent(1, {conn, reply(7)});
  wire.sent(1, {conn, reply(8)});
  CHECK_THROWS_AS(wire.sent(1, {conn, reply(8)}), sim::Violation);
}

TEST_CASE("the request that waits longest is told, until its connection ends") {
  sim::Wire wire = asked();
  CHECK_FALSE(wire.unanswered(start));
  REQUIRE(wire.unanswered(start + milliseconds(1)));
  CHECK(wire.unanswered(start + milliseconds(1))->find("to broker 1") != std::string::npos);
  wire.ended(1);
  CHECK_FALSE(wire.unanswered(start + seconds(10)));
}

TEST_CASE("a producer with acks=0 waits for no reply") {
  sim::Wire wire = asked();
  protocol::ProduceRequest produce;
  produce.acks = 0;
  wire.arrived(1,
               Bytes{conn, join(protocol::encode_request(
                               {protocol::ApiKey::produce, 9, 9, "client"}, produce))},
               start);
  CHECK(wire.waiting(1) == 2);
}

TEST_CASE("a rare branch is counted where a broker logs it, and nothing else is") {
  sim::Branches branches;
  for (const auto& [name, count] : branches.counts()) CHECK(count == 0);
  branches.line(
      "[ReplicaFetcher replicaId=1, leaderId=2] Truncating partition orders-0 to offset 3");
  branches.line("nothing rare");
  branches.reached(sim::Branches::elected_from_elr);
  branches.reached("what is not in the list");
  CHECK(branches.counts().find("diverging epoch cut a follower's log")->second == 1);
  std::int64_t sum = 0;
  for (const auto& [name, count] : branches.counts()) sum += count;
  CHECK(sum == 2);
}
