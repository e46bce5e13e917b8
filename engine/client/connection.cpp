#include "engine/client/connection.h"

#include <algorithm>

#include "engine/protocol/error_codes.h"
#include "engine/protocol/messages/api_versions.h"

namespace lab::client {

namespace {

using protocol::ApiVersionsRequest;
using protocol::ApiVersionsResponse;
using protocol::ErrorCode;

constexpr std::size_t max_known_apis = 1024;  // of what a broker may say that it speaks

}  // namespace

Connection::Connection(Context& context, Address address, Options options)
    : context_(context),
      address_(std::move(address)),
      options_(std::move(options)),
      splitter_(options_.max_frame),
      timeout_timer_(context, [this] { check_timeouts(); }),
      open_timer_(context,
                  [this] {
                    if (state_ == State::waiting) open();
                  }),
      failure_timer_(context, [this] { fail_now(); }) {}

Error Connection::about(const std::string& why) const {
  return Error{address_.text() + ": " + why};
}

std::optional<std::int16_t> Connection::version_for(protocol::ApiKey api, std::int16_t lowest,
                                                    std::int16_t highest) const {
  if (!options_.api_versions) return highest;
  const auto it = versions_.find(static_cast<std::int16_t>(api));
  if (it == versions_.end()) return std::nullopt;
  const std::int16_t version = std::min(highest, it->second.second);
  if (version < std::max(lowest, it->second.first)) return std::nullopt;
  return version;
}

// ---- Calls

void Connection::enqueue(std::unique_ptr<Exchange> exchange, std::int16_t version,
                         Duration timeout) {
  if (calls() >= options_.max_calls) {
    fail_soon(std::move(exchange), "too many requests wait for it");
    return;
  }
  Call call;
  call.exchange = std::move(exchange);
  call.version = version;
  call.timeout = timeout > Duration::zero() ? timeout : options_.request_timeout;
  call.deadline = context_.monotonic() + call.timeout;
  arm_timeout(call.deadline);
  waiting_.push_back(std::move(call));
  if (state_ == State::idle) open_or_wait();
  if (state_ == State::ready) pump();
}

void Connection::open_or_wait() {
  if (backoff_until_ && *backoff_until_ > context_.monotonic()) {
    state_ = State::waiting;
    open_timer_.arm(*backoff_until_);
    return;
  }
  open();
}

void Connection::open() {
  state_ = State::opening;
  splitter_ = protocol::FrameSplitter(options_.max_frame);
  versions_.clear();
  handed_ = left_ = 0;
  conn_ = context_.open(address_);
  open_timer_.cancel();
  opened_by_ = context_.monotonic() + options_.connect_timeout;
  arm_timeout(opened_by_);
}

// Sends what waits. A request that the broker does not speak fails alone.
void Connection::pump() {
  while (state_ == State::ready && !waiting_.empty()) {
    Call call = std::move(waiting_.front());
    waiting_.pop_front();
    const Exchange& exchange = *call.exchange;
    const auto version = version_for(exchange.api(), exchange.lowest(), call.version);
    if (!version) {
      fail_soon(std::move(call.exchange),
                fmt::format("the broker does not speak {} in a version from {} to {}",
                            protocol::name(exchange.api()), exchange.lowest(), call.version));
      continue;
    }
    call.version = *version;
    transmit(std::move(call));
  }
}

void Connection::transmit(Call call) {
  call.correlation = next_correlation_;
  next_correlation_ = next_correlation_ == INT32_MAX ? 0 : next_correlation_ + 1;
  Slices frame = call.exchange->encode(call.correlation, call.version, options_.client_id);
  const std::size_t size = total_size(frame);
  trace_frame(true, call, size);
  handed_ += size;
  call.end = handed_;
  context_.send(*conn_, std::move(frame));
  flying_.push_back(std::move(call));
}

void Connection::trace_frame(bool outgoing, const Call& call, std::size_t size) {
  if (!context_.traced()) return;
  trace::Frame frame;
  frame.connection = conn_->v;
  frame.local_port = local_port_;
  frame.remote_port = remote_port();
  frame.outgoing = outgoing;
  frame.request = outgoing;
  frame.correlation = call.correlation;
  frame.api = static_cast<std::int16_t>(call.exchange->api());
  frame.version = call.version;
  frame.size = static_cast<std::int64_t>(size);
  const std::uint64_t number = context_.trace(std::move(frame));
  if (!outgoing) context_.set_cause(number);  // what follows happens because of this answer
}

// ---- Inputs

void Connection::opened(const Opened& opened) {
  if (state_ != State::opening) return;
  local_port_ = opened.local_port;
  if (context_.traced()) {
    context_.set_cause(context_.trace(
        trace::ConnectionOpened{conn_->v, "", address_.host, local_port_, remote_port()}));
  }
  if (options_.api_versions) {
    state_ = State::greeting;
    greet(ApiVersionsRequest::max_version);
  } else {
    become_ready();
  }
}

void Connection::greet(std::int16_t version) {
  ApiVersionsRequest request;
  request.client_software_name = options_.software_name;
  request.client_software_version = options_.software_version;
  Call call;
  call.exchange = std::make_unique<TypedExchange<ApiVersionsRequest>>(
      std::move(request), [](const Result<ApiVersionsResponse>&) {});
  call.version = version;
  call.timeout = options_.request_timeout;
  call.deadline = context_.monotonic() + call.timeout;
  arm_timeout(call.deadline);
  transmit(std::move(call));
}

void Connection::greeted(const Slice& body, std::int16_t version) {
  // A broker that does not know this version answers in layout 0 with what it does know (KIP-511).
  const bool refused = version > 0 && body.size() >= 2 && body.data()[0] == 0 &&
                       body.data()[1] == static_cast<int>(ErrorCode::unsupported_version);
  const auto reply = protocol::decode<ApiVersionsResponse>(body, refused ? 0 : version);
  if (!reply) return broke("its ApiVersions answer is malformed: " + reply.error().message);
  const auto code = static_cast<ErrorCode>(reply->error_code);
  if (refused) {
    std::int16_t next = 0;
    for (const auto& api : reply->api_keys) {
      if (protocol::ApiKey(api.api_key) == ApiVersionsRequest::key)
        next = std::min(api.max_version, version);
    }
    const int below = version - 1;
    return greet(static_cast<std::int16_t>(std::clamp<int>(next, 0, below)));
  }
  if (code != ErrorCode::none) {
    return broke(fmt::format("it refused ApiVersions: {}", protocol::name(code)));
  }
  for (const auto& api : reply->api_keys) {
    if (versions_.size() >= max_known_apis) break;
    versions_[api.api_key] = {api.min_version, api.max_version};
  }
  become_ready();
}

void Connection::become_ready() {
  state_ = State::ready;
  backoff_ = {};
  backoff_until_.reset();
  pump();
}

void Connection::bytes(const Slice& slice) {
  if (!conn_) return;
  const ConnId conn = *conn_;
  splitter_.push(slice);
  while (owns(conn)) {
    const Result<std::optional<Slice>> frame = splitter_.next();
    if (!frame) return broke("it sent a bad frame: " + frame.error().message);
    if (!*frame) return;
    receive(**frame);
  }
}

// One answer: the oldest request that waits for one is what it must be for.
void Connection::receive(const Slice& frame) {
  const auto call = std::find_if(flying_.begin(), flying_.end(),
                                 [](const Call& c) { return !c.exchange->one_way(); });
  if (call == flying_.end()) return broke("it answered what was not asked");
  const Result<std::int32_t> correlation = protocol::peek_correlation_id(frame);
  if (!correlation) return broke("it sent a bad frame: " + correlation.error().message);
  if (*correlation != call->correlation) {
    return broke(
        fmt::format("it answered request {} where {} was due", *correlation, call->correlation));
  }
  const Result<Slice> body = protocol::response_body(frame, call->exchange->api(), call->version);
  if (!body) return broke("an answer is malformed: " + body.error().message);
  Call done = std::move(*call);
  flying_.erase(call);
  trace_frame(false, done, frame.size() + 4);
  if (state_ == State::greeting) return greeted(*body, done.version);
  const Result<> decoded = done.exchange->decode(*body, done.version);
  if (!decoded) {
    flying_.push_front(std::move(done));
    return broke("an answer is malformed: " + decoded.error().message);
  }
  done.exchange->succeed();
}

void Connection::writable(std::uint64_t count) {
  left_ = std::min(handed_, left_ + count);
  for (;;) {
    const auto call = std::find_if(flying_.begin(), flying_.end(), [this](const Call& c) {
      return c.exchange->one_way() && c.end <= left_;
    });
    if (call == flying_.end()) return;
    const Call done = std::move(*call);
    flying_.erase(call);
    done.exchange->succeed();
  }
}

void Connection::closed(const std::string& reason) {
  if (conn_) context_.trace(trace::ConnectionClosed{conn_->v, reason});
  conn_.reset();
  broke(state_ == State::opening ? "connecting failed: " + reason
                                 : "the connection broke: " + reason);
}

// ---- Ends

void Connection::close(const std::string& reason) {
  if (state_ == State::idle) return;
  broke(reason);
}

// The connection is given up: after a pause that doubles up to backoff_max (with a jitter of 20 %,
// so that many clients do not return at the same instant) the next call opens another.
void Connection::broke(const std::string& why) {
  if (conn_) {
    context_.trace(trace::ConnectionClosed{conn_->v, why});
    context_.close(*conn_, false, why);
  }
  conn_.reset();
  state_ = State::idle;
  backoff_ = backoff_ == Duration::zero() ? options_.backoff_min
                                          : std::min(backoff_ * 2, options_.backoff_max);
  const std::int64_t jitter = backoff_.count() / 5;
  backoff_until_ =
      context_.monotonic() + backoff_ + Duration(context_.rng().between(-jitter, jitter));
  timeout_timer_.cancel();
  open_timer_.cancel();
  for (auto& call : flying_) fail_soon(std::move(call.exchange), why);
  for (auto& call : waiting_) fail_soon(std::move(call.exchange), why);
  flying_.clear();
  waiting_.clear();
}

// Failures are told at the end of the present input: never from within call(), and never while this
// object is in the middle of something.
void Connection::fail_soon(std::unique_ptr<Exchange> exchange, const std::string& why) {
  failed_.emplace_back(std::move(exchange), about(why));
  if (!failure_timer_.armed()) failure_timer_.arm(context_.monotonic());
}

void Connection::fail_now() {
  auto failed = std::exchange(failed_, {});
  for (auto& [exchange, error] : failed) exchange->fail(std::move(error));
}

// ---- Time

// The timer may fire early (an answer does not move it); then it is armed for the next deadline.
void Connection::arm_timeout(Instant deadline) {
  if (!timeout_timer_.armed() || timeout_timer_.at() > deadline) timeout_timer_.arm(deadline);
}

void Connection::check_timeouts() {
  const Instant now = context_.monotonic();
  if (state_ == State::opening && opened_by_ <= now) {
    return broke(fmt::format("connecting took more than {} ms", to_ms(options_.connect_timeout)));
  }
  for (const auto& call : flying_) {
    if (call.deadline > now) continue;
    return broke(fmt::format("no answer within {} ms", to_ms(call.timeout)));
  }
  // What was never sent can fail alone.
  for (auto call = waiting_.begin(); call != waiting_.end();) {
    if (call->deadline > now) {
      ++call;
      continue;
    }
    fail_soon(std::move(call->exchange),
              fmt::format("no connection within {} ms", to_ms(call->timeout)));
    call = waiting_.erase(call);
  }
  if (waiting_.empty() && state_ == State::waiting) {
    state_ = State::idle;
    open_timer_.cancel();
  }
  for (const auto& call : flying_) arm_timeout(call.deadline);
  for (const auto& call : waiting_) arm_timeout(call.deadline);
  if (state_ == State::opening) arm_timeout(opened_by_);
}

}  // namespace lab::client
