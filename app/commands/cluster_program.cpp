#include "app/commands/cluster_program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "app/commands/cluster_input.h"
#include "app/commands/exit_codes.h"
#include "app/commands/status_text.h"
#include "app/i18n/heard.h"
#include "app/model/cluster_model.h"
#include "app/sources/live_session.h"
#include "app/sources/recorder.h"
#include "app/sources/simulated_session.h"
#include "engine/host/clock.h"

namespace lab::commands {
namespace {

namespace asio = host::asio;
// How often the time of a simulated cluster goes on.
constexpr auto simulated_tick = std::chrono::milliseconds(5);

void print(std::string_view text) {
  fmt::print("{}", text);
  std::fflush(stdout);
}
void say(const std::string& line) { print(line + "\n"); }
void complain(std::string_view text) {
  std::fflush(stdout);
  fmt::print(stderr, "{}", text);
}

class ClusterProgram {
 public:
  explicit ClusterProgram(const ClusterProgramOptions& options)
      : options_(options), signals_(io_), tick_(io_) {}

  int run() {
    if (auto begun = begin(); !begun) return give_up(begun.error());
    Console::Surroundings around;
    around.model = [this]() -> const model::ClusterModel& { return model_; };
    around.quit = [this] { end(exit_code::done); };
    console_ = std::make_unique<Console>(*source_, std::move(around));
    ClusterInput::Handlers handlers;
    handlers.out = print;
    handlers.err = complain;
    handlers.on_end = [this] { end_if_none_ever_ran(); };
    input_ = std::make_unique<ClusterInput>(io_, *console_, std::move(handlers));
    if (::isatty(STDIN_FILENO) != 0) say(text("cluster.type"));
    input_->open();
    watch_signals();
    if (live_ == nullptr) tick_later();
    take();
    io_.run();
    source_.reset();
    recorder_.reset();
    return exit_code_;
  }

 private:
  std::string text(std::string_view key, std::initializer_list<i18n::Arg> args = {}) const {
    return i18n::say(key, options_.lang, args);
  }

  int give_up(const Error& error) {
    complain("brokerlab cluster: " + error.message + "\n");
    return exit_code::failed;
  }

  // ---- The cluster
  Result<> begin() {
    if (options_.simulated) {
      source_ = std::make_unique<sources::SimulatedSession>(*options_.simulated);
      return record(source_->name());
    }
    auto directory = sources::ClusterDirectory::prepare(options_.cluster);
    if (!directory) return directory.error();
    for (const auto& notice : directory->notices()) complain(notice + "\n");
    if (auto recording = record(directory->path()); !recording) return recording;
    auto live = std::make_unique<sources::LiveSession>(std::move(directory).value(),
                                                       sources::beside_own_executable("brokerd"),
                                                       "", [this] { wake(); });
    live_ = live.get();
    source_ = std::move(live);
    return {};
  }

  Result<> record(const std::string& cluster) {
    if (options_.record.empty()) return {};
    Now now = host::real_now();
    if (source_) now.monotonic = source_->now();
    auto recorder = sources::Recorder::create(
        io_, options_.record, cluster, [](const std::string& why) { complain(why + "\n"); },
        options_.simulated ? "simulated" : "live", now);
    if (!recorder) return recorder.error();
    recorder_ = std::move(recorder).value();
    return {};
  }

  // From the thread that the brokers live on.
  void wake() {
    if (woken_.exchange(true)) return;
    asio::post(io_, [this] {
      woken_ = false;
      take();
    });
  }

  void tick_later() {
    tick_.expires_after(simulated_tick);
    tick_.async_wait([this](const host::error_code& cancelled) {
      if (cancelled) return;
      take();
      tick_later();
    });
  }

  // ---- What happens
  void take() {
    events_.clear();
    source_->take(events_);
    if (live_ != nullptr && !live_->failure().empty() && !ending_) {
      give_up(Error{live_->failure()});
      end(exit_code::failed);
    }
    if (std::exchange(generation_, source_->generation()) != source_->generation()) {
      model_ = {};
      readiness_ = {};
      told_ready_ = false;
      recorder_.reset();  // a recording is of one cluster
    }
    for (const auto& event : events_) see(event);
    for (const auto& notice : source_->notices()) {
      if (notice.number < next_notice_) continue;
      next_notice_ = notice.number + 1;
      const bool is_failure = live_ != nullptr && notice.text == live_->failure();
      if (is_failure) continue;
      (notice.trouble ? complain : print)(i18n::heard(notice.text, options_.lang) + "\n");
    }
  }

  void see(const trace::Event& event) {
    if (recorder_) recorder_->add(event);
    model_.apply(event);
    if (const auto* started = std::get_if<trace::ProcessStarted>(&event.payload)) {
      tell_started(event.node, started->pid);
    } else if (const auto* exited = std::get_if<trace::ProcessExited>(&event.payload)) {
      tell_exited(event.node, *exited);
    }
    if (readiness_.see(event)) refresh_ready();
  }

