// All replicas of the cluster by broker, for the pictures that draw each as a cell. One pass over
// the model a frame; only made when cards are packed.
#pragma once

#include <vector>

#include "app/scene/plan.h"

namespace lab::scene {

struct CellInfo {
  const model::Partition* partition = nullptr;
  const model::Replica* replica = nullptr;  // null: nobody told of it
  std::uint32_t topic = 0;                  // into Plan::topics
  bool preferred = false;
};

struct BrokerCells {
  std::vector<CellInfo> cells;  // by topic; those it is preferred for first
  std::int64_t leads = 0, follows = 0, out_of_sync = 0, offline = 0, under_replicated = 0,
               leaderless = 0;
};

struct Census {
  std::vector<BrokerCells> brokers;  // as in Plan::brokers
  std::vector<std::uint32_t> most;   // per topic: the most replicas that one broker has
  std::uint32_t focus_bars = 0;      // bars a card draws of the focused topic
};

Census make_census(const Plan& plan);

}  // namespace lab::scene
