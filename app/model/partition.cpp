#include "app/model/partition.h"

#include <algorithm>

namespace lab::model {

bool PartitionView::has_replica(NodeId node) const {
  return std::find(replicas.begin(), replicas.end(), node) != replicas.end();
}

bool PartitionView::in_isr(NodeId node) const {
  return std::find(isr.begin(), isr.end(), node) != isr.end();
}

std::string_view name_of(ReplicaState state) {
  switch (state) {
    case ReplicaState::unknown:
      return "unknown";
    case ReplicaState::leader:
      return "leader";
    case ReplicaState::in_sync:
      return "in_sync";
    case ReplicaState::out_of_sync:
      return "out_of_sync";
    case ReplicaState::catching_up:
      return "catching_up";
    case ReplicaState::offline:
      return "offline";
  }
  return "?";
}

}  // namespace lab::model
