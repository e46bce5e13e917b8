// Encodes and decodes whole messages. Called by sessions, clients, the raft and controller rooms.
// What a version holds is declared with the message (fields.h); the walking code is codec_impl.h,
// compiled once for each message (messages/*.cpp). It never answers an error on the wire; it says
// what was wrong.
#pragma once

#include <cstdint>

#include "engine/base/result.h"
#include "engine/protocol/fields.h"
#include "engine/protocol/frame.h"
#include "engine/protocol/reader.h"
#include "engine/protocol/writer.h"

namespace lab::protocol {

// Writes `message` in `version`, which must be a declared one. Members that this version lacks are
// left out, whatever they hold. A null where the version has none is a programmer error. A string
// too long for its classic 16-bit length is cut at 32,767 bytes.
template <class M>
void write_message(Writer& out, const M& message, std::int16_t version);
// Reads one; look at in.ok() afterwards. Members that the version lacks have their defaults.
template <class M>
M read_message(Reader& in, std::int16_t version);

template <class M>
bool has_version(std::int16_t version) {
  return M::min_version <= version && version <= M::max_version;
}

// The body alone.
template <class M>
Slices encode(const M& message, std::int16_t version) {
  Writer out;
  write_message(out, message, version);
  return out.take();
}

// From the body alone. Bytes behind it are ignored, as Kafka does. Fails on a version that is not
// declared, on a body that is cut, and on what the version does not allow.
template <class M>
Result<M> decode(const Slice& body, std::int16_t version) {
  if (!has_version<M>(version)) return unknown_version(M::message_name, version);
  Reader in(body);
  M message = read_message<M>(in, version);
  if (!in.ok()) return in.error().in(describe(M::message_name, version));
  return message;
}

// A whole frame, length prefix included. The API key is the message's; header.api_key is ignored.
template <class M>
Slices encode_request(const RequestHeader& header, const M& message) {
  Writer out = begin_request({M::key, header.api_version, header.correlation_id, header.client_id});
  write_message(out, message, header.api_version);
  return finish_frame(std::move(out));
}

// A whole frame, length prefix included. `version` is the request's.
template <class M>
Slices encode_response(std::int32_t correlation_id, std::int16_t version, const M& message) {
  Writer out = begin_response(M::key, version, correlation_id);
  write_message(out, message, version);
  return finish_frame(std::move(out));
}

// From a frame without its length prefix, as FrameSplitter gives it; the correlation id is
// peek_correlation_id's.
template <class M>
Result<M> decode_response(const Slice& frame, std::int16_t version) {
  auto body = response_body(frame, M::key, version);
  if (!body) return body.error();
  return decode<M>(*body, version);
}

}  // namespace lab::protocol
