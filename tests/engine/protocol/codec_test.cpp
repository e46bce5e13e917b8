// Every message, every version: there and back, and cut at every byte.
#include "engine/protocol/codec.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "engine/protocol/api_table.h"
#include "tests/engine/protocol/all_messages.h"
#include "tests/engine/protocol/random_message.h"

namespace lab::protocol {
namespace {

std::string hex(const Slice& bytes) {
  std::string out;
  for (const std::uint8_t byte : bytes.view()) out += fmt::format("{:02x}", byte);
  return out;
}

// One message without its type, so that a test is compiled once and not for each message.
struct AnyMessage {
  std::string_view name;
  std::int16_t first, last;
  Slice (*random)(std::uint64_t seed, std::int16_t version);
  bool (*decodes)(const Slice& body, std::int16_t version);
  // What is wrong with the way there and back; empty: nothing.
  std::string_view (*round_trip)(std::uint64_t seed, std::int16_t version);
};

template <class M>
AnyMessage any() {
  return {M::message_name,
          M::min_version,
          M::max_version,
          [](std::uint64_t seed, std::int16_t v) {
            return join(encode(testing::random_message<M>(seed, v), v));
          },
          [](const Slice& body, std::int16_t v) { return decode<M>(body, v).ok(); },
          [](std::uint64_t seed, std::int16_t v) -> std::string_view {
            const M sent = testing::random_message<M>(seed, v);
            Reader in(join(encode(sent, v)));
            const M got = read_message<M>(in, v);
            if (!in.ok() || in.left() != 0) return "not read to the end";
            return got == sent ? "" : "not the same";
          }};
}

template <class Fn>
void each_message_and_version(Fn fn) {
  static const auto all = [] {
    std::vector<AnyMessage> out;
    testing::each_message([&](const auto& m) { out.push_back(any<std::decay_t<decltype(m)>>()); });
    return out;
  }();
  for (const AnyMessage& m : all) {
    CAPTURE(m.name);
    for (std::int16_t v = m.first; v <= m.last; ++v) {
      CAPTURE(v);
      fn(m, v);
    }
  }
}

}  // namespace

TEST_CASE("the list of messages has a request and a response for every declared API") {
  CHECK(testing::ApiMessages::count == 2 * apis().size());
}

TEST_CASE("every message comes back as it was sent, in every version") {
  each_message_and_version([](const AnyMessage& m, std::int16_t v) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) CHECK(m.round_trip(seed, v) == "");
  });
}

TEST_CASE("a message that is cut anywhere is an error and nothing worse") {
  each_message_and_version([](const AnyMessage& m, std::int16_t v) {
    const Slice body = m.random(7, v);
    for (std::size_t n = 0; n < body.size(); ++n) {
      if (m.decodes(body.sub(0, n), v)) FAIL("decoded from " << n << " of " << body.size());
    }
  });
}

TEST_CASE("random bytes, and a message with any one byte changed, are read without harm") {
  Rng rng(11);
  each_message_and_version([&](const AnyMessage& m, std::int16_t v) {
    for (int i = 0; i < 20; ++i) {
      ByteBuffer noise(rng.below(200));
      for (auto& byte : noise) byte = static_cast<std::uint8_t>(rng.next());
      m.decodes(Slice::take(noise), v);
    }
    const Slice body = m.random(3, v);
    for (std::size_t at = 0; at < std::min<std::size_t>(body.size(), 400); ++at) {
      ByteBuffer bent(body.view().begin(), body.view().end());
      bent[at] = static_cast<std::uint8_t>(rng.next());
      m.decodes(Slice::take(bent), v);
    }
  });
}

TEST_CASE("known bytes: what Kafka's clients send") {
  MetadataRequest all;
  all.topics.reset();
  CHECK(hex(join(encode(all, 12))) == "00010000");
  ApiVersionsRequest hello;
  hello.client_software_name = "lab";
  hello.client_software_version = "1";
  CHECK(hex(join(encode_request({{}, 3, 5, "me"}, hello))) ==
        "00000014"
        "0012"
        "0003"
        "00000005"
        "00026d65"
        "00"
        "046c6162"
        "0231"
        "00");
}

}  // namespace lab::protocol
