#include "engine/host/runner.h"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "engine/base/check.h"
#include "engine/host/clock.h"
#include "engine/host/file_executor.h"
#include "engine/host/listening.h"
#include "engine/host/tcp_connection.h"

namespace lab::host {
namespace {

constexpr auto accept_pause = std::chrono::milliseconds(100);
// A wake-up that is due first lets in what has arrived, but not for ever.
constexpr int wake_rounds = 8;

}  // namespace

// All of a Runner; handlers that are pending keep it alive and find it halted.
struct Runner::State final : std::enable_shared_from_this<State>, TcpConnection::Owner {
  State(asio::io_context& context, Machine& driven, RunnerOptions given)
      : io(context), machine(driven), options(std::move(given)), wake_timer(context) {}

  asio::io_context& io;
  Machine& machine;
  RunnerOptions options;
  std::vector<BoundListener> listeners;
  std::map<ConnId, std::shared_ptr<TcpConnection>> connections;
  std::set<ConnId> dirty;  // have something to flush
  std::map<Address, LinkHold> holds;
  std::size_t accepted = 0;
  std::uint64_t next_accepted = 2;

  std::deque<Input> inputs;
  bool draining = false, listening = false;
  std::optional<Halt> halt;
  bool gone = false;  // halted, crashed or destroyed: the machine gets nothing any more

  std::unique_ptr<FileExecutor> files;
  std::vector<FileEffect> file_effects;
  std::size_t files_pending = 0;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> file_work;

  asio::steady_timer wake_timer;
  std::optional<Instant> wake_at;   // what the machine asked for
  std::optional<Instant> armed_at;  // when the timer fires
  std::uint64_t inputs_seen = 0;

  // ---- Inputs
  void on_input(Input input) override {
    if (gone) return;
    inputs.push_back(std::move(input));
    ++inputs_seen;
    drain();
  }

  void on_gone(ConnId conn) override {
    const auto it = connections.find(conn);
    if (it == connections.end()) return;
    if (conn.v % 2 == 0) --accepted;
    connections.erase(it);
    dirty.erase(conn);
  }

  void drain() {
    if (draining) return;
    draining = true;
    do {
      while (!inputs.empty() && !halt && !gone) {
        Input input = std::move(inputs.front());
        inputs.pop_front();
        handle([&](const Now& now, Effects& effects) {
          machine.handle(now, std::move(input), effects);
        });
      }
      flush_dirty();
      submit_files();
    } while (!inputs.empty() && !halt && !gone);
    draining = false;
    if (halt && !gone) finish();
  }

  void handle(const std::function<void(const Now&, Effects&)>& bracket) {
    Effects effects;
    if (!options.on_crash) {
      bracket(real_now(), effects);
    } else {
      try {
        bracket(real_now(), effects);
      } catch (const CheckFailed& failed) {
        return crash(failed.what());
      }
    }
    for (auto& effect : effects) {
      if (halt) break;
      std::visit([this](auto&& e) { apply(std::forward<decltype(e)>(e)); }, std::move(effect));
    }
  }

  void flush_dirty() {
    while (!dirty.empty()) {
      const auto conn = *dirty.begin();
      dirty.erase(dirty.begin());
      if (const auto it = connections.find(conn); it != connections.end()) {
        const auto keep = it->second;
        keep->flush();
      }
    }
  }

  // ---- Effects on connections
  TcpConnection::Limits limits() const { return {options.max_unsent_bytes, options.flush_timeout}; }

  void apply(Open open) {
    LAB_CHECK_MSG(open.conn.v % 2 == 1 && connections.count(open.conn) == 0,
                  "a machine opened a connection with an id that is not its own");
    auto connection = std::make_shared<TcpConnection>(*this, open.conn, io, open.address, limits());
    connections[open.conn] = connection;
    if (const auto it = holds.find(open.address); it != holds.end()) connection->hold(it->second);
    connection->open();
  }

  // The machine may not know yet that a connection is gone: then nothing happens.
  std::shared_ptr<TcpConnection> find(ConnId conn) const {
    const auto it = connections.find(conn);
    return it == connections.end() ? nullptr : it->second;
  }

  void apply(Send send) {
    if (const auto connection = find(send.conn)) {
      connection->send(std::move(send.slices));
      dirty.insert(send.conn);
    }
  }
  void apply(Close close) {
    if (const auto connection = find(close.conn)) {
      connection->close(close.after_flush, close.reason);
    }
  }
  void apply(PauseRead pause) {
    if (const auto connection = find(pause.conn)) connection->pause();
  }
  void apply(ResumeRead resume) {
    if (const auto connection = find(resume.conn)) connection->resume();
  }

