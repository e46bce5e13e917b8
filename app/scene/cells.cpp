// Packed cards (many brokers or many partitions): bars of the focused topic, then a cell for each
// other replica, a column a topic; below all, counts. Trouble is never faded nor counted away.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/scene/canvas.h"
#include "app/scene/census.h"

namespace lab::scene {
namespace {

using model::ReplicaState;

float bars_top(const Canvas& c) { return c.plan.header + c.u(2); }
float bar_pitch(const Canvas& c) { return c.u(21); }
constexpr float foot = 28;  // height of the counts line

std::uint32_t most_bars(const Canvas& c, const Census& census) {
  if (c.plan.focus >= c.plan.topics.size()) return 0;
  const float room = c.plan.brokers.front().box.h - c.plan.header - c.u(foot);
  const bool alone = c.plan.topics.size() == 1;
  const float bars = std::max(room * (alone ? 1.0F : 0.5F) / bar_pitch(c), 0.0F);
  return std::min(census.most[c.plan.focus], static_cast<std::uint32_t>(bars));
}

// Columns that each topic takes when a column holds `rows` cells.
void set_columns(CellGrid& grid, const Canvas& c, const Census& census) {
  grid.columns = 0;
  grid.column.assign(c.plan.topics.size(), 0);
  for (std::size_t t = 0; t < c.plan.topics.size(); ++t) {
    grid.column[t] = grid.columns;
    std::uint32_t cells = census.most[t];
    if (t == c.plan.focus) cells -= std::min(cells, census.focus_bars);
    grid.columns += (cells + grid.rows - 1) / grid.rows;
  }
}

std::uint32_t most_cells(const Census& census) {
  std::size_t most = 0;
  for (const BrokerCells& broker : census.brokers) most = std::max(most, broker.cells.size());
  return static_cast<std::uint32_t>(most) -
         std::min(static_cast<std::uint32_t>(most), census.focus_bars);
}

// The largest cells that fit, from 10 × 12 down to 4 × 4.
CellGrid make_grid(const Canvas& c, const Census& census, bool flow) {
  CellGrid grid;
  grid.flow = flow;
  const Box& card = c.plan.brokers.front().box;
  const std::uint32_t bars = census.focus_bars;
  grid.top = bars_top(c) + static_cast<float>(bars) * bar_pitch(c) + (bars > 0 ? c.u(12) : c.u(4));
  const float height = card.h - grid.top - c.u(foot),
              width = card.w - 2 * c.u(c.plan.compact ? 12.0F : 16.0F);
  for (float s = 1; s > 0.33F; s *= 0.96F) {
    grid.w = std::max(10 * s * c.plan.unit, 4.0F);
    grid.h = std::max(12 * s * c.plan.unit, 4.0F);
    grid.pitch_x = grid.w + std::max(1.2F * s * c.plan.unit, 1.0F);
    grid.pitch_y = grid.h + std::max(2 * s * c.plan.unit, 1.0F);
    grid.rows = static_cast<std::uint32_t>(std::max(height / grid.pitch_y, 0.0F));
    if (grid.rows == 0) continue;
    if (flow) {
      grid.columns = (most_cells(census) + grid.rows - 1) / grid.rows;
    } else {
      set_columns(grid, c, census);
    }
    if (static_cast<float>(grid.columns) * grid.pitch_x <= width + 1) {
      grid.fits = true;
      return grid;
    }
  }
  return grid;
}

void hatched_cell(Canvas& c, const Box& box) {
  const float sw = std::max(box.w * 0.14F, 1.0F);
  c.pen.rect(box, Token::warn_ground);
  c.pen.hatch(box, Token::warn_text, sw, std::max(box.w * 0.4F, 2.5F));
  c.pen.rect(box.inset(sw / 2), no_ink, Token::warn_text, sw);
}

void draw_cell(Canvas& c, const CellInfo& cell, NodeId id, const Box& box, bool bold) {
  const model::PartitionView& view = *cell.partition->agreed;
  const ReplicaState state = cell.replica != nullptr ? cell.replica->state : ReplicaState::unknown;
  const float sw = std::max(box.w * 0.12F, 1.0F);
  if (state == ReplicaState::offline) {
    c.pen.rect(box.inset(sw / 2), no_ink, Ink(Token::dead_text, 0.55F), sw);
    return c.pen.line({box.x, box.bottom()}, {box.right(), box.y}, Ink(Token::dead_text, 0.55F),
                      sw);
  }
  if (view.leader == no_node) {
    c.pen.rect(box, Token::trouble_ground, no_ink);
    return c.pen.rect(box.inset(sw), no_ink, Token::trouble, 2 * sw);
  }
  if (state == ReplicaState::out_of_sync || state == ReplicaState::catching_up) {
    return hatched_cell(c, box);
  }
  if (view.leader == id) {
    const bool under = view.under_replicated();
    c.pen.rect(box, under || bold ? Token::leader : Token::leader_faint);
    if (!under) return;
    const float d = box.w * 0.8F;
    const std::array<Point, 3> corner{
        Point{box.right() - d, box.y}, {box.right(), box.y}, {box.right(), box.y + d}};
    c.pen.polygon(corner, Token::trouble);
    return c.pen.line(corner[0], corner[2], Token::card, sw);
  }
  if (state == ReplicaState::in_sync) {
    return c.pen.rect(box.inset(sw / 2), no_ink, bold ? Token::leader : Token::follower_faint, sw);
  }
  c.pen.rect({box.x + box.w * 0.35F, box.y + box.h * 0.4F, box.w * 0.3F, box.h * 0.2F},
             Token::muted);
}

void draw_bar(Canvas& c, const BrokerPlace& place, const CellInfo& cell, float y) {
  const NodeId id = place.broker->id;
  const model::PartitionView& view = *cell.partition->agreed;
  const ReplicaState state = cell.replica != nullptr ? cell.replica->state : ReplicaState::unknown;
  const bool offline = state == ReplicaState::offline;
  const float pad = c.u(c.plan.compact ? 12.0F : 16.0F);
  const float em = c.u(12), left = place.box.x + pad, right = place.box.right() - pad;
  const float h = c.u(14), baseline = y + h / 2 + em * 0.36F;
  const std::string name = cell.partition->id.text();
  std::string words(word(Word::follower, c.lang()));
  Ink ink = Token::muted;
  Type type = Type::regular;
  const auto gap = c.model.gap(*cell.partition, id);
  const bool late = state == ReplicaState::out_of_sync || state == ReplicaState::catching_up;
  if (offline) {
    words = word(Word::offline, c.lang());
    ink = Token::dead_text;
  } else if (view.leader == no_node) {
    words = word(Word::leader_none, c.lang()), ink = Token::trouble_text, type = Type::semibold;
  } else if (view.leader == id) {
    const bool under = view.under_replicated();
    words = under ? fmt::format("ISR {}/{}", view.isr.size(), view.replicas.size())
                  : std::string(word(Word::leader, c.lang()));
    ink = under ? Token::trouble_text : Token::leader;
    type = Type::semibold;
  } else if (late) {
    words = gap ? say(Word::behind, c.lang(), i18n::number(gap->records))
                : std::string(word(Word::out_of_sync, c.lang()));
    ink = Token::warn_text;
    type = Type::bold;
  }
  const float w = c.pen.text({right, baseline}, words, em, type, ink, Align::right);
  const float named = c.pen.width(name, em, Type::semibold), across = right - left;
  const bool shown = named < across * 0.55F && named + w + c.u(6) <= across;
  const float label = shown ? std::max(named + c.u(6), std::min(c.u(82), across * 0.3F)) : 0;
  if (shown) {
    c.pen.text({left, baseline}, name, em, Type::semibold, offline ? Token::dead_text : Token::ink);
  }
  if (view.leader == id && view.under_replicated() && !offline) {
    warning(c.pen, {right - w - c.u(16), baseline - c.u(10)}, c.u(12), Token::trouble, Token::card);
  }
  const float word_room = std::max(w + c.u(22), std::min(c.u(80), across * 0.3F));
  const float x = left + label, room = right - word_room - x;
  if (room < c.u(8)) return;
  if (cell.replica == nullptr || !cell.replica->marks.known()) {
    return draw_unknown_tape(c.pen, {x, y}, room * 0.6F, h);
  }
  Tape t;
  t.scale = {x, room * 0.4F, room * 0.6F / 30, 30, Offset(0), c.model.row_end(*cell.partition)};
  t.marks = *cell.replica->marks;
  t.marks.high_watermark = t.marks.log_end;
  t.look = offline                  ? TapeLook::offline
           : view.leader == no_node ? TapeLook::plain
           : view.leader == id      ? TapeLook::leader
           : late                   ? TapeLook::out_of_sync
                                    : TapeLook::in_sync;
  t.y = y;
  t.h = h;
  t.ground = ground_of(place);
  t.signs = t.numbers = false;
  t.plain_bar = true;
  if (late && gap) t.leader_end = gap->leader_end;
  draw_tape(c.pen, t);
}

// Too many replicas for a cell each.
void counts_only(Canvas& c, const BrokerPlace& place, const BrokerCells& cells) {
  const float em = c.u(12), left = place.box.x + c.u(c.plan.compact ? 12.0F : 16.0F);
  float y =
      place.box.y + bars_top(c) + static_cast<float>(c.census->focus_bars) * bar_pitch(c) + c.u(18);
  const Ink soft = is_dead(*place.broker) ? Token::dead_text : Token::muted;
  for (const auto& [what, count] :
       {std::pair{Word::leaders, cells.leads}, {Word::followers, cells.follows}}) {
    if (y > place.box.bottom() - c.u(foot)) return;
    c.pen.text_if({left, y}, say(what, c.lang(), i18n::number(count)), em, Type::regular, soft,
                  Align::left, place.box.w - c.u(24));
    y += c.u(18);
  }
}

void counts_line(Canvas& c, const BrokerPlace& place, const BrokerCells& cells) {
  const Box& card = place.box;
  const float em = c.u(12), baseline = card.bottom() - c.u(13);
  const float pad = c.u(c.plan.compact ? 12.0F : 16.0F);
  const float left = card.x + pad, right = card.right() - pad;
  const std::size_t element = c.pen.open({Kind::counts, 0, place.broker->id.v},
                                         {left, baseline - em, right - left, em * 1.4F});
  const Ink soft = is_dead(*place.broker) ? Token::dead_text : Token::muted;
  std::string trouble;
  Ink ink = Token::warn_text;
  if (cells.leaderless > 0 && place.broker->live()) {
    trouble = say(Word::leaderless_n, c.lang(), i18n::number(cells.leaderless));
    ink = Token::trouble_text;
  } else if (cells.out_of_sync > 0) {
    trouble = say(Word::out_of_sync_n, c.lang(), i18n::number(cells.out_of_sync));
  } else if (cells.under_replicated > 0) {
    trouble = say(Word::under_n, c.lang(), i18n::number(cells.under_replicated));
    ink = Token::trouble_text;
  }
  float end = right;
  if (!trouble.empty() &&
      c.pen.text_if({right, baseline}, trouble, em, Type::bold, ink, Align::right, right - left)) {
    end -= c.pen.width(trouble, em, Type::bold) + c.u(10);
  }
  const std::string leads = say(Word::leaders, c.lang(), i18n::number(cells.leads));
  const std::string both =
      leads + " · " + say(Word::followers, c.lang(), i18n::number(cells.follows));
  if (is_dead(*place.broker)) {
    c.pen.text_if({left, baseline}, say(Word::offline_n, c.lang(), i18n::number(cells.offline)), em,
                  Type::regular, soft, Align::left, end - left);
  } else if (c.census->grid.fits && !c.pen.text_if({left, baseline}, both, em, Type::regular, soft,
                                                   Align::left, end - left)) {
    c.pen.text_if({left, baseline}, leads, em, Type::regular, soft, Align::left, end - left);
  }
  if (trouble.empty() && place.broker->memory_bytes.known() && place.broker->live()) {
    const float used = c.pen.width(both, em, Type::regular) + c.u(10);
    c.pen.text_if({right, baseline}, i18n::bytes(*place.broker->memory_bytes), em, Type::regular,
                  soft, Align::right, right - left - used);
  }
  c.pen.close(element);
}

}  // namespace

void prepare_packed(Canvas& c, Census& census) {
  if (c.plan.brokers.empty()) return;
  // Bars give way to cells, and columns to a flow, before anything is only counted.
  for (const bool flow : {false, true}) {
    census.focus_bars = most_bars(c, census);
    while (true) {
      census.grid = make_grid(c, census, flow);
      if (census.grid.fits) return;
      if (census.focus_bars == 0) break;
      --census.focus_bars;
    }
  }
  census.focus_bars = most_bars(c, census);
}

void draw_packed_rows(Canvas& c, const BrokerPlace& place) {
  if (c.census == nullptr) return;
  const auto index = static_cast<std::size_t>(&place - c.plan.brokers.data());
  const BrokerCells& mine = c.census->brokers[index];
  const CellGrid& grid = c.census->grid;
  const std::uint32_t bars = c.census->focus_bars;
  const float left = place.box.x + c.u(c.plan.compact ? 12.0F : 16.0F);
  std::uint32_t topic = 0, nth = 0, name = 0, drawn = 0;
  bool named = false;
  for (const CellInfo& cell : mine.cells) {
    if (!named || cell.topic != topic) {
      topic = cell.topic;
      nth = 0;
      name = c.pen.scene().intern(c.plan.topics[topic].name);
      named = true;
    }
    const Id id{Kind::replica, name, place.broker->id.v, cell.partition->id.partition.v};
    const std::uint32_t i = nth++;
    if (topic == c.plan.focus && i < bars) {
      const float y = place.box.y + bars_top(c) + static_cast<float>(i) * bar_pitch(c);
      const std::size_t element =
          c.pen.open(id, {place.box.x + c.u(8), y - c.u(3), place.box.w - c.u(16), bar_pitch(c)});
      draw_bar(c, place, cell, y);
      c.pen.close(element);
      continue;
    }
    if (!grid.fits) continue;
    const std::uint32_t slot = grid.flow ? drawn++ : topic == c.plan.focus ? i - bars : i;
    const std::uint32_t first = grid.flow ? 0 : grid.column[topic];
    const Box box{left + static_cast<float>(first + slot / grid.rows) * grid.pitch_x,
                  place.box.y + grid.top + static_cast<float>(slot % grid.rows) * grid.pitch_y,
                  grid.w, grid.h};
    const std::size_t element = c.pen.open(id, box);
    draw_cell(c, cell, place.broker->id, box, topic == c.plan.focus);
    c.pen.close(element);
  }
  if (bars > 0 && grid.fits && c.plan.topics.size() > 1) {
    const float y = place.box.y + grid.top - c.u(8);
    c.pen.line({place.box.x + c.u(16), y}, {place.box.right() - c.u(16), y}, Token::line,
               c.pen.hair());
  }
  if (!grid.fits) counts_only(c, place, mine);
  counts_line(c, place, mine);
}

void draw_packed_legend(Canvas& c) {
  if (c.plan.detail != Detail::packed || c.plan.topics.empty() || c.census == nullptr) return;
  if (!c.census->grid.fits || c.plan.quorum) return;
  const float em = c.u(12), y = c.plan.content.bottom() - c.u(13);
  const float right = c.plan.cards_area.right();
  float x = c.plan.cards_area.x;
  if (y - em < c.plan.cards_area.bottom()) return;
  const std::size_t element =
      c.pen.open({Kind::legend}, {x, y - em, c.plan.cards_area.w, em * 1.5F});
  if (c.plan.topics.size() > 1 && c.census != nullptr && !c.census->grid.flow) {
    const std::string note = say(Word::other_topics, c.lang(),
                                 i18n::number(static_cast<std::int64_t>(c.plan.topics.size()) - 1));
    if (c.pen.text_if({x, y}, note, em, Type::regular, Token::muted, Align::left, right - x)) {
      x += c.pen.width(note, em, Type::regular) + c.u(28);
    }
  }
  const auto item = [&](Word what, auto&& draw) {
    const float w = c.pen.width(word(what, c.lang()), em, Type::regular);
    if (x + c.u(16) + w > right) return;
    draw(Box{x, y - c.u(10), c.u(10), c.u(12)});
    c.pen.text({x + c.u(16), y}, word(what, c.lang()), em, Type::regular, Token::muted);
    x += w + c.u(34);
  };
  const float sw = c.u(1.2F);
  item(Word::leader, [&](const Box& b) { c.pen.rect(b, Token::leader_faint); });
  item(Word::follower_in_sync,
       [&](const Box& b) { c.pen.rect(b.inset(sw / 2), no_ink, Token::follower_faint, sw); });
  item(Word::out_of_sync, [&](const Box& b) { hatched_cell(c, b); });
  item(Word::under_replicated_leader, [&](const Box& b) {
    c.pen.rect(b, Token::leader);
    const std::array<Point, 3> corner{
        Point{b.x + b.w * 0.2F, b.y}, {b.right(), b.y}, {b.right(), b.y + b.w * 0.8F}};
    c.pen.polygon(corner, Token::trouble);
  });
  c.pen.close(element);
}

}  // namespace lab::scene
