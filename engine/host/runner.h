// Drives one Machine with real sockets, real files and the real clock on an asio io_context.
// brokerd runs a Node this way; the lab and the tools run their clients this way, several on one
// io_context, without listeners, files or signals. All but post() and stop() is called on the
// io_context's thread. It knows nothing of Kafka: it moves bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/host/asio.h"
#include "engine/machine/machine.h"

namespace lab::host {

// Where a machine listens. An empty host or "localhost" is 127.0.0.1 and, where it exists, ::1;
// with `any`, an empty host is every address of the machine. Port 0: a free one.
struct ListenOn {
  std::string name;
  std::string host;
  std::uint16_t port = 0;
  bool any = false;
};

struct RunnerOptions {
  std::vector<ListenOn> listeners;
  std::string root;                              // of file effects; empty: the machine has none
  std::int64_t disk_write_bytes_per_second = 0;  // 0: as fast as the disk is
  std::size_t max_connections = 8192;            // accepted ones; more are closed at once
  std::size_t max_unsent_bytes = 256 << 20;      // of one connection; more closes it
  Duration flush_timeout = seconds(5);           // how long a Close after flush may wait
  std::uint64_t seed = 0, incarnation = 0;       // of Start; 0: drawn from the kernel
  std::function<void(const trace::Event&)> on_trace;
  std::function<void(const LogLine&, WallTime)> on_log;
  // The machine said Halt and its file effects are done; the runner is at rest. May destroy nothing
  // of the runner itself.
  std::function<void(const Halt&)> on_halt;
  // Where set, a failed LAB_CHECK of the machine ends this runner only, with what() as argument;
  // where not, it is thrown out of io_context::run.
  std::function<void(const std::string&)> on_crash;
};

// The state of the bytes to or from one peer, for faults on live links (DESIGN §3): held bytes
// wait, delayed ones come so much later. No connection is closed: a dead link tells neither end
// that it is dead, so that only timeouts find it out, and that is what is to be seen. Let go,
// everything goes on where it stood, what was slow on its way comes at once, and nothing is
// overtaken.
struct LinkHold {
  bool writes = false;  // nothing is sent to it
  bool reads = false;   // nothing is read from it
  Duration write_delay{}, read_delay{};
  bool holds() const { return writes || reads; }
  bool any() const { return holds() || write_delay + read_delay > Duration{}; }
};

class Runner {
 public:
  Runner(asio::io_context& io, Machine& machine, RunnerOptions options);
  // Drops all connections; waits for the file effects.
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Binds every listener; connections are refused until the machine says Listen. The error names
  // the listener, the port and the process that holds it.
  Result<> bind();
  // Hands the machine its Start. Call once, after bind().
  void start();
  // The port that a listener got; 0 where there is none of this name.
  std::uint16_t port(const std::string& listener) const;

  // Calls `call` on the io_context's thread as a bracket of its own (as an input would be), and
  // carries out the effects. From any thread. Dropped where the runner has halted.
  void post(std::function<void(const Now&, Effects&)> call);
  // Delivers Admin stop, or Admin snapshot. From any thread.
  void stop();
  void snapshot();
  bool halted() const;

  // Holds, delays, or lets go, the bytes of connections that this machine opened to `peer`. Opening
  // a new one waits while anything is held, and takes both delays longer.
  void hold(const Address& peer, LinkHold hold);
  // The connections that this machine opened to `peer` end with this reason.
  void break_links(const Address& peer, const std::string& reason);

  // Unsent bytes of all connections together (for tests and the inspector).
  std::size_t unsent_bytes() const;
  // And memory for bytes that are read, and on their way over a slow link.
  std::size_t late_bytes() const;
  std::size_t connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace lab::host
