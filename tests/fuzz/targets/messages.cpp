// Bodies of every declared request, response and metadata record in every version: which message,
// which version, its bytes. What decodes must encode to bytes that decode to the same.
#include "engine/protocol/codec.h"
#include "tests/engine/protocol/all_messages.h"
#include "tests/engine/protocol/random_message.h"
#include "tests/fuzz/target.h"

namespace lab::fuzz {
namespace {

struct AnyBody {
  std::int16_t first, last;
  void (*there_and_back)(const Slice& body, std::int16_t version);
  Slice (*random)(std::uint64_t seed, std::int16_t version);
};

template <class M>
void there_and_back(const Slice& body, std::int16_t version) {
  const auto message = protocol::decode<M>(body, version);
  if (!message) {
    promise(!message.error().message.empty(), "an error says what is wrong");
    return;
  }
  const Slice again = join(protocol::encode(*message, version));
  const auto second = protocol::decode<M>(again, version);
  promise(second.ok(), "what was decoded can be encoded");
  // Bytes and not members are compared: a NaN is not equal to itself.
  promise(join(protocol::encode(*second, version)) == again, "the same message comes back");
}

const std::vector<AnyBody>& all_bodies() {
  static const auto all = [] {
    std::vector<AnyBody> out;
    protocol::testing::each_message([&](const auto& m) {
      using M = std::decay_t<decltype(m)>;
      out.push_back({M::min_version, M::max_version, there_and_back<M>,
                     [](std::uint64_t seed, std::int16_t version) {
                       return join(protocol::encode(
                           protocol::testing::random_message<M>(seed, version), version));
                     }});
    });
    return out;
  }();
  return all;
}

}  // namespace

void run_messages(ByteView input) {
  Input in(input);
  const AnyBody& body = all_bodies()[in.byte() % all_bodies().size()];
  const int versions = body.last - body.first + 1;
  const auto version = static_cast<std::int16_t>(body.first + in.byte() % versions);
  body.there_and_back(Slice::copy(in.rest()), version);
}

std::vector<ByteBuffer> seeds_messages() {
  std::vector<ByteBuffer> seeds;
  for (std::size_t i = 0; i < all_bodies().size(); ++i) {
    const AnyBody& body = all_bodies()[i];
    for (std::int16_t v = body.first; v <= body.last; ++v) {
      const Slice bytes = body.random(5, v);
      ByteBuffer seed = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(v - body.first)};
      seed.insert(seed.end(), bytes.view().begin(), bytes.view().end());
      if (seed.size() <= 4096) seeds.push_back(std::move(seed));
    }
  }
  return seeds;
}

}  // namespace lab::fuzz
