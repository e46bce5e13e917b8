// brokerd: one Kafka broker, controller, or both, as a process. Reads its server.properties, takes
// its log directory and its ports, and drives a broker::Node until that halts.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/broker/node.h"
#include "engine/client/version.h"
#include "engine/host/asio.h"
#include "engine/host/clock.h"
#include "engine/host/fault_commands.h"
#include "engine/host/kafka_storage.h"
#include "engine/host/lab_socket.h"
#include "engine/host/properties_file.h"
#include "engine/host/real_disk.h"
#include "engine/host/runner.h"
#include "engine/host/server_log.h"

namespace lab::host {
namespace {

constexpr int done = 0, failed = 1, wrong_usage = 2;
constexpr const char* usage =
    "usage: brokerd FILE.properties           run the broker that the file describes\n"
    "       brokerd --check FILE.properties   read the file only; unknown names are errors\n"
    "       brokerd --help | --version\n";
// A controlled shutdown that takes longer is given up (the Node has its own, shorter limit).
constexpr auto stop_limit = std::chrono::minutes(5);

int check(const std::string& file) {
  const auto loaded = load_properties_file(file);
  if (!loaded) {
    fmt::print(stderr, "{}\n", loaded.error().message);
    return failed;
  }
  for (const auto& warning : loaded.value().warnings) fmt::print(stderr, "{}\n", warning);
  for (const auto& name : loaded.value().without_effect) {
    fmt::print("{}: {} is without effect here\n", file, name);
  }
  if (!loaded.value().unknown_names.empty()) return failed;
  fmt::print("{}: node {} ({}), data in {}\n", file, loaded.value().config.node_id,
             loaded.value().config.roles_text(), loaded.value().config.log_dir);
  return done;
}

// The process around one Node.
class Brokerd {
 public:
  Brokerd(std::string file, broker::LoadedConfig loaded, ServerLog log)
      : file_(std::move(file)),
        loaded_(std::move(loaded)),
        log_(std::move(log)),
        disk_(loaded_.config.log_dir),
        signals_(io_),
        stop_timer_(io_),
        faults_(loaded_.config.node_id) {}

  int run() {
    tell_configuration();
    if (auto ready = prepare(); !ready) return give_up(ready.error().message);
    watch_signals();
    runner_->start();
    io_.run();
    socket_.reset();
    runner_.reset();  // the disk thread finishes
    return exit_code_;
  }

  void say(Level level, const char* logger, std::string text) {
    log_.write(LogLine{level, logger, std::move(text)}, real_now().wall);
  }
  int give_up(const std::string& why) {
    say(Level::error, "kafka.Kafka$", "Exiting Kafka due to fatal exception: " + why);
    return failed;
  }

 private:
  void tell_configuration() {
    for (const auto& text : loaded_.notices) say(Level::info, "kafka.server.KafkaConfig", text);
    for (const auto& text : loaded_.warnings) say(Level::warn, "kafka.server.KafkaConfig", text);
    if (loaded_.without_effect.empty()) return;
    say(Level::info, "kafka.server.KafkaConfig",
        fmt::format("Without effect here: {}", fmt::join(loaded_.without_effect, ", ")));
  }

  Result<> prepare() {
    auto& config = loaded_.config;
    if (auto adopted = adopt_meta_properties(disk_, file_, config); !adopted) return adopted;
    if (auto locked = disk_.lock(); !locked) return locked;
    node_ = std::make_unique<broker::Node>(config, disk_, ::getpid());
    runner_ = std::make_unique<Runner>(io_, *node_, options());
    if (auto bound = runner_->bind(); !bound) return bound;
    if (config.lab_socket.empty()) return {};
    LabSocketOptions socket_options;
    socket_options.path = config.lab_socket;
    socket_ = std::make_unique<LabSocketServer>(
        io_, socket_options, [this] { runner_->snapshot(); },
        [this](const trace::FaultChanged& fault) { return faults_.carry_out(*runner_, fault); });
    return socket_->listen();
  }

