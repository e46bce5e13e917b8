// What a partition's leader knows of its followers: how far each has fetched, who is in sync, and
// what follows for the high watermark and for the ISR. Pure bookkeeping: Partition calls it; it
// never talks to anyone. Rules: Kafka's Partition.scala as KAFKA.md §2.4 tells them (KIP-497,
// KIP-704, KIP-966).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace lab::replication {

// A member that a leader proposes for the ISR, with the broker epoch in which it fetched.
struct IsrMember {
  NodeId id = no_node;
  BrokerEpoch epoch{-1};
  bool operator==(const IsrMember&) const = default;
};

class InSync {
 public:
  // May this follower, fetching in this broker epoch, be in the ISR at all (not fenced, not
  // shutting down, epoch as the metadata has it)?
  using Eligible = std::function<bool(NodeId, BrokerEpoch)>;

  // A leadership begins: in_sync holds the leader itself too.
  InSync(NodeId self, std::vector<NodeId> replicas, std::vector<NodeId> in_sync,
         std::int32_t partition_epoch, Offset epoch_start, Instant now);

  // The metadata says otherwise than before within the same leadership; ends a pending proposal
  // that it has overtaken.
  void metadata(std::vector<NodeId> replicas, std::vector<NodeId> in_sync,
                std::int32_t partition_epoch, Instant now);

  // A follower fetched at `at`: it has everything before. True where it has just caught up with
  // `leader_end`.
  bool fetched(NodeId follower, BrokerEpoch epoch, Offset at, Offset leader_end, Instant now);

  // The offset up to which every member of the maximal ISR has everything, and every caught-up
  // follower that is about to join; own_end is the leader's written end.
  Offset high_watermark(Offset own_end, Instant now, Duration lag_max,
                        const Eligible& eligible) const;

  // The ISR to propose because `follower` may join; nullopt where it may not or a proposal is
  // pending.
  std::optional<std::vector<IsrMember>> grown_by(NodeId follower, Offset high_watermark,
                                                 BrokerEpoch own_epoch,
                                                 const Eligible& eligible) const;
  // The ISR to propose because members were not caught up for lag_max; nullopt where all are.
  std::optional<std::vector<IsrMember>> shrunk(Offset own_end, Instant now, Duration lag_max,
                                               BrokerEpoch own_epoch) const;
  std::vector<IsrMember> members(const std::vector<NodeId>& ids, BrokerEpoch own_epoch) const;

  void propose(const std::vector<IsrMember>& members);
  void accepted(std::vector<NodeId> in_sync, std::int32_t partition_epoch);
  void refused() { pending_.reset(); }

  const std::vector<NodeId>& replicas() const { return replicas_; }
  const std::vector<NodeId>& in_sync() const { return in_sync_; }
  // Committed ISR plus what a pending proposal adds.
  std::vector<NodeId> maximal() const;
  bool pending() const { return pending_.has_value(); }
  std::int32_t partition_epoch() const { return partition_epoch_; }
  // How far a follower is known to be; no_offset where it has not fetched in this leadership.
  Offset follower_end(NodeId id) const;

 private:
  struct Follower {
    Offset end = no_offset;
    Offset leader_end_then{0};  // the leader's end at its last fetch
    Instant last_fetch{}, last_caught_up{};
    BrokerEpoch epoch{-1};
  };
  bool lags(const Follower& follower, Offset own_end, Instant now, Duration lag_max) const;

  NodeId self_;
  std::vector<NodeId> replicas_, in_sync_;
  std::int32_t partition_epoch_;
  Offset epoch_start_;
  std::map<NodeId, Follower> followers_;
  std::optional<std::vector<NodeId>> pending_;
};

bool contains(const std::vector<NodeId>& ids, NodeId id);

}  // namespace lab::replication
