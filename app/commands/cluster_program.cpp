#include "app/commands/cluster_program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <utility>

#include "app/commands/console.h"
#include "app/commands/status_text.h"
#include "app/model/cluster_model.h"
#include "app/sources/live_cluster.h"
#include "app/sources/recorder.h"
#include "engine/host/clock.h"

namespace lab::commands {
namespace {

namespace asio = host::asio;
constexpr int done = 0, failed = 1;
constexpr std::size_t longest_line = 4096;
constexpr const char* what_it_takes =
    "Type: kill N, stop N, start N, freeze N, thaw N, status, quit, help";

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}
void complain(const std::string& line) {
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", line);
}

class ClusterProgram {
 public:
  ClusterProgram() : signals_(io_), input_(io_) {}

  int run(const ClusterProgramOptions& options) {
    auto directory = sources::ClusterDirectory::prepare(options.cluster);
    if (!directory) return give_up(directory.error());
    for (const auto& notice : directory->notices()) complain(notice);
    if (!options.record.empty()) {
      auto recorder = sources::Recorder::create(io_, options.record, directory->path(),
                                                [](const std::string& why) { complain(why); });
      if (!recorder) return give_up(recorder.error());
      recorder_ = std::move(recorder).value();
    }
    watch_signals();
    sources::LiveCluster::Handlers handlers;
    handlers.on_event = [this](const trace::Event& event) { see(event); };
    handlers.on_ready = [] { say("ready"); };
    cluster_ = std::make_unique<sources::LiveCluster>(io_, std::move(directory).value(),
                                                      sources::beside_own_executable("brokerd"),
                                                      std::move(handlers));
    if (auto started = cluster_->start_all(); !started) return give_up(started.error());
    open_input();
    io_.run();
    tell_who_runs_on();
    cluster_.reset();
    recorder_.reset();
    return exit_code_;
  }

 private:
  int give_up(const Error& error) {
    complain("brokerlab cluster: " + error.message);
    return failed;
  }

  // ---- What happens
  void see(const trace::Event& event) {
    if (recorder_) recorder_->add(event);
    model_.apply(event);
    if (const auto* started = std::get_if<trace::ProcessStarted>(&event.payload)) {
      tell_started(event.node, started->pid);
    } else if (const auto* exited = std::get_if<trace::ProcessExited>(&event.payload)) {
      tell_exited(event.node, *exited);
    }
  }

  // While the cluster is being built, or by it: it is asked for no more than its files.
  void tell_started(NodeId node, std::int64_t pid) {
    const auto* broker = cluster_->broker(node);
    const auto& files = broker->files();
    const std::string port = files.port == 0 ? "?" : std::to_string(files.port);
    say(fmt::format("broker {} localhost:{} pid {} {}", node, port, pid, files.properties));
  }

  void tell_exited(NodeId node, const trace::ProcessExited& exited) {
    if (ending_) return;
    const auto* broker = model_.broker(node);
    const bool never_ready = broker->state == model::BrokerState::did_not_start;
    if (exited.signal != 0) {
      say(fmt::format("broker {} (pid {}) was killed by {}", node, exited.pid,
                      signal_text(exited.signal)));
    } else if (exited.code == 0) {
      say(fmt::format("broker {} (pid {}) has stopped", node, exited.pid));
    } else {
      say(fmt::format("broker {} (pid {}) {}, exit code {}: {}", node, exited.pid,
                      never_ready ? "did not start" : "has failed", exited.code,
                      exited.last_error.empty() ? "it said nothing" : exited.last_error));
    }
    asio::post(io_, [this] { end_if_none_ever_ran(); });
  }

  // A cluster of which no broker could start, and nobody to ask for another try.
  void end_if_none_ever_ran() {
    if (!input_ended_ || ending_) return;
    for (const auto* broker : cluster_->brokers()) {
      if (broker->running() || !broker->last_exit()) return;
      const auto* known = model_.broker(broker->files().id);
      if (known->state != model::BrokerState::did_not_start) return;
    }
    complain("brokerlab cluster: no broker could start");
    end(failed);
  }

