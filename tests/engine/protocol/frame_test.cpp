// Frames and headers: the stream cut everywhere, sizes that lie, and the header versions.
#include "engine/protocol/frame.h"

#include <doctest/doctest.h>

#include "engine/base/rng.h"
#include "engine/protocol/api_table.h"
#include "engine/protocol/codec.h"
#include "engine/protocol/messages/api_versions.h"
#include "engine/protocol/messages/metadata.h"
#include "engine/protocol/messages/produce.h"

namespace lab::protocol {
namespace {

ByteBuffer stream_of(const std::vector<std::size_t>& sizes) {
  ByteBuffer out;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.push_back(static_cast<std::uint8_t>(sizes[i] >> shift));
    }
    out.insert(out.end(), sizes[i], static_cast<std::uint8_t>('a' + i));
  }
  return out;
}

// Pushes one piece and collects the frames that it completes.
void feed(FrameSplitter& splitter, const Slice& piece, std::vector<Slice>& frames) {
  splitter.push(piece);
  for (;;) {
    auto frame = splitter.next();
    REQUIRE(frame.ok());
    if (!*frame) return;
    frames.push_back(**frame);
  }
}

}  // namespace

TEST_CASE("frames are the same wherever the stream is cut") {
  const std::vector<std::size_t> sizes = {3, 0, 17, 1, 40};
  const Slice stream = Slice::take(stream_of(sizes));
  const auto check = [&](const std::vector<Slice>& frames) {
    REQUIRE(frames.size() == sizes.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      CHECK(frames[i].text() == std::string(sizes[i], static_cast<char>('a' + i)));
    }
  };
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    for (std::size_t step = 0; step < 8; ++step) {
      const std::size_t second = std::min(stream.size(), cut + step);
      FrameSplitter splitter(100);
      std::vector<Slice> frames;
      feed(splitter, stream.sub(0, cut), frames);
      feed(splitter, stream.sub(cut, second - cut), frames);
      feed(splitter, stream.sub(second), frames);
      check(frames);
      CHECK(splitter.held() == 0);
    }
  }
  FrameSplitter splitter(100);
  std::vector<Slice> frames;
  for (std::size_t i = 0; i < stream.size(); ++i) feed(splitter, stream.sub(i, 1), frames);
  check(frames);
}

TEST_CASE("a frame that comes in one piece is not copied") {
  const Slice stream = Slice::take(stream_of({5000}));
  FrameSplitter splitter(10'000);
  std::vector<Slice> frames;
  feed(splitter, stream, frames);
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].data() == stream.data() + 4);
}

