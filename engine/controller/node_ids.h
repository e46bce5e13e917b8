// Node ids as the machines have them (NodeId) and as messages and records have them (int32).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/ids.h"

namespace lab::controller {

inline std::vector<NodeId> node_ids(const std::vector<std::int32_t>& raw) {
  std::vector<NodeId> out;
  out.reserve(raw.size());
  for (const std::int32_t id : raw) out.push_back(NodeId(id));
  return out;
}
inline std::vector<NodeId> node_ids(const std::optional<std::vector<std::int32_t>>& raw) {
  return raw ? node_ids(*raw) : std::vector<NodeId>{};
}
inline std::vector<std::int32_t> raw_ids(const std::vector<NodeId>& ids) {
  std::vector<std::int32_t> out;
  out.reserve(ids.size());
  for (const NodeId id : ids) out.push_back(id.v);
  return out;
}

}  // namespace lab::controller
