// See frame.h.
#include "engine/protocol/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/protocol/api_table.h"
#include "engine/protocol/codec_impl.h"

namespace lab::protocol {
namespace {

constexpr std::size_t prefix_size = 4;  // bytes

// The headers are declared like messages; the API key and version are read before, since they
// decide the header's version.
struct HeaderRest {
  static constexpr std::string_view message_name = "RequestHeader";
  static constexpr std::int16_t min_version = 1;
  static constexpr std::int16_t max_version = 2;
  static constexpr std::int16_t flexible_version = 2;
  std::int32_t correlation_id = 0;
  std::optional<std::string> client_id = "";
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&HeaderRest::correlation_id, "CorrelationId"));
    visit(field(&HeaderRest::client_id, "ClientId").nullable().never_compact());
  }
};

struct ResponseHeader {
  static constexpr std::string_view message_name = "ResponseHeader";
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 1;
  std::int32_t correlation_id = 0;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ResponseHeader::correlation_id, "CorrelationId"));
  }
};

const ApiInfo& known_api(ApiKey key) {
  const ApiInfo* api = find_api(key);
  LAB_CHECK(api != nullptr);
  return *api;
}

}  // namespace

void FrameSplitter::push(const Slice& bytes) {
  LAB_CHECK_MSG(input_.empty(), "next() has more frames");
  input_ = bytes;
}

// The size of the frame that begins next, prefix included; nullopt while the prefix is cut.
Result<std::optional<std::size_t>> FrameSplitter::frame_size() {
  std::uint32_t size = 0;
  for (std::size_t i = 0; i < prefix_size; ++i) {
    const bool held = i < partial_.size();
    const std::size_t at = i - std::min(i, partial_.size());
    if (!held && at >= input_.size()) return std::optional<std::size_t>{};
    size = size << 8 | (held ? partial_[i] : input_.data()[at]);
  }
  if (size > max_size_ || size > 0x7fffffffU) {
    return Error{fmt::format("a frame claims {} bytes; the limit is {}",
                             static_cast<std::int32_t>(size), max_size_)};
  }
  return std::optional<std::size_t>{size + prefix_size};
}

Result<std::optional<Slice>> FrameSplitter::next() {
  const auto size = frame_size();
  if (!size) return size.error();
  const bool known = size->has_value();
  if (known && partial_.empty() && input_.size() >= **size) {  // whole in one piece: not copied
    Slice frame = input_.sub(prefix_size, **size - prefix_size);
    input_ = input_.size() == **size ? Slice{} : input_.sub(**size);
    return std::optional<Slice>(std::move(frame));
  }
  const std::size_t missing = known ? **size - partial_.size() : input_.size();
  const std::size_t count = std::min(missing, input_.size());
  partial_.insert(partial_.end(), input_.data(), input_.data() + count);
  input_ = count == input_.size() ? Slice{} : input_.sub(count);
  if (!known || partial_.size() < **size) return std::optional<Slice>{};
  Slice frame = Slice::take(std::exchange(partial_, {})).sub(prefix_size);
  return std::optional<Slice>(std::move(frame));
}

Result<RequestFrame> split_request(const Slice& frame) {
  Reader in(frame);
  RequestFrame out;
  out.header.api_key = static_cast<ApiKey>(in.int16());
  out.header.api_version = in.int16();
  if (!in.ok()) return in.error().in("request header");
  const ApiInfo* api = find_api(out.header.api_key);
  if (api == nullptr) {
    return Error{fmt::format("request with API key {} {} v{}, which is not spoken here",
                             static_cast<int>(out.header.api_key), name(out.header.api_key),
                             out.header.api_version)};
  }
  auto rest = read_message<HeaderRest>(in, request_header_version(*api, out.header.api_version));
  if (!in.ok()) return in.error().in("request header");
  out.header.correlation_id = rest.correlation_id;
  out.header.client_id = std::move(rest.client_id);
  out.body = frame.sub(in.at());
  return out;
}

Result<std::int32_t> peek_correlation_id(const Slice& frame) {
  Reader in(frame);
  const std::int32_t id = in.int32();
  if (!in.ok()) return in.error().in("response header");
  return id;
}

Result<Slice> response_body(const Slice& frame, ApiKey key, std::int16_t version) {
  Reader in(frame);
  read_message<ResponseHeader>(in, response_header_version(known_api(key), version));
  if (!in.ok()) return in.error().in("response header");
  return frame.sub(in.at());
}

Writer begin_request(const RequestHeader& header) {
  Writer out;
  out.int32(0);
  out.int16(static_cast<std::int16_t>(header.api_key));
  out.int16(header.api_version);
  write_message(out, HeaderRest{header.correlation_id, header.client_id},
                request_header_version(known_api(header.api_key), header.api_version));
  return out;
}

Writer begin_response(ApiKey key, std::int16_t version, std::int32_t correlation_id) {
  Writer out;
  out.int32(0);
  write_message(out, ResponseHeader{correlation_id},
                response_header_version(known_api(key), version));
  return out;
}

Slices finish_frame(Writer out) {
  out.patch_int32(0, static_cast<std::int32_t>(out.size() - prefix_size));
  return out.take();
}

std::string describe(std::string_view message_name, std::int16_t version) {
  return fmt::format("{} v{}", message_name, version);
}

Error unknown_version(std::string_view message_name, std::int16_t version) {
  return Error{fmt::format("{} is not served", describe(message_name, version))};
}

}  // namespace lab::protocol
