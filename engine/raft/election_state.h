// What a voter must never forget: its epoch, its vote, and the leader it knows. The content of
// __cluster_metadata-0/quorum-state, as JSON in Kafka's format (QuorumStateData). Used by Quorum
// and by kafka-storage; it reads and writes no file itself.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uuid.h"

namespace lab::raft {

inline constexpr const char* quorum_state_file = "__cluster_metadata-0/quorum-state";

struct ElectionState {
  Epoch epoch{0};
  NodeId leader = no_node;
  NodeId voted = no_node;  // in this epoch
  Uuid voted_directory;    // zero where not known
  bool operator==(const ElectionState&) const = default;

  std::string text() const;
  // Reads data_version 0 and 1. Errors name what is wrong.
  static Result<ElectionState> parse(std::string_view text);
};

}  // namespace lab::raft