  // ---- Listening
  void apply(Listen) {
    if (std::exchange(listening, true)) return;
    for (std::size_t i = 0; i < listeners.size(); ++i) {
      auto& listener = listeners[i];
      for (std::size_t a = 0; a < listener.acceptors.size(); ++a) {
        error_code error;
        listener.acceptors[a].listen(asio::socket_base::max_listen_connections, error);
        if (error) {
          halt = Halt{false, bind_error(options.listeners[i], listener.port, error).message};
          return;
        }
        accept(i, a);
      }
      tell(Level::info, "kafka.network.DataPlaneAcceptor",
           fmt::format("Awaiting socket connections on {}:{}.",
                       options.listeners[i].host.empty() ? "localhost" : options.listeners[i].host,
                       listener.port));
    }
  }

  void accept(std::size_t listener, std::size_t acceptor) {
    listeners[listener].acceptors[acceptor].async_accept(
        [self = shared_from_this(), listener, acceptor](const error_code& error,
                                                        tcp::socket socket) {
          if (self->gone || error == asio::error::operation_aborted) return;
          if (error) return self->accept_later(listener, acceptor, error);
          self->take_in(self->listeners[listener].name, std::move(socket));
          if (!self->gone) self->accept(listener, acceptor);
        });
  }

  // Too many open files, most likely: the kernel keeps the connection in its queue.
  void accept_later(std::size_t listener, std::size_t acceptor, const error_code& error) {
    tell(Level::error, "kafka.network.DataPlaneAcceptor",
         "Error while accepting connection: " + error.message());
    auto pause = std::make_shared<asio::steady_timer>(io, accept_pause);
    pause->async_wait([self = shared_from_this(), pause, listener, acceptor](const error_code&) {
      if (!self->gone) self->accept(listener, acceptor);
    });
  }

  void take_in(const std::string& listener, tcp::socket socket) {
    if (accepted >= options.max_connections) {
      tell(Level::warn, "kafka.network.DataPlaneAcceptor",
           fmt::format("Rejected connection on listener {}: {} connections are open", listener,
                       accepted));
      return;  // the socket closes itself
    }
    const ConnId conn(next_accepted);
    next_accepted += 2;
    const auto connection =
        std::make_shared<TcpConnection>(*this, conn, std::move(socket), limits());
    connections[conn] = connection;
    ++accepted;
    on_input(Opened{conn, listener, connection->peer(), connection->local_port()});
    connection->start_reading();
  }

  // ---- Effects on files
  template <class Effect>
  void on_file(Effect effect) {
    LAB_CHECK_MSG(!options.root.empty(), "a file effect of a machine without files");
    if constexpr (!std::is_same_v<Effect, Create>) ++files_pending;
    file_effects.emplace_back(std::move(effect));
  }
  void apply(Create effect) { on_file(std::move(effect)); }
  void apply(Write effect) { on_file(std::move(effect)); }
  void apply(Truncate effect) { on_file(std::move(effect)); }
  void apply(Rename effect) { on_file(std::move(effect)); }
  void apply(Remove effect) { on_file(std::move(effect)); }
  void apply(Read effect) { on_file(std::move(effect)); }
  void apply(Sync effect) { on_file(std::move(effect)); }

  void submit_files() {
    if (file_effects.empty()) return;
    if (!files) {
      files = std::make_unique<FileExecutor>(
          options.root,
          [weak = weak_from_this(), &context = io](std::vector<Done> done) {
            asio::post(context, [weak, done = std::move(done)]() mutable {
              if (const auto self = weak.lock()) self->files_done(std::move(done));
            });
          },
          options.disk_write_bytes_per_second);
    }
    if (!file_work) file_work.emplace(io.get_executor());
    files->submit(std::exchange(file_effects, {}));
  }

  void files_done(std::vector<Done> done) {
    files_pending -= std::min(files_pending, done.size());
    if (files_pending == 0) file_work.reset();
    if (gone) return;
    inputs_seen += done.size();
    for (auto& one : done) inputs.emplace_back(std::move(one));
    drain();
  }

  // ---- Time
  void apply(WakeAt wake) {
    wake_at = wake.at;
    // A timer that fires too early arms itself anew: cheaper than moving it each time.
    if (!armed_at || wake.at < *armed_at) arm(wake.at);
  }

  void arm(Instant at) {
    armed_at = at;
    wake_timer.expires_at(steady(at));
    wake_timer.async_wait([self = shared_from_this()](const error_code& error) {
      if (error || self->gone) return;
      self->armed_at.reset();
      if (self->wake_at) self->wake_when_quiet(wake_rounds, self->inputs_seen);
    });
  }

