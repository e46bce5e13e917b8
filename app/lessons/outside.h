// All that lessons may do to the world and see of it beside events: run a console line, begin with
// a fresh cluster, look into a broker's files. The window's lesson, the solver and scripts each
// have one; tests write their own. Runner and conditions know nothing else outside of this room.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/model/cluster_model.h"
#include "app/sources/source.h"

namespace lab::lessons {

// The cluster that a lesson begins with.
struct ClusterKind {
  int brokers = 3;
  std::vector<std::pair<std::string, std::string>> properties;  // as --set has them
  bool live = false;                                            // real processes are needed
  bool operator==(const ClusterKind&) const = default;
};

class Outside {
 public:
  virtual ~Outside() = default;

  // Ends the cluster and begins a fresh one of this kind; `then` says that it was begun (not that
  // it is ready), or why not. The model is a new one from then on.
  virtual void fresh(const ClusterKind& kind, sources::Then then) = 0;
  // One line of the console's grammar; `then` brings what it printed, or why it failed.
  virtual void run(const std::string& line, sources::Then then) = 0;

  virtual const model::ClusterModel& model() const = 0;
  virtual Instant now() const = 0;  // of the cluster's events
  // Seconds that the learner's own clock went on since some beginning: for "how long".
  virtual double desk_seconds() const = 0;

  virtual std::vector<Address> bootstrap() const = 0;
  // Text of server-N.properties as it is now; empty where there is none.
  virtual std::string properties(NodeId broker) const = 0;
  // Where those and its own log are, for words; empty where a broker has no such file.
  virtual std::string properties_file(NodeId broker) const = 0;
  virtual std::string log_file(NodeId broker) const = 0;
  virtual std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const = 0;
};

}  // namespace lab::lessons
