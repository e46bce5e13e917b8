// Events on a Unix socket, with their length prefixes: what both ends of the lab socket share. It
// bounds what it reads; its user bounds what it sends.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/slice.h"
#include "engine/host/asio.h"
#include "engine/trace/event.h"

namespace lab::host {

// A whole message: length prefix and event.
Slice message_of(const trace::Event& event);

class EventStream : public std::enable_shared_from_this<EventStream> {
 public:
  using Socket = asio::local::stream_protocol::socket;
  struct Handlers {
    std::function<void(trace::Event)> on_event;
    std::function<void(const std::string& reason)> on_closed;  // once
    std::function<void()> on_sent;                             // after bytes have left
  };
  // A longer message from the other end closes the stream.
  static constexpr std::size_t max_message = 1 << 20;

  EventStream(Socket socket, Handlers handlers);
  void start();
  // Queues a message; it leaves with all that is queued in this turn of the io_context.
  void send(Slice message);
  std::size_t unsent() const { return unsent_; }
  // Writes what the kernel takes at once; then nothing is read, written or told any more.
  void close();
  Socket& socket() { return socket_; }

 private:
  void wait_readable();
  void readable();
  // Takes whole messages out of `in_`; an empty text, or why the stream is broken.
  std::string take_messages();
  void flush();
  bool write_some();
  void end(const std::string& reason);

  Socket socket_;
  Handlers handlers_;
  ByteBuffer in_;
  std::deque<Slice> out_;
  std::size_t unsent_ = 0;
  bool flush_posted_ = false, writing_ = false, ended_ = false;
};

}  // namespace lab::host
