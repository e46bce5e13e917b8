#include "engine/host/tcp_connection.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "engine/host/clock.h"

namespace lab::host {
namespace {

constexpr std::size_t read_chunk = 64 * 1024;
constexpr std::size_t write_parts = 64;  // of one system call
constexpr auto linger_time = std::chrono::seconds(1);
constexpr std::size_t max_late = 4 << 20;  // of memory, for bytes read over a slow link

// Shared by all connections of a thread: bytes are copied out at their exact size, so that a small
// request never pins a large buffer and an idle connection has none.
std::array<std::uint8_t, read_chunk>& scratch() {
  static thread_local std::array<std::uint8_t, read_chunk> bytes;
  return bytes;
}

bool would_block(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again ||
         error == asio::error::interrupted;
}

std::string reason_of(const error_code& error) {
  return error == asio::error::eof ? "closed by the peer" : error.message();
}

}  // namespace

TcpConnection::TcpConnection(Owner& owner, ConnId conn, tcp::socket socket, Limits limits)
    : owner_(&owner),
      conn_(conn),
      socket_(std::move(socket)),
      resolver_(socket_.get_executor()),
      timer_(socket_.get_executor()),
      limits_(limits),
      late_timer_(socket_.get_executor()) {
  error_code error;
  const auto remote = socket_.remote_endpoint(error);
  if (!error) peer_ = {remote.address().to_string(), remote.port()};
  prepare();
}

TcpConnection::TcpConnection(Owner& owner, ConnId conn, asio::io_context& io, Address peer,
                             Limits limits)
    : owner_(&owner),
      conn_(conn),
      socket_(io),
      resolver_(io),
      timer_(io),
      peer_(std::move(peer)),
      limits_(limits),
      late_timer_(io) {}

void TcpConnection::prepare() {
  error_code error;
  socket_.set_option(tcp::no_delay(true), error);
  socket_.non_blocking(true, error);
  const auto local = socket_.local_endpoint(error);
  if (!error) local_port_ = local.port();
  stands_ = true;
}

// ---- Opening

void TcpConnection::open() {
  if (waits_to_open()) return;  // comes back here
  if (peer_.host == "localhost") {
    endpoints_ = {{asio::ip::address_v4::loopback(), peer_.port},
                  {asio::ip::address_v6::loopback(), peer_.port}};
    return connect_next();
  }
  error_code error;
  const auto literal = asio::ip::make_address(peer_.host, error);
  if (!error) {
    endpoints_ = {{literal, peer_.port}};
    return connect_next();
  }
  resolver_.async_resolve(peer_.host, std::to_string(peer_.port),
                          [self = shared_from_this()](const error_code& failed, const auto& found) {
                            if (self->ended_) return;
                            if (failed)
                              return self->end(self->peer_.host + ": " + failed.message(), false);
                            for (const auto& entry : found)
                              self->endpoints_.push_back(entry.endpoint());
                            self->connect_next();
                          });
}

bool TcpConnection::waits_to_open() {
  if (!open_since_) open_since_ = monotonic_now();
  const Instant due = *open_since_ + hold_.write_delay + hold_.read_delay;
  const bool slow = due > monotonic_now();
  if (!slow && !hold_.holds()) {
    open_since_.reset();
    return false;
  }
  if (hold_.holds()) return true;  // hold() opens it
  late_timer_.expires_at(steady(due));
  late_timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled && !self->ended_ && self->open_since_) self->open();
  });
  return true;
}

void TcpConnection::connect_next() {
  if (endpoints_.empty()) return end("no address", false);
  const auto endpoint = endpoints_.front();
  endpoints_.erase(endpoints_.begin());
  error_code ignored;
  socket_.close(ignored);
  socket_.async_connect(endpoint, [self = shared_from_this()](const error_code& error) {
    if (!self->ended_) self->connected(error);
  });
}

void TcpConnection::connected(const error_code& error) {
  if (error && !endpoints_.empty()) return connect_next();
  if (error) return end(error.message(), false);
  prepare();
  // What was sent before it stood leaves now.
  for (; hold_.write_delay > Duration{} && !out_.empty(); out_.pop_front()) {
    late_out_.put(std::move(out_.front()), monotonic_now(), hold_.write_delay);
  }
  owner_->on_input(Opened{conn_, {}, peer_, local_port_});
  wait_readable();
  wait_for_late();
  flush();
}

// ---- Reading

void TcpConnection::pause() { paused_ = true; }

void TcpConnection::resume() {
  paused_ = false;
  wait_readable();
  wait_for_late();
}

void TcpConnection::wait_readable() {
  if (reading_ || !takes_bytes() || !stands_) return;
  if (late_in_.memory() > max_late || !peer_end_.empty()) return;
  reading_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
    self->reading_ = false;
    if (!error) self->readable();
  });
}

void TcpConnection::readable() {
  if (!takes_bytes()) return;
  error_code error;
  const auto count = socket_.read_some(asio::buffer(scratch()), error);
  if (error && !would_block(error)) return ended_by_peer(reason_of(error));
  const bool late = hold_.read_delay > Duration{} || !late_in_.empty();
  if (!error && late) {
    late_in_.put(Slice::copy({scratch().data(), count}), monotonic_now(), hold_.read_delay);
    wait_for_late();
  } else if (!error) {
    owner_->on_input(Bytes{conn_, Slice::copy({scratch().data(), count})});
  }
  wait_readable();
}

