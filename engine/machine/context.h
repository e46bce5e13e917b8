// What the parts of one machine share while it runs: the time of the present input, the effects it
// will return, timers, completions of file effects, the tracer, the log and the random numbers.
// Owned by the machine (broker::Node, a client, a test); parts keep a reference to it.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "engine/base/rng.h"
#include "engine/machine/machine.h"

namespace lab {

class Context {
 public:
  using OnDone = std::function<void(const Done&)>;
  using OnTime = std::function<void()>;

  // A timer that is armed again and again keeps its place; destroying it disarms it.
  class Timer {
   public:
    Timer(Context& context, OnTime on_time) : context_(context), on_time_(std::move(on_time)) {}
    ~Timer() { cancel(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    // Fires once at `at` (or with the next input after it), unless armed anew or cancelled before.
    void arm(Instant at);
    void arm_in(Duration delay) { arm(context_.now().monotonic + delay); }
    void cancel();
    bool armed() const { return armed_; }
    Instant at() const { return at_; }

   private:
    friend class Context;
    Context& context_;
    OnTime on_time_;
    bool armed_ = false;
    Instant at_{};
    std::uint64_t order_ = 0;
  };

  Context(NodeId node, bool traced) : node_(node), traced_(traced) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // ---- For the machine that owns it: bracket each input.
  void begin(const Now& now, Effects& effects);
  // Runs what is due; then asks the host to wake the machine for the next timer.
  void run_due_timers();
  void end();
  void started(const Start& start);
  // Runs the completion of a file effect; false where the ticket is unknown.
  bool complete(const Done& done);

  // ---- For its parts.
  const Now& now() const { return now_; }
  Instant monotonic() const { return now_.monotonic; }
  NodeId node() const { return node_; }
  std::uint64_t incarnation() const { return incarnation_; }
  Rng& rng() { return rng_; }

  ConnId open(Address address);
  void send(ConnId conn, Slices slices) { emit(Send{conn, std::move(slices)}); }
  void close(ConnId conn, bool after_flush, std::string reason) {
    emit(Close{conn, after_flush, std::move(reason)});
  }
  void emit(Effect effect);

  void create(std::string file) { emit(Create{std::move(file)}); }
  void write(std::string file, std::uint64_t at, Slices slices, OnDone on_done);
  void truncate(std::string file, std::uint64_t size, OnDone on_done);
  void rename(std::string from, std::string to, OnDone on_done);
  void remove(std::string path, OnDone on_done);
  void read(std::string file, std::uint64_t at, std::uint64_t size, OnDone on_done);
  void sync(std::string path, OnDone on_done);
  // A control file: written beside, synced, renamed over the old one, its directory synced.
  void replace_file(std::string file, Slice content, OnDone on_done);

  // Traces an event and returns its number, or no_cause where nothing is traced. Its cause is what
  // set_cause said last in this input.
  std::uint64_t trace(trace::Payload payload);
  void set_cause(std::uint64_t cause) { cause_ = cause; }
  bool traced() const { return traced_; }

  template <class... Args>
  void log(Level level, const char* logger, fmt::format_string<Args...> format, Args&&... args) {
    emit(LogLine{level, logger, fmt::format(format, std::forward<Args>(args)...)});
  }
  void halt(bool clean, std::string reason) {
    emit(Halt{clean, std::move(reason)});
    halted_ = true;
  }
  bool halted() const { return halted_; }

 private:
  Ticket expect(OnDone on_done);

  NodeId node_;
  bool traced_;
  bool halted_ = false;
  Now now_{};
  Effects* effects_ = nullptr;
  Rng rng_{0};
  std::uint64_t incarnation_ = 0;
  std::uint64_t next_conn_ = 1, next_ticket_ = 1, next_event_ = 0, next_timer_ = 0;
  std::uint64_t cause_ = trace::no_cause;
  std::map<Ticket, OnDone> pending_;
  std::map<std::pair<Instant, std::uint64_t>, Timer*> timers_;
  std::optional<Instant> asked_wake_;
};

}  // namespace lab
