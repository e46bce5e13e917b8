// Which faults lie on what: the model keeps them as words ("cut" "1->2"), the picture needs nodes.
// A target is "N" (a node) or "A->B" (all bytes from A to B). Used by cards and wires.
#pragma once

#include <optional>
#include <string_view>

#include "app/model/cluster_model.h"

namespace lab::scene {

struct FaultTarget {
  NodeId from = no_node, to = no_node;  // `to` -1: a node's own fault
};
// Nothing where the target is neither.
std::optional<FaultTarget> fault_target(std::string_view target);
// The first fault that lies on this node itself, or nullptr.
const model::Fault* fault_on(const model::ClusterModel& model, NodeId node);
// A fault of kind "cut" or "delay" on the bytes from → to, or nullptr.
const model::Fault* fault_between(const model::ClusterModel& model, NodeId from, NodeId to);

}  // namespace lab::scene
