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

template <class Fn>
void each_message_and_version(Fn fn) {
  testing::each_message([&](auto m) {
    using M = decltype(m);
    for (std::int16_t v = M::min_version; v <= M::max_version; ++v) {
      CAPTURE(M::message_name);
      CAPTURE(v);
      fn(m, v);
    }
  });
}

}  // namespace

TEST_CASE("the list of messages has a request and a response for every declared API") {
  CHECK(testing::ApiMessages::count == 2 * apis().size());
}

TEST_CASE("every message comes back as it was sent, in every version") {
  each_message_and_version([](auto m, std::int16_t v) {
    using M = decltype(m);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const M sent = testing::random_message<M>(seed, v);
      const Slice body = join(encode(sent, v));
      Reader in(body);
      const M got = read_message<M>(in, v);
      REQUIRE(in.ok());
      CHECK(in.left() == 0);
      CHECK(got == sent);
    }
  });
}

TEST_CASE("a message that is cut anywhere is an error and nothing worse") {
  each_message_and_version([](auto m, std::int16_t v) {
    using M = decltype(m);
    const Slice body = join(encode(testing::random_message<M>(7, v), v));
    for (std::size_t n = 0; n < body.size(); ++n) {
      if (decode<M>(body.sub(0, n), v)) FAIL("decoded from " << n << " of " << body.size());
    }
  });
}

TEST_CASE("random bytes, and a message with any one byte changed, are read without harm") {
  Rng rng(11);
  each_message_and_version([&](auto m, std::int16_t v) {
    using M = decltype(m);
    for (int i = 0; i < 20; ++i) {
      ByteBuffer noise(rng.below(200));
      for (auto& byte : noise) byte = static_cast<std::uint8_t>(rng.next());
      (void)decode<M>(Slice::take(noise), v);
    }
    const Slice body = join(encode(testing::random_message<M>(3, v), v));
    for (std::size_t at = 0; at < std::min<std::size_t>(body.size(), 400); ++at) {
      ByteBuffer bent(body.view().begin(), body.view().end());
      bent[at] = static_cast<std::uint8_t>(rng.next());
      (void)decode<M>(Slice::take(bent), v);
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
