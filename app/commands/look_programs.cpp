#include "app/commands/look_programs.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>

#include "app/commands/exit_codes.h"
#include "app/sources/playback.h"
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

// Stands at the moment; what was mended in the file is told.
Result<std::unique_ptr<sources::Playback>> moment_of(const RecordedMoment& recorded,
                                                     const char* program) {
  auto playback = sources::Playback::open(recorded.file);
  if (!playback) return playback.error();
  for (const auto& note : (*playback)->notes()) {
    fmt::print(stderr, "brokerlab {}: {}\n", program, note);
  }
  if (recorded.at.empty()) {
    (*playback)->play_to(Instant::max());
    if ((*playback)->damage()) return *(*playback)->damage();
    return playback;
  }
  const auto moment = sources::parse_moment(recorded.at);
  if (!moment) return moment.error().in("--at");
  if (auto gone = (*playback)->go_to(*moment, recorded.clock_offset_s); !gone) return gone.error();
  return playback;
}

int write_snapshot(const model::ClusterModel& model, Instant now, const std::string& out,
                   const Pictures& pictures) {
  const auto written =
      out.ends_with(".json") ? write_json(model, out) : pictures.write(model, now, out, {});
  if (!written) return give_up("snapshot", written.error().message);
  fmt::print("{}\n", out);
  return exit_code::done;
}

}  // namespace

int run_status(const StatusOptions& options, const Pictures& pictures) {
  if (!options.recorded.file.empty()) {
    const auto at = moment_of(options.recorded, "status");
    if (!at) return give_up("status", at.error().message);
    fmt::print("{}", pictures.text((*at)->model(), (*at)->time(), terminal_columns()));
    return exit_code::done;
  }
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
  if (!options.recorded.file.empty()) {
    const auto at = moment_of(options.recorded, "snapshot");
    if (!at) return give_up("snapshot", at.error().message);
    return write_snapshot((*at)->model(), (*at)->time(), options.out, pictures);
  }
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
  return write_snapshot(model, host::monotonic_now(), options.out, pictures);
}

}  // namespace lab::commands
