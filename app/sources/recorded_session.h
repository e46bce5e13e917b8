// A recording as a source: its time goes by within take(), at the pace that the owner sets, and the
// owner goes to any other moment. Nothing can be changed in it. Going back begins a new generation
// whose model is beginning(). The window owns one (`brokerlab open`); tests do.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/sources/playback.h"
#include "app/sources/source.h"
#include "engine/host/clock.h"

namespace lab::sources {

class RecordedSession : public Source {
 public:
  // Real time, by which the pace is kept, and the time that reading takes. Tests give their own.
  using Clock = std::function<Instant()>;
  // It stands still at the begin. An error names the file and the position.
  static Result<std::unique_ptr<RecordedSession>> open(const std::string& path,
                                                       Clock clock = host::monotonic_now);

  Capabilities capabilities() const override;
  std::string name() const override { return name_; }
  std::vector<NodeId> brokers() const override;
  std::vector<Address> bootstrap() const override { return {}; }
  Instant now() const override;
  std::uint64_t generation() const override { return generation_; }
  model::ClusterModel beginning() const override { return beginning_; }

  void take(std::vector<trace::Event>& out) override;
  void command(const Command& command, Then then) override;
  // It has none: `call` never runs.
  void with_clients(std::function<void(LabClients&)> call) override;
  // Its owner's thread is the only one there is.
  void hand_back(std::function<void()> call) override { calls_.push_back(std::move(call)); }
  Result<std::string> properties(NodeId) const override;
  std::vector<std::string> log_tail(NodeId, std::size_t) const override { return {}; }

  void set_pace(double pace) override;
  double pace() const override { return pace_; }
  void step(trace::Weight weight) override;
  Span span() const override { return {playback_->first(), playback_->last()}; }
  void seek(Instant at) override;
  void step_back() override;

 private:
  RecordedSession(std::unique_ptr<Playback> playback, std::string name, Clock clock);
  void keep_pace();
  void read(std::vector<trace::Event>& out);
  void arrive(Instant at);
  void restored();

  std::unique_ptr<Playback> playback_;
  std::string name_;
  Clock clock_;
  double pace_ = 0;
  Instant last_real_{};
  Instant due_{};                           // where it should be; reading may take several turns
  bool reached_ = true;                     // all up to there was read
  std::optional<std::uint64_t> to_count_;   // ... or after so many events,
  std::optional<trace::Weight> to_weight_;  // ... or after the next event of this weight
  bool told_damage_ = false;
  std::uint64_t generation_ = 0;
  model::ClusterModel beginning_;
  std::vector<std::function<void()>> calls_;
};

}  // namespace lab::sources
