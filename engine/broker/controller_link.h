// A broker's way to the active controller: registration, heartbeats, ISR changes, producer id
// blocks and what clients asked that only the controller may decide. Follows the quorum's leader;
// asks again when the leader moved or the connection broke, until the caller's deadline. In
// combined mode the link stays inside the node (inner_link.h), still as frames.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "engine/client/connection.h"
#include "engine/machine/context.h"

namespace lab::broker {

class ControllerLink {
 public:
  ControllerLink(Context& context, std::map<NodeId, Address> controllers,
                 client::ConnectionOptions options)
      : context_(context), controllers_(std::move(controllers)), options_(std::move(options)) {}

  // The quorum's leader as this node knows it; no_node where there is none.
  void leader(NodeId id);
  NodeId leader() const { return leader_; }

  // Asks once. The error says why there was no answer (no controller is known, the connection
  // broke).
  template <class Request>
  void call(Request request, std::int16_t version, client::Connection::Answer<Request> answer,
            Duration timeout) {
    if (connection_ == nullptr) {
      no_controller(
          [answer = std::move(answer)] { answer(Error{"no active controller is known"}); });
      return;
    }
    connection_->call(std::move(request), version, std::move(answer), timeout);
  }

  // Asks until there is an answer that `settled` accepts, or until `deadline`; then the last error
  // or answer is handed over.
  template <class Request>
  void call_until(Request request, std::int16_t version,
                  std::function<bool(const client::ResponseOf<Request>&)> settled,
                  client::Connection::Answer<Request> answer, Instant deadline);

  // Inputs of its connection, forwarded by Node.
  client::Connection* owner(ConnId conn) {
    return connection_ && connection_->owns(conn) ? connection_.get() : nullptr;
  }

 private:
  void no_controller(std::function<void()> tell);

  Context& context_;
  std::map<NodeId, Address> controllers_;
  client::ConnectionOptions options_;
  NodeId leader_ = no_node;
  std::shared_ptr<client::Connection> connection_;
  // One timer a question that waits; they end with their answer.
  std::map<std::uint64_t, std::unique_ptr<Context::Timer>> waits_;
  std::uint64_t next_wait_ = 0;

  void after(Duration delay, std::function<void()> then);
};

template <class Request>
void ControllerLink::call_until(Request request, std::int16_t version,
                                std::function<bool(const client::ResponseOf<Request>&)> settled,
                                client::Connection::Answer<Request> answer, Instant deadline) {
  const Duration left = deadline - context_.monotonic();
  const Request copy = request;
  call<Request>(
      std::move(request), version,
      [this, copy, version, settled, answer, deadline](Result<client::ResponseOf<Request>> result) {
        const bool again = (!result.ok() || !settled(*result)) &&
                           context_.monotonic() + milliseconds(50) < deadline;
        if (!again) {
          answer(std::move(result));
          return;
        }
        after(milliseconds(50), [this, copy, version, settled, answer, deadline] {
          call_until<Request>(copy, version, settled, answer, deadline);
        });
      },
      std::max<Duration>(left, milliseconds(1)));
}

}  // namespace lab::broker
