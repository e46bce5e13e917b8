#include "engine/broker/controller_link.h"

namespace lab::broker {

void ControllerLink::leader(NodeId id) {
  if (id == leader_) return;
  leader_ = id;
  if (connection_) {
    // Kept until this input is over: one of its own callbacks may be running.
    const auto old = std::exchange(connection_, nullptr);
    old->close("the active controller is node " + std::to_string(id.v) + " now");
    after(Duration{}, [old] {});
  }
  const auto it = controllers_.find(id);
  if (it == controllers_.end()) return;
  connection_ = std::make_shared<client::Connection>(context_, it->second, options_);
}

void ControllerLink::no_controller(std::function<void()> tell) {
  after(Duration{}, std::move(tell));
}

void ControllerLink::after(Duration delay, std::function<void()> then) {
  const std::uint64_t id = next_wait_++;
  auto timer = std::make_unique<Context::Timer>(context_, [this, id, then = std::move(then)] {
    const auto own = waits_.extract(id);  // lives until `then` is over
    then();
  });
  timer->arm_in(delay);
  waits_.emplace(id, std::move(timer));
}

}  // namespace lab::broker
