#include "app/commands/kafka/program.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <deque>
#include <functional>
#include <utility>

#include "app/commands/kafka/kafka.h"
#include "engine/host/asio.h"
#include "engine/host/properties_file.h"
#include "engine/host/runner.h"

namespace lab::commands::kafka {
namespace {

namespace asio = host::asio;
constexpr std::size_t longest_line = 64 << 20;  // bytes; the rest of a longer one is dropped

void print(std::FILE* file, std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), file);
}

class Program {
 public:
  Program() : machine_(false), runner_(io_, machine_, {}), signals_(io_), input_(io_) {}

  int run(const Command& command) {
    ::signal(SIGPIPE, SIG_IGN);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) signals_.add(signal);
    wait_for_signal();
    runner_.start();
    call([this, &command] { session_ = kafka::run(command, machine_, sink()); });
    const int flags = command.reads_input() ? open_input() : -1;
    io_.run();
    if (flags >= 0) (void)::fcntl(STDIN_FILENO, F_SETFL, flags);  // the terminal is not ours alone
    std::fflush(stdout);
    std::fflush(stderr);
    return exit_code_;
  }

 private:
  void call(std::function<void()> action) {
    runner_.post([this, action = std::move(action)](const Now& now, Effects& effects) {
      machine_.run(now, effects, action);
    });
  }

  Sink sink() {
    Sink sink;
    sink.out = [this](std::string_view text) {
      print(stdout, text);
      flush_soon();
    };
    sink.err = [](std::string_view text) {
      std::fflush(stdout);
      print(stderr, text);
    };
    sink.done = [this](int exit_code) {
      if (!broken_) exit_code_ = exit_code;
      // Its clients close in an input of their own, when this one is over.
      call([this] {
        session_.reset();
        asio::post(io_, [this] { io_.stop(); });
      });
    };
    sink.on_wants_input = [this] { asio::post(io_, [this] { feed_soon(); }); };
    return sink;
  }

  // Once for all that is printed in one turn.
  void flush_soon() {
    if (std::exchange(flushing_, true)) return;
    asio::post(io_, [this] {
      flushing_ = false;
      if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
      if (std::exchange(broken_, true)) return;
      print(stderr, "Unable to write to standard out, closing.\n");
      end();
    });
  }

  void end() {
    call([this] {
      if (session_) session_->cancel();
    });
  }

  void wait_for_signal() {
    signals_.async_wait([this](const host::error_code& error, int signal) {
      if (error) return;
      if (std::exchange(interrupted_, true)) ::_exit(128 + signal);
      wait_for_signal();
      end();
    });
  }

  // ---- Lines of the standard input
  int open_input() {
    const int flags = ::fcntl(STDIN_FILENO, F_GETFL);
    const int fd = ::dup(STDIN_FILENO);
    host::error_code error;
    if (fd >= 0) input_.assign(fd, error);
    if (fd < 0 || error) input_ended_ = true;
    prompt_ = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
    read_more();
    return flags;
  }

  void read_more() {
    if (reading_ || input_ended_ || !lines_.empty()) return;
    reading_ = true;
    input_.async_read_some(asio::buffer(chunk_),
                           [this](const host::error_code& error, std::size_t count) {
                             reading_ = false;
                             for (const char c : std::string_view(chunk_.data(), count)) take(c);
                             if (error) {
                               input_ended_ = true;
                               if (!line_.empty()) lines_.push_back(std::exchange(line_, {}));
                             }
                             feed_soon();
                             read_more();
                           });
  }

  void take(char c) {
    if (c == '\n') {
      if (line_.ends_with('\r')) line_.pop_back();
      lines_.push_back(std::exchange(line_, {}));
    } else if (line_.size() < longest_line) {
      line_ += c;
    }
  }

  void feed_soon() {
    call([this] {
      if (!session_ || session_->finished()) return;
      while (!lines_.empty() && session_->wants_input()) {
        std::string line = std::move(lines_.front());
        lines_.pop_front();
        prompted_ = false;
        session_->input(std::move(line));
      }
      if (lines_.empty() && session_->wants_input()) {
        if (input_ended_) return session_->end_of_input();
        show_prompt();
      }
      asio::post(io_, [this] { read_more(); });
    });
  }

  void show_prompt() {
    if (!prompt_ || std::exchange(prompted_, true)) return;
    print(stdout, ">");
    flush_soon();
  }

  asio::io_context io_;
  client::ClientMachine machine_;
  host::Runner runner_;
  asio::signal_set signals_;
  asio::posix::stream_descriptor input_;
  std::unique_ptr<Session> session_;
  std::array<char, 65536> chunk_{};
  std::string line_;
  std::deque<std::string> lines_;
  bool reading_ = false, input_ended_ = false, prompt_ = false, prompted_ = false,
       flushing_ = false, broken_ = false, interrupted_ = false;
  int exit_code_ = 0;
};

}  // namespace

int run_program(const std::string& tool, const std::vector<std::string>& arguments) {
  const auto command = parse(tool, arguments, host::read_properties_file);
  if (!command) {
    print(stderr, command.error().message);
    return Session::failed;
  }
  Program program;
  return program.run(*command);
}

}  // namespace lab::commands::kafka
