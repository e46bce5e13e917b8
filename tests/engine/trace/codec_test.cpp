#include "engine/trace/codec.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "engine/base/rng.h"
#include "engine/base/varint.h"
#include "tests/engine/trace/every_kind.h"

namespace lab::trace {

TEST_CASE("every kind of event comes back as it was") {
  for (const Event& event : every_kind()) {
    CAPTURE(name_of(event.payload));
    const Result<Event> back = decode(encode(event));
    REQUIRE(back.ok());
    CHECK(*back == event);
    CHECK(knows_kind(encode(event)));
  }
}

TEST_CASE("an event that ends early, at whichever byte, is an error") {
  for (const Event& event : every_kind()) {
    const ByteBuffer whole = encode(event);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(name_of(event.payload));
      CAPTURE(size);
      CHECK_FALSE(decode(ByteView(whole).first(size)).ok());
    }
  }
}

TEST_CASE("bytes behind the fields that are known are ignored") {
  for (const Event& event : every_kind()) {
    ByteBuffer bytes = encode(event);
    bytes.push_back(0xff);
    bytes.push_back(0x01);
    const Result<Event> back = decode(bytes);
    REQUIRE(back.ok());
    CHECK(*back == event);
  }
}

TEST_CASE("fields that an older writer did not have keep their defaults") {
  ByteBuffer bytes;
  put_uvarint(bytes, Payload(CaughtUp{}).index());
  const ByteBuffer header = {0, 0, 2, 0, 0, 0};
  put_uvarint(bytes, header.size());
  bytes.insert(bytes.end(), header.begin(), header.end());
  put_uvarint(bytes, 1);
  put_uvarint(bytes, 1);
  bytes.push_back('t');
  const Result<Event> event = decode(bytes);
  REQUIRE(event.ok());
  CHECK(event->node == NodeId(1));
  CHECK(std::get<CaughtUp>(event->payload).topic == "t");
  CHECK(std::get<CaughtUp>(event->payload).follower == no_node);
}

TEST_CASE("a kind from a newer lab is an error, and can be told before") {
  ByteBuffer bytes;
  put_uvarint(bytes, 4711);
  CHECK_FALSE(knows_kind(bytes));
  CHECK(decode(bytes).error().message == "no event has kind 4711");
  CHECK_FALSE(decode({}).ok());
  CHECK_FALSE(knows_kind({}));
}

TEST_CASE("numbers out of their type's range are refused") {
  ByteBuffer hostile;
  put_uvarint(hostile, Payload(BrokerRegistered{}).index());
  const ByteBuffer header = {0, 0, 0, 0, 0, 0};
  put_uvarint(hostile, header.size());
  hostile.insert(hostile.end(), header.begin(), header.end());
  put_uvarint(hostile, 4);
  put_varint(hostile, std::int64_t{1} << 40);  // a node id of 41 bits
  CHECK(decode(hostile).error().message.find("out of its range") != std::string::npos);
}

TEST_CASE("no bytes, however broken, do harm") {
  Rng rng(7);
  const std::vector<Event> all = every_kind();
  for (int round = 0; round < 20'000; ++round) {
    ByteBuffer bytes = encode(all[rng.below(all.size())]);
    for (int change = 0; change < 3; ++change) {
      bytes[rng.below(bytes.size())] = static_cast<std::uint8_t>(rng.below(256));
    }
    const Result<Event> event = decode(bytes);
    if (event.ok()) CHECK(decode(encode(*event)).value() == *event);
  }
}

TEST_CASE("an event as JSON is one line that a parser takes, whatever its texts hold") {
  for (const Event& event : every_kind()) {
    const std::string line = to_json(event);
    CHECK(line.find('\n') == std::string::npos);
    const auto json = nlohmann::json::parse(line);
    CHECK(json["kind"] == name_of(event.payload));
    CHECK(json["at_ns"] == event.at.time_since_epoch().count());
    CHECK(json["cause"].is_null() == (event.cause == no_cause));
  }
  Event event;
  event.payload = NodeHalted{"a \"b\"\n\x01 \xff\xed\xa0\x80 한", true};
  const auto json = nlohmann::json::parse(to_json(event));
  CHECK(json["fields"]["reason"] ==
        "a \"b\"\n\x01 \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd 한");
}

}  // namespace lab::trace