  // All brokers run, each lists all, and the quorum has a leader: told once for each time that all
  // have come up. A broker whose file names no lab socket tells nothing: it counts as running only.
  void refresh_ready() {
    std::vector<NodeId> traced = source_->brokers();
    for (const auto& files : source_->files()) {
      if (files.socket.empty()) std::erase(traced, files.id);
    }
    for (const NodeId id : source_->brokers()) {
      const auto* broker = model_.broker(id);
      if (broker != nullptr && broker->alive.value_or(false)) continue;
      told_ready_ = false;
      return;
    }
    if (readiness_.ready(traced) && !std::exchange(told_ready_, true)) say("ready");
  }

  // Read by programs.
  void tell_started(NodeId node, std::int64_t pid) {
    for (const auto& files : source_->files()) {
      if (files.id != node) continue;
      const std::string port = files.port == 0 ? "?" : std::to_string(files.port);
      return say(
          fmt::format("broker {} localhost:{} pid {} {}", node, port, pid, files.properties));
    }
    const auto all = source_->brokers();
    const auto addresses = source_->bootstrap();
    for (std::size_t i = 0; i < all.size() && i < addresses.size(); ++i) {
      if (all[i] == node) say(fmt::format("broker {} {} simulated", node, addresses[i].text()));
    }
  }

  void tell_exited(NodeId node, const trace::ProcessExited& exited) {
    if (ending_) return;
    const auto* broker = model_.broker(node);
    const bool never_ready = broker->state == model::BrokerState::did_not_start;
    const std::string id = std::to_string(node.v), pid = std::to_string(exited.pid);
    if (exited.signal != 0) {
      say(text("cluster.killed",
               {{"broker", id}, {"pid", pid}, {"signal", signal_text(exited.signal)}}));
    } else if (exited.code == 0) {
      say(text("cluster.stopped", {{"broker", id}, {"pid", pid}}));
    } else {
      const std::string why =
          exited.last_error.empty() ? text("cluster.silent") : exited.last_error;
      say(text(never_ready ? "cluster.did_not_start" : "cluster.failed",
               {{"broker", id}, {"pid", pid}, {"code", std::to_string(exited.code)}}) +
          why);
    }
    asio::post(io_, [this] { end_if_none_ever_ran(); });
  }

  // A cluster of which no broker could start, and nobody to ask for another try.
  void end_if_none_ever_ran() {
    if (!input_->ended() || ending_) return;
    for (const NodeId id : source_->brokers()) {
      const auto* known = model_.broker(id);
      if (known == nullptr || known->state != model::BrokerState::did_not_start) return;
    }
    give_up(Error{text("cluster.none")});
    end(exit_code::failed);
  }

  // ---- The end
  void watch_signals() {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) signals_.add(signal);
    ::signal(SIGPIPE, SIG_IGN);
    wait_for_signal();
  }

  void wait_for_signal() {
    signals_.async_wait([this](const host::error_code& error, int signal) {
      if (error) return;
      if (ending_) return io_.stop();  // again: what is left is killed
      wait_for_signal();
      if (signal == SIGINT && input_->interrupt()) return;  // one of Kafka's tools
      end(exit_code::done);
    });
  }

  void end(int exit_code) {
    if (std::exchange(ending_, true)) return;
    exit_code_ = exit_code;
    input_->close();
    if (live_ == nullptr) return io_.stop();
    live_->end([this](const std::vector<std::pair<NodeId, std::int64_t>>& adopted) {
      for (const auto& [node, pid] : adopted) {
        say(text("cluster.runs_on",
                 {{"broker", std::to_string(node.v)}, {"pid", std::to_string(pid)}}));
      }
      io_.stop();
    });
  }

  ClusterProgramOptions options_;
  asio::io_context io_;
  asio::signal_set signals_;
  asio::steady_timer tick_;
  std::unique_ptr<sources::Recorder> recorder_;
  std::unique_ptr<sources::Source> source_;
  sources::LiveSession* live_ = nullptr;  // source_, where it is one
  std::unique_ptr<Console> console_;
  std::unique_ptr<ClusterInput> input_;
  model::ClusterModel model_;
  sources::Readiness readiness_;
  std::vector<trace::Event> events_;
  std::uint64_t generation_ = 0, next_notice_ = 0;
  std::atomic<bool> woken_ = false;
  bool told_ready_ = false, ending_ = false;
  int exit_code_ = exit_code::done;
};

}  // namespace

int run_cluster(const ClusterProgramOptions& options) {
  ClusterProgram program(options);
  return program.run();
}

}  // namespace lab::commands
