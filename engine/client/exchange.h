// A request on its way and what becomes of its answer, behind one type that a Connection can queue.
// Used by connection.h alone; it knows messages, never connections.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/result.h"
#include "engine/client/response_of.h"
#include "engine/protocol/codec.h"

namespace lab::client {

class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual protocol::ApiKey api() const = 0;
  virtual std::int16_t lowest() const = 0;
  virtual bool one_way() const { return false; }
  // The whole frame, with its length prefix.
  virtual Slices encode(std::int32_t correlation, std::int16_t version,
                        const std::string& client_id) const = 0;
  // Takes in the answer's body; an error where it is not what `version` demands.
  virtual Result<> decode(const Slice& body, std::int16_t version) = 0;
  // Hands over what was decoded (or that a one-way request has left). Once, or fail once.
  virtual void succeed() = 0;
  virtual void fail(Error error) = 0;
};

template <class Request>
class RequestExchange : public Exchange {
 public:
  explicit RequestExchange(Request request) : request_(std::move(request)) {}
  protocol::ApiKey api() const override { return Request::key; }
  std::int16_t lowest() const override { return Request::min_version; }
  Slices encode(std::int32_t correlation, std::int16_t version,
                const std::string& client_id) const override {
    const protocol::RequestHeader header{Request::key, version, correlation, client_id};
    return protocol::encode_request(header, request_);
  }

 private:
  Request request_;
};

// A request that is answered.
template <class Request>
class TypedExchange final : public RequestExchange<Request> {
 public:
  using Response = ResponseOf<Request>;
  using Answer = std::function<void(Result<Response>)>;
  TypedExchange(Request request, Answer answer)
      : RequestExchange<Request>(std::move(request)), answer_(std::move(answer)) {}
  Result<> decode(const Slice& body, std::int16_t version) override {
    auto decoded = protocol::decode<Response>(body, version);
    if (!decoded) return decoded.error();
    response_ = std::move(decoded).value();
    return {};
  }
  void succeed() override { answer_(std::move(*response_)); }
  void fail(Error error) override { answer_(std::move(error)); }

 private:
  Answer answer_;
  std::optional<Response> response_;
};

// A request that nothing answers.
template <class Request>
class OneWayExchange final : public RequestExchange<Request> {
 public:
  using Sent = std::function<void(Result<>)>;
  OneWayExchange(Request request, Sent sent)
      : RequestExchange<Request>(std::move(request)), sent_(std::move(sent)) {}
  bool one_way() const override { return true; }
  Result<> decode(const Slice&, std::int16_t) override { return {}; }
  void succeed() override { sent_({}); }
  void fail(Error error) override { sent_(std::move(error)); }

 private:
  Sent sent_;
};

}  // namespace lab::client
