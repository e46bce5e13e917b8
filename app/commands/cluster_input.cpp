#include "app/commands/cluster_input.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "engine/base/utf8.h"

namespace lab::commands {
namespace {

namespace asio = host::asio;
// Of records that kafka-console-producer has not taken; bytes.
constexpr std::size_t most_waiting = 4 << 20;

// Brokers, links, files and the cluster: their answers come when it is done. Starts, stops and
// kills are told as they happen, and need no answer beside.
bool told_anyway(const ConsoleCommand& command) {
  const auto* asked = std::get_if<sources::Command>(&command);
  const auto* node = asked == nullptr ? nullptr : std::get_if<sources::NodeCommand>(asked);
  return node != nullptr && node->action != sources::NodeAction::freeze &&
         node->action != sources::NodeAction::thaw;
}

// A record that nobody takes now may wait long, for what the next line does.
bool of_a_client(const ConsoleCommand& command) {
  return std::holds_alternative<sources::HandRecord>(command) ||
         std::holds_alternative<CheckLedger>(command) || std::holds_alternative<EndClient>(command);
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

}  // namespace

ClusterInput::ClusterInput(asio::io_context& io, Console& console, Handlers handlers)
    : io_(io), console_(console), handlers_(std::move(handlers)), input_(io), later_(io) {}

void ClusterInput::open() {
  const int fd = ::dup(STDIN_FILENO);
  host::error_code error;
  if (fd >= 0) input_.assign(fd, error);
  if (fd >= 0 && !error) return read_more();
  if (fd >= 0) ::close(fd);  // a file, which cannot be waited for, or nothing at all
  asio::post(io_, [this] { end(); });
}

void ClusterInput::close() {
  closed_ = true;
  host::error_code ignored;
  input_.cancel(ignored);
  later_.cancel();
}

// Not before what was read has been begun.
void ClusterInput::read_more() {
  if (reading_ || ended_ || closed_ || !lines_.empty()) return;
  reading_ = true;
  input_.async_read_some(asio::buffer(chunk_),
                         [this](const host::error_code& error, std::size_t count) {
                           reading_ = false;
                           if (error || closed_) return end();
                           take(std::string_view(chunk_.data(), count));
                           read_more();
                         });
}

void ClusterInput::end() {
  ended_ = true;
  if (!line_.empty()) lines_.push_back(std::exchange(line_, {}));
  next();
  if (!closed_) handlers_.on_end();
}

// A line that is too long is kept with one character too many: that is how it is known.
void ClusterInput::take(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const std::size_t room = longest_record + 1 - line_.size();
    line_ += text.substr(at, std::min(end - at, room));
    if (end < text.size()) lines_.push_back(std::exchange(line_, {}));
    at = end + 1;
  }
  next();
}

bool ClusterInput::interrupt() {
  if (tools_ == 0) return false;
  console_.cancel();
  return true;
}

// Not from within itself: a command may be done before run() returns.
void ClusterInput::next() {
  if (std::exchange(running_, true)) return;
  while (!lines_.empty() && !closed_ && (feeding_ || !busy_)) {
    if (feeding_ && console_.input_waiting() > most_waiting) break;
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    if (feeding_) {
      feed(line);
    } else if (is_command(line)) {
      run(line);
    }
  }
  if (ended_ && lines_.empty() && std::exchange(feeding_, false)) console_.end_of_input();
  running_ = false;
  if (feeding_ && !lines_.empty()) return next_later();
  read_more();
}

void ClusterInput::next_later() {
  later_.expires_after(std::chrono::milliseconds(20));
  later_.async_wait([this](const host::error_code& cancelled) {
    if (!cancelled) next();
  });
}

void ClusterInput::feed(const std::string& line) {
  if (line == ".") {
    feeding_ = false;
    return console_.end_of_input();
  }
  if (line.size() <= longest_record) return void(console_.input(line));
  handlers_.err(fmt::format("a record of more than {} bytes: left out\n", longest_record));
}

// A line as a person types it; what else comes is told and left out.
bool ClusterInput::is_command(std::string& line) const {
  if (line.ends_with('\r')) line.pop_back();
  if (line.size() > longest_command) {
    handlers_.err(fmt::format("a line of more than {} bytes: left out\n", longest_command));
    return false;
  }
  if (is_utf8(line) && std::none_of(line.begin(), line.end(), is_control)) return true;
  handlers_.err("a line that is no text: left out\n");
  return false;
}

void ClusterInput::run(const std::string& line) {
  if (is_blank(line)) return;
  Output output;
  output.err = handlers_.err;
  output.out = handlers_.out;
  const auto command = parse_console(line);
  if (!command) return handlers_.err(command.error().message + "\n");
  if (told_anyway(*command)) output.out = [](std::string_view) {};
  const auto* tool = std::get_if<KafkaLine>(&*command);
  const bool reader = tool != nullptr && tool->tool == "kafka-console-consumer";
  const bool waits = !reader && !of_a_client(*command);
  if (tool != nullptr) ++tools_;
  feeding_ = tool != nullptr && tool->tool == "kafka-console-producer";
  if (waits) busy_ = true;
  output.done = [this, waits, is_tool = tool != nullptr](int) {
    if (is_tool) --tools_;
    if (!waits) return;
    busy_ = feeding_ = false;
    asio::post(io_, [this] { next(); });  // once what came with the answer has been seen, too
  };
  console_.run(*command, std::move(output));
}

}  // namespace lab::commands
