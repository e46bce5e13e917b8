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

// Where cells lie in a card, the same in all cards.
struct CellGrid {
  float top = 0, w = 0, h = 0, pitch_x = 0, pitch_y = 0;  // top from the card's; one cell
  std::uint32_t rows = 0, columns = 0;
  std::vector<std::uint32_t> column;  // first column of each topic
  bool fits = false;                  // no: counts only
  bool flow = false;                  // too many topics for a column each: one after the other
};

struct Census {
  std::vector<BrokerCells> brokers;  // as in Plan::brokers
  std::vector<std::uint32_t> most;   // per topic: the most replicas that one broker has
  std::uint32_t focus_bars = 0;      // bars a card draws of the focused topic
  CellGrid grid;
};

Census make_census(const Plan& plan);

}  // namespace lab::scene
