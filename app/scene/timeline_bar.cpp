// The timeline: a lane a broker, one for the clients; marks, ruler, cursor, and the sign of the
// three times.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "app/i18n/format.h"
#include "app/model/timeline.h"
#include "app/scene/bars.h"
#include "app/scene/marks.h"

namespace lab::scene {
namespace {

constexpr float lanes_left = 224, lanes_right = 28, lanes_top = 30;

float unit_of(const TimelineView& view) {
  return static_cast<float>(std::clamp(view.bar.text_percent, 80, 300)) / 100;
}
float left_of(const TimelineView& view) {
  return std::min(lanes_left * unit_of(view), view.bar.width * 0.4F);
}
float right_of(const TimelineView& view) { return view.bar.width - lanes_right * unit_of(view); }

// Below this a lane would be lower than its marks.
bool has_lanes(const TimelineView& view) { return view.bar.height >= 70 * unit_of(view); }

struct Lane {
  NodeId node = no_node;
  std::string name;
  float y = 0;
};

enum class Stretch : std::uint8_t { up, dead, idle };
struct Segment {
  NodeId node;
  Instant from, to;
  Stretch what;
};

struct Bar {
  const model::ClusterModel& model;
  const TimelineView& view;
  Pen pen;
  std::vector<Lane> lanes;
  float lane_height = 0;

