#include "engine/replication/in_sync.h"

#include <algorithm>

#include "engine/base/planted.h"

namespace lab::replication {

bool contains(const std::vector<NodeId>& ids, NodeId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

InSync::InSync(NodeId self, std::vector<NodeId> replicas, std::vector<NodeId> in_sync,
               std::int32_t partition_epoch, Offset epoch_start, Instant now)
    : self_(self), partition_epoch_(partition_epoch), epoch_start_(epoch_start) {
  metadata(std::move(replicas), std::move(in_sync), partition_epoch, now);
}

void InSync::metadata(std::vector<NodeId> replicas, std::vector<NodeId> in_sync,
                      std::int32_t partition_epoch, Instant now) {
  for (const NodeId id : replicas) {
    if (id == self_ || followers_.contains(id)) continue;
    Follower follower;
    // A member of the ISR gets the whole lag time to show itself to a new leader.
    if (contains(in_sync, id)) follower.last_caught_up = now;
    followers_.emplace(id, follower);
  }
  std::erase_if(followers_, [&](const auto& entry) { return !contains(replicas, entry.first); });
  replicas_ = std::move(replicas);
  in_sync_ = std::move(in_sync);
  partition_epoch_ = partition_epoch;
  pending_.reset();
}

bool InSync::fetched(NodeId id, BrokerEpoch epoch, Offset at, Offset leader_end, Instant now) {
  const auto it = followers_.find(id);
  if (it == followers_.end()) return false;
  Follower& follower = it->second;
  if (epoch < follower.epoch) return false;  // a fetch of an earlier life that came late
  const bool was_behind = follower.end < leader_end;
  if (at >= leader_end) {
    follower.last_caught_up = now;
  } else if (at >= follower.leader_end_then) {
    follower.last_caught_up = std::max(follower.last_caught_up, follower.last_fetch);
  }
  follower.end = at;
  follower.leader_end_then = leader_end;
  follower.last_fetch = now;
  follower.epoch = epoch;
  return was_behind && at >= leader_end;
}

bool InSync::lags(const Follower& follower, Offset own_end, Instant now, Duration lag_max) const {
  return follower.end != own_end && now - follower.last_caught_up > lag_max;
}

Offset InSync::high_watermark(Offset own_end, Instant now, Duration lag_max,
                              const Eligible& eligible) const {
  const auto counted = planted(Bug::proposed_member_not_counted) ? in_sync_ : maximal();
  Offset lowest = own_end;
  for (const auto& [id, follower] : followers_) {
    // Waiting for a follower that is about to join keeps it from being left behind for ever.
    const bool joining = follower.end != no_offset && !lags(follower, own_end, now, lag_max) &&
                         follower.last_caught_up > Instant{} && eligible(id, follower.epoch);
    const bool member = contains(counted, id) && !planted(Bug::slow_member_not_counted);
    if (member || joining) lowest = std::min(lowest, follower.end);
  }
  return lowest;
}

std::optional<std::vector<IsrMember>> InSync::grown_by(NodeId id, Offset high_watermark,
                                                       BrokerEpoch own_epoch,
                                                       const Eligible& eligible) const {
  if (pending_ || contains(in_sync_, id)) return std::nullopt;
  const auto it = followers_.find(id);
  if (it == followers_.end()) return std::nullopt;
  const Follower& follower = it->second;
  const bool behind = follower.end < high_watermark || follower.end < epoch_start_;
  if (behind && !planted(Bug::isr_joined_early)) return std::nullopt;
  if (!eligible(id, follower.epoch)) return std::nullopt;
  auto ids = in_sync_;
  ids.push_back(id);
  return members(ids, own_epoch);
}

std::optional<std::vector<IsrMember>> InSync::shrunk(Offset own_end, Instant now, Duration lag_max,
                                                     BrokerEpoch own_epoch) const {
  if (pending_) return std::nullopt;
  std::vector<NodeId> stay;
  for (const NodeId id : in_sync_) {
    const auto it = followers_.find(id);
    if (it == followers_.end() || !lags(it->second, own_end, now, lag_max)) stay.push_back(id);
  }
  if (stay.size() == in_sync_.size()) return std::nullopt;
  return members(stay, own_epoch);
}

std::vector<IsrMember> InSync::members(const std::vector<NodeId>& ids,
                                       BrokerEpoch own_epoch) const {
  std::vector<IsrMember> out;
  for (const NodeId id : ids) {
    const auto it = followers_.find(id);
    out.push_back({id, it == followers_.end() ? own_epoch : it->second.epoch});
  }
  return out;
}

void InSync::propose(const std::vector<IsrMember>& members) {
  pending_.emplace();
  for (const auto& member : members) pending_->push_back(member.id);
}

void InSync::accepted(std::vector<NodeId> in_sync, std::int32_t partition_epoch) {
  pending_.reset();
  in_sync_ = std::move(in_sync);
  partition_epoch_ = partition_epoch;
}

std::vector<NodeId> InSync::maximal() const {
  auto ids = in_sync_;
  if (pending_) {
    for (const NodeId id : *pending_) {
      if (!contains(ids, id)) ids.push_back(id);
    }
  }
  return ids;
}

Offset InSync::follower_end(NodeId id) const {
  const auto it = followers_.find(id);
  return it == followers_.end() ? no_offset : it->second.end;
}

}  // namespace lab::replication
