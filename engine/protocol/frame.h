// Frames and headers: a length, a request or response header, a body. Called by sessions and
// clients for every byte that comes in, and by the codec for every frame that goes out. It never
// looks into a body, and never makes room for bytes that have not arrived.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/slice.h"
#include "engine/protocol/api_key.h"
#include "engine/protocol/writer.h"

namespace lab::protocol {

// Cuts the byte stream of one connection into frames.
class FrameSplitter {
 public:
  // `max_size`: the largest frame body taken, in bytes (socket.request.max.bytes).
  explicit FrameSplitter(std::size_t max_size) : max_size_(max_size) {}

  // Takes the next bytes of the stream. Call next() until it has no more before pushing again.
  void push(const Slice& bytes);
  // The next whole frame without its length prefix; nullopt: wait for more bytes. An error (a
  // negative length or one above max_size) is final: the connection must be closed.
  Result<std::optional<Slice>> next();
  // Bytes held that belong to no finished frame.
  std::size_t held() const { return partial_.size() + input_.size(); }

 private:
  Result<std::optional<std::size_t>> frame_size();

  std::size_t max_size_;
  ByteBuffer partial_;  // the begin of a frame, with its prefix, that came in pieces
  Slice input_;         // what has been pushed and is not yet cut
};

// Header versions 1 and 2 are written and read; which one, follows from API and version (KIP-482).
struct RequestHeader {
  ApiKey api_key{};
  std::int16_t api_version = 0;
  std::int32_t correlation_id = 0;
  std::optional<std::string> client_id = "";
  bool operator==(const RequestHeader&) const = default;
};

struct RequestFrame {
  RequestHeader header;
  Slice body;
};

// Parts a frame (without length prefix) into header and body. Fails on a key that api_table.h does
// not list, and on a cut header; the connection must then be closed. A version that is not served
// is not a failure here: the header is read as the nearest version's.
Result<RequestFrame> split_request(const Slice& frame);
// The first field of a response frame (without length prefix).
Result<std::int32_t> peek_correlation_id(const Slice& frame);
// What follows the response header of that request.
Result<Slice> response_body(const Slice& frame, ApiKey key, std::int16_t version);

// For the codec: a length prefix to be filled in and the header, then finish_frame fills it.
Writer begin_request(const RequestHeader& header);
Writer begin_response(ApiKey key, std::int16_t version, std::int32_t correlation_id);
Slices finish_frame(Writer out);

// "FetchRequest v12" for error texts.
std::string describe(std::string_view message_name, std::int16_t version);
Error unknown_version(std::string_view message_name, std::int16_t version);

}  // namespace lab::protocol
