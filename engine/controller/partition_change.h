// What becomes of a partition when its ISR, the brokers or the wish for a leader change: the rules
// of election and of eligible leader replicas (KAFKA.md §2.4, KIP-966, KIP-704). Called by the
// controller; pure, it changes nothing itself.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/controller/image.h"

namespace lab::controller {

enum class Election : std::uint8_t {
  online,     // keep the leader while it is valid
  preferred,  // the first replica of the assignment, where it is valid
  unclean     // rather lose records than stay without a leader
};

// What a partition shall become; the rules decide on leader and ELR.
struct PartitionTarget {
  std::vector<NodeId> isr;
  bool recovering = false;
  Election election = Election::online;
  NodeId unclean_shutdown = no_node;  // may have lost records: it leaves the ELR too
};

struct ElectionRules {
  std::int32_t min_isr = 1;  // effective: at most the number of replicas
  bool elr = true;           // without it an ISR never becomes empty
  std::function<bool(NodeId)> may_lead;
};

struct PartitionChange {
  protocol::PartitionChangeRecord record;
  bool unclean = false;      // the new leader may lack acknowledged records
  bool last_leader = false;  // so it is, but nobody has more: it led last, and was killed
};

// The target that changes nothing but what the rules themselves want.
PartitionTarget target_of(const Partition& partition);

// nullopt where nothing changes.
std::optional<PartitionChange> change_partition(const PartitionKey& key, const Partition& partition,
                                                PartitionTarget target, const ElectionRules& rules);

}  // namespace lab::controller
