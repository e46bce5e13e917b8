// A simulated cluster as a source: its time goes by within take(), at the pace that the owner sets,
// on the owner's own thread. The same seed and the same orders at the same virtual times give the
// same events. The window, the command line, lessons and tests own one.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/sources/simulated_cluster.h"
#include "app/sources/source.h"
#include "engine/host/clock.h"

namespace lab::sources {

class SimulatedSession : public Source {
 public:
  // Real time, by which the pace is kept, and what is used up of it by simulating. Tests give their
  // own.
  using Clock = std::function<Instant()>;
  explicit SimulatedSession(SimulatedOptions options);
  SimulatedSession(SimulatedOptions options, Clock clock, Clock work_clock = host::monotonic_now);

  Capabilities capabilities() const override;
  std::string name() const override;
  std::vector<NodeId> brokers() const override { return cluster_->brokers(); }
  std::vector<Address> bootstrap() const override { return cluster_->bootstrap(); }
  Instant now() const override { return cluster_->world().now(); }
  std::optional<std::uint64_t> seed() const override { return options_.seed; }
  std::uint64_t generation() const override { return generation_; }

  // Orders first, at the present instant; then time goes by; then answers.
  void take(std::vector<trace::Event>& out) override;
  void command(const Command& command, Then then) override;
  void with_clients(std::function<void(LabClients&)> call) override;
  void hand_back(std::function<void()> call) override;
  Result<std::string> properties(NodeId broker) const override {
    return cluster_->properties(broker);
  }
  std::vector<std::string> log_tail(NodeId broker, std::size_t lines) const override {
    return cluster_->log_tail(broker, lines);
  }

  void set_pace(double pace) override;
  double pace() const override { return pace_; }
  bool behind() const override { return behind_; }
  void step(trace::Weight weight) override { step_to_ = weight; }

  // Carries out what was asked for and lets exactly this much time go by, however long it takes:
  // for scripts and tests. Events and answers come with the next take().
  void run_for(Duration time);
  // Of all inputs so far: equal for equal runs.
  std::uint64_t digest() const { return cluster_->world().digest(); }

 private:
  void begin();
  void give_orders();
  void carry_out(const Command& command, const Then& then);
  void reset(const Then& then);
  // True where `end` was reached (or the event of a step) before the CPU time was used up.
  bool advance(Instant end, std::optional<trace::Weight> to);
  void keep_pace();
  void forgive(Duration debt);
  void forget_loss();
  void take_step();

  SimulatedOptions options_;
  Clock clock_, work_clock_;
  std::unique_ptr<SimulatedCluster> cluster_;
  std::uint64_t generation_ = 0;
  std::vector<trace::Event> events_;
  std::deque<std::function<void()>> orders_;
  std::mutex mutex_;  // guards calls_
  std::vector<std::function<void()>> calls_;

  double pace_ = 1;
  bool behind_ = false, told_behind_ = false;
  Duration lost_{};  // real time that was let off
  Instant last_real_{}, last_lost_{}, due_{};
  std::optional<trace::Weight> step_to_;
};

}  // namespace lab::sources
