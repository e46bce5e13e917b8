// Where a cluster comes from, as the rest of the app sees it: a stream of events in, commands out,
// clients to work with, and a list of what can be done. Live, recorded, simulated and attached
// clusters differ only behind this interface. Model, views, lessons, console and scripts need
// nothing else; they never ask which source it is, only what it can do.
//
// One thread owns a source and makes all calls but hand_back. What is asked for happens soon and
// never within the call; answers come within a later take().
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/model/cluster_model.h"
#include "app/sources/broker_files.h"
#include "app/sources/command.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/machine/machine.h"
#include "engine/trace/event.h"

namespace lab::sources {

class LabClients;

// What this source can do; a control for what it cannot is not shown, and a command for it is
// answered with the reason.
struct Capabilities {
  bool processes = false;    // NodeCommand
  bool clients = false;      // with_clients
  bool link_faults = false;  // LinkCommand cut and heal
  bool link_timing = false;  // LinkCommand delay and reset
  bool properties = false;   // PropertyCommand, FilesAction::reset_properties
  bool log_dirs = false;     // FilesAction::wipe and format
  bool add_brokers = false;  // ClusterAction::add_broker
  bool reset = false;        // ClusterAction::reset
  bool pace = false;         // set_pace, step: time itself can stand still
  bool seek = false;         // span, seek, step_back: any moment of it can be looked at
  bool rewind = false;       // go back and act there
};

// An answer: one line for the person who asked, or why it was not done.
using Answer = Result<std::string>;
using Then = std::function<void(Answer)>;

// One line for the person that nobody asked for: a producer that stopped by itself, a recording
// that failed, what could not be started.
struct Notice {
  std::uint64_t number = 0;  // counts up by one
  std::string text;
  bool trouble = false;
};

// Time goes as fast as it can: for scripts.
inline constexpr double unlimited_pace = std::numeric_limits<double>::infinity();

class Source {
 public:
  virtual ~Source() = default;

  // ---- What it is
  virtual Capabilities capabilities() const = 0;
  // Of the cluster, for captions.
  virtual std::string name() const = 0;
  // By id; more after ClusterAction::add_broker.
  virtual std::vector<NodeId> brokers() const = 0;
  // Where clients connect first: "localhost:9092" and so on, one a broker.
  virtual std::vector<Address> bootstrap() const = 0;
  // The time of the events: CLOCK_MONOTONIC of a live cluster, virtual time of a simulated one.
  virtual Instant now() const = 0;
  // Of a simulated cluster; none: its time is real.
  virtual std::optional<std::uint64_t> seed() const { return std::nullopt; }
  // Goes up with each reset, and when a recording goes back. When it has changed, what a model
  // knows is of a cluster that is gone, or of later: begin with beginning(), all that take() gives
  // follows on that.
  virtual std::uint64_t generation() const { return 0; }
  // What is known when this generation begins: the model to go on with.
  virtual model::ClusterModel beginning() const { return {}; }

  // Why the cluster could not be begun at all; empty as long as it was.
  virtual const std::string& failure() const;

  // ---- What happens
  // Appends the events that came since the last call, in the order of their coming; runs the
  // answers of commands that are done and what was handed back. Never blocks; of a simulated
  // cluster this is where it lives, for some milliseconds of CPU at most. An owner that comes too
  // seldom loses events: a gap mark says how many, and fresh snapshots follow.
  virtual void take(std::vector<trace::Event>& out) = 0;
  // The newest last, at most 100; changes within take() and say() only.
  const std::deque<Notice>& notices() const { return notices_; }
  // Adds one of one's own.
  void say(std::string text, bool trouble = false);

  // ---- What can be asked for. `then` runs once, within a later take(); it may be empty.
  virtual void command(const Command& command, Then then) = 0;

  // Runs `call` where the lab's clients live (another thread, of a live cluster), as one input of
  // their machine: all of LabClients may be used in it, and its ClientMachine too. The answers of
  // clients come there as well: what is to reach the owner goes through hand_back.
  virtual void with_clients(std::function<void(LabClients&)> call) = 0;
  // From anywhere: `call` runs on the owner's thread within take(), in the order of handing.
  virtual void hand_back(std::function<void()> call) = 0;
  // For answers of clients: a `then` that may be called there and runs here.
  Then back(Then then) {
    return [this, then = std::move(then)](Answer answer) {
      hand_back([then, answer = std::move(answer)] { then(answer); });
    };
  }

  // ---- A broker's files
  // Empty where brokers have none that a person could open.
  virtual std::vector<BrokerFiles> files() const { return {}; }
  // Its server.properties as it is now (not necessarily what a running broker was started with).
  virtual Result<std::string> properties(NodeId broker) const = 0;
  // The last lines of its own log, oldest first; empty where it has said nothing.
  virtual std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const = 0;

  // ---- Time; only with capabilities().pace
  // Seconds of the cluster in a real second: 0 stands still, 1 is real time, 0.1 slow,
  // unlimited_pace as fast as the machine can.
  virtual void set_pace(double) {}
  virtual double pace() const { return 1; }
  // True where the machine could not keep the pace: less time has passed than should have.
  virtual bool behind() const { return false; }
  // While time stands still: lets it go on to the next event of this weight (bulk: any), which the
  // next take() gives.
  virtual void step(trace::Weight) {}

  // ---- Any moment of a recording; only with capabilities().seek. Going back begins a generation.
  struct Span {
    Instant first{}, last{};
  };
  virtual Span span() const { return {}; }
  // To a moment within the span; what lies outside means its ends.
  virtual void seek(Instant) {}
  // To where the control event before the present one had just happened.
  virtual void step_back() {}

 protected:
  // The newest notices that are kept.
  static constexpr std::size_t most_notices = 100;

 private:
  std::deque<Notice> notices_;
  std::uint64_t next_notice_ = 0;
};

}  // namespace lab::sources