  float u(float units) const { return pen.u(units); }
  float x(Instant at) const { return timeline_x(view, at); }
};

void set_lanes(Bar& b) {
  for (const auto& [id, broker] : b.model.brokers()) {
    b.lanes.push_back({id, fmt::format("Br {}", id.v), 0});
  }
  b.lanes.push_back({no_node, std::string(word(Word::clients_lane, b.view.bar.lang)), 0});
  const float top = b.u(lanes_top), height = b.view.bar.height - top - b.u(10);
  b.lane_height = height / static_cast<float>(b.lanes.size());
  for (std::size_t i = 0; i < b.lanes.size(); ++i) {
    b.lanes[i].y = top + b.lane_height * (static_cast<float>(i) + 0.5F) + b.u(2);
  }
}

const Lane* lane_of(const Bar& b, NodeId node) {
  for (const Lane& lane : b.lanes) {
    if (lane.node == node) return &lane;
  }
  return nullptr;
}

// When each process ran, from the log of control events.
std::vector<Segment> segments(const Bar& b) {
  std::vector<Segment> all;
  const auto last_of = [&](NodeId node) -> Segment* {
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
      if (it->node == node) return &*it;
    }
    return nullptr;
  };
  const auto turn = [&](NodeId node, Instant at, Stretch what) {
    Segment* last = last_of(node);
    if (last != nullptr && last->what == what) return;
    if (last != nullptr) {
      last->to = at;
    } else if (what != Stretch::up) {
      all.push_back({node, Instant{}, at, Stretch::up});
    }
    all.push_back({node, at, Instant::max(), what});
  };
  for (const model::LoggedEvent& logged : b.model.log().events()) {
    const trace::Event& e = *logged.event;
    if (std::holds_alternative<trace::ProcessStarted>(e.payload) ||
        std::holds_alternative<trace::NodeStarted>(e.payload)) {
      turn(e.node, e.at, Stretch::up);
    } else if (const auto* exited = std::get_if<trace::ProcessExited>(&e.payload)) {
      turn(e.node, e.at, exited->signal == 0 && exited->code == 0 ? Stretch::idle : Stretch::dead);
    } else if (const auto* frozen = std::get_if<trace::ProcessFrozen>(&e.payload)) {
      turn(e.node, e.at, frozen->frozen ? Stretch::idle : Stretch::up);
    }
  }
  for (const Lane& lane : b.lanes) {
    if (lane.node != no_node && last_of(lane.node) == nullptr) {
      all.push_back({lane.node, Instant{}, Instant::max(), Stretch::up});
    }
  }
  return all;
}

void line_of(Bar& b, const Segment& s, float y, float x0, float x1, float opacity) {
  if (x1 <= x0) return;
  const float width = b.pen.w(b.lane_height < b.u(12) ? 1.4F : 2);
  if (s.what == Stretch::up) {
    b.pen.line({x0, y}, {x1, y}, Ink(Token::edge, opacity), width);
  } else if (s.what == Stretch::dead) {
    b.pen.dashed({x0, y}, {x1, y}, Ink(Token::trouble, opacity), width, {b.u(2), b.u(5)});
  } else {
    b.pen.dashed({x0, y}, {x1, y}, Ink(Token::edge, opacity), width, {b.u(5), b.u(6)});
  }
}

// What lies after the cursor has not happened yet in the picture: it is faint.
void draw_lanes(Bar& b) {
  const float left = left_of(b.view), right = right_of(b.view);
  const float cursor = std::clamp(b.x(b.view.moment), left, right);
  const float end = b.view.newest ? std::clamp(b.x(*b.view.newest), left, right) : cursor;
  const auto every = static_cast<std::size_t>(std::max(std::ceil(b.u(15) / b.lane_height), 1.0F));
  for (std::size_t i = 0; i < b.lanes.size(); ++i) {
    const Lane& lane = b.lanes[i];
    const Box box{left, lane.y - b.lane_height / 2, right - left, b.lane_height};
    const std::size_t element = b.pen.open({Kind::lane, 0, lane.node.v}, box);
    if (i % every == 0 && (every == 1 || i + every <= b.lanes.size())) {
      b.pen.text_if({left - b.u(14), lane.y + b.u(4)}, lane.name, b.u(12), Type::semibold,
                    Token::ink, Align::right, left * 0.4F);
    }
    b.pen.close(element);
  }
  for (const Segment& s : segments(b)) {
    const Lane* lane = lane_of(b, s.node);
    if (lane == nullptr) continue;
    const float x0 = std::clamp(b.x(std::max(s.from, b.view.from)), left, right);
    const float x1 = s.to >= b.view.to ? right : std::clamp(b.x(s.to), left, right);
    line_of(b, s, lane->y, x0, std::min(x1, cursor), 1);
    if (end > cursor) line_of(b, s, lane->y, std::max(x0, cursor), std::min(x1, end), 0.35F);
  }
}

Duration ruler_step(const TimelineView& view, float least) {
  constexpr std::array<std::int64_t, 20> steps_ms{
      1,    2,    5,     10,    20,    50,     100,    200,    500,     1000,
      2000, 5000, 10000, 30000, 60000, 120000, 300000, 600000, 1800000, 3600000};
  const double span = std::chrono::duration<double, std::milli>(view.to - view.from).count();
  const double width = static_cast<double>(right_of(view) - left_of(view));
  for (const std::int64_t step : steps_ms) {
    if (width * static_cast<double>(step) / std::max(span, 1e-6) >= static_cast<double>(least)) {
      return milliseconds(step);
    }
  }
  return milliseconds(steps_ms.back());
}

std::string tick_label(const Bar& b, Instant at, Duration step, bool first) {
  const auto wall = b.model.wall_us(at);
  const int decimals = step >= seconds(1) ? 0 : step >= milliseconds(100) ? 1 : 3;
  if (!wall) return i18n::duration_fine(at - b.view.from, b.view.bar.lang);
  // The tick stands on a whole step; conversions may have lost a microsecond of it.
  const std::string clock = i18n::clock(*wall + 100, b.view.clock_offset_s, decimals);
  return first || step >= seconds(1) ? clock : clock.substr(std::min<std::size_t>(6, clock.size()));
}

void draw_ruler(Bar& b) {
  const float left = left_of(b.view), right = right_of(b.view), em = b.u(12);
  const std::size_t element = b.pen.open({Kind::ruler}, {left, 0, right - left, b.view.bar.height});
  const Duration step = ruler_step(b.view, b.u(100));
  // Ticks stand on whole steps of the wall clock where it is known.
  const std::int64_t offset_ns =
      b.model.wall_us(b.view.from).value_or(0) * 1000 % std::max<std::int64_t>(step.count(), 1);
  Instant at = b.view.from + (step - nanoseconds(offset_ns));
  bool first = true;
  for (int i = 0; i < 200 && at < b.view.to; ++i, at += step) {
    const float x = b.x(at);
    const std::string label = tick_label(b, at, step, first);
    const float half = b.pen.width(label, em, Type::regular) / 2;
    if (x - half < left - b.u(20) || x + half > b.view.bar.width) continue;
    b.pen.line({x, b.u(26)}, {x, b.view.bar.height - b.u(8)}, Ink(Token::line, 0.7F), b.pen.hair());
    b.pen.text({x, b.u(19)}, label, em, Type::regular, Token::muted, Align::middle);
    first = false;
  }
  b.pen.close(element);
}

std::optional<Mark> mark_of(model::MarkKind kind) {
  using model::MarkKind;
  switch (kind) {
    case MarkKind::started:
    case MarkKind::thawed:
    case MarkKind::unfenced:
      return Mark::started;
    case MarkKind::killed:
    case MarkKind::did_not_start:
    case MarkKind::refused_write:
    case MarkKind::refused_request:
    case MarkKind::leaderless:
      return Mark::killed;
    case MarkKind::stopped:
    case MarkKind::frozen:
    case MarkKind::waiting:
      return Mark::stopped;
    case MarkKind::fenced:
      return Mark::fenced;
    case MarkKind::elected:
      return Mark::new_leader;
    case MarkKind::isr_shrunk:
      return Mark::isr_shrinks;
    case MarkKind::isr_grew:
      return Mark::isr_grows;
    case MarkKind::truncated:
      return Mark::truncated;
    case MarkKind::caught_up:
      return Mark::caught_up;
    case MarkKind::crown:
      return Mark::new_controller;
    case MarkKind::first_ack:
      return Mark::acknowledged;
    case MarkKind::topic_created:
    case MarkKind::topic_gone:
    case MarkKind::client_joined:
    case MarkKind::client_left:
    case MarkKind::ledger:
    case MarkKind::fault:
      return Mark::by_client;
    case MarkKind::stalled:
    case MarkKind::gap:
      return std::nullopt;
  }
  return std::nullopt;
}

float mark_size(const Bar& b) { return std::min(b.u(13), b.lane_height * 0.95F); }

// `next_x`: where its words must end.
void draw_mark(Bar& b, const model::TimelineMark& one, Mark what, const Lane& lane, float x,
               float next_x) {
  const float size = mark_size(b), em = b.u(12);
  const float w = b.pen.width(one.label, em, Type::semibold);
  const bool room = b.lane_height >= b.u(14) && x + size + w + b.u(8) < next_x;
  const Id id{Kind::event, 0, static_cast<std::int64_t>(one.event)};
  const std::size_t element =
      b.pen.open(id, {x - size * 0.7F, lane.y - b.lane_height / 2,
                      size * 1.4F + (room ? w + b.u(6) : 0), b.lane_height});
  if (one.at > b.view.moment) b.pen.fade(0.55F);
  if (room && !one.label.empty()) {
    b.pen.rect({x + size * 0.75F, lane.y - b.u(9), w + b.u(8), b.u(18)}, Token::panel);
    b.pen.text({x + size * 0.75F + b.u(4), lane.y + b.u(4)}, one.label, em, Type::semibold,
               Token::ink);
  }
  mark(b.pen, what, {x, lane.y}, size, Token::panel, one.within > Duration{0});
  b.pen.fade(1);
  b.pen.close(element);
}

void draw_marks(Bar& b) {
  const auto marks = model::timeline(b.model, b.view.from, b.view.to, b.view.bar.lang);
  bool any = false;
  const float cursor = b.x(b.view.moment), size = mark_size(b);
  std::map<NodeId, float> last;  // where the last mark of a lane stands
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const Lane* lane = lane_of(b, marks[i].lane);
    const auto what = mark_of(marks[i].kind);
    if (lane == nullptr || !what) continue;
    // Marks of one moment stand beside each other, as long as they stay before the cursor.
    float x = b.x(marks[i].at);
    if (const auto before = last.find(marks[i].lane); before != last.end()) {
      const float beside = std::min(before->second + size, x + 2 * size);
      if (beside > x && (beside <= cursor || x > cursor)) x = beside;
    }
    last[marks[i].lane] = x;
    // Words end before the next mark, and those of the past before the cursor.
    float next = marks[i].at <= b.view.moment ? cursor : right_of(b.view) + b.u(lanes_right);
    for (std::size_t j = i + 1; j < marks.size(); ++j) {
      if (marks[j].lane != marks[i].lane || !mark_of(marks[j].kind)) continue;
      next = std::min(next, std::max(b.x(marks[j].at), x + size) - b.u(8));
      break;
    }
    draw_mark(b, marks[i], *what, *lane, x, next);
    any = true;
  }
  if (any || !b.model.brokers().empty()) return;
  b.pen.text({(left_of(b.view) + right_of(b.view)) / 2, b.view.bar.height / 2},
             word(Word::events_here, b.view.bar.lang), b.u(14), Type::regular, Token::muted,
             Align::middle);
}

