// One child process of the lab (a broker: brokerd, or java ... kafka.Kafka), or one that was
// started by hand and adopted. It is held by a pidfd: no signal can ever reach another process that
// got the same pid later. Used by the live source of the lab and by tests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/host/asio.h"

namespace lab::host {

struct ProcessSpec {
  std::vector<std::string> argv;  // argv[0]: a path, or a name looked up in PATH
  std::vector<std::pair<std::string, std::string>> environment;  // added to our own
  std::string properties_file;                                   // the last argument; empty: none
  std::string log_file;   // standard output and error are appended; empty: /dev/null
  std::string directory;  // its working directory; empty: ours
};

// How it ended. An adopted process is not our child: then nothing is known.
struct ExitStatus {
  bool known = false;
  int signal = 0;  // 0: it exited by itself
  int code = 0;    // where signal is 0
};

class Process {
 public:
  // Starts a process in a process group of its own, with standard input from /dev/null. The kernel
  // kills it (SIGKILL) when the *thread* that called spawn ends: call it from one that lives as
  // long as the lab does. An executable that is not there is an error here.
  static Result<std::unique_ptr<Process>> spawn(asio::io_context& io, const ProcessSpec& spec);
  // Takes hold of a process that was started by somebody else. The caller knows the pid for sure,
  // from SO_PEERCRED of a connection that is still open after this returned.
  static Result<std::unique_ptr<Process>> adopt(asio::io_context& io, std::int64_t pid);
  // A child that still runs is killed and waited for; an adopted one is let go.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  std::int64_t pid() const;
  const std::string& command() const;  // its command line
  bool running() const;
  bool frozen() const;  // by freeze()
  bool adopted() const;

  // Called once, on the io_context, after the process is gone.
  void on_exit(std::function<void(ExitStatus)> on_exit);

  // Errors: it is gone, or (adopted) belongs to somebody else.
  Result<> terminate();  // SIGTERM: a clean stop
  Result<> kill();       // SIGKILL
  Result<> freeze();     // SIGSTOP
  Result<> thaw();       // SIGCONT

 private:
  struct State;
  explicit Process(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// Resident memory of a process in bytes; 0 where it cannot be read.
std::int64_t resident_bytes(std::int64_t pid);

}  // namespace lab::host
