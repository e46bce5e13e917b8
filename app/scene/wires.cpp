// Replication between cards: one straight line a follower, at the height of its row, with the
// records that move on it. Past a card in between it is drawn like a hidden edge.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "app/scene/canvas.h"
#include "app/scene/faults.h"

namespace lab::scene {
namespace {

constexpr std::size_t most_single_wires = 24;
constexpr double squares_up_to = 20;  // records a second; above it a line with its rate
constexpr double viewer_flight = 0.28;

struct Stream {
  const RowPlan* row;
  const BrokerPlace *leader, *follower;
  double rate = 0;
  bool late = false;  // the follower is not in sync
};

double quantised_rate(Canvas& c, const model::Endpoint& from, const model::Endpoint& to,
                      const model::TopicPartition& partition) {
  const auto it = c.model.links().find({from, to, partition});
  if (it == c.model.links().end()) return 0;
  // Ten times a second, so that digits can be read.
  const auto step = c.now.time_since_epoch() / milliseconds(100);
  return it->second.records.per_second(Instant(milliseconds(100) * step));
}

std::vector<Stream> streams(Canvas& c, bool focus_only) {
  std::vector<Stream> all;
  for (const RowPlan& row : c.plan.rows) {
    const auto& view = row.partition->agreed;
    if (!view || view->leader == no_node) continue;
    if (focus_only && (c.plan.focus >= c.plan.topics.size() || row.topic != c.plan.focus)) continue;
    const BrokerPlace* leader = c.plan.place(view->leader);
    if (leader == nullptr || !leader->broker->live()) continue;
    for (const NodeId id : view->replicas) {
      const BrokerPlace* follower = c.plan.place(id);
      if (id == view->leader || follower == nullptr || !follower->broker->live()) continue;
      Stream s{&row, leader, follower};
      s.rate = quantised_rate(c, {view->leader, {}}, {id, {}}, row.partition->id);
      s.late = !view->in_isr(id);
      all.push_back(s);
    }
  }
  return all;
}

// The brokers that lie between two places of one row of cards, left to right.
std::vector<const BrokerPlace*> between(const Plan& plan, const Box& a, const Box& b) {
  std::vector<const BrokerPlace*> found;
  const float from = std::min(a.right(), b.right()), to = std::max(a.x, b.x);
  for (const BrokerPlace& place : plan.brokers) {
    if (!place.controller_only && place.box.y == a.y && place.box.x > from - 1 &&
        place.box.right() < to + 1) {
      found.push_back(&place);
    }
  }
  return found;
}

float tape_middle(const Canvas& c, const RowPlan& row, const Box& card) {
  const float h = c.plan.row_height, k = c.plan.unit, top = card.y + row.y;
  if (c.plan.detail == Detail::numbers) return top + 34 * h / 68 + 8 * k;
  if (c.plan.detail == Detail::bar) return top + h / 2;
  const float tape = std::clamp(h * 0.3F, 9 * k, 16 * k);
  return top + h - tape / 2 - 4 * k;
}

Point along(std::span<const Point> path, float t) {
  float whole = 0;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    whole += std::hypot(path[i + 1].x - path[i].x, path[i + 1].y - path[i].y);
  }
  float left = whole * t;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const Point a = path[i], b = path[i + 1];
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    if (left <= length && length > 0) {
      return {a.x + (b.x - a.x) * left / length, a.y + (b.y - a.y) * left / length};
    }
    left -= length;
  }
  return path.back();
}

// Squares along a path, by the length walked; none where a card hides the line.
void squares_on(Canvas& c, const Stream& s, std::span<const Point> path,
                std::span<const BrokerPlace* const> hiding) {
  const std::size_t limit = 20;
  std::size_t drawn = 0;
  const auto& flows = c.model.flows();
  for (auto it = flows.rbegin(); it != flows.rend() && drawn < limit; ++it) {
    if (c.since(it->at()) > 3) break;
    if (it->kind != model::FlowKind::records || it->partition != s.row->partition->id) continue;
    if (it->from.node != s.leader->broker->id || it->to.node != s.follower->broker->id) continue;
    if (it->from.is_client() || it->to.is_client()) continue;
    const auto t = flight(c, *it);
    if (!t) continue;
    const Point p = along(path, *t);
    const bool hidden = std::any_of(hiding.begin(), hiding.end(), [&](const BrokerPlace* place) {
      return p.x > place->box.x && p.x < place->box.right();
    });
    if (!hidden) square(c.pen, p, c.u(6), Token::leader);
    ++drawn;
  }
}

