// A connection's bytes: cut into frames whatever pieces they come in, then parted into header and
// body. The first byte says how they are cut.
#include "engine/protocol/api_table.h"
#include "engine/protocol/codec.h"
#include "engine/protocol/messages/api_versions.h"
#include "engine/protocol/messages/metadata.h"
#include "tests/fuzz/target.h"

namespace lab::fuzz {
namespace {

constexpr std::size_t largest_frame = 1000;

struct Split {
  std::vector<Slice> frames;
  bool failed = false;
  bool operator==(const Split&) const = default;
};

// Pieces of 1 to `most` bytes, drawn from `pattern`; everything at once where `most` is 0.
Split split(ByteView stream, std::size_t most, std::uint32_t pattern) {
  Split out;
  protocol::FrameSplitter splitter(largest_frame);
  while (!stream.empty() && !out.failed) {
    pattern = pattern * 1664525u + 1013904223u;
    const std::size_t piece =
        most == 0 ? stream.size() : std::min(stream.size(), 1 + (pattern >> 8) % most);
    splitter.push(Slice::copy(stream.first(piece)));
    stream = stream.subspan(piece);
    for (;;) {
      const auto frame = splitter.next();
      if (!frame) {
        out.failed = true;
        break;
      }
      if (!*frame) break;
      promise((*frame)->size() <= largest_frame, "no frame is larger than the limit");
      out.frames.push_back(**frame);
    }
    promise(out.failed || splitter.held() <= largest_frame + 4, "no more than one frame is held");
  }
  return out;
}

void look_into(const Slice& frame) {
  (void)protocol::peek_correlation_id(frame);
  const auto request = protocol::split_request(frame);
  if (!request) return;
  const auto* api = protocol::find_api(request->header.api_key);
  promise(api != nullptr, "only listed APIs are split");
  promise(request->body.size() <= frame.size(), "a body lies within its frame");
  (void)protocol::response_body(frame, request->header.api_key, request->header.api_version);
  if (!api->is_served(request->header.api_version)) return;
  auto out = protocol::begin_request(request->header);
  const Slice head = join(protocol::finish_frame(std::move(out))).sub(4);
  ByteBuffer whole(head.view().begin(), head.view().end());
  whole.insert(whole.end(), request->body.view().begin(), request->body.view().end());
  const auto again = protocol::split_request(Slice::take(std::move(whole)));
  promise(again.ok() && again->header == request->header, "a header comes back the same");
  promise(again->body == request->body, "a body comes back the same");
}

}  // namespace

void run_frames(ByteView input) {
  Input in(input);
  const std::uint8_t how = in.byte();
  const ByteView stream = in.rest();
  const Split at_once = split(stream, 0, 0);
  promise(split(stream, 1, 0) == at_once, "byte by byte gives the same frames");
  promise(split(stream, std::size_t{1} + how, how) == at_once, "any cuts give the same frames");
  for (const Slice& frame : at_once.frames) look_into(frame);
}

std::vector<ByteBuffer> seeds_frames() {
  std::vector<ByteBuffer> seeds;
  ByteBuffer all = {7};
  for (std::int16_t v = 0; v <= 4; ++v) {
    const Slice hello =
        join(protocol::encode_request({{}, v, v, "lab"}, protocol::ApiVersionsRequest{}));
    const Slice ask =
        join(protocol::encode_request({{}, 12, v, std::nullopt}, protocol::MetadataRequest{}));
    ByteBuffer seed = {static_cast<std::uint8_t>(v)};
    for (const Slice& frame : {hello, ask}) {
      seed.insert(seed.end(), frame.view().begin(), frame.view().end());
      all.insert(all.end(), frame.view().begin(), frame.view().end());
    }
    seeds.push_back(std::move(seed));
  }
  seeds.push_back(std::move(all));
  return seeds;
}

}  // namespace lab::fuzz