TEST_CASE("a length that is negative or above the limit is an error, without room made for it") {
  for (const std::uint32_t size : {101U, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
    ByteBuffer prefix;
    for (int shift = 24; shift >= 0; shift -= 8) {
      prefix.push_back(static_cast<std::uint8_t>(size >> shift));
    }
    FrameSplitter splitter(100);
    splitter.push(Slice::take(prefix));
    CHECK_FALSE(splitter.next().ok());
  }
  FrameSplitter splitter(1 << 30);
  splitter.push(Slice::take({0x3f, 0xff, 0xff, 0xff, 1, 2, 3}));  // a GiB is promised
  CHECK_FALSE(splitter.next()->has_value());
  CHECK(splitter.held() == 7);
}

TEST_CASE("every request's header comes back, client id and tags included") {
  for (const ApiInfo& api : apis()) {
    CAPTURE(api.name);
    for (std::int16_t v = api.served.first; v <= api.served.last; ++v) {
      for (const std::optional<std::string>& id :
           {std::optional<std::string>("rdkafka"), std::optional<std::string>{}}) {
        const RequestHeader header{api.key, v, 42, id};
        const Slice frame = join(finish_frame(begin_request(header)));
        const auto request = split_request(frame.sub(4));
        REQUIRE(request.ok());
        CHECK(request->header == header);
        CHECK(request->body.empty());
        for (std::size_t n = 4; n < frame.size(); ++n) {
          CHECK_FALSE(split_request(frame.sub(4, n - 4)).ok());
        }
      }
      const Slice reply = join(finish_frame(begin_response(api.key, v, 42))).sub(4);
      CHECK(*peek_correlation_id(reply) == 42);
      const bool tags = api.key != ApiKey::api_versions && v >= api.flexible;
      CHECK(reply.size() == (tags ? 5U : 4U));
      CHECK(response_body(reply, api.key, v)->empty());
    }
  }
}

TEST_CASE("an unknown API key is refused; an unknown version is left to the handler") {
  CHECK_FALSE(split_request(Slice::take({0x7f, 0xff, 0, 0, 0, 0, 0, 1, 0, 0})).ok());
  CHECK_FALSE(split_request(Slice::take({0, 7, 0, 0, 0, 0, 0, 1, 0, 0})).ok());
  const auto request =
      split_request(Slice::take({0, 18, 0, 99, 0, 0, 0, 7, 0, 1, 'x', 0, 0xaa, 0xbb}));
  REQUIRE(request.ok());
  CHECK(request->header.api_version == 99);
  CHECK(request->header.correlation_id == 7);
  CHECK(request->body.size() == 2);
  CHECK_FALSE(decode<ApiVersionsRequest>(request->body, 99).ok());
}

TEST_CASE("a whole conversation over one stream") {
  const Slice question = join(encode_request({{}, 12, 9, "me"}, MetadataRequest{}));
  FrameSplitter splitter(1000);
  std::vector<Slice> frames;
  feed(splitter, question, frames);
  REQUIRE(frames.size() == 1);
  const auto request = split_request(frames[0]);
  REQUIRE(request.ok());
  CHECK(request->header == RequestHeader{ApiKey::metadata, 12, 9, "me"});
  CHECK(*decode<MetadataRequest>(request->body, 12) == MetadataRequest{});

  MetadataResponse answer;
  answer.cluster_id = "c";
  answer.brokers.push_back({1, "localhost", 9092, {}});
  const Slice reply = join(encode_response(9, 12, answer)).sub(4);
  CHECK(*peek_correlation_id(reply) == 9);
  CHECK(*decode_response<MetadataResponse>(reply, 12) == answer);
}

TEST_CASE("records travel by reference, and a small batch does not pin a large frame") {
  const auto batch_of_size = [](std::size_t size) { return Slice::take(ByteBuffer(size, 7)); };
  const auto sent = [](const Slice& batch) {
    ProduceRequest m;
    m.topic_data.push_back({"t", {{0, Records{{batch}}}}});
    return m;
  };
  const Slice large = batch_of_size(100'000);
  const Slices frame = encode_request({{}, 9, 1, "p"}, sent(large));
  bool shared = false;
  for (const Slice& slice : frame) shared |= slice.data() == large.data();
  CHECK(shared);

  const auto records_in = [&](const ProduceRequest& m) {
    const Slice body = split_request(join(encode_request({{}, 9, 1, "p"}, m)).sub(4))->body;
    return decode<ProduceRequest>(body, 9)->topic_data.at(0).partition_data;
  };
  CHECK(records_in(sent(large)).at(0).records->slices.at(0).pinned() > 100'000);
  ProduceRequest mixed = sent(large);
  mixed.topic_data[0].partition_data.push_back({1, Records{{batch_of_size(90)}}});
  CHECK(records_in(mixed).at(1).records->slices.at(0).pinned() == 90);
}

TEST_CASE("what ApiVersions says of Produce begins at 0, of all others at what is served") {
  for (const ApiInfo& api : apis()) {
    CHECK(api.announced == (api.key == ApiKey::produce ? 0 : api.served.first));
    CHECK(name(api.key) == api.name);
    CHECK(find_api(api.key) == &api);
  }
  CHECK(find_api(ApiKey::sasl_handshake) == nullptr);
  CHECK(find_api(static_cast<ApiKey>(-1)) == nullptr);
}

}  // namespace lab::protocol