// Two bars across the line: cut both ways; one: one way. Delayed: the words on it.
void fault_sign(Canvas& c, const Stream& s, Point a, Point b) {
  const NodeId from = s.leader->broker->id, to = s.follower->broker->id;
  const model::Fault* there = fault_between(c.model, from, to);
  const model::Fault* back = fault_between(c.model, to, from);
  if (there == nullptr && back == nullptr) return;
  const Point middle{(a.x + b.x) / 2, (a.y + b.y) / 2};
  const model::Fault& one = there != nullptr ? *there : *back;
  if (one.kind.find("delay") != std::string::npos) {
    const float em = c.u(12), w = c.pen.width(one.detail, em, Type::semibold);
    c.pen.rect({middle.x - w / 2 - c.u(3), middle.y - c.u(9), w + c.u(6), c.u(18)}, c.view.ground);
    c.pen.text({middle.x, middle.y + em * 0.36F}, one.detail, em, Type::semibold, Token::warn_text,
               Align::middle);
    return;
  }
  const bool both = there != nullptr && back != nullptr;
  const float half = both ? c.u(11) : c.u(6);
  c.pen.rect({middle.x - half, middle.y - c.u(10), 2 * half, c.u(20)}, c.view.ground);
  c.pen.segments_begin();
  for (const float d : both ? std::vector<float>{-5, 5} : std::vector<float>{0}) {
    c.pen.segment({middle.x + c.u(d), middle.y - c.u(9)}, {middle.x + c.u(d), middle.y + c.u(9)});
  }
  c.pen.segments_end(Token::trouble, c.pen.w(3));
}

// At the tapes, or on the row's lower edge where a replica between the two takes that height.
float height_of(const Canvas& c, const Stream& s) {
  const Box& from = s.leader->box;
  const auto passed = between(c.plan, from, s.follower->box);
  const bool occupied = std::any_of(passed.begin(), passed.end(), [&](const BrokerPlace* p) {
    return s.row->partition->agreed->has_replica(p->broker->id);
  });
  return occupied ? from.y + s.row->y + c.plan.row_height + c.u(2) : tape_middle(c, *s.row, from);
}

void straight(Canvas& c, const Stream& s) {
  const Box &from = s.leader->box, &to = s.follower->box;
  const float d = to.x > from.x ? 1.0F : -1.0F;
  const auto passed = between(c.plan, from, to);
  const float y = height_of(c, s);
  const Point a{d > 0 ? from.right() : from.x, y}, b{d > 0 ? to.x : to.right(), y};
  const bool hot = s.rate > squares_up_to;
  const Ink ink = hot ? Token::leader : Token::wire;
  const float width = hot ? c.pen.w(2.4F) : c.pen.w(1.25F);
  Point start = a;
  for (std::size_t i = 0; i < passed.size(); ++i) {
    const Box& card = passed[d > 0 ? i : passed.size() - 1 - i]->box;
    c.pen.line(start, {d > 0 ? card.x : card.right(), y}, ink, width);
    c.pen.dashed({card.x + c.u(4), y}, {card.right() - c.u(4), y}, Ink(Token::wire, 0.6F),
                 c.pen.w(1), {c.u(1.5F), c.u(6)});
    start = {d > 0 ? card.right() : card.x, y};
  }
  const float head = c.u(hot ? 9.0F : 8.0F);
  c.pen.line(start, {b.x - d * head * 0.8F, y}, ink, width);
  arrow_head(c.pen, b, d, 0, head, ink);
  const std::array<Point, 2> path{a, b};
  squares_on(c, s, path, passed);
  if (hot) {
    const std::string rate = i18n::rate(s.rate);
    const Point last{(start.x + b.x) / 2, y - c.u(8)};
    c.pen.text_if(last, rate, c.u(12), Type::semibold, Token::leader, Align::middle,
                  std::abs(b.x - start.x) - c.u(4));
  }
  fault_sign(c, s, start, b);
}

