// Where a cluster comes from, as the rest of the app sees it: a stream of events in, commands out,
// and a list of what can be done. Live, recorded, simulated and attached clusters differ only
// behind this interface. Model, views, lessons and the console use it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/trace/event.h"

namespace lab::sources {

// What this source can do; a control for what it cannot is not shown.
struct Capabilities {
  bool processes = false;    // kill, stop, start, freeze, thaw of single brokers
  bool clients = false;      // built-in producers and consumers
  bool link_faults = false;  // cut and delay links
  bool rewind = false;       // go back and act there
  bool pace = false;         // pause, step, slow down the cluster itself
};

enum class NodeAction : std::uint8_t { start, stop, kill, freeze, thaw };
std::string_view name_of(NodeAction action);  // "start"

struct NodeCommand {
  NodeAction action = NodeAction::start;
  NodeId node = no_node;
  bool operator==(const NodeCommand&) const = default;
};

// An answer: one line for the person who asked, or why it was not done.
using Answer = Result<std::string>;
using Then = std::function<void(Answer)>;

class Source {
 public:
  virtual ~Source() = default;
  virtual Capabilities capabilities() const = 0;
  virtual std::string name() const = 0;  // of the cluster, for captions

  // Appends the events that came since the last call, in the order of their coming; runs the
  // answers of commands that are done. Never blocks. Called by the one thread that owns the model.
  virtual void take(std::vector<trace::Event>& out) = 0;
  // `then` runs within a later take().
  virtual void command(const NodeCommand& command, Then then) = 0;
};

}  // namespace lab::sources
