#include <fmt/format.h>
#include <sys/stat.h>

#include <deque>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "engine/host/clock.h"
#include "engine/host/event_folder.h"
#include "engine/host/event_stream.h"
#include "engine/host/lab_socket.h"

namespace lab::host {
namespace {

using Local = asio::local::stream_protocol;
constexpr std::size_t longest_path = 107;

// A reader that lost events gets its snapshot when its queue has come down to this part of the
// limit.
constexpr std::size_t caught_up_part = 4;

struct Reader {
  std::shared_ptr<EventStream> stream;
  std::uint64_t lost = 0;       // events since it fell behind; 0: it keeps up
  bool wants_snapshot = false;  // asked for, not begun
  bool in_snapshot = false;     // gets the one that is being told
};

// Removes a socket file that nobody listens on; an error where somebody does.
Result<> make_way(asio::io_context& io, const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return {};
  if (status.type() != std::filesystem::file_type::socket) {
    return Error{fmt::format("lab.socket={}: there is a file that is no socket", path)};
  }
  error_code refused;
  Local::socket probe(io);
  probe.connect(Local::endpoint(path), refused);
  if (!refused) return Error{fmt::format("lab.socket={}: another process listens there", path)};
  std::filesystem::remove(path, error);
  return {};
}

}  // namespace

struct LabSocketServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, LabSocketOptions given, AskSnapshot snapshot, OnCommand command)
      : io(context),
        options(std::move(given)),
        ask_snapshot(std::move(snapshot)),
        on_command(std::move(command)),
        acceptor(context),
        fold_timer(context),
        folder(options.folded_above_per_second,
               [this](const trace::Event& event) { tell_all(message_of(event)); }) {}

  asio::io_context& io;
  LabSocketOptions options;
  AskSnapshot ask_snapshot;
  OnCommand on_command;
  Local::acceptor acceptor;
  asio::steady_timer fold_timer;
  EventFolder folder;
  std::vector<std::shared_ptr<Reader>> readers;
  std::deque<Slice> kept;  // control events since the start
  std::map<std::pair<std::string, std::string>, Slice> faults;  // in force, by kind and target
  trace::Event last;       // header of the last event, for what the host itself tells
  bool in_snapshot = false, snapshot_asked = false, fold_armed = false, bound = false;

  // ---- Events
  void publish(const trace::Event& event) {
    last.number = event.number;
    last.node = event.node;
    last.incarnation = event.incarnation;
    if (std::holds_alternative<trace::SnapshotBegin>(event.payload)) begin_snapshot();
    if (in_snapshot) return tell_snapshot(event);
    if (trace::weight_of(event.payload) == trace::Weight::control) keep(message_of(event));
    if (readers.empty()) return;
    folder.take(event);
    if (folder.pending()) arm_fold();
  }

  void keep(Slice message) {
    kept.push_back(std::move(message));
    if (kept.size() > options.max_kept_events) kept.pop_front();
  }

  void begin_snapshot() {
    in_snapshot = true;
    snapshot_asked = false;
    for (const auto& reader : readers) {
      reader->in_snapshot = std::exchange(reader->wants_snapshot, false);
    }
  }

  void tell_snapshot(const trace::Event& event) {
    const Slice message = message_of(event);
    const auto all = readers;
    for (const auto& reader : all) {
      if (reader->in_snapshot) send(*reader, message);
    }
    if (!std::holds_alternative<trace::SnapshotEnd>(event.payload)) return;
    in_snapshot = false;
    for (const auto& reader : readers) reader->in_snapshot = false;
  }

  void tell_all(const Slice& message) {
    for (const auto& reader : readers) send(*reader, message);
  }

  void send(Reader& reader, const Slice& message) {
    if (reader.lost > 0 || reader.stream->unsent() + message.size() > options.max_reader_bytes) {
      ++reader.lost;
      return;
    }
    reader.stream->send(message);
  }

  void arm_fold() {
    if (std::exchange(fold_armed, true)) return;
    fold_timer.expires_after(options.fold);
    fold_timer.async_wait([weak = weak_from_this()](const error_code& error) {
      const auto self = weak.lock();
      if (error || !self) return;
      self->fold_armed = false;
      self->folder.flush(monotonic_now());
    });
  }

  // ---- Readers
  void want_snapshot(Reader& reader) {
    reader.wants_snapshot = true;
    if (!std::exchange(snapshot_asked, true)) ask_snapshot();
  }

  void sent(Reader& reader) {
    if (reader.lost == 0 || reader.stream->unsent() > options.max_reader_bytes / caught_up_part) {
      return;
    }
    trace::Event gap = last;
    gap.at = monotonic_now();
    gap.payload = trace::Gap{std::exchange(reader.lost, 0)};
    reader.stream->send(message_of(gap));
    want_snapshot(reader);
  }

  void accept() {
    acceptor.async_accept([weak = weak_from_this()](const error_code& error, Local::socket socket) {
      const auto self = weak.lock();
      if (!self || error == asio::error::operation_aborted) return;
      if (!error && self->readers.size() < self->options.max_readers) {
        self->take_in(std::move(socket));
      }
      self->accept();
    });
  }

  void take_in(Local::socket socket) {
    auto reader = std::make_shared<Reader>();
    const std::weak_ptr<Reader> weak_reader = reader;
    EventStream::Handlers handlers;
    handlers.on_event = [weak = weak_from_this(), weak_reader](trace::Event event) {
      const auto self = weak.lock();
      const auto from = weak_reader.lock();
      if (self && from) self->command(*from, event);
    };
    handlers.on_closed = [weak = weak_from_this(), weak_reader](const std::string&) {
      const auto self = weak.lock();
      if (self) std::erase(self->readers, weak_reader.lock());
    };
    handlers.on_sent = [weak = weak_from_this(), weak_reader] {
      const auto self = weak.lock();
      const auto to = weak_reader.lock();
      if (self && to) self->sent(*to);
    };
    reader->stream = std::make_shared<EventStream>(std::move(socket), std::move(handlers));
    readers.push_back(reader);
    reader->stream->start();
    for (const auto& message : kept) send(*reader, message);
    for (const auto& [fault, message] : faults) send(*reader, message);
    want_snapshot(*reader);
  }

  // ---- Commands
  void command(Reader& from, const trace::Event& asked) {
    trace::Event answer = last;
    answer.at = monotonic_now();
    answer.cause = asked.number;
    const auto* fault = std::get_if<trace::FaultChanged>(&asked.payload);
    const auto done = !fault       ? Result<trace::FaultChanged>(Error{"this is no command"})
                      : on_command ? on_command(*fault)
                                   : Error{"faults are not taken here"};
    auto told = done ? *done : fault ? *fault : trace::FaultChanged{};
    if (!done) told.detail = std::string(LabSocketReader::refused_mark) + done.error().message;
    answer.payload = told;
    from.stream->send(message_of(answer));
    if (!done) return;
    answer.cause = trace::no_cause;
    const Slice message = message_of(answer);
    faults.erase({told.fault, told.target});
    if (told.active) faults[{told.fault, told.target}] = message;
    for (const auto& reader : readers) {
      if (reader.get() != &from) send(*reader, message);
    }
  }
};

