// See faults.h.
#include "app/scene/faults.h"

#include <charconv>

namespace lab::scene {
namespace {

std::optional<NodeId> node_of(std::string_view text) {
  std::int32_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return NodeId(value);
}

}  // namespace

std::optional<FaultTarget> fault_target(std::string_view target) {
  if (const auto node = node_of(target)) return FaultTarget{*node, no_node};
  for (const std::string_view arrow : {"->", "→", ">", "/"}) {
    const std::size_t at = target.find(arrow);
    if (at == std::string_view::npos) continue;
    const auto from = node_of(target.substr(0, at)), to = node_of(target.substr(at + arrow.size()));
    if (from && to) return FaultTarget{*from, *to};
  }
  return std::nullopt;
}

const model::Fault* fault_on(const model::ClusterModel& model, NodeId node) {
  for (const auto& [key, fault] : model.faults()) {
    const auto target = fault_target(fault.target);
    if (target && target->to == no_node && target->from == node) return &fault;
  }
  return nullptr;
}

const model::Fault* fault_between(const model::ClusterModel& model, NodeId from, NodeId to) {
  for (const auto& [key, fault] : model.faults()) {
    const auto target = fault_target(fault.target);
    if (target && target->from == from && target->to == to) return &fault;
  }
  return nullptr;
}

}  // namespace lab::scene