void draw_cursor(Bar& b) {
  const float x = b.x(b.view.moment);
  if (x < left_of(b.view) - 1 || x > right_of(b.view) + 1) return;
  b.pen.line({x, b.u(26)}, {x, b.view.bar.height - b.u(6)}, Token::ink, b.pen.w(1.6F));
  const std::array<Point, 3> head{Point{x - b.u(6), b.u(22)}, {x + b.u(6), b.u(22)}, {x, b.u(30)}};
  b.pen.polygon(head, Token::ink);
}

// Height of the sign: its words, and where the bar is high enough some air.
Box sign_box(const Bar& b, float width) {
  const float low = std::min(b.view.bar.height / b.u(142), 1.0F);
  const float y = b.u(14) * low, h = std::max(b.u(40) * low, b.u(28));
  return {b.u(16), y, width, std::min(h, b.view.bar.height - 2 * y)};
}

// LIVE is outlined with a dot, REPLAY filled with a triangle, SIMULATED outlined with a square.
Box draw_sign(Bar& b) {
  const Lang lang = b.view.bar.lang;
  const TimeMode mode = b.view.mode;
  const Word what = word_of(mode);
  const float em = b.u(17), text = b.pen.width(word(what, lang), em, Type::bold);
  const float most = left_of(b.view) * 0.7F;
  const Box box =
      sign_box(b, has_lanes(b.view) ? std::clamp(text + b.u(52), std::min(b.u(128), most), most)
                                    : text + b.u(52));
  const std::size_t element = b.pen.open({Kind::sign}, box);
  const bool replay = mode == TimeMode::replay;
  const Token ink = replay ? Token::on_warn : mode == TimeMode::live ? Token::ok_text : Token::ink;
  const Token ground = replay                   ? Token::warn
                       : mode == TimeMode::live ? Token::ok_ground
                                                : Token::tint;
  b.pen.rect(box, ground, replay ? no_ink : Ink(mode == TimeMode::live ? Token::ok : Token::ink),
             replay ? 0 : b.pen.w(1.5F), b.u(6));
  const Point c{box.x + b.u(20), box.centre().y};
  time_sign(b.pen, mode, c, b.u(6), mode == TimeMode::live ? Token::ok : ink);
  b.pen.text_if({box.x + b.u(36), c.y + em * 0.36F}, word(what, lang), em, Type::bold, ink,
                Align::left, box.w - b.u(40));
  b.pen.close(element);
  return box;
}

