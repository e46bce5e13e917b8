#include "engine/host/event_stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/trace/codec.h"

namespace lab::host {
namespace {

constexpr std::size_t prefix_size = 4;
constexpr std::size_t write_parts = 64;

bool would_block(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again ||
         error == asio::error::interrupted;
}

}  // namespace

Slice message_of(const trace::Event& event) {
  const ByteBuffer body = trace::encode(event);
  ByteBuffer message;
  message.reserve(prefix_size + body.size());
  for (int shift = 24; shift >= 0; shift -= 8) {
    message.push_back(static_cast<std::uint8_t>(body.size() >> shift));
  }
  message.insert(message.end(), body.begin(), body.end());
  return Slice::take(std::move(message));
}

EventStream::EventStream(Socket socket, Handlers handlers)
    : socket_(std::move(socket)), handlers_(std::move(handlers)) {}

void EventStream::start() {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  wait_readable();
}

// ---- Reading

void EventStream::wait_readable() {
  if (ended_) return;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const error_code& error) {
    if (!error && !self->ended_) self->readable();
  });
}

void EventStream::readable() {
  std::array<std::uint8_t, 64 * 1024> chunk;
  error_code error;
  const auto count = socket_.read_some(asio::buffer(chunk), error);
  if (error && !would_block(error)) {
    return end(error == asio::error::eof ? "closed by the other end" : error.message());
  }
  in_.insert(in_.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(count));
  const std::string broken = take_messages();
  if (!broken.empty()) return end(broken);
  wait_readable();
}

std::string EventStream::take_messages() {
  std::size_t at = 0;
  while (in_.size() - at >= prefix_size && !ended_) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < prefix_size; ++i) size = size << 8 | in_[at + i];
    if (size > max_message) return "a message is too long";
    if (in_.size() - at - prefix_size < size) break;
    const ByteView body(in_.data() + at + prefix_size, size);
    at += prefix_size + size;
    auto event = trace::decode(body);
    if (!event && trace::knows_kind(body)) return "a broken message: " + event.error().message;
    if (event && handlers_.on_event) handlers_.on_event(std::move(event).value());
  }
  in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(at));
  return {};
}

// ---- Writing

void EventStream::send(Slice message) {
  if (ended_) return;
  unsent_ += message.size();
  out_.push_back(std::move(message));
  if (flush_posted_ || writing_) return;
  flush_posted_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->flush_posted_ = false;
    if (!self->ended_) self->flush();
  });
}

// False where nothing more goes out now.
bool EventStream::write_some() {
  std::array<asio::const_buffer, write_parts> parts;
  const auto count = std::min(out_.size(), write_parts);
  for (std::size_t i = 0; i < count; ++i) {
    parts[i] = asio::buffer(out_[i].data(), out_[i].size());
  }
  error_code error;
  const auto written = socket_.write_some(parts, error);
  unsent_ -= written;
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
  if (error && !would_block(error)) end(error.message());
  return !error;
}

void EventStream::flush() {
  if (writing_) return;
  while (!ended_ && !out_.empty() && write_some()) {
  }
  if (ended_) return;
  if (!out_.empty()) {
    writing_ = true;
    socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& error) {
      self->writing_ = false;
      if (!error && !self->ended_) self->flush();
    });
  }
  if (handlers_.on_sent) handlers_.on_sent();
}

// ---- Ending

void EventStream::close() {
  if (ended_) return;
  handlers_.on_closed = nullptr;
  handlers_.on_sent = nullptr;
  while (!ended_ && !out_.empty() && write_some()) {
  }
  end({});
}

void EventStream::end(const std::string& reason) {
  if (std::exchange(ended_, true)) return;
  error_code ignored;
  socket_.close(ignored);
  if (handlers_.on_closed) std::exchange(handlers_.on_closed, nullptr)(reason);
}

}  // namespace lab::host
