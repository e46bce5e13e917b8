// One outgoing connection that speaks Kafka's protocol: opened when first needed, requests
// pipelined in order, answers joined by correlation id, opened anew (with backoff) by the next call
// after it broke. Used by the clients of this room, and by broker::Node for its links to
// controllers, leaders and voters (there without the ApiVersions handshake). The owner forwards the
// inputs of its ConnId. It traces ConnectionOpened, Frame and ConnectionClosed where its context is
// traced, and an answer's frame becomes the cause of what follows. It never repeats a request:
// whoever called decides that.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/client/exchange.h"
#include "engine/client/version.h"
#include "engine/machine/context.h"
#include "engine/protocol/frame.h"

namespace lab::client {

// The settings of a connection; times and names as Kafka's clients have them.
struct ConnectionOptions {
  std::string client_id;                              // client.id, in every request header
  std::string software_name = client::software_name;  // told by ApiVersions from v3 on (KIP-511)
  std::string software_version = client::software_version;
  bool api_versions = true;                   // ask first what the broker speaks
  std::size_t max_frame = 128 * 1024 * 1024;  // bytes of the largest answer taken
  std::size_t max_calls = 4096;               // calls that wait or are in flight
  Duration request_timeout = seconds(30);     // request.timeout.ms
  Duration connect_timeout = seconds(10);     // socket.connection.setup.timeout.ms
  Duration backoff_min = milliseconds(50);    // reconnect.backoff.ms
  Duration backoff_max = milliseconds(1000);  // reconnect.backoff.max.ms
};

class Connection {
 public:
  using Options = ConnectionOptions;
  // idle: nothing is open; waiting: calls wait until the backoff is over; greeting: ApiVersions.
  enum class State : std::uint8_t { idle, waiting, opening, greeting, ready };
  template <class Request>
  using Answer = std::function<void(Result<ResponseOf<Request>>)>;

  Connection(Context& context, Address address, Options options);
  // Forgets its calls without answering them. An open connection must be closed before.
  ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends a request and hands over its answer, in the order of the calls. `version` is the highest
  // one wanted: with the handshake the broker's highest is taken where that is lower, without it
  // `version` is sent as it is. `answer` runs exactly once, never from within call(); the error
  // names the peer. `timeout` counts from now (zero: request_timeout); when one passes, the
  // connection is closed and all that was in flight fails, as nothing may overtake.
  template <class Request>
  void call(Request request, std::int16_t version, Answer<Request> answer, Duration timeout = {}) {
    enqueue(std::make_unique<TypedExchange<Request>>(std::move(request), std::move(answer)),
            version, timeout);
  }
  template <class Request>
  void call(Request request, Answer<Request> answer, Duration timeout = {}) {
    call(std::move(request), Request::max_version, std::move(answer), timeout);
  }
  // A request that no answer follows (Produce with acks=0). `sent` runs when its last byte has left
  // this process, or with an error where the connection broke before.
  template <class Request>
  void tell(Request request, std::int16_t version, std::function<void(Result<>)> sent,
            Duration timeout = {}) {
    enqueue(std::make_unique<OneWayExchange<Request>>(std::move(request), std::move(sent)), version,
            timeout);
  }

  // ---- Inputs, forwarded by the owner where owns(conn). Callbacks run from within: they may
  // call() and close(), but not destroy the connection.
  bool owns(ConnId conn) const { return conn_ && *conn_ == conn; }
  void opened(const Opened& opened);
  void bytes(const Slice& slice);
  void writable(std::uint64_t count);
  void closed(const std::string& reason);

  // Closes it and fails what waits or is in flight with `reason`. A later call opens it anew.
  void close(const std::string& reason);

  State state() const { return state_; }
  const Address& address() const { return address_; }
  // As traces name it: 0 where this connection stays within its machine and has no ports.
  std::uint16_t remote_port() const { return local_port_ == 0 ? std::uint16_t{0} : address_.port; }
  std::optional<ConnId> conn() const { return conn_; }
  std::size_t calls() const { return waiting_.size() + flying_.size(); }
  // Nothing waits, is in flight, or has failed without having been told yet.
  bool settled() const { return calls() == 0 && failed_.empty(); }
  // Bytes handed to the host that have not left yet.
  std::uint64_t unsent() const { return handed_ - left_; }
  // Until when a new attempt waits after a failure; nullopt where none does.
  std::optional<Instant> backoff_until() const { return backoff_until_; }
  // The highest version both sides speak, up to `highest`; nullopt where there is none, or where
  // the broker has not been asked yet.
  std::optional<std::int16_t> version_for(protocol::ApiKey api, std::int16_t lowest,
                                          std::int16_t highest) const;

 private:
  struct Call {
    std::unique_ptr<Exchange> exchange;
    std::int16_t version = 0;
    std::int32_t correlation = 0;
    Instant deadline{};
    Duration timeout{};
    std::uint64_t end = 0;  // of its bytes in all that was handed to the host
  };

  void enqueue(std::unique_ptr<Exchange> exchange, std::int16_t version, Duration timeout);
  void open_or_wait();
  void open();
  void greet(std::int16_t version);
  void greeted(const Slice& body, std::int16_t version);
  void become_ready();
  void pump();
  void transmit(Call call);
  void receive(const Slice& frame);
  void arm_timeout(Instant deadline);
  void check_timeouts();
  void broke(const std::string& why);
  void fail_soon(std::unique_ptr<Exchange> exchange, const std::string& why);
  void fail_now();
  Error about(const std::string& why) const;
  void trace_frame(bool outgoing, const Call& call, std::size_t size);

  Context& context_;
  Address address_;
  Options options_;
  State state_ = State::idle;
  std::optional<ConnId> conn_;
  std::uint16_t local_port_ = 0;
  std::int32_t next_correlation_ = 0;
  std::deque<Call> waiting_;                                         // not sent yet
  std::deque<Call> flying_;                                          // sent, in order
  std::vector<std::pair<std::unique_ptr<Exchange>, Error>> failed_;  // told by failure_timer_
  protocol::FrameSplitter splitter_;
  std::map<std::int16_t, std::pair<std::int16_t, std::int16_t>> versions_;  // what the broker said
  std::uint64_t handed_ = 0, left_ = 0;
  Duration backoff_{};
  std::optional<Instant> backoff_until_;
  Instant opened_by_{};
  Context::Timer timeout_timer_, open_timer_, failure_timer_;
};

}  // namespace lab::client
