// Where everything on the canvas is (LOOKS §5, §7): places of brokers, rows, clients and cards
// below them, and how much detail fits. Pure: model and view in, boxes out; it draws nothing.
// Called by cluster_scene and by the geometry tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/model/cluster_model.h"
#include "app/scene/canvas_view.h"

namespace lab::scene {

// What a replica is drawn as, by the height of its row.
enum class Detail : std::uint8_t {
  numbers,  // tape with numbers
  tape,
  bar,     // with name and role word
  packed,  // each card lists its own: bars of the focused topic, cells for the rest
};

struct BrokerPlace {
  const model::Broker* broker = nullptr;
  Box box;
  bool controller_only = false;
};

struct TopicPlan {
  std::string_view name;
  bool internal = false;
  std::vector<const model::Partition*> partitions;  // by index
};

// A row that runs through all cards; y counts from a card's top.
struct RowPlan {
  const model::Partition* partition = nullptr;
  std::size_t topic = 0;  // into Plan::topics
  float y = 0;
  std::string label;  // "orders-0"
};

struct ClientPlace {
  const model::Client* client = nullptr;
  Box box;
  float port = 0.5F;  // where its curves end on a card's top edge, as a part of its width
  bool second_line = true;
};
struct GroupPlace {
  std::string_view name;
  const model::Group* group = nullptr;
  Box box;
};

struct Plan {
  float unit = 1;    // one unit at 100 % in scene units
  float stroke = 1;  // the theme's factor
  Detail detail = Detail::numbers;
  bool terse = false;                // headers without addresses
  bool compact = false;              // headers of one line
  bool one_row = true;               // all brokers side by side: wires run straight
  float header = 0;                  // height of a card's header
  float row_height = 0;              // of aligned rows
  float cell = 0;                    // width of one record on a tape
  int cells = 30;                    // records shown one by one
  float body = 0;                    // width of the squeezed part
  float bar_label = 0;               // width of the names before bars
  float bar_word = 0;                // and of the words behind them
  bool bars = true;                  // there is room for bars between the two
  float gap_x = 0, gap_y = 0;        // between cards
  Box content;                       // everything, in view coordinates (scrolled, zoomed)
  std::vector<BrokerPlace> brokers;  // by id; controller-only ones behind the others
  std::vector<TopicPlan> topics;     // in order of appearance
  std::vector<RowPlan> rows;         // aligned; empty in packed detail
  std::vector<std::size_t> folded;   // topics shown as one line
  float folded_y = 0;                // of the first folded line, from a card's top
  float folded_height = 0;
  std::vector<ClientPlace> clients;
  std::vector<GroupPlace> groups;
  std::size_t clients_hidden = 0;
  Box clients_area;
  Box cards_area;
  bool quorum = false;
  float quorum_y = 0;
  Box metadata;            // h 0: not shown
  int metadata_lines = 0;  // a column
  std::size_t focus = 0;   // topic with bars in packed detail; topics.size(): none

  const BrokerPlace* place(NodeId id) const;
};

Plan make_plan(const model::ClusterModel& model, const CanvasView& view, Instant now,
               const Measurer& measurer);

// Fewer replicas in sync than assigned, or no leader.
bool in_trouble(const model::Partition& partition);
bool is_internal(std::string_view topic);

}  // namespace lab::scene
