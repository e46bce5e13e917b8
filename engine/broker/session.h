// One accepted connection: cuts frames out of the bytes, hands requests to a Server, and sends the
// replies in the order of the requests, whenever each becomes ready (DESIGN §1: a session parses
// ahead). Owned by Node. Limits: frame size, requests in work, unsent reply bytes; at a limit it
// stops reading until there is room again. A broken frame closes this connection and harms no
// other.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/machine/context.h"
#include "engine/protocol/codec.h"
#include "engine/protocol/frame.h"

namespace lab::broker {

// Who asks, as far as it is known.
struct Peer {
  ConnId conn;
  std::string listener;
  Address remote;
  std::uint16_t local_port = 0;
  std::string client_id;
  // Told by ApiVersions from version 3 on (KIP-511); its handler notes them.
  mutable std::string software, software_version;
  bool inner = false;  // the link inside a node: its ports are 0 and 0
};

// A request as it came, its header parsed.
struct Incoming {
  std::int16_t api = 0, version = 0;
  std::int32_t correlation = 0;
  std::string client_id;
  Slice body;
};

class Session;

// Where the reply to one request goes. It may be used once, now or later; a session that is gone by
// then is no error.
class ReplySlot {
 public:
  ReplySlot(std::weak_ptr<Session> session, std::uint64_t number)
      : session_(std::move(session)), number_(number) {}
  void send(Slices frame) const;
  // The request is done and nothing is sent (acks=0).
  void silent() const;
  // Nothing that could be answered: the connection is closed, with the reason in the log.
  void refuse(const std::string& reason) const;

 private:
  std::weak_ptr<Session> session_;
  std::uint64_t number_;
};

// A typed reply for handlers.
template <class Response>
class ReplyTo {
 public:
  ReplyTo(ReplySlot slot, std::int32_t correlation, std::int16_t version)
      : slot_(std::move(slot)), correlation_(correlation), version_(version) {}
  void operator()(const Response& response) const {
    slot_.send(protocol::encode_response(correlation_, version_, response));
  }
  void silent() const { slot_.silent(); }
  void refuse(const std::string& reason) const { slot_.refuse(reason); }
  std::int16_t version() const { return version_; }

 private:
  ReplySlot slot_;
  std::int32_t correlation_;
  std::int16_t version_;
};

struct SessionLimits {
  std::size_t max_frame = 100 * 1024 * 1024;  // socket.request.max.bytes
  std::size_t max_requests = 64;              // in work at once
  std::size_t max_request_bytes = 64 << 20;   // in work at once; one request may exceed it
  std::uint64_t max_unsent_bytes = 16 << 20;  // replies that have not left yet
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Serve = std::function<void(const Peer&, Incoming, ReplySlot)>;

  Session(Context& context, Peer peer, SessionLimits limits, Serve serve);

  const Peer& peer() const { return peer_; }
  void bytes(const Slice& slice);
  void writable(std::uint64_t count);
  // The host says that it is gone.
  void gone(const std::string& reason);
  // Tells who is connected anew, for a lab that has just connected.
  void trace_state();
  // Takes requests only from now on; what came before was kept (a broker that is not ready yet).
  void admit();
  void close(const std::string& reason);

 private:
  friend class ReplySlot;
  struct Slot {
    std::uint64_t number = 0;
    std::int16_t api = 0, version = 0;
    std::int32_t correlation = 0;
    std::size_t request_bytes = 0;
    bool done = false;
    Slices reply;  // empty where nothing is sent
  };

  void parse();
  Result<std::optional<Slice>> next_frame();
  bool take(const Slice& frame);
  bool at_limit() const;
  void finish(std::uint64_t number, Slices reply);
  void flush();
  void balance_reading();
  void trace_frame(bool outgoing, bool request, const Slot& slot, std::size_t size);

  Context& context_;
  Peer peer_;
  SessionLimits limits_;
  Serve serve_;
  protocol::FrameSplitter splitter_;
  std::deque<Slice> arrived_;  // what the splitter has not got yet
  std::deque<Slot> slots_;
  std::uint64_t next_number_ = 0;
  std::size_t request_bytes_ = 0;
  std::uint64_t unsent_ = 0;
  bool open_ = true, admitted_ = false, paused_ = false, parsing_ = false;
};

}  // namespace lab::broker
