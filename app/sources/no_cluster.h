// The source of a window that has no cluster, because none could be begun: nothing happens in it,
// and what is asked of it is answered so. The window goes on with it until there is another.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/sources/source.h"

namespace lab::sources {

class NoCluster : public Source {
 public:
  // `why` there is none.
  explicit NoCluster(std::string why) : why_(std::move(why)) {}

  Capabilities capabilities() const override { return {}; }
  std::string name() const override { return {}; }
  std::vector<NodeId> brokers() const override { return {}; }
  std::vector<Address> bootstrap() const override { return {}; }
  Instant now() const override;
  const std::string& failure() const override { return why_; }
  void take(std::vector<trace::Event>& out) override;
  void command(const Command& command, Then then) override;
  // There are none: `call` never runs.
  void with_clients(std::function<void(LabClients&)>) override {}
  // Its owner's thread is the only one there is.
  void hand_back(std::function<void()> call) override { calls_.push_back(std::move(call)); }
  Result<std::string> properties(NodeId) const override { return Error{no_cluster}; }
  std::vector<std::string> log_tail(NodeId, std::size_t) const override { return {}; }

 private:
  static constexpr const char* no_cluster = "there is no cluster";
  std::string why_;
  std::vector<std::function<void()>> calls_;
};

}  // namespace lab::sources
