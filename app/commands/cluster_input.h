// The standard input of `brokerlab cluster`: lines, run one after the other on a console. A line
// waits while a command before it is still under way, but for clients, which live beside it; what
// is typed while kafka-console-producer runs is for that one, until a line with a single full stop.
// No more is read than is being done: whatever is poured in, memory stays bounded.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "app/commands/console_run.h"
#include "engine/host/asio.h"

namespace lab::commands {

class ClusterInput {
 public:
  static constexpr std::size_t longest_command = 4096;
  static constexpr std::size_t longest_record = 1 << 20;  // a line for kafka-console-producer

  struct Handlers {
    std::function<void(std::string_view)> out, err;  // what commands print
    std::function<void()> on_end;                    // nothing more comes; it runs on
  };
  ClusterInput(host::asio::io_context& io, Console& console, Handlers handlers);

  // Begins to read. `on_end` is called (later) where there is no standard input.
  void open();
  void close();
  bool ended() const { return ended_; }
  // Ends the tool that is under way; false where there is none.
  bool interrupt();

 private:
  void read_more();
  void end();
  void take(std::string_view text);
  void next();
  void next_later();
  void feed(const std::string& line);
  void run(const std::string& line);
  bool is_command(std::string& line) const;

  host::asio::io_context& io_;
  Console& console_;
  Handlers handlers_;
  host::asio::posix::stream_descriptor input_;
  host::asio::steady_timer later_;
  std::array<char, 4096> chunk_{};
  std::string line_;               // of which the end has not come
  std::deque<std::string> lines_;  // not begun; at most those of one chunk
  int tools_ = 0;                  // under way
  bool busy_ = false;              // the next line waits
  bool feeding_ = false;           // or is for the tool
  bool reading_ = false, running_ = false, ended_ = false, closed_ = false;
};

}  // namespace lab::commands
