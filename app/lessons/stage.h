// A cluster without a window: what the solver and scripts run lessons on. It owns the source and
// the model, hands console lines to the executor, and is the Outside of whatever runs on it. main
// gives it how clusters are made, because this room sees only their interface.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/commands/console_run.h"
#include "app/lessons/outside.h"

namespace lab::lessons {

// A cluster, and how its time goes by.
struct World {
  std::shared_ptr<void> keep;  // outlives the source: its directory, where it has one of its own
  std::unique_ptr<sources::Source> source;
  // Lets exactly this much time go by; empty: its time is real.
  std::function<void(Duration)> pass;
};
// A fresh cluster: real processes where `live`, else simulated and standing still.
using MakeWorld = std::function<Result<World>(const ClusterKind& kind, bool live)>;

class Stage : public Outside {
 public:
  Stage(MakeWorld make, bool live) : make_(std::move(make)), live_(live) {}

  // Lets a little time go by and takes what came: the model has applied each event when `see` gets
  // it.
  void turn(const std::function<void(const trace::Event&)>& see);
  bool live() const { return live_; }

  void fresh(const ClusterKind& kind, sources::Then then) override;
  void run(const std::string& line, sources::Then then) override;
  const model::ClusterModel& model() const override { return model_; }
  Instant now() const override { return world_.source ? world_.source->now() : Instant{}; }
  double desk_seconds() const override;
  std::vector<Address> bootstrap() const override;
  std::string properties(NodeId broker) const override;
  std::string properties_file(NodeId broker) const override;
  std::string log_file(NodeId broker) const override;
  std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const override;

 private:
  MakeWorld make_;
  bool live_;
  model::ClusterModel model_;
  World world_;
  std::unique_ptr<commands::Console> console_;
  std::uint64_t generation_ = 0;
  std::vector<trace::Event> events_;
};

// For other Outsides that have a source: one line on a console, its answer as one text; a failure
// is what it said on its error output.
void run_line(commands::Console& console, const std::string& line, sources::Then then);
std::string properties_file_of(const sources::Source& source, NodeId broker);
std::string log_file_of(const sources::Source& source, NodeId broker);

}  // namespace lab::lessons