void draw_clock(Bar& b, const Box& sign) {
  const auto wall = b.model.wall_us(b.view.moment);
  // A picture at rest is drawn once a second: tenths would tell of an older moment.
  const bool rests = b.view.moment - b.model.newest_change() > seconds(6);
  const int decimals = b.view.mode != TimeMode::live ? 3 : rests ? 0 : 1;
  const std::string clock = wall ? i18n::clock(*wall, b.view.clock_offset_s, decimals) : "";
  const float em = b.u(17);
  if (!has_lanes(b.view)) {  // beside the sign
    b.pen.text_if({sign.right() + b.u(16), sign.centre().y + em * 0.36F}, clock, em, Type::semibold,
                  Token::ink, Align::left, b.view.bar.width - sign.right());
    return;
  }
  const float room = left_of(b.view) * 0.75F;
  float y = std::max(sign.bottom() + em * 0.95F,
                     std::min(sign.bottom() + b.u(26), b.view.bar.height * 0.56F));
  if (y + b.u(5) > b.view.bar.height) return;
  b.pen.text_if({b.u(16), y}, clock, em, Type::semibold, Token::ink, Align::left, room);
  for (const std::string& note : b.view.notes) {
    y += b.u(note == b.view.notes.front() ? 22.0F : 18.0F);
    if (y > b.view.bar.height - b.u(6)) break;
    b.pen.text_if({b.u(16), y}, note, b.u(12), Type::regular, Token::muted, Align::left, room);
  }
}

}  // namespace

