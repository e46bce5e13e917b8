#include "engine/sim/told.h"

#include <fmt/format.h>

#include <csignal>

namespace lab::sim {

void Told::tell(NodeId node, trace::Payload payload) {
  trace::Event event;
  event.number = next_++;
  event.at = world_.now();
  event.node = node;
  event.payload = std::move(payload);
  tell_(event);
}

void Told::traced(MemberId id, const trace::Event& event) {
  if (const auto* halted = std::get_if<trace::NodeHalted>(&event.payload)) halted_[id] = *halted;
  tell_(event);
}

void Told::started(MemberId id) {
  halted_.erase(id);
  if (id == clients_) return;
  tell(node(id), trace::ProcessStarted{0, fmt::format("brokerd server-{}.properties", node(id))});
}

void Told::ended(MemberId id, const std::string& reason) {
  if (id == clients_) return;
  const auto halted = halted_.find(id);
  trace::ProcessExited exited;
  if (reason == World::crashed || reason == World::lost_power) {
    exited.signal = SIGKILL;
    exited.asked = true;
  } else if (halted != halted_.end()) {
    exited.code = halted->second.clean ? 0 : 1;
    exited.asked = halted->second.clean;
    if (!halted->second.clean) exited.last_error = reason;
  } else {
    exited.signal = SIGABRT;
    exited.last_error = "A check failed: " + reason;
  }
  tell(node(id), exited);
}

void Told::frozen(MemberId id, bool frozen) {
  if (id != clients_) tell(node(id), trace::ProcessFrozen{0, frozen});
}

std::string Told::end_name(MemberId id) const {
  return id == clients_ ? std::string("clients") : fmt::format("{}", node(id));
}

void Told::link(MemberId from, MemberId to, const LinkState& before, const LinkState& after) {
  const auto name = end_name(from) + "\u2192" + end_name(to);
  if (after.cut != before.cut) fault({"cut", name, "", after.cut});
  if (after.delay != before.delay) {
    const bool slow = after.delay > Duration{};
    const auto ms = static_cast<double>(after.delay.count()) / 1e6;
    fault({"delay", name, slow ? fmt::format("{:.0f} ms", ms) : std::string(), slow});
  }
}

}  // namespace lab::sim