LabSocketServer::LabSocketServer(asio::io_context& io, LabSocketOptions options,
                                 AskSnapshot ask_snapshot, OnCommand on_command)
    : state_(std::make_shared<State>(io, std::move(options), std::move(ask_snapshot),
                                     std::move(on_command))) {}

LabSocketServer::~LabSocketServer() {
  error_code ignored;
  state_->acceptor.close(ignored);
  state_->fold_timer.cancel();
  state_->folder.flush(monotonic_now());
  for (const auto& reader : std::exchange(state_->readers, {})) reader->stream->close();
  std::error_code gone;
  if (state_->bound) std::filesystem::remove(state_->options.path, gone);
}

Result<> LabSocketServer::listen() {
  const std::string& path = state_->options.path;
  if (path.size() > longest_path) {
    return Error{fmt::format("lab.socket={}: longer than {} bytes", path, longest_path)};
  }
  const auto parent = std::filesystem::path(path).parent_path();
  std::error_code made;
  if (!parent.empty()) std::filesystem::create_directories(parent, made);
  if (auto way = make_way(state_->io, path); !way) return way;
  error_code error;
  auto& acceptor = state_->acceptor;
  if (!acceptor.open(Local(), error)) {
    // On Linux the mode of the file is the socket's, so that it never is open to others.
    if (::fchmod(acceptor.native_handle(), 0600) != 0) return Error{"lab.socket: fchmod failed"};
    acceptor.bind(Local::endpoint(path), error);
    state_->bound = !error;
  }
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return Error{fmt::format("lab.socket={}: {}", path, error.message())};
  state_->accept();
  return {};
}

void LabSocketServer::publish(const trace::Event& event) { state_->publish(event); }
std::size_t LabSocketServer::readers() const { return state_->readers.size(); }

}  // namespace lab::host
