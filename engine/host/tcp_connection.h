// One TCP connection of a machine: bounded reads, a queue of slices to write, pauses, holds, and
// the ways in which it ends. Owned by the runner, which gets its inputs; it lives on while the
// system has a call of it pending. It decides nothing about what the bytes mean.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/host/asio.h"
#include "engine/host/delay_line.h"
#include "engine/host/runner.h"
#include "engine/machine/machine.h"

namespace lab::host {

class TcpConnection : public std::enable_shared_from_this<TcpConnection> {
 public:
  // Who gets the inputs; on_input may be called from within any call of a TcpConnection but send.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_input(Input input) = 0;
    // Comes before the Closed; then the owner forgets the connection.
    virtual void on_gone(ConnId conn) = 0;
  };
  struct Limits {
    std::size_t max_unsent_bytes = 0;
    Duration flush_timeout{};
  };

  // Accepted.
  TcpConnection(Owner& owner, ConnId conn, tcp::socket socket, Limits limits);
  // To be opened by open().
  TcpConnection(Owner& owner, ConnId conn, asio::io_context& io, Address peer, Limits limits);

  // Finds the peer's addresses and connects to the first that answers; Opened or Closed follows.
  // A held link makes it wait, a slow one takes its delay there and back.
  void open();
  // Of an accepted one, after the machine has its Opened.
  void start_reading() { wait_readable(); }
  // Queues bytes; flush() moves them.
  void send(Slices slices);
  // Writes what the kernel takes, and goes on by itself when it takes more.
  void flush();
  void close(bool after_flush, const std::string& reason);
  void pause();
  void resume();
  void hold(LinkHold hold);
  // The runner ends: no input follows, the socket is closed.
  void abandon();

  ConnId conn() const { return conn_; }
  // The address that the machine asked for; of an accepted one the remote end's.
  const Address& peer() const { return peer_; }
  std::uint16_t local_port() const { return local_port_; }
  std::size_t unsent() const { return unsent_; }
  std::size_t late() const { return late_in_.memory(); }

 private:
  bool waits_to_open();
  void connect_next();
  void connected(const error_code& error);
  void prepare();  // options of a socket that stands
  bool takes_bytes() const { return !paused_ && !hold_.reads && !closing_ && !ended_; }
  void wait_readable();
  void readable();
  void wait_writable();
  void move_late();
  void wait_for_late();
  std::size_t write_some(error_code& error);
  // It has ended: tells the owner. `linger`: the peer shall get what was sent before.
  void end(const std::string& reason, bool linger);
  // The peer has ended it; what comes over a slow link before that comes first.
  void ended_by_peer(const std::string& reason);
  void linger();

  Owner* owner_;
  ConnId conn_;
  tcp::socket socket_;
  tcp::resolver resolver_;
  asio::steady_timer timer_;  // of a close after flush, and of the lingering after it
  Address peer_;
  Limits limits_;
  std::uint16_t local_port_ = 0;
  std::vector<tcp::endpoint> endpoints_;  // still to be tried
  std::deque<Slice> out_;
  std::size_t unsent_ = 0;
  LinkHold hold_;
  // On their way over a slow link: written bytes (part of unsent_), and bytes that were read (an
  // empty slice is the peer's end). More than max_late of these, and no more are read: the peer has
  // to wait, as with a full window.
  DelayLine late_out_, late_in_;
  std::string peer_end_;           // its reason
  asio::steady_timer late_timer_;  // for what is due first; before it stands, for opening
  std::string close_reason_;
  std::optional<Instant> open_since_;  // open() waits for a link that is held or slow
  bool stands_ = false, paused_ = false, closing_ = false, ended_ = false;
  bool reading_ = false, writing_ = false;  // a wait is pending
};

}  // namespace lab::host
