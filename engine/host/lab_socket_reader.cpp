#include <sys/socket.h>

#include <utility>

#include "engine/host/event_stream.h"
#include "engine/host/lab_socket.h"

namespace lab::host {

using Local = asio::local::stream_protocol;

struct LabSocketReader::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, std::string where, Handlers given)
      : path(std::move(where)), handlers(std::move(given)), socket(io) {}

  std::string path;
  Handlers handlers;
  Local::socket socket;  // until it is connected
  std::shared_ptr<EventStream> stream;
  std::int64_t peer = 0;
  bool gone = false;

  void connected(const error_code& error) {
    if (gone) return;
    if (error) return closed(error.message());
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
      peer = credentials.pid;
    }
    EventStream::Handlers stream_handlers;
    stream_handlers.on_event = [weak = weak_from_this()](trace::Event event) {
      const auto self = weak.lock();
      if (self && !self->gone && self->handlers.on_event) {
        self->handlers.on_event(std::move(event));
      }
    };
    stream_handlers.on_closed = [weak = weak_from_this()](const std::string& reason) {
      if (const auto self = weak.lock()) self->closed(reason);
    };
    stream = std::make_shared<EventStream>(std::move(socket), std::move(stream_handlers));
    stream->start();
  }

  void closed(const std::string& reason) {
    if (std::exchange(gone, true)) return;
    peer = 0;
    if (handlers.on_closed) handlers.on_closed(reason);
  }
};

LabSocketReader::LabSocketReader(asio::io_context& io, std::string path, Handlers handlers)
    : state_(std::make_shared<State>(io, std::move(path), std::move(handlers))) {}

LabSocketReader::~LabSocketReader() {
  state_->gone = true;
  error_code ignored;
  state_->socket.close(ignored);
  if (state_->stream) state_->stream->close();
}

void LabSocketReader::connect() {
  constexpr std::size_t longest_path = 107;
  auto self = state_;
  if (self->path.size() > longest_path) {
    asio::post(self->socket.get_executor(), [self] { self->closed("the path is too long"); });
    return;
  }
  self->socket.async_connect(Local::endpoint(self->path),
                             [self](const error_code& error) { self->connected(error); });
}

std::int64_t LabSocketReader::peer_pid() const { return state_->peer; }

void LabSocketReader::command(const trace::FaultChanged& fault, std::uint64_t number) {
  if (!state_->stream || state_->gone) return;
  trace::Event event;
  event.number = number;
  event.payload = fault;
  state_->stream->send(message_of(event));
}

}  // namespace lab::host
