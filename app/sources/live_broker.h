// One broker of a live cluster: its process (a child, or one that somebody started by hand and that
// is adopted), and the lab socket on which it tells its events. Owned by LiveCluster; lives on its
// io_context's thread. It knows nothing of the other brokers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/sources/cluster_directory.h"
#include "app/sources/source.h"
#include "engine/host/asio.h"
#include "engine/host/lab_socket.h"
#include "engine/host/process.h"
#include "engine/trace/event.h"

namespace lab::sources {

class LiveBroker {
 public:
  struct Surroundings {
    std::string brokerd;  // the program
    // False for who only looks at a cluster of another lab: the directory's run/ is left alone.
    bool owns_directory = true;
    // An event of this broker, whole.
    std::function<void(const trace::Event&)> on_event;
    // Something that the lab itself saw, at this instant (or within `within` before it).
    std::function<void(NodeId, trace::Payload, Instant at, Duration within)> tell;
    // Its host takes faults of links from now on, and knows of none yet. May be empty.
    std::function<void(NodeId)> on_host;
    // Its host says that it carries this one out, or no longer. May be empty.
    std::function<void(NodeId, const trace::FaultChanged&, Instant at)> on_fault;
  };

  LiveBroker(host::asio::io_context& io, BrokerFiles files, Surroundings surroundings);
  ~LiveBroker();
  LiveBroker(const LiveBroker&) = delete;
  LiveBroker& operator=(const LiveBroker&) = delete;

  const BrokerFiles& files() const { return files_; }
  bool running() const { return process_ != nullptr; }
  bool adopted() const { return process_ && process_->adopted(); }
  bool frozen() const { return frozen_; }
  bool stopping() const { return stopping_; }
  std::int64_t pid() const { return process_ ? process_->pid() : 0; }
  // How the last process ended; none before the first exit.
  const std::optional<trace::ProcessExited>& last_exit() const { return last_exit_; }

  // Takes over a process that listens on its socket now, where there is one; else false.
  bool adopt_running();
  // Tells how its last process ended, as the lab that saw it wrote it down in run/; where there is
  // only the pid of a process that is gone, that nobody saw its end.
  void tell_last_exit();
  // `files` as they are read now. A broker that has halted and whose process is not gone yet is
  // started once it is.
  Result<> start(const BrokerFiles& files);
  Result<> stop();
  Result<> kill();
  Result<> freeze();
  Result<> thaw();
  // Asks its host for a fault of a link (host::FaultCommands). `then` runs once: when it has
  // answered, with the reason where it refused; or when none answers, for its process is down, not
  // there yet (then on_host comes) or frozen (then it does it first of all when it goes on).
  void fault(const trace::FaultChanged& command, std::function<void(Result<>)> then);
  // It is part of the cluster no more: its process, which has ended, is not waited for again.
  void retire();
  // Has it tell its state anew, where it tells anything.
  void retell();
  // Memory, and a freeze or thaw that somebody else did; once a second.
  void look(Duration since_last_look);

 private:
  void begin(std::unique_ptr<host::Process> process, Instant at);
  void connect();
  void connect_later();
  void on_socket_event(trace::Event event);
  void on_socket_closed();
  void on_exit(host::ExitStatus status);
  void finish_exit();
  Result<> must_run() const;
  void on_host_said(const trace::Event& event);
  void answer_all();
  void set_frozen(bool frozen, Instant at, Duration within);
  void write_run_files(const trace::ProcessExited* exited, Instant at) const;
  void adopt_silent();
  void tell_gone_unseen();

  host::asio::io_context& io_;
  BrokerFiles files_;
  Surroundings out_;
  std::unique_ptr<host::Process> process_;
  std::unique_ptr<host::Process> ended_;  // until its own callback is over
  std::unique_ptr<host::LabSocketReader> reader_, old_reader_;
  host::asio::steady_timer connect_timer_, exit_timer_, silent_timer_;
  Instant started_at_{};
  bool connected_ = false;  // the reader has told an event of the present process
  bool frozen_ = false, stopping_ = false, asked_ = false;
  std::optional<trace::NodeHalted> halted_;    // what it said last
  std::optional<trace::Event> began_, ready_;  // its NodeStarted and NodeReady
  struct Exit {
    host::ExitStatus status;
    Instant at{};
  };
  std::optional<Exit> exiting_;
  std::optional<BrokerFiles> again_;  // to be started with, once the process has ended
  std::optional<trace::ProcessExited> last_exit_;
  std::int64_t told_memory_ = 0;
  std::map<std::uint64_t, std::function<void(Result<>)>> unanswered_;  // faults, by number
  std::uint64_t next_command_ = 1;
};

}  // namespace lab::sources