// Between two rows of cards: along the gutters, so that no card is crossed.
void around(Canvas& c, const Stream& s) {
  const Box &from = s.leader->box, &to = s.follower->box;
  const bool same = std::abs(to.x - from.x) <= 1;
  const bool last_column = from.right() > c.plan.cards_area.right() - c.u(8);
  const float out = same ? (last_column ? -1.0F : 1.0F) : (to.x > from.x ? 1.0F : -1.0F);
  const float in = same ? out : -out;  // the side of the follower's card
  // Streams of one topic lie side by side in a gutter.
  const float lane = static_cast<float>(s.row->partition->id.partition.v % 5 - 2) * c.u(6);
  const float half = (c.plan.gap_x > 0 ? c.plan.gap_x : c.u(60)) / 2;
  const Point a{out > 0 ? from.right() : from.x, tape_middle(c, *s.row, from)};
  const Point b{in > 0 ? to.right() : to.x, tape_middle(c, *s.row, to)};
  const float x1 = a.x + out * half + lane, x2 = b.x + in * half + lane;
  std::vector<Point> path{a, {x1, a.y}};
  if (std::abs(x1 - x2) > half) {
    const float gap = std::max(from.y, to.y) - c.plan.gap_y / 2 + lane * 0.4F;
    path.push_back({x1, gap});
    path.push_back({x2, gap});
    path.push_back({x2, b.y});
  } else {
    path.push_back({x1, b.y});
  }
  const bool hot = s.rate > squares_up_to;
  const Ink ink = hot ? Token::leader : Token::wire;
  path.push_back({b.x + in * c.u(6), b.y});
  c.pen.polyline(path, ink, c.pen.w(hot ? 2.4F : 1.25F));
  arrow_head(c.pen, b, -in, 0, c.u(8), ink);
  squares_on(c, s, path, {});
}

void draw_stream(Canvas& c, const Stream& s) {
  const auto& p = s.row->partition->id;
  const Id id{Kind::stream, c.pen.scene().intern(p.topic), s.leader->broker->id.v,
              s.follower->broker->id.v, p.partition.v};
  const Box &from = s.leader->box, &to = s.follower->box;
  const float x0 = std::min(from.x, to.x), x1 = std::max(from.right(), to.right());
  const float y0 = std::min(from.y, to.y), y1 = std::max(from.bottom(), to.bottom());
  Box box{x0, y0, x1 - x0, y1 - y0};
  if (from.y == to.y) {  // the arrow alone, from card to card
    const float left = std::min(from.right(), to.right()), right = std::max(from.x, to.x);
    box = {left, height_of(c, s) - c.u(18), right - left, c.u(36)};
  }
  const std::size_t element = c.pen.open(id, box, true);
  if (from.y == to.y) {
    straight(c, s);
  } else {
    around(c, s);
  }
  c.pen.close(element);
}

// One line a pair of brokers that replicate, its width 1 + log2 of the rate.
void pair_lines(Canvas& c, bool without_focus) {
  std::map<std::pair<NodeId, NodeId>, double> pairs;
  for (const Stream& s : streams(c, false)) {
    if (without_focus && s.row->topic == c.plan.focus) continue;
    const auto ends = std::minmax(s.leader->broker->id, s.follower->broker->id);
    pairs[{ends.first, ends.second}] += s.rate;
  }
  for (const auto& [ends, rate] : pairs) {
    if (rate <= 0 && !c.plan.one_row) continue;
    const Box &a = c.plan.place(ends.first)->box, &b = c.plan.place(ends.second)->box;
    const float width = 1 + static_cast<float>(std::log2(1 + rate / 10));
    const std::size_t element = c.pen.open({Kind::link, 0, ends.first.v, ends.second.v},
                                           {std::min(a.x, b.x), std::min(a.y, b.y),
                                            std::max(a.right(), b.right()) - std::min(a.x, b.x),
                                            std::max(a.bottom(), b.bottom()) - std::min(a.y, b.y)},
                                           true);
    c.pen.line(a.centre(), b.centre(), Token::wire, c.pen.w(std::min(width, 7.0F)));
    c.pen.close(element);
  }
}

}  // namespace

std::optional<float> flight(const Canvas& c, const model::Flow& flow) {
  const double shortest = viewer_flight * c.view.speed;
  double length = shortest;
  if (flow.sent && flow.received) {
    length = std::max(length, std::chrono::duration<double>(*flow.received - *flow.sent).count());
  }
  const double since = std::chrono::duration<double>(c.now - flow.at()).count();
  if (c.view.reduce_motion || since < 0 || since >= length) return std::nullopt;
  return static_cast<float>(since / length);
}

void draw_pair_lines(Canvas& c) {
  if (c.plan.detail == Detail::packed) return;
  const std::vector<Stream> all = streams(c, false);
  if (!c.plan.one_row) return pair_lines(c, true);
  if (all.size() > most_single_wires) pair_lines(c, false);
}

void draw_streams(Canvas& c) {
  if (c.plan.detail == Detail::packed) return;
  const std::vector<Stream> all = streams(c, !c.plan.one_row);
  if (all.size() > most_single_wires) return;
  for (const Stream& s : all) draw_stream(c, s);
}

}  // namespace lab::scene