void time_sign(Pen& pen, TimeMode mode, Point at, float r, Token ink) {
  switch (mode) {
    case TimeMode::live:
      return pen.circle(at, r, ink);
    case TimeMode::replay: {
      const std::array<Point, 3> play{Point{at.x - r * 0.83F, at.y - r * 1.33F},
                                      {at.x + r * 1.33F, at.y},
                                      {at.x - r * 0.83F, at.y + r * 1.33F}};
      return pen.polygon(play, ink);
    }
    case TimeMode::simulated:
      return pen.rect({at.x - r, at.y - r, 2 * r, 2 * r}, ink);
  }
}

Word word_of(TimeMode mode) {
  switch (mode) {
    case TimeMode::live:
      return Word::live;
    case TimeMode::replay:
      return Word::replay;
    case TimeMode::simulated:
      return Word::simulated;
  }
  return Word::live;
}

float timeline_x(const TimelineView& view, Instant at) {
  const double span = std::max(std::chrono::duration<double>(view.to - view.from).count(), 1e-9);
  const double part = std::chrono::duration<double>(at - view.from).count() / span;
  const float left = left_of(view);
  return left + static_cast<float>(std::clamp(part, -1.0, 2.0)) * (right_of(view) - left);
}

Instant moment_at(const TimelineView& view, float x) {
  const float left = left_of(view), width = std::max(right_of(view) - left, 1.0F);
  const double part = std::clamp(static_cast<double>((x - left) / width), 0.0, 1.0);
  const double span = std::chrono::duration<double, std::nano>(view.to - view.from).count();
  return view.from + nanoseconds(static_cast<std::int64_t>(part * span));
}

void timeline_bar(const model::ClusterModel& model, const TimelineView& view,
                  const Measurer& measurer, Scene& out) {
  out.clear();
  out.view = {0, 0, view.bar.width, view.bar.height};
  out.ground = Token::panel;
  Bar bar{model, view, Pen(out, measurer, unit_of(view), stroke_factor(view.bar.theme)), {}, 0};
  bar.pen.line({0, 0.5F}, {view.bar.width, 0.5F}, Token::line, bar.pen.hair());
  if (has_lanes(view)) {
    set_lanes(bar);
    draw_ruler(bar);
    draw_lanes(bar);
    draw_marks(bar);
    draw_cursor(bar);
  }
  draw_clock(bar, draw_sign(bar));
}

}  // namespace lab::scene
