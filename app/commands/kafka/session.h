// A command of Kafka's tools under way, and where its output goes. Base of the commands of this
// folder: it has their client names, the end by done(), and the watch that gives up when no
// bootstrap server answers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/client/client_machine.h"

namespace lab::commands::kafka {

// Where a command's output goes: bytes, with their newlines.
struct Sink {
  std::function<void(std::string_view)> out, err;
  std::function<void(int exit_code)> done;
  // wants_input() has become true. May be empty.
  std::function<void()> on_wants_input;
};

class Session {
 public:
  Session(client::ClientMachine& machine, Sink sink);
  // Sessions call close() in their destructors.
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  virtual void start() = 0;

  // ---- What a person types, for kafka-console-producer. A line comes without its newline, and
  // only while wants_input().
  virtual bool wants_input() const { return false; }
  virtual void input(std::string) {}
  virtual void end_of_input() {}

  // Ctrl-C. It may still have something to say or to write; done() comes.
  virtual void cancel() { finish(cancelled); }

  bool finished() const { return finished_; }
  static constexpr int failed = 1, cancelled = 130;

 protected:
  Context& context() { return machine_.context(); }
  client::ClientMachine& machine() { return machine_; }
  void out(std::string_view text) {
    if (!finished_) sink_.out(text);
  }
  void err(std::string_view text) {
    if (!finished_) sink_.err(text);
  }
  void ask_for_input() {
    if (sink_.on_wants_input) sink_.on_wants_input();
  }
  // Closes its clients: their callbacks for what was under way run from within, and say nothing.
  void close();
  // The exit code of the whole; done() runs in an input to come.
  void finish(int exit_code);
  // A name that no client of the machine has: `base`, `base-2`, … It is closed with the session.
  std::string new_client(const std::string& base);
  // Calls `give_up` with the reason unless `metadata` is answered within a few seconds: which
  // bootstrap servers were tried and why each failed. `metadata` must live as long as the session.
  void watch_contact(const client::ClusterMetadata& metadata,
                     std::function<void(const std::string&)> give_up);

 private:
  void look_for_contact();

  client::ClientMachine& machine_;
  Sink sink_;
  bool finished_ = false;
  int exit_code_ = 0;
  std::vector<std::string> clients_;
  const client::ClusterMetadata* metadata_ = nullptr;
  std::function<void(const std::string&)> give_up_;
  Instant began_{};
  Context::Timer done_timer_, contact_timer_;
};

}  // namespace lab::commands::kafka
