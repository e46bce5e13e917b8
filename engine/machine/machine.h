// The contract between a state machine and the host that drives it (DESIGN §1). A Machine eats
// inputs, each with the time at which it happened, and returns effects in order. It opens no
// socket, starts no thread, asks no clock. engine/host drives it with real sockets and files,
// engine/sim with a world of its own. One input is handled completely before the next; a Machine
// never re-enters itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/slice.h"
#include "engine/base/time.h"
#include "engine/trace/event.h"

namespace lab {

using ConnId =
    Strong<struct ConnIdTag, std::uint64_t>;  // odd: opened by the machine, even: by a peer
using Ticket = Strong<struct TicketTag, std::uint64_t>;  // joins a file effect to its Done

struct Address {
  std::string host;
  std::uint16_t port = 0;
  auto operator<=>(const Address&) const = default;
  std::string text() const { return host + ":" + std::to_string(port); }
};

// ---- Inputs
// -------------------------------------------------------------------------------------------

// The first input. `seed` feeds all randomness; `incarnation` differs at each start of the same
// node.
struct Start {
  std::uint64_t seed = 0;
  std::uint64_t incarnation = 0;
};
// A connection stands: accepted on `listener`, or (listener empty) the answer to an Open.
struct Opened {
  ConnId conn;
  std::string listener;
  Address remote;
  std::uint16_t local_port = 0;
};
// Bytes that arrived, in order, cut anywhere.
struct Bytes {
  ConnId conn;
  Slice slice;
};
// `count` more bytes of what was sent have left this process.
struct Writable {
  ConnId conn;
  std::uint64_t count = 0;
};
// The connection is gone (or an Open failed: then no Opened came before). Nothing follows on it.
struct Closed {
  ConnId conn;
  std::string reason;
};
enum class IoStatus : std::uint8_t { ok, failed, disk_full };
// A file effect is done. `data` has what a Read read (shorter at the end of the file).
struct Done {
  Ticket ticket;
  IoStatus status = IoStatus::ok;
  std::string error;  // where status is not ok
  Slice data;
};
// The instant of the last WakeAt has come.
struct Wake {};
struct Admin {
  enum class Kind : std::uint8_t {
    stop,
    snapshot
  };  // stop: SIGTERM; snapshot: tell the state anew
  Kind kind = Kind::stop;
};

using Input = std::variant<Start, Opened, Bytes, Writable, Closed, Done, Wake, Admin>;

// ---- Effects
// ------------------------------------------------------------------------------------------

enum class Security : std::uint8_t { plaintext };
struct Open {
  ConnId conn;  // odd, chosen by the machine
  Address address;
  Security security = Security::plaintext;
};
struct Send {
  ConnId conn;
  Slices slices;
};
struct Close {
  ConnId conn;
  bool after_flush = false;  // false: at once, unsent bytes are dropped
  std::string reason;
};
struct PauseRead {
  ConnId conn;
};
struct ResumeRead {
  ConnId conn;
};
// The machine has recovered: the host accepts on all its listeners from now on.
struct Listen {};

// Files are named by their path below the log directory. Effects on one file happen in order, a
// Rename after all before it on both names. Directories above a file are made with it.
struct Create {
  std::string file;
};
struct Write {
  std::string file;
  std::uint64_t at = 0;
  Slices slices;
  Ticket ticket;
};
struct Truncate {
  std::string file;
  std::uint64_t size = 0;
  Ticket ticket;
};
struct Rename {
  std::string from, to;
  Ticket ticket;
};
// A file, or a directory with all in it; one that is not there is no error.
struct Remove {
  std::string path;
  Ticket ticket;
};
struct Read {
  std::string file;
  std::uint64_t at = 0, size = 0;
  Ticket ticket;
};
// Makes a file's bytes, or a directory's names, survive a power loss.
struct Sync {
  std::string path;
  Ticket ticket;
};
// Replaces the one before.
struct WakeAt {
  Instant at{};
};
struct Trace {
  trace::Event event;
};
enum class Level : std::uint8_t { debug, info, warn, error };
// A line for the broker's own log (server.log), in Kafka's words.
struct LogLine {
  Level level = Level::info;
  std::string logger;
  std::string text;
};
// The machine ends. `clean`: a controlled shutdown that went to its end.
struct Halt {
  bool clean = false;
  std::string reason;
};

using Effect = std::variant<Open, Send, Close, PauseRead, ResumeRead, Listen, Create, Write,
                            Truncate, Rename, Remove, Read, Sync, WakeAt, Trace, LogLine, Halt>;
using Effects = std::vector<Effect>;

class Machine {
 public:
  virtual ~Machine() = default;
  // Handles one input; appends what is to be done to `effects`. May throw CheckFailed, after which
  // the machine is not used any more.
  virtual void handle(const Now& now, Input input, Effects& effects) = 0;
};

}  // namespace lab
