// See census.h.
#include "app/scene/census.h"

#include <algorithm>

namespace lab::scene {
namespace {

// Node id to place; ids are small in practice, others are looked for.
class Index {
 public:
  explicit Index(const Plan& plan) {
    for (std::size_t i = 0; i < plan.brokers.size(); ++i) {
      const std::int32_t id = plan.brokers[i].broker->id.v;
      if (id >= 0 && id < small) {
        if (static_cast<std::size_t>(id) >= direct_.size()) {
          direct_.resize(static_cast<std::size_t>(id) + 1, -1);
        }
        direct_[static_cast<std::size_t>(id)] = static_cast<int>(i);
      } else {
        others_.emplace_back(id, static_cast<int>(i));
      }
    }
  }
  int operator()(NodeId id) const {
    if (id.v >= 0 && static_cast<std::size_t>(id.v) < direct_.size()) {
      return direct_[static_cast<std::size_t>(id.v)];
    }
    for (const auto& [other, place] : others_) {
      if (other == id.v) return place;
    }
    return -1;
  }

 private:
  static constexpr std::int32_t small = 4096;
  std::vector<int> direct_;
  std::vector<std::pair<std::int32_t, int>> others_;
};

void count(BrokerCells& b, const CellInfo& cell, NodeId id) {
  const model::PartitionView& view = *cell.partition->agreed;
  const bool leads = view.leader == id;
  ++(leads ? b.leads : b.follows);
  if (leads && view.under_replicated()) ++b.under_replicated;
  if (view.leader == no_node) ++b.leaderless;
  if (cell.replica == nullptr) return;
  if (cell.replica->state == model::ReplicaState::offline) ++b.offline;
  if (cell.replica->state == model::ReplicaState::out_of_sync ||
      cell.replica->state == model::ReplicaState::catching_up) {
    ++b.out_of_sync;
  }
}

}  // namespace

Census make_census(const Plan& plan) {
  Census census;
  census.brokers.resize(plan.brokers.size());
  census.most.resize(plan.topics.size(), 0);
  const Index place_of(plan);
  std::vector<std::uint32_t> here(plan.brokers.size());
  for (std::uint32_t topic = 0; topic < plan.topics.size(); ++topic) {
    std::fill(here.begin(), here.end(), 0);
    for (const model::Partition* partition : plan.topics[topic].partitions) {
      if (partition->agreed == nullptr) continue;
      auto replica = partition->replicas.begin();
      for (const NodeId id : partition->agreed->replicas) {
        const int place = place_of(id);
        if (place < 0) continue;
        replica = partition->replicas.find(id);
        BrokerCells& broker = census.brokers[static_cast<std::size_t>(place)];
        const CellInfo cell{partition,
                            replica == partition->replicas.end() ? nullptr : &replica->second,
                            topic, id == partition->agreed->replicas.front()};
        count(broker, cell, id);
        broker.cells.push_back(cell);
        const std::uint32_t n = ++here[static_cast<std::size_t>(place)];
        census.most[topic] = std::max(census.most[topic], n);
      }
    }
  }
  for (BrokerCells& broker : census.brokers) {
    std::stable_sort(broker.cells.begin(), broker.cells.end(),
                     [](const CellInfo& a, const CellInfo& b) {
                       return a.topic != b.topic ? a.topic < b.topic : a.preferred > b.preferred;
                     });
  }
  return census;
}

}  // namespace lab::scene
