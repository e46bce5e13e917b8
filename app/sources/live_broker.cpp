#include "app/sources/live_broker.h"

#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <utility>

#include "app/model/broker.h"
#include "app/sources/broker_output.h"
#include "engine/host/clock.h"
#include "engine/host/event_stream.h"
#include "engine/host/port_holder.h"
#include "engine/trace/codec.h"

namespace lab::sources {
namespace {

constexpr auto fast_connect = std::chrono::milliseconds(2);    // while a process is starting
constexpr auto slow_connect = std::chrono::milliseconds(200);  // for one started by hand
constexpr Duration fast_for = seconds(3);
// After the process is gone its last words are still in the socket.
constexpr auto last_words = std::chrono::milliseconds(50);
// Less is not seen on a card that shows MiB with one decimal.
constexpr std::int64_t memory_step = 64 * 1024;
// A process that takes our connection and says nothing for this long is frozen, or busy.
constexpr auto silent_after = std::chrono::milliseconds(150);
constexpr std::size_t exit_file_limit = 64 * 1024;
constexpr std::string_view refused_mark = host::LabSocketReader::refused_mark;

// The state letter of /proc/PID/stat; 0 where there is no such process.
char process_state(std::int64_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string stat;
  std::getline(file, stat);
  const auto paren = stat.rfind(") ");
  return paren == std::string::npos || paren + 2 >= stat.size() ? '\0' : stat[paren + 2];
}

}  // namespace

LiveBroker::LiveBroker(host::asio::io_context& io, BrokerFiles files, Surroundings surroundings)
    : io_(io),
      files_(std::move(files)),
      out_(std::move(surroundings)),
      connect_timer_(io),
      exit_timer_(io),
      silent_timer_(io) {
  connect_later();  // somebody may start it by hand
}

LiveBroker::~LiveBroker() {
  std::error_code ignored;
  const bool child = process_ && !process_->adopted();
  if (child) std::filesystem::remove(files_.pid_file, ignored);
}

// ---- Life of the process

void LiveBroker::begin(std::unique_ptr<host::Process> process, Instant at) {
  process_ = std::move(process);
  started_at_ = at;
  connected_ = frozen_ = stopping_ = asked_ = false;
  halted_.reset();
  began_.reset();
  ready_.reset();
  exiting_.reset();
  exit_timer_.cancel();
  told_memory_ = 0;
  out_.tell(files_.id, trace::ProcessStarted{process_->pid(), process_->command()}, at, {});
  write_run_files(nullptr, at);
  process_->on_exit([this](host::ExitStatus status) { on_exit(status); });
}

Result<> LiveBroker::start(const BrokerFiles& files) {
  if (process_ && !exiting_) {
    if (!halted_) {
      return Error{fmt::format("broker {} runs already (pid {})", files_.id, process_->pid())};
    }
    again_ = files;  // it has said its last word; its process is about to end
    return {};
  }
  if (exiting_) finish_exit();
  files_ = files;
  std::error_code ignored;
  std::filesystem::remove(files_.output, ignored);  // it holds what the last process printed
  host::ProcessSpec spec;
  spec.argv = {out_.brokerd};
  spec.properties_file = files_.properties;
  spec.log_file = files_.output;
  reader_.reset();
  const Instant at = host::monotonic_now();
  auto spawned = host::Process::spawn(io_, spec);
  if (!spawned) return spawned.error();
  begin(std::move(*spawned), at);
  connect();
  return {};
}

void LiveBroker::retire() {
  files_.socket.clear();
  connect_timer_.cancel();
  silent_timer_.cancel();
  reader_.reset();
}

bool LiveBroker::adopt_running() {
  if (process_ || files_.socket.empty()) return process_ != nullptr;
  host::asio::local::stream_protocol::socket probe(io_);
  host::error_code error;
  if (files_.socket.size() > 107) return false;
  probe.connect(host::asio::local::stream_protocol::endpoint(files_.socket), error);
  if (error) return false;
  connect();  // adopts with its first event
  return true;
}

void LiveBroker::on_exit(host::ExitStatus status) {
  exiting_ = Exit{status, host::monotonic_now()};
  if (!reader_ || !connected_) return finish_exit();
  exit_timer_.expires_after(last_words);
  exit_timer_.async_wait([this](const host::error_code& cancelled) {
    if (!cancelled && exiting_) finish_exit();
  });
}

void LiveBroker::finish_exit() {
  const Exit exit = *std::exchange(exiting_, std::nullopt);
  exit_timer_.cancel();
  answer_all();
  trace::ProcessExited told;
  told.pid = process_->pid();
  told.asked = asked_;
  if (exit.status.known) {
    told.signal = exit.status.signal;
    told.code = exit.status.code;
  } else if (halted_) {
    told.code = halted_->clean ? 0 : 1;
  } else {
    told.signal = SIGKILL;  // not our child, and gone without a word
  }
  const bool by_itself = told.signal == 0 ? told.code != 0 : told.signal == SIGABRT;
  if (by_itself && !process_->adopted()) told.last_error = first_error(files_.output);
  if (told.last_error.empty() && halted_ && !halted_->clean) told.last_error = halted_->reason;
  ended_ = std::move(process_);
  old_reader_ = std::move(reader_);
  frozen_ = stopping_ = false;
  last_exit_ = told;
  write_run_files(&told, exit.at);
  out_.tell(files_.id, told, exit.at, {});
  if (!again_) return connect_later();
  const auto started = start(*std::exchange(again_, std::nullopt));
  if (!started) {
    out_.tell(files_.id, trace::ProcessExited{0, 0, 1, false, started.error().message},
              host::monotonic_now(), {});
  }
}

// run/broker-N.pid while it runs; afterwards broker-N.exit, the events that say how it began, that
// it was ready, and how it ended, as the lab socket would tell them.
void LiveBroker::write_run_files(const trace::ProcessExited* exited, Instant at) const {
  if (!out_.owns_directory) return;
  std::error_code ignored;
  if (exited == nullptr) {
    std::ofstream(files_.pid_file, std::ios::trunc) << process_->pid() << '\n';
    std::filesystem::remove(files_.exit_file, ignored);
    return;
  }
  std::filesystem::remove(files_.pid_file, ignored);
  trace::Event event;
  event.at = at;
  event.node = files_.id;
  event.payload = *exited;
  std::ofstream file(files_.exit_file, std::ios::binary | std::ios::trunc);
  if (began_) file << host::message_of(*began_).text();
  if (ready_) file << host::message_of(*ready_).text();
  file << host::message_of(event).text();
}

// The lab was killed, and its brokers with it.
void LiveBroker::tell_gone_unseen() {
  std::int64_t pid = 0;
  if (!(std::ifstream(files_.pid_file) >> pid) || pid <= 0) return;
  if (host::command_of(pid).find(files_.properties) != std::string::npos) return;  // it runs
  const Instant now = host::monotonic_now();
  out_.tell(files_.id, trace::ProcessStarted{pid, out_.brokerd}, now - nanoseconds(1), {});
  out_.tell(files_.id, trace::ProcessExited{pid, 0, model::exit_unknown, false, ""}, now, {});
}

void LiveBroker::tell_last_exit() {
  std::ifstream file(files_.exit_file, std::ios::binary);
  if (!file) return tell_gone_unseen();
  std::string bytes(exit_file_limit, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  for (std::string_view rest = bytes; rest.size() >= 4;) {
    std::size_t size = 0;
    for (int i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(rest[i]);
    rest.remove_prefix(4);
    auto event = trace::decode(bytes_of(rest.substr(0, size)));
    if (process_ || !event || event->at > host::monotonic_now()) return;  // of an earlier boot
    if (const auto* exited = std::get_if<trace::ProcessExited>(&event->payload)) {
      last_exit_ = *exited;
    }
    event->node = files_.id;
    out_.on_event(*event);
    rest.remove_prefix(std::min(size, rest.size()));
  }
}

// ---- Its lab socket

void LiveBroker::connect() {
  connect_timer_.cancel();
  if (files_.socket.empty()) return;
  connected_ = false;
  host::LabSocketReader::Handlers handlers;
  handlers.on_event = [this](trace::Event event) { on_socket_event(std::move(event)); };
  handlers.on_closed = [this](const std::string&) { on_socket_closed(); };
  old_reader_ = std::move(reader_);
  reader_ = std::make_unique<host::LabSocketReader>(io_, files_.socket, std::move(handlers));
  reader_->connect();
  if (process_) return;
  silent_timer_.expires_after(silent_after);
  silent_timer_.async_wait([this](const host::error_code& cancelled) {
    if (!cancelled) adopt_silent();
  });
}

// A frozen broker tells nothing, but it is there.
void LiveBroker::adopt_silent() {
  if (process_ || !reader_ || reader_->peer_pid() == 0) return;
  auto adopted = host::Process::adopt(io_, reader_->peer_pid());
  if (!adopted) return;
  begin(std::move(*adopted), host::monotonic_now());
  look(seconds(1));
}

// A new reader gets the kept events and a snapshot.
void LiveBroker::retell() {
  if (connected_ && !exiting_) connect();
}

void LiveBroker::connect_later() {
  if (files_.socket.empty()) return;
  const bool starting = process_ && host::monotonic_now() - started_at_ < fast_for;
  connect_timer_.expires_after(starting ? fast_connect : slow_connect);
  connect_timer_.async_wait([this](const host::error_code& cancelled) {
    if (!cancelled && !connected_) connect();
  });
}

void LiveBroker::on_socket_event(trace::Event event) {
  if (!process_) {
    auto adopted = host::Process::adopt(io_, reader_->peer_pid());
    if (!adopted) return;
    begin(std::move(*adopted), std::min(event.at, host::monotonic_now()) - nanoseconds(1));
  } else if (!connected_ && reader_->peer_pid() != process_->pid()) {
    return;  // another process has this broker's socket; ours will say so and end
  }
  if (!std::exchange(connected_, true) && out_.on_host) out_.on_host(files_.id);
  if (std::holds_alternative<trace::FaultChanged>(event.payload)) return on_host_said(event);
  if (std::holds_alternative<trace::NodeReady>(event.payload)) ready_ = event;
  if (std::holds_alternative<trace::NodeStopping>(event.payload)) stopping_ = true;
  if (const auto* halted = std::get_if<trace::NodeHalted>(&event.payload)) halted_ = *halted;
  if (std::holds_alternative<trace::NodeStarted>(event.payload)) began_ = event;
  event.node = files_.id;  // the file says which card it is, whatever id it took
  out_.on_event(event);
}

void LiveBroker::on_socket_closed() {
  connected_ = false;
  answer_all();
  if (exiting_) return finish_exit();
  connect_later();
}

// ---- Commands

Result<> LiveBroker::must_run() const {
  if (process_ && !exiting_) return {};
  return Error{fmt::format("broker {} does not run", files_.id)};
}

Result<> LiveBroker::stop() {
  if (auto runs = must_run(); !runs) return runs;
  if (frozen_) {
    return Error{fmt::format("broker {0} is frozen and cannot stop: thaw {0} first, or kill {0}",
                             files_.id)};
  }
  asked_ = true;
  return process_->terminate();
}

Result<> LiveBroker::kill() {
  if (auto runs = must_run(); !runs) return runs;
  asked_ = true;
  return process_->kill();
}

void LiveBroker::set_frozen(bool frozen, Instant at, Duration within) {
  frozen_ = frozen;
  if (frozen) answer_all();
  out_.tell(files_.id, trace::ProcessFrozen{process_->pid(), frozen}, at, within);
}

Result<> LiveBroker::freeze() {
  if (auto runs = must_run(); !runs) return runs;
  if (frozen_) return Error{fmt::format("broker {} is frozen already", files_.id)};
  const Instant at = host::monotonic_now();
  auto done = process_->freeze();
  if (done) set_frozen(true, at, {});
  return done;
}

Result<> LiveBroker::thaw() {
  if (auto runs = must_run(); !runs) return runs;
  if (!frozen_) return Error{fmt::format("broker {} is not frozen", files_.id)};
  const Instant at = host::monotonic_now();
  auto done = process_->thaw();
  if (done) set_frozen(false, at, {});
  return done;
}

// ---- Faults of links

void LiveBroker::fault(const trace::FaultChanged& command, std::function<void(Result<>)> then) {
  if (!connected_ || exiting_) return then({});
  const std::uint64_t number = next_command_++;
  reader_->command(command, number);
  if (frozen_) return then({});
  unanswered_[number] = std::move(then);
}

void LiveBroker::on_host_said(const trace::Event& event) {
  const auto& fault = std::get<trace::FaultChanged>(event.payload);
  Result<> done;
  if (const std::string_view detail = fault.detail; detail.starts_with(refused_mark)) {
    done = Error{fmt::format("broker {}: {}", files_.id, detail.substr(refused_mark.size()))};
  } else if (out_.on_fault) {
    out_.on_fault(files_.id, fault, event.at);
  }
  const auto asked = unanswered_.extract(event.cause);
  if (asked) asked.mapped()(done);
}

void LiveBroker::answer_all() {
  for (const auto& [number, then] : std::exchange(unanswered_, {})) then({});
}

void LiveBroker::look(Duration since_last_look) {
  if (!process_ || exiting_) return;
  const Instant now = host::monotonic_now();
  const char state = process_state(process_->pid());
  const bool stopped = state == 'T';
  if (state != '\0' && state != 'Z' && stopped != frozen_) {
    set_frozen(stopped, now, since_last_look);
  }
  const std::int64_t memory = host::resident_bytes(process_->pid());
  if (memory == 0 || std::abs(memory - told_memory_) < memory_step) return;
  told_memory_ = memory;
  out_.tell(files_.id, trace::ProcessMemory{memory}, now, {});
}

}  // namespace lab::sources
