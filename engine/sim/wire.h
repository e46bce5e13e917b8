// What goes over each connection that a broker accepted, as frames: every request gets at most one
// reply, in the order of the requests, with its correlation id (FAULTS.md 32), and in the end none
// is left unanswered. It sees what the world delivers and sends, not what a session believes; links
// inside a node are not seen. Fed by random_run.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/time.h"
#include "engine/machine/machine.h"
#include "engine/protocol/frame.h"
#include "engine/protocol/messages/produce.h"

namespace lab::sim {

class Wire {
 public:
  // An input that a broker is about to get; only those on accepted connections count. `now` is
  // virtual time.
  void arrived(int broker, const Input& input, Instant now);
  // Such an input ended a request of a producer, which is about to be served.
  std::function<void(int broker, const protocol::ProduceRequest& request)> on_produce;
  // What it sends. Throws Violation.
  void sent(int broker, const Send& send);
  // Its process ended, and all its connections.
  void ended(int broker);

  // Accepted connections that stand, and requests on them that wait for a reply.
  std::size_t connections(int broker) const;
  std::size_t waiting(int broker) const;
  // The request that waits longest; nullopt where none has since before `since`.
  std::optional<std::string> unanswered(Instant since) const;

 private:
  static constexpr std::size_t largest_frame = 100 << 20;
  struct Request {
    protocol::RequestHeader header;
    Instant at{};
  };
  struct Connection {
    protocol::FrameSplitter requests{largest_frame}, replies{largest_frame};
    std::deque<Request> waiting;
    bool broken = false;  // bytes that are no request: it is about to be closed
  };
  using Key = std::pair<int, ConnId>;
  void take_request(int broker, Connection& connection, const Slice& frame, Instant now);

  std::map<Key, Connection> connections_;
};

}  // namespace lab::sim