void TcpConnection::ended_by_peer(const std::string& reason) {
  if (hold_.read_delay == Duration{} && late_in_.empty()) return end(reason, false);
  peer_end_ = reason;
  late_in_.put({}, monotonic_now(), hold_.read_delay);
  wait_for_late();
}

// ---- Slow links

// What has arrived by now; the connection may end with it.
void TcpConnection::move_late() {
  const Instant now = monotonic_now();
  while (!ended_ && late_out_.due() && *late_out_.due() <= now) out_.push_back(late_out_.take());
  while (!ended_ && late_in_.due() && *late_in_.due() <= now && takes_bytes()) {
    Slice slice = late_in_.take();
    if (slice.empty()) return end(peer_end_, false);
    owner_->on_input(Bytes{conn_, std::move(slice)});
  }
  if (ended_) return;
  wait_readable();
  flush();
  if (!ended_) wait_for_late();
}

void TcpConnection::wait_for_late() {
  auto due = late_out_.due();
  if (takes_bytes() && late_in_.due() && (!due || *late_in_.due() < *due)) due = late_in_.due();
  if (!due || !stands_ || ended_) return;
  late_timer_.expires_at(steady(*due));
  late_timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
    if (!cancelled) self->move_late();
  });
}

// ---- Writing

void TcpConnection::send(Slices slices) {
  if (closing_ || ended_) return;
  for (auto& slice : slices) {
    if (slice.empty()) continue;
    unsent_ += slice.size();
    if (stands_ && (hold_.write_delay > Duration{} || !late_out_.empty())) {
      late_out_.put(std::move(slice), monotonic_now(), hold_.write_delay);
    } else {
      out_.push_back(std::move(slice));
    }
  }
  wait_for_late();
}

std::size_t TcpConnection::write_some(error_code& error) {
  std::array<asio::const_buffer, write_parts> parts;
  const auto count = std::min(out_.size(), write_parts);
  for (std::size_t i = 0; i < count; ++i) {
    parts[i] = asio::buffer(out_[i].data(), out_[i].size());
  }
  const auto written = socket_.write_some(parts, error);
  for (std::size_t left = written; left > 0;) {
    Slice& first = out_.front();
    const auto taken = std::min(left, first.size());
    left -= taken;
    if (taken == first.size()) {
      out_.pop_front();
    } else {
      first = first.sub(taken);
    }
  }
  unsent_ -= written;
  return written;
}

void TcpConnection::flush() {
  if (ended_ || !stands_) return;
  if (unsent_ > limits_.max_unsent_bytes) return end("too many unsent bytes", false);
  if (writing_ || hold_.writes) return;
  std::uint64_t written = 0;
  error_code error;
  while (!out_.empty() && !error) written += write_some(error);
  if (written > 0) owner_->on_input(Writable{conn_, written});
  if (ended_) return;
  if (error && !would_block(error)) return end(reason_of(error), false);
  if (!out_.empty()) return wait_writable();
  if (closing_ && late_out_.empty()) end(close_reason_, true);
}

void TcpConnection::wait_writable() {
  if (writing_) return;
  writing_ = true;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const error_code& error) {
    self->writing_ = false;
    if (!error && !self->ended_) self->flush();
  });
}

// ---- Holding (faults) and ending

void TcpConnection::hold(LinkHold hold) {
  hold_ = hold;
  if (ended_) return;
  if (open_since_) return open();
  late_out_.shorten(monotonic_now(), hold.write_delay);
  late_in_.shorten(monotonic_now(), hold.read_delay);
  wait_readable();
  wait_for_late();
  flush();
}

void TcpConnection::close(bool after_flush, const std::string& reason) {
  if (ended_) return;
  if (!after_flush || !stands_) return end(reason, false);
  if (closing_) return;
  closing_ = true;
  close_reason_ = reason;
  timer_.expires_after(limits_.flush_timeout + hold_.write_delay);
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && !self->ended_) self->end(self->close_reason_, false);
  });
  flush();
}

void TcpConnection::end(const std::string& reason, bool linger_on) {
  ended_ = true;
  out_.clear();
  late_out_.clear();
  late_in_.clear();
  unsent_ = 0;
  resolver_.cancel();
  timer_.cancel();
  late_timer_.cancel();
  if (linger_on) {
    linger();
  } else {
    error_code ignored;
    socket_.close(ignored);
  }
  owner_->on_gone(conn_);
  owner_->on_input(Closed{conn_, reason});
}

// Closing a socket with unread bytes resets it, and the peer may lose the last reply. So the
// sending half is closed first, and what still comes in is thrown away for a moment.
void TcpConnection::linger() {
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  if (error) {
    socket_.close(error);
    return;
  }
  timer_.expires_after(linger_time);
  timer_.async_wait([self = shared_from_this()](const error_code&) {
    error_code ignored;
    self->socket_.close(ignored);
  });
  struct Discard {
    std::shared_ptr<TcpConnection> self;
    void operator()(const error_code& failed) const {
      error_code read_error = failed;
      if (!read_error) self->socket_.read_some(asio::buffer(scratch()), read_error);
      if (read_error && !would_block(read_error)) {
        self->timer_.cancel();
        return;
      }
      self->socket_.async_wait(tcp::socket::wait_read, *this);
    }
  };
  socket_.cancel(error);
  socket_.async_wait(tcp::socket::wait_read, Discard{shared_from_this()});
}

void TcpConnection::abandon() {
  ended_ = true;
  error_code ignored;
  resolver_.cancel();
  timer_.cancel();
  late_timer_.cancel();
  socket_.close(ignored);
}

}  // namespace lab::host
