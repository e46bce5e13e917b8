// The layout: first which parts of the canvas there is room for, then the boxes of each.
#include "app/scene/plan.h"

#include <algorithm>
#include <cmath>

#include "app/i18n/format.h"
#include "app/scene/plan_clients.h"

namespace lab::scene {
namespace {

constexpr float numbers_from = 60, tape_from = 32, bar_from = 18;  // row heights at 100 %
constexpr float full_row = 68;
constexpr std::int64_t most_shown = 1'000'000'000'000'000;  // offsets that numbers get room for

// How the height of the canvas is shared out at one unit.
struct Sections {
  float top = 0, clients = 0, wires = 0, cards = 0, quorum = 0, metadata = 0, bottom = 0;
  float header = 0, row = 0, folded = 0;
  int card_rows = 1, columns = 1, metadata_lines = 0;
  float gap_x = 0, gap_y = 0, margin = 0;
  bool terse = false, compact = false;
  Detail detail = Detail::packed;
};

struct Counts {
  std::size_t brokers = 0, controllers = 0, rows = 0, folded = 0;
  bool clients = false, all_dead = false;
};

Detail detail_of(float row, float k) {
  if (row >= numbers_from * k - 0.01F) return Detail::numbers;
  if (row >= tape_from * k - 0.01F) return Detail::tape;
  return row >= bar_from * k - 0.01F ? Detail::bar : Detail::packed;
}

int columns_of(std::size_t brokers) {
  if (brokers <= 4) return std::max(1, static_cast<int>(brokers));
  if (brokers <= 8) return static_cast<int>((brokers + 1) / 2);
  return static_cast<int>(std::sqrt(1.5 * static_cast<double>(brokers)));
}

void set_gaps(Sections& s, const Counts& n, float width, float k) {
  const float large = std::clamp(k - 1, 0.0F, 1.0F);
  if (n.brokers <= 8) {
    s.gap_x = std::max(60 * std::min(k, 1.0F), width * (0.072F - 0.033F * large));
    s.gap_y = 28 * std::min(k, 1.5F);
    s.margin = std::min(32 * k, width * 0.025F);
  } else {
    s.gap_x = s.gap_y = 16 * std::min(k, 1.5F);
    s.margin = std::min(24 * k, width * 0.02F);
  }
}

// Height a card has for its rows, and the row height that follows.
void set_rows(Sections& s, const Counts& n, float height, float k) {
  const float rows = static_cast<float>(s.card_rows);
  s.cards = height - s.top - s.clients - s.wires - s.quorum - s.metadata - s.bottom;
  const float card = (s.cards - s.gap_y * (rows - 1)) / rows;
  const float below = (s.terse ? 8.0F : 16.0F) * k;
  s.folded = n.folded == 0 ? 0 : static_cast<float>(n.folded) * 24 * k + 4 * k;
  const float room = card - s.header - below - s.folded;
  s.row = n.rows == 0 ? full_row * k : std::min(full_row * k, room / static_cast<float>(n.rows));
  s.detail = n.brokers > 8 ? Detail::packed : detail_of(s.row, k);
}

// Parts are given up in this order until the rows are legible: the metadata card, the quorum line,
// the addresses in the headers, the clients' second lines, the lines for states, the clients.
Sections share_out(const Counts& n, const CanvasView& view, float width, float height, float k) {
  Sections s;
  s.columns = columns_of(n.brokers);
  s.card_rows = n.brokers == 0
                    ? 1
                    : static_cast<int>((n.brokers + static_cast<std::size_t>(s.columns) - 1) /
                                       static_cast<std::size_t>(s.columns));
  set_gaps(s, n, width, k);
  s.top = 8 + 8 * k;
  s.bottom = n.brokers > 8 ? 36 * k : 14 * std::min(k, 1.5F);
  const float columns = static_cast<float>(s.columns);
  const float card = (width - 2 * s.margin - (columns - 1) * s.gap_x) / columns;
  const bool large = view.text_percent >= 150;
  s.terse = large || n.brokers > 8 || s.card_rows > 1 || card < 215 * k;
  s.header = (s.terse ? 60.0F : 88.0F) * k;
  const bool many = n.brokers > 8;
  if (n.clients) {
    s.clients = (view.text_percent > 130 ? 44.0F : 54.0F) * k;
    s.wires = std::clamp(height * 0.12F, 40.0F, 92.0F);
  } else if (!many) {
    s.clients = 20 * k;  // "Any Kafka client can join"
    s.wires = 20 * k;
  }
  const float at_least = (large ? numbers_from : tape_from) * k;
  // The shared lines: two columns, as many lines as a sixth of the height holds.
  const int wanted = static_cast<int>((n.rows + 1) / 2);
  s.metadata_lines =
      std::clamp(wanted, 1, std::max(1, static_cast<int>((height * 0.2F - 44 * k) / (24 * k))));
  const bool metadata = view.show_metadata && !many && n.rows > 0;
  const bool line = view.show_quorum || n.all_dead;
  s.quorum = n.controllers > 0 ? 96 * k : many || !line ? 0 : 22 + 18 * k;
  s.metadata = metadata ? (44 + 24 * static_cast<float>(s.metadata_lines)) * k : 0;
  set_rows(s, n, height, k);
  const float cards = static_cast<float>(s.card_rows);
  if (many && (s.cards - s.gap_y * (cards - 1)) / cards < 170 * k) {
    s.compact = true;
    s.header = 38 * k;
  }
  if (s.row < at_least && s.metadata > 0) {
    s.metadata = 0;
    set_rows(s, n, height, k);
  }
  if (s.row < at_least && large && s.quorum > 0 && n.controllers == 0 && !n.all_dead) {
    s.quorum = 0;
    set_rows(s, n, height, k);
  }
  if (s.row < tape_from * k && !s.terse && n.brokers > 0) {
    s.terse = true;
    s.header = 60 * k;
    set_rows(s, n, height, k);
  }
  if (!large || many) return s;
  // In large type on a small canvas: names and roles before all else.
  if (s.row < tape_from * k && n.clients) {
    s.clients = 30 * k;
    set_rows(s, n, height, k);
  }
  if (s.row < bar_from * k && s.card_rows == 1) {
    s.compact = true;
    s.header = 38 * k;
    set_rows(s, n, height, k);
  }
  if (s.row < bar_from * k) {
    s.clients = s.wires = 0;
    set_rows(s, n, height, k);
  }
  return s;
}

// With a larger zoom there is more room: it goes into detail first, then into size.
float choose_unit(const Counts& n, const CanvasView& view) {
  const float text = static_cast<float>(std::clamp(view.text_percent, 80, 300)) / 100;
  const float zoom = std::max(view.zoom, 1.0F);
  for (float k = text * zoom; k > text * 1.01F; k *= 0.94F) {
    const Sections s = share_out(n, view, view.width * zoom, view.height * zoom, k);
    if (s.detail == Detail::numbers) return k;
  }
  return n.brokers > 8 ? text * std::sqrt(zoom) : text;
}

void place_cards(Plan& plan, const Sections& s, const Counts& n) {
  if (n.brokers == 0) return;
  const Box& area = plan.cards_area;
  const float columns = static_cast<float>(s.columns), rows = static_cast<float>(s.card_rows);
  float w = (area.w - s.gap_x * (columns - 1)) / columns;
  const float h = (area.h - s.gap_y * (rows - 1)) / rows;
  if (n.brokers == 1) w = std::min(w, 760 * plan.unit);
  const float left = area.x + (area.w - columns * w - (columns - 1) * s.gap_x) / 2;
  for (std::size_t i = 0; i < n.brokers; ++i) {
    const auto column = static_cast<float>(i % static_cast<std::size_t>(s.columns));
    const auto row = static_cast<float>(i / static_cast<std::size_t>(s.columns));
    plan.brokers[i].box = {left + column * (w + s.gap_x), area.y + row * (h + s.gap_y), w, h};
  }
}

// Controller-only nodes: half-height cards on the quorum line.
void place_controllers(Plan& plan, const Sections& s, const Counts& n) {
  if (n.controllers == 0) return;
  const float k = plan.unit, count = static_cast<float>(n.controllers);
  const float gap = 24 * k;
  const float w = std::min(240 * k, (plan.cards_area.w - gap * (count - 1)) / count);
  const float left = plan.cards_area.x + (plan.cards_area.w - count * w - (count - 1) * gap) / 2;
  for (std::size_t i = 0; i < n.controllers; ++i) {
    plan.brokers[n.brokers + i].box = {left + static_cast<float>(i) * (w + gap),
                                       plan.cards_area.bottom() + 14 * k, w, s.quorum - 28 * k};
  }
}

// Width of the words behind a bar.
float bar_words(float k, Lang lang, const Measurer& measurer) {
  float w = measurer.width("ISR 2/3", 12 * k, Type::bold);
  for (const Word one : {Word::leader, Word::follower, Word::offline}) {
    w = std::max(w, measurer.width(word(one, lang), 12 * k, Type::semibold));
  }
  return w;
}

void set_tape(Plan& plan, const model::ClusterModel& model, Lang lang, const Measurer& measurer) {
  if (plan.brokers.empty()) return;
  const float k = plan.unit;
  std::int64_t longest = 0;
  float label = 0;
  for (const RowPlan& row : plan.rows) {
    longest = std::clamp<std::int64_t>(model.row_end(*row.partition).v, longest, most_shown);
    label = std::max(label, measurer.width(row.label, 12 * k, Type::semibold));
  }
  const float w = plan.brokers.front().box.w - 32 * k;
  // Room behind the tape for bracket and number, and for one more digit than is needed now.
  const std::string number = i18n::number(std::max<std::int64_t>(longest * 10, 1000));
  const float room = plan.detail == Detail::numbers
                         ? measurer.width(number, 12 * k, Type::semibold) + 14 * k
                         : 8 * k;
  plan.body = 50 * k;
  const float tape = std::max(w - room - plan.body, 5 * k);
  plan.cell = std::clamp(tape / 30, 5 * k, 14 * k);
  plan.cells = std::clamp(static_cast<int>(tape / plan.cell), 1, 30);
  plan.bar_label = label + 8 * k;
  plan.bar_word = bar_words(k, lang, measurer);
  // Name, bar and word; else name and word; else bar and word.
  plan.bars = plan.bar_label + plan.bar_word + 24 * k <= w;
  if (!plan.bars && label + 3 * k + plan.bar_word > w) {
    plan.bars = true;
    plan.bar_label = 0;
  }
}

void collect_brokers(Plan& plan, const model::ClusterModel& model, Counts& n) {
  for (const auto& [id, broker] : model.brokers()) {
    if (!broker.controller_only()) plan.brokers.push_back({&broker, {}, false});
  }
  n.brokers = plan.brokers.size();
  for (const auto& [id, broker] : model.brokers()) {
    if (broker.controller_only()) plan.brokers.push_back({&broker, {}, true});
  }
  n.controllers = plan.brokers.size() - n.brokers;
}

void collect_topics(Plan& plan, const model::ClusterModel& model) {
  for (const auto& [id, partition] : model.partitions()) {
    if (plan.topics.empty() || plan.topics.back().name != id.topic) {
      plan.topics.push_back({id.topic, is_internal(id.topic), {}});
    }
    plan.topics.back().partitions.push_back(&partition);
  }
  const auto since = [&](const TopicPlan& topic) {
    const auto it = model.topics().find(std::string(topic.name));
    return it == model.topics().end() ? Instant{} : it->second.since;
  };
  std::stable_sort(plan.topics.begin(), plan.topics.end(),
                   [&](const TopicPlan& a, const TopicPlan& b) {
                     if (a.internal != b.internal) return b.internal;
                     return since(a) < since(b);
                   });
}

void choose_focus(Plan& plan, const CanvasView& view) {
  plan.focus = plan.topics.size();
  for (std::size_t i = 0; i < plan.topics.size(); ++i) {
    if (plan.topics[i].name == view.focus) plan.focus = i;
  }
  if (plan.focus == plan.topics.size() && !plan.topics.empty() && !plan.topics[0].internal) {
    plan.focus = 0;
  }
}

void place_rows(Plan& plan, const Sections& s) {
  float y = s.header;
  for (RowPlan& row : plan.rows) {
    row.y = y;
    y += s.row;
  }
  if (s.folded > 0) {
    const float bottom = plan.brokers.empty() ? 0 : plan.brokers.front().box.h;
    plan.folded_height = 24 * plan.unit;
    plan.folded_y = bottom - s.folded - 4 * plan.unit;
  }
}

void collect_rows(Plan& plan, const CanvasView& view) {
  for (std::size_t i = 0; i < plan.topics.size(); ++i) {
    if (plan.topics[i].internal && view.fold_internal) {
      plan.folded.push_back(i);
      continue;
    }
    for (const model::Partition* partition : plan.topics[i].partitions) {
      plan.rows.push_back({partition, i, 0, {}});
    }
  }
}

}  // namespace

const BrokerPlace* Plan::place(NodeId id) const {
  for (const BrokerPlace& one : brokers) {
    if (one.broker->id == id) return &one;
  }
  return nullptr;
}

bool in_trouble(const model::Partition& partition) {
  return partition.agreed != nullptr &&
         (partition.agreed->leader == no_node || partition.agreed->under_replicated());
}

bool is_internal(std::string_view topic) { return topic.substr(0, 2) == "__"; }

Plan make_plan(const model::ClusterModel& model, const CanvasView& view, Instant now,
               const Measurer& measurer) {
  Plan plan;
  Counts n;
  collect_brokers(plan, model, n);
  collect_topics(plan, model);
  collect_rows(plan, view);
  n.rows = plan.rows.size();
  n.folded = plan.folded.size();
  n.clients = has_clients(model, now);
  n.all_dead = model.all_dead_since().has_value();
  plan.unit = choose_unit(n, view);
  plan.stroke = stroke_factor(view.theme);
  choose_focus(plan, view);
  const float zoom = std::max(view.zoom, 1.0F);
  plan.content = {-view.scroll.x, -view.scroll.y, view.width * zoom, view.height * zoom};
  const Sections s = share_out(n, view, plan.content.w, plan.content.h, plan.unit);
  plan.detail = s.detail;
  plan.terse = s.terse;
  plan.compact = s.compact;
  plan.header = s.header;
  plan.row_height = s.row;
  plan.one_row = s.card_rows == 1;
  plan.gap_x = s.gap_x;
  plan.gap_y = s.gap_y;
  const float x = plan.content.x + s.margin, w = plan.content.w - 2 * s.margin;
  float y = plan.content.y + s.top;
  plan.clients_area = {x, y, w, s.clients};
  y += s.clients + s.wires;
  plan.cards_area = {x, y, w, s.cards};
  y += s.cards;
  plan.quorum = s.quorum > 0;
  plan.quorum_y = n.controllers > 0 ? y + s.quorum / 2 : y + 18 * std::min(plan.unit, 1.4F);
  y += s.quorum;
  plan.metadata = {x, y, w, s.metadata};
  plan.metadata_lines = s.metadata_lines;
  place_cards(plan, s, n);
  place_controllers(plan, s, n);
  if (s.detail == Detail::packed) {
    plan.rows.clear();
    plan.folded.clear();
  } else {
    for (RowPlan& row : plan.rows) row.label = row.partition->id.text();
    place_rows(plan, s);
  }
  set_tape(plan, model, view.lang, measurer);
  place_clients(plan, model, view, now, measurer);
  return plan;
}

}  // namespace lab::scene