  // Inputs that have arrived come before Wake: goes once around the io_context until that brings
  // nothing new.
  void wake_when_quiet(int rounds, std::uint64_t seen) {
    asio::post(io, [self = shared_from_this(), rounds, seen] {
      asio::post(self->io, [self, rounds, seen] {
        if (self->gone || !self->wake_at || self->armed_at) return;
        const Instant due = *self->wake_at;
        if (due > monotonic_now()) return self->arm(due);
        if (rounds > 0 && self->inputs_seen != seen) {
          return self->wake_when_quiet(rounds - 1, self->inputs_seen);
        }
        self->wake_at.reset();
        self->on_input(Wake{});
      });
    });
  }

  // ---- Telling, and ending
  void apply(Trace trace) {
    if (options.on_trace) options.on_trace(trace.event);
  }
  void apply(LogLine line) {
    if (options.on_log) options.on_log(line, real_now().wall);
  }
  void apply(Halt wanted) { halt = std::move(wanted); }

  void tell(Level level, const char* logger, std::string text) {
    apply(LogLine{level, logger, std::move(text)});
  }

  // Halted: what was said before is done, then the machine rests.
  void finish() {
    shut();
    asio::post(io, [self = shared_from_this()] {
      if (self->options.on_halt) self->options.on_halt(*self->halt);
    });
  }

  void crash(const std::string& what) {
    halt = Halt{false, what};
    inputs.clear();
    shut();
    asio::post(io, [self = shared_from_this(), what] { self->options.on_crash(what); });
  }

  void shut() {
    if (std::exchange(gone, true)) return;
    submit_files();
    files.reset();  // waits for the disk
    file_work.reset();
    wake_timer.cancel();
    for (auto& listener : listeners) listener.acceptors.clear();
    for (const auto& [conn, connection] : std::exchange(connections, {})) connection->abandon();
  }
};

Runner::Runner(asio::io_context& io, Machine& machine, RunnerOptions options)
    : state_(std::make_shared<State>(io, machine, std::move(options))) {}

Runner::~Runner() { state_->shut(); }

Result<> Runner::bind() {
  for (const auto& where : state_->options.listeners) {
    auto bound = bind_listener(state_->io, where);
    if (!bound) return bound.error();
    state_->listeners.push_back(std::move(bound).value());
  }
  return {};
}

void Runner::start() {
  auto& options = state_->options;
  if (options.seed == 0) options.seed = random_bits();
  if (options.incarnation == 0) options.incarnation = random_bits();
  state_->on_input(Start{options.seed, options.incarnation});
}

std::uint16_t Runner::port(const std::string& listener) const {
  for (const auto& bound : state_->listeners) {
    if (bound.name == listener) return bound.port;
  }
  return 0;
}

void Runner::post(std::function<void(const Now&, Effects&)> call) {
  asio::post(state_->io, [state = state_, call = std::move(call)] {
    if (state->gone) return;
    state->draining = true;  // effects of the call may bring inputs: they come after it
    state->handle(call);
    state->draining = false;
    state->drain();
  });
}

void Runner::stop() {
  asio::post(state_->io, [state = state_] { state->on_input(Admin{Admin::Kind::stop}); });
}

void Runner::snapshot() {
  asio::post(state_->io, [state = state_] { state->on_input(Admin{Admin::Kind::snapshot}); });
}

bool Runner::halted() const { return state_->gone; }

void Runner::hold(const Address& peer, LinkHold hold) {
  if (hold.any()) {
    state_->holds[peer] = hold;
  } else {
    state_->holds.erase(peer);
  }
  const auto connections = state_->connections;  // a flush may end one
  for (const auto& [conn, connection] : connections) {
    if (conn.v % 2 == 1 && connection->peer() == peer) connection->hold(hold);
  }
}

void Runner::break_links(const Address& peer, const std::string& reason) {
  const auto connections = state_->connections;
  for (const auto& [conn, connection] : connections) {
    if (conn.v % 2 == 1 && connection->peer() == peer) connection->close(false, reason);
  }
}

std::size_t Runner::unsent_bytes() const {
  std::size_t bytes = 0;
  for (const auto& [conn, connection] : state_->connections) bytes += connection->unsent();
  return bytes;
}

std::size_t Runner::late_bytes() const {
  std::size_t bytes = 0;
  for (const auto& [conn, connection] : state_->connections) bytes += connection->late();
  return bytes;
}

std::size_t Runner::connections() const { return state_->connections.size(); }

}  // namespace lab::host