  // ---- Orders
  void open_input() {
    const int fd = ::dup(STDIN_FILENO);
    host::error_code error;
    if (fd < 0) {
      input_ended_ = true;
      return;
    }
    input_.assign(fd, error);
    if (error) {
      ::close(fd);
      input_ended_ = true;
      return;
    }
    if (::isatty(STDIN_FILENO) != 0) {
      say(what_it_takes);
    }
    read_more();
  }

  void read_more() {
    input_.async_read_some(asio::buffer(chunk_),
                           [this](const host::error_code& error, std::size_t count) {
                             if (error || ending_) {
                               input_ended_ = true;  // it runs on
                               if (!line_.empty()) order(std::exchange(line_, {}));
                               return end_if_none_ever_ran();
                             }
                             take_input(std::string_view(chunk_.data(), count));
                             read_more();
                           });
  }

  void take_input(std::string_view text) {
    for (const char c : text) {
      if (c == '\n') {
        order(std::exchange(line_, {}));
      } else if (line_.size() < longest_line) {
        line_ += c;
      }
    }
  }

  void order(const std::string& line) {
    if (is_blank(line) || ending_) return;
    const auto command = parse_console(line);
    if (!command) return complain(command.error().message);
    const auto* asked = std::get_if<sources::Command>(&*command);
    if (const auto* action = asked ? std::get_if<sources::NodeCommand>(asked) : nullptr) {
      const auto answer = cluster_->carry_out(*action);
      if (!answer) complain(answer.error().message);
      // Freezing and thawing have no line of their own; the others are told when they happen.
      const bool silent = action->action != sources::NodeAction::freeze &&
                          action->action != sources::NodeAction::thaw;
      if (answer && !silent) say(*answer);
    } else if (std::holds_alternative<Status>(*command)) {
      fmt::print("{}", status_text(model_, host::monotonic_now()));
      std::fflush(stdout);
    } else if (std::holds_alternative<Help>(*command)) {
      say(what_it_takes);
    } else if (std::holds_alternative<Quit>(*command)) {
      end(done);
    } else {
      complain(fmt::format("{}. For topics and clients: brokerlab kafka-topics and its family",
                           what_it_takes));
    }
  }

  // ---- The end
  void watch_signals() {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) signals_.add(signal);
    ::signal(SIGPIPE, SIG_IGN);
    wait_for_signal();
  }

  void wait_for_signal() {
    signals_.async_wait([this](const host::error_code& error, int) {
      if (error) return;
      if (ending_) return io_.stop();  // again: what is left is killed
      wait_for_signal();
      end(done);
    });
  }

  void end(int exit_code) {
    if (std::exchange(ending_, true)) return;
    exit_code_ = exit_code;
    host::error_code ignored;
    input_.cancel(ignored);
    cluster_->shut_down([this] { io_.stop(); });
  }

  void tell_who_runs_on() {
    for (const auto* broker : cluster_->brokers()) {
      if (!broker->adopted()) continue;
      say(fmt::format("broker {} (pid {}) was started by hand and runs on", broker->files().id,
                      broker->pid()));
    }
  }

  asio::io_context io_;
  asio::signal_set signals_;
  asio::posix::stream_descriptor input_;
  std::array<char, 4096> chunk_{};
  std::string line_;
  std::unique_ptr<sources::Recorder> recorder_;
  std::unique_ptr<sources::LiveCluster> cluster_;
  model::ClusterModel model_;
  bool ending_ = false, input_ended_ = false;
  int exit_code_ = done;
};

}  // namespace

int run_cluster(const ClusterProgramOptions& options) {
  ClusterProgram program;
  return program.run(options);
}

}  // namespace lab::commands
