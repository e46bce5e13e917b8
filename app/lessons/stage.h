// A cluster without a window: what the solver and scripts run lessons on. It owns the source and
// the model, hands console lines to the executor, and is the Outside of whatever runs on it. main
// gives it how clusters are made and how lines are run, because this room sees only interfaces.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/lessons/outside.h"

namespace lab::lessons {

struct Worlds {
  // A fresh cluster: real processes where `live`, else simulated.
  std::function<Result<std::unique_ptr<sources::Source>>(const ClusterKind& kind, bool live)> make;
  // One line of the console's grammar on a source.
  std::function<void(const std::string& line, sources::Source& source, sources::Then then)> run;
};

class Stage : public Outside {
 public:
  Stage(Worlds worlds, bool live) : worlds_(std::move(worlds)), live_(live) {}

  // Takes what came: the model has applied each event when `see` gets it. Waits a little where the
  // time is real and nothing came.
  void turn(const std::function<void(const trace::Event&)>& see);
  bool live() const { return live_; }
  sources::Source* source() { return source_.get(); }

  void fresh(const ClusterKind& kind, sources::Then then) override;
  void run(const std::string& line, sources::Then then) override;
  const model::ClusterModel& model() const override { return model_; }
  Instant now() const override { return source_ ? source_->now() : Instant{}; }
  double desk_seconds() const override;
  std::vector<Address> bootstrap() const override;
  std::string properties(NodeId broker) const override;
  std::string properties_file(NodeId broker) const override;
  std::string log_file(NodeId broker) const override;
  std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const override;

 private:
  Worlds worlds_;
  bool live_;
  std::unique_ptr<sources::Source> source_;
  std::uint64_t generation_ = 0;
  model::ClusterModel model_;
  std::vector<trace::Event> events_;
};

// For other Outsides that have a source.
std::string properties_file_of(const sources::Source& source, NodeId broker);
std::string log_file_of(const sources::Source& source, NodeId broker);

}  // namespace lab::lessons
