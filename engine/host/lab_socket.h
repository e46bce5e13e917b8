// The lab socket (DESIGN §3): a broker tells its trace events on a Unix socket, and takes fault
// commands on it. LabSocketServer is the broker's end, LabSocketReader the lab's. A message, both
// ways, is a 4-byte big-endian length and one event in trace/codec.h's form.
//
// A new reader gets the control events kept since the start, then a snapshot, then what happens.
// One that falls behind loses events, is told how many (Gap) and gets a fresh snapshot; it never
// slows the broker.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/host/asio.h"
#include "engine/trace/event.h"

namespace lab::host {

struct LabSocketOptions {
  std::string path;                            // at most 107 bytes
  std::size_t max_kept_events = 4096;          // control events for new readers
  std::size_t max_reader_bytes = 4 << 20;      // unsent bytes of one reader
  std::size_t max_readers = 16;                // more are closed at once
  std::uint32_t folded_above_per_second = 20;  // bulk events of one link
  Duration fold = milliseconds(50);
};

class LabSocketServer {
 public:
  // Asks the machine for a snapshot (Runner::snapshot): its events come back through publish().
  using AskSnapshot = std::function<void()>;
  // Carries out a fault command. What it gives is the answer to who sent it, and told to all
  // others; new readers are told what is in force. May be empty: all are refused.
  using OnCommand = std::function<Result<trace::FaultChanged>(const trace::FaultChanged&)>;

  LabSocketServer(asio::io_context& io, LabSocketOptions options, AskSnapshot ask_snapshot,
                  OnCommand on_command = {});
  ~LabSocketServer();  // removes the socket file
  LabSocketServer(const LabSocketServer&) = delete;
  LabSocketServer& operator=(const LabSocketServer&) = delete;

  // Listens. A socket file that nobody listens on any more is replaced; one that is in use is an
  // error, as is a path that is too long.
  Result<> listen();
  // Every event of the machine, in order, on the io_context's thread.
  void publish(const trace::Event& event);
  std::size_t readers() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

class LabSocketReader {
 public:
  static constexpr std::string_view refused_mark = "refused: ";
  struct Handlers {
    std::function<void(trace::Event)> on_event;
    // Once, when the connection is gone or could not be made.
    std::function<void(const std::string& reason)> on_closed;
  };

  LabSocketReader(asio::io_context& io, std::string path, Handlers handlers);
  ~LabSocketReader();
  LabSocketReader(const LabSocketReader&) = delete;
  LabSocketReader& operator=(const LabSocketReader&) = delete;

  // Connects; handlers run on the io_context only, never from within.
  void connect();
  // The other end's process by SO_PEERCRED, while connected; 0 where it is not.
  std::int64_t peer_pid() const;
  // Sends a fault command. Its answer is an event whose `cause` is `number` and whose payload says
  // what is so now, or is the command again with a `detail` that begins with refused_mark.
  void command(const trace::FaultChanged& fault, std::uint64_t number);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace lab::host
