#include "engine/broker/session.h"

#include <utility>

#include "engine/base/planted.h"

namespace lab::broker {
namespace {
constexpr const char* session_logger = "kafka.network.Processor";
}

void ReplySlot::send(Slices frame) const {
  if (const auto session = session_.lock()) session->finish(number_, std::move(frame));
}

void ReplySlot::silent() const { send({}); }

void ReplySlot::refuse(const std::string& reason) const {
  if (const auto session = session_.lock()) session->close(reason);
}

Session::Session(Context& context, Peer peer, SessionLimits limits, Serve serve)
    : context_(context),
      peer_(std::move(peer)),
      limits_(limits),
      serve_(std::move(serve)),
      splitter_(limits.max_frame) {}

void Session::admit() {
  if (admitted_) return;
  admitted_ = true;
  parse();
}

void Session::bytes(const Slice& slice) {
  if (!open_) return;
  if (!slice.empty()) arrived_.push_back(slice);
  parse();
}

bool Session::at_limit() const {
  return slots_.size() >= limits_.max_requests || request_bytes_ >= limits_.max_request_bytes ||
         unsent_ >= limits_.max_unsent_bytes;
}

void Session::parse() {
  // A handler that answers at once comes back here through finish(): one loop is enough.
  if (parsing_) return;
  parsing_ = true;
  const auto self = shared_from_this();
  while (open_ && admitted_ && !at_limit()) {
    auto frame = next_frame();
    if (!frame) {
      close(frame.error().message);
      break;
    }
    if (!frame->has_value()) break;
    if (!take(**frame)) break;
  }
  parsing_ = false;
  balance_reading();
}

// The splitter takes more only when it is empty; what comes while requests wait queues before it.
Result<std::optional<Slice>> Session::next_frame() {
  for (;;) {
    auto frame = splitter_.next();
    if (!frame || frame->has_value() || arrived_.empty()) return frame;
    splitter_.push(arrived_.front());
    arrived_.pop_front();
  }
}

bool Session::take(const Slice& frame) {
  auto split = protocol::split_request(frame);
  if (!split) {
    close(split.error().message);
    return false;
  }
  auto& header = split->header;
  Slot slot;
  slot.number = next_number_++;
  slot.api = static_cast<std::int16_t>(header.api_key);
  slot.version = header.api_version;
  slot.correlation = header.correlation_id;
  slot.request_bytes = frame.size();
  trace_frame(false, true, slot, frame.size() + 4);
  if (header.client_id && *header.client_id != peer_.client_id) {
    peer_.client_id = *header.client_id;
    context_.trace(
        trace::ClientNamed{peer_.conn.v, peer_.client_id, peer_.software, peer_.software_version});
  }
  request_bytes_ += slot.request_bytes;
  const std::int32_t wrong = planted(Bug::wrong_correlation) && !slots_.empty() ? 1 : 0;
  Incoming incoming{slot.api, slot.version, slot.correlation + wrong, header.client_id.value_or(""),
                    std::move(split->body)};
  const ReplySlot reply(weak_from_this(), slot.number);
  slots_.push_back(std::move(slot));
  serve_(peer_, std::move(incoming), reply);
  return open_;
}

void Session::finish(std::uint64_t number, Slices reply) {
  if (!open_) return;
  for (auto& slot : slots_) {
    if (slot.number != number) continue;
    LAB_CHECK_MSG(!slot.done, "a request was answered twice");
    slot.done = true;
    slot.reply = std::move(reply);
    if (planted(Bug::replies_out_of_order)) std::swap(slots_.front(), slot);
    break;
  }
  flush();
  parse();
}

void Session::flush() {
  while (!slots_.empty() && slots_.front().done) {
    Slot slot = std::move(slots_.front());
    slots_.pop_front();
    request_bytes_ -= slot.request_bytes;
    if (slot.reply.empty() || (planted(Bug::reply_dropped) && unsent_ > 0)) continue;
    const std::size_t size = total_size(slot.reply);
    unsent_ += size;
    trace_frame(true, false, slot, size);
    context_.send(peer_.conn, std::move(slot.reply));
  }
}

void Session::writable(std::uint64_t count) {
  unsent_ -= std::min(count, unsent_);
  if (open_) parse();
}

void Session::gone(const std::string& reason) {
  if (!open_) return;
  open_ = false;
  context_.trace(trace::ConnectionClosed{peer_.conn.v, reason});
}

void Session::trace_state() {
  if (!open_) return;
  context_.trace(trace::ConnectionOpened{peer_.conn.v, peer_.listener, peer_.remote.host,
                                         peer_.inner ? std::uint16_t{0} : peer_.local_port,
                                         peer_.inner ? std::uint16_t{0} : peer_.remote.port});
  if (!peer_.client_id.empty()) {
    context_.trace(
        trace::ClientNamed{peer_.conn.v, peer_.client_id, peer_.software, peer_.software_version});
  }
}

void Session::balance_reading() {
  if (!open_) return;
  // A session that is not admitted yet holds at most one frame's begin before it stops reading.
  const bool full = at_limit() || (!admitted_ && !arrived_.empty());
  if (full == paused_) return;
  paused_ = full;
  if (full) {
    context_.emit(PauseRead{peer_.conn});
  } else {
    context_.emit(ResumeRead{peer_.conn});
  }
}

void Session::close(const std::string& reason) {
  if (!open_) return;
  open_ = false;
  context_.log(Level::warn, session_logger,
               "[SocketServer listenerType={}, nodeId={}] Closing connection from {}: {}",
               peer_.listener, context_.node(), peer_.remote.text(), reason);
  context_.trace(trace::ConnectionClosed{peer_.conn.v, reason});
  context_.close(peer_.conn, true, reason);
}

void Session::trace_frame(bool outgoing, bool request, const Slot& slot, std::size_t size) {
  if (!context_.traced()) return;
  trace::Frame frame;
  frame.connection = peer_.conn.v;
  frame.local_port = peer_.inner ? std::uint16_t{0} : peer_.local_port;
  frame.remote_port = peer_.inner ? std::uint16_t{0} : peer_.remote.port;
  frame.outgoing = outgoing;
  frame.request = request;
  frame.correlation = slot.correlation;
  frame.api = slot.api;
  frame.version = slot.version;
  frame.size = static_cast<std::int64_t>(size);
  const auto number = context_.trace(std::move(frame));
  if (!outgoing) context_.set_cause(number);
}

}  // namespace lab::broker
