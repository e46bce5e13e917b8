// What is asked of the model; what changes it is in applier.h.
#include "app/model/cluster_model.h"

#include <algorithm>

namespace lab::model {

std::optional<std::int64_t> ClusterModel::wall_us(Instant at) const {
  if (!wall_pair_) return std::nullopt;
  const Duration since = at - wall_pair_->first;
  return wall_pair_->second + std::chrono::duration_cast<microseconds>(since).count();
}

const Broker* ClusterModel::broker(NodeId id) const {
  const auto at = brokers_.find(id);
  return at == brokers_.end() ? nullptr : &at->second;
}

bool ClusterModel::anyone_live() const {
  return std::any_of(brokers_.begin(), brokers_.end(),
                     [](const auto& entry) { return entry.second.live(); });
}

std::optional<NodeId> ClusterModel::active_controller() const {
  if (!quorum_.leader.known() || *quorum_.leader == no_node) return std::nullopt;
  const Broker* leader = broker(*quorum_.leader);
  if (leader == nullptr) return std::nullopt;
  if (!leader->alive.value_or(true)) return std::nullopt;
  return leader->id;
}

std::pair<std::int32_t, std::int32_t> ClusterModel::voters() const {
  std::int32_t all = 0, live = 0;
  for (const auto& [id, broker] : brokers_) {
    if (!broker.voter()) continue;
    ++all;
    if (broker.live()) ++live;
  }
  return {live, all};
}

const Partition* ClusterModel::partition(const TopicPartition& id) const {
  const auto at = partitions_.find(id);
  return at == partitions_.end() ? nullptr : &at->second;
}

const Replica* ClusterModel::replica(const TopicPartition& id, NodeId node) const {
  const Partition* found = partition(id);
  if (found == nullptr) return nullptr;
  const auto at = found->replicas.find(node);
  return at == found->replicas.end() ? nullptr : &at->second;
}

std::vector<NodeId> ClusterModel::behind(const Partition& partition) const {
  std::vector<NodeId> out;
  if (partition.agreed == nullptr) return out;
  for (const auto& [node, belief] : partition.beliefs) {
    const Broker* teller = broker(node);
    const bool live = teller == nullptr || !teller->alive.known() || teller->live();
    if (live && partition.agreed->newer_than(*belief.view)) out.push_back(node);
  }
  return out;
}

Offset ClusterModel::row_end(const Partition& partition) const {
  Offset end = no_offset;
  for (const auto& [node, replica] : partition.replicas) {
    if (replica.marks.known()) end = std::max(end, replica.marks->log_end);
  }
  return end;
}

std::optional<Gap> ClusterModel::gap(const Partition& partition, NodeId follower) const {
  if (partition.agreed == nullptr) return std::nullopt;
  const auto leader = partition.replicas.find(partition.agreed->leader);
  const auto own = partition.replicas.find(follower);
  if (leader == partition.replicas.end() || own == partition.replicas.end()) return std::nullopt;
  const Fact<Marks>& ahead = leader->second.marks;
  const Fact<Marks>& here = own->second.marks;
  if (!ahead.known() || !here.known()) return std::nullopt;
  Gap gap;
  gap.leader_end = ahead->log_end;
  // Offsets below 2^62 in size keep the difference of any two in range.
  constexpr std::int64_t limit = std::int64_t{1} << 61;
  const auto bounded = [&](std::int64_t x) { return std::clamp(x, -limit, limit); };
  gap.records = std::max<std::int64_t>(0, bounded(ahead->log_end.v) - bounded(here->log_end.v));
  gap.bytes = std::max<std::int64_t>(0, bounded(ahead->bytes) - bounded(here->bytes));
  gap.per_second = own->second.closes_per_second;
  if (gap.per_second && *gap.per_second > 0.001) {
    const double left = static_cast<double>(gap.records) / *gap.per_second;
    if (left < 1e8)
      gap.time_left = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(left));
  }
  return gap;
}

std::vector<const Connection*> ClusterModel::links_of(const Client& client) const {
  std::vector<const Connection*> out;
  for (const auto& [key, connection] : connections_) {
    if (connection.peer.is_client() && connection.peer.client == client.key) {
      out.push_back(&connection);
    }
  }
  return out;
}

namespace {

std::int64_t beyond(const PartitionLedger& ledger, Offset end) {
  std::int64_t count = 0;
  for (const Acked& range : ledger.ranges) {
    if (range.end > end) count += range.end - std::max(range.first, end);
  }
  return count;
}

// The records of one ledger that are at risk; false where nothing is known to judge by.
bool judge(const ClusterModel& model, const Partition* partition, const PartitionLedger& ledger,
           std::int64_t& count) {
  if (ledger.acked == 0) return true;
  if (partition == nullptr || partition->agreed == nullptr) return false;
  count += ledger.overwritten;
  const std::int64_t kept = beyond(ledger, Offset(0));
  if (partition->agreed->leader == no_node) {
    count += kept;
    return true;
  }
  Offset end = no_offset;
  bool anyone = false;
  for (const NodeId node : partition->agreed->isr) {
    const Broker* broker = model.broker(node);
    if (broker == nullptr || !broker->live()) continue;
    anyone = true;
    const auto at = partition->replicas.find(node);
    const bool told = at != partition->replicas.end() && at->second.marks.known();
    if (told) end = std::max(end, at->second.marks->log_end);
  }
  if (anyone && end == no_offset) return false;
  count += anyone ? beyond(ledger, end) : kept;
  return true;
}

}  // namespace

AtRisk ClusterModel::at_risk(const Client& client) const {
  AtRisk risk;
  for (const auto& [id, ledger] : client.ledger.partitions) {
    if (!judge(*this, partition(id), ledger, risk.records)) risk.unknown = true;
  }
  // What a check has found lost is lost, no longer at risk.
  risk.records = std::max<std::int64_t>(0, risk.records - client.ledger.lost.value_or(0));
  return risk;
}

const Failover* ClusterModel::failover() const {
  const Failover* best = nullptr;
  for (auto at = failovers_.rbegin(); at != failovers_.rend(); ++at) {
    if (best != nullptr && at->lost < best->lost) break;
    const bool of_partition = !at->partition.topic.empty();
    const bool better = best == nullptr || (of_partition && best->partition.topic.empty()) ||
                        (of_partition && at->acked.at && !best->acked.at);
    if (better) best = &*at;
  }
  return best;
}

std::string ClusterModel::property(const std::string& name, NodeId node,
                                   const std::string& topic) const {
  if (const auto at = topics_.find(topic); at != topics_.end()) {
    const auto config = at->second.configs.find(name);
    if (config != at->second.configs.end()) return config->second;
  }
  const auto of = [&](const std::map<std::string, std::string>& all) {
    const auto at = all.find(name);
    return at == all.end() ? std::string() : at->second;
  };
  if (const Broker* own = broker(node); own != nullptr) {
    if (std::string value = of(own->properties); !value.empty()) return value;
  }
  if (std::string value = of(client_properties_); !value.empty()) return value;
  for (const auto& [id, other] : brokers_) {
    if (std::string value = of(other.properties); !value.empty()) return value;
  }
  return {};
}

}  // namespace lab::model