  RunnerOptions options() {
    const auto& config = loaded_.config;
    RunnerOptions options;
    for (const auto& listener : config.listeners) {
      options.listeners.push_back(
          {listener.name, listener.host, listener.port, config.lab_bind_any});
    }
    options.root = config.log_dir;
    options.disk_write_bytes_per_second = config.lab_disk_write_bytes_per_second;
    options.max_connections = std::min<std::size_t>(
        options.max_connections, static_cast<std::size_t>(config.max_connections));
    options.on_log = [this](const LogLine& line, WallTime at) { log_.write(line, at); };
    options.on_trace = [this](const trace::Event& event) {
      if (socket_) socket_->publish(event);
    };
    options.on_halt = [this](const Halt& halt) {
      exit_code_ = halt.clean ? done : failed;
      if (!halt.clean) say(Level::error, "kafka.Kafka$", "Exiting Kafka: " + halt.reason);
      io_.stop();
    };
    return options;
  }

  void watch_signals() {
    ::signal(SIGPIPE, SIG_IGN);
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    struct sigaction hangup {};
    ::sigaction(SIGHUP, nullptr, &hangup);
    if (hangup.sa_handler != SIG_IGN) signals_.add(SIGHUP);  // nohup is respected
    wait_for_signal();
  }

  void wait_for_signal() {
    signals_.async_wait([this](const error_code& error, int signal) {
      if (error) return;
      const char* name = signal == SIGTERM ? "SIGTERM" : signal == SIGINT ? "SIGINT" : "SIGHUP";
      if (stopping_) return stop_at_once(fmt::format("a second signal, {}", name));
      stopping_ = true;
      say(Level::info, "org.apache.kafka.common.utils.LoggingSignalHandler",
          fmt::format("Terminating process due to signal {}", name));
      runner_->stop();
      stop_timer_.expires_after(stop_limit);
      stop_timer_.async_wait([this](const error_code& cancelled) {
        if (!cancelled) stop_at_once("the controlled shutdown took too long");
      });
      wait_for_signal();
    });
  }

  // What was submitted to the disk is still written.
  void stop_at_once(const std::string& why) {
    say(Level::warn, "kafka.server.KafkaServer", "Stopping without controlled shutdown: " + why);
    exit_code_ = failed;
    io_.stop();
  }

  std::string file_;
  broker::LoadedConfig loaded_;
  ServerLog log_;
  RealDisk disk_;
  asio::io_context io_;
  asio::signal_set signals_;
  asio::steady_timer stop_timer_;
  std::unique_ptr<broker::Node> node_;
  FaultCommands faults_;  // of the links to other brokers
  std::unique_ptr<Runner> runner_;
  std::unique_ptr<LabSocketServer> socket_;
  bool stopping_ = false;
  int exit_code_ = failed;
};

int run(const std::string& file) {
  auto loaded = load_properties_file(file);
  auto log = ServerLog::open(loaded.ok() ? loaded->config.lab_logs_dir : std::string());
  if (!loaded || !log) {
    const LogLine line{Level::error, "kafka.Kafka$",
                       "Exiting Kafka due to fatal exception: " +
                           (loaded ? log.error().message : loaded.error().message)};
    fmt::print("{}\n", ServerLog::format(line, real_now().wall));
    return failed;
  }
  Brokerd brokerd(file, std::move(loaded).value(), std::move(log).value());
  try {
    return brokerd.run();
  } catch (const CheckFailed& broken) {
    brokerd.say(Level::error, "kafka.Kafka$", std::string("A check failed: ") + broken.what());
    std::abort();
  }
}

}  // namespace
}  // namespace lab::host

int main(int argc, char** argv) {
  using namespace lab::host;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string first = arguments.empty() ? "" : arguments[0];
  if (arguments.size() == 1 && (first == "--help" || first == "-h")) {
    fmt::print("{}", usage);
    return done;
  }
  if (arguments.size() == 1 && first == "--version") {
    fmt::print("brokerd {} (after Apache Kafka 4.3)\n", lab::client::software_version);
    return done;
  }
  if (arguments.size() == 2 && first == "--check") return check(arguments[1]);
  if (arguments.size() == 1 && first[0] != '-') return run(first);
  fmt::print(stderr, "{}", usage);
  return wrong_usage;
}
