#include "app/commands/look_programs.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <optional>

#include "app/commands/exit_codes.h"
#include "app/sources/spectator.h"
#include "engine/host/clock.h"

namespace lab::commands {
namespace {

namespace asio = host::asio;
constexpr auto redraw_interval = std::chrono::milliseconds(250);

int give_up(const char* program, const std::string& why) {
  fmt::print(stderr, "brokerlab {}: {}\n", program, why);
  return exit_code::failed;
}

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20;
  return known ? size.ws_col : 100;
}

std::string nothing_runs(const std::string& directory) {
  return fmt::format(
      "none of the brokers of {0} runs. Start them with: brokerlab cluster --data {0}", directory);
}

Result<> write_json(const model::ClusterModel& model, const std::string& path) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << to_json(model) << '\n';
  file.close();
  if (!file) return Error{fmt::format("{} cannot be written", path)};
  return {};
}

// Keeps a terminal's picture up to date: the text is printed again when it has changed.
class Follower {
 public:
  Follower(asio::io_context& io, const model::ClusterModel& model, const Pictures& pictures)
      : model_(model), pictures_(pictures), timer_(io), signals_(io, SIGINT, SIGTERM) {
    signals_.async_wait([&io](const host::error_code&, int) { io.stop(); });
  }
  void print() {
    const std::string text = pictures_.text(model_, host::monotonic_now(), terminal_columns());
    if (text != last_) {
      fmt::print("{}{}{}", terminal_ ? "\033[H\033[2J" : "", text, terminal_ ? "" : "\n");
      std::fflush(stdout);
      last_ = text;
    }
    timer_.expires_after(terminal_ ? redraw_interval : milliseconds(1000));
    timer_.async_wait([this](const host::error_code& cancelled) {
      if (!cancelled) print();
    });
  }

 private:
  const model::ClusterModel& model_;
  const Pictures& pictures_;
  asio::steady_timer timer_;
  asio::signal_set signals_;
  std::string last_;
  const bool terminal_ = ::isatty(STDOUT_FILENO) != 0;
};

}  // namespace

int run_status(const StatusOptions& options, const Pictures& pictures) {
  auto directory = sources::ClusterDirectory::look(options.directory);
  if (!directory) return give_up("status", directory.error().message);
  const std::string path = directory->path();
  asio::io_context io;
  model::ClusterModel model;
  std::optional<Follower> follower;
  int listening = 0;
  sources::Spectator spectator(io, std::move(directory).value(),
                               [&](const trace::Event& event) { model.apply(event); });
  spectator.start([&](int brokers) {
    listening = brokers;
    if (!options.follow) {
      fmt::print("{}", pictures.text(model, host::monotonic_now(), terminal_columns()));
      return io.stop();
    }
    follower.emplace(io, model, pictures);
    follower->print();
  });
  io.run();
  if (listening == 0 && !options.follow) return give_up("status", nothing_runs(path));
  return exit_code::done;
}

int run_snapshot(const SnapshotOptions& options, const Pictures& pictures) {
  auto directory = sources::ClusterDirectory::look(options.directory);
  if (!directory) return give_up("snapshot", directory.error().message);
  const std::string path = directory->path();
  asio::io_context io;
  model::ClusterModel model;
  int listening = 0;
  sources::Spectator spectator(io, std::move(directory).value(),
                               [&](const trace::Event& event) { model.apply(event); });
  spectator.start([&](int brokers) {
    listening = brokers;
    io.stop();
  });
  io.run();
  if (listening == 0) return give_up("snapshot", nothing_runs(path));
  const Instant now = host::monotonic_now();
  const auto written = options.out.ends_with(".json") ? write_json(model, options.out)
                                                      : pictures.write(model, now, options.out, {});
  if (!written) return give_up("snapshot", written.error().message);
  fmt::print("{}\n", options.out);
  return exit_code::done;
}

}  // namespace lab::commands
