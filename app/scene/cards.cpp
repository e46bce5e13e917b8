// The broker cards: border by state, header, crack; then what the card holds.
#include <fmt/format.h>

#include <algorithm>

#include "app/scene/canvas.h"
#include "app/scene/census.h"
#include "app/scene/faults.h"
#include "app/scene/state_line.h"

namespace lab::scene {
namespace {

using model::Broker;
using model::BrokerState;

bool dashed_border(const Broker& b) {
  return b.state == BrokerState::dead || b.state == BrokerState::stopped ||
         b.state == BrokerState::waiting || b.state == BrokerState::did_not_start ||
         b.state == BrokerState::unknown;
}

// No replica of this broker has a row at this height: branches of the crack may lie there.
bool blank_at(const Canvas& c, const BrokerPlace& place, float y) {
  if (c.plan.detail == Detail::packed) return false;
  for (const RowPlan& row : c.plan.rows) {
    if (y < row.y || y >= row.y + c.plan.row_height) continue;
    const auto& agreed = row.partition->agreed;
    return agreed != nullptr && !agreed->has_replica(place.broker->id);
  }
  return true;
}

// The crack: a zig-zag of canvas colour, edged, that keeps off the words; it grows from the top.
void crack(Canvas& c, const BrokerPlace& place, float grown) {
  const Box& box = place.box;
  constexpr std::array<Point, 13> beside_names{
      Point{0.84F, -0.006F}, {0.79F, 0.09F}, {0.84F, 0.16F}, {0.79F, 0.25F}, {0.82F, 0.33F},
      {0.78F, 0.39F},        {0.73F, 0.46F}, {0.76F, 0.54F}, {0.72F, 0.61F}, {0.78F, 0.72F},
      {0.73F, 0.80F},        {0.77F, 0.90F}, {0.74F, 1.006F}};
  constexpr std::array<Point, 13> through_tapes{
      Point{0.74F, -0.006F}, {0.68F, 0.09F}, {0.73F, 0.14F}, {0.53F, 0.21F}, {0.46F, 0.26F},
      {0.475F, 0.32F},       {0.44F, 0.39F}, {0.57F, 0.47F}, {0.53F, 0.55F}, {0.60F, 0.62F},
      {0.54F, 0.74F},        {0.64F, 0.86F}, {0.58F, 1.006F}};
  const auto& path = c.plan.terse ? beside_names : through_tapes;
  // Beside bars the words are on the right: below the header the crack keeps to the middle.
  const bool bars = c.plan.detail == Detail::bar || c.plan.detail == Detail::packed;
  const auto at = [&](Point p) {
    const float shift = c.plan.terse && bars && box.h * p.y > c.plan.header ? -0.24F : 0;
    return Point{box.x + box.w * (p.x + shift), box.y + box.h * p.y};
  };
  std::vector<Point> zigzag;
  const float reach = grown * static_cast<float>(path.size() - 1);
  for (std::size_t i = 0; i < path.size() && static_cast<float>(i) <= reach; ++i) {
    zigzag.push_back(at(path[i]));
  }
  if (zigzag.size() < 2) return;
  const float k = std::min(c.plan.unit, box.h / 220);
  c.pen.polyline(zigzag, Token::edge, 8 * k);
  c.pen.polyline(zigzag, c.view.ground, 5.5F * k);
  if (grown < 1 || c.plan.terse || !blank_at(c, place, box.h * 0.54F) ||
      !blank_at(c, place, box.h * 0.615F)) {
    return;
  }
  const std::array<Point, 3> left{at({0.53F, 0.55F}), at({0.44F, 0.537F}), at({0.36F, 0.552F})};
  const std::array<Point, 3> right{at({0.60F, 0.62F}), at({0.70F, 0.605F}), at({0.78F, 0.618F})};
  c.pen.polyline(left, Token::edge, 1.6F * k);
  c.pen.polyline(right, Token::edge, 1.6F * k);
}

// In a grid of cards the border says which broker to look at.
bool in_need(const Canvas& c, const BrokerPlace& place) {
  const auto index = static_cast<std::size_t>(&place - c.plan.brokers.data());
  if (fault_on(c.model, place.broker->id) != nullptr) return true;
  return c.census != nullptr && c.census->brokers[index].out_of_sync > 0;
}

void border(Canvas& c, const BrokerPlace& place) {
  const Broker& b = *place.broker;
  const Box& box = place.box;
  const Token ground = ground_of(place);
  const float radius = std::min(c.u(8), 16.0F);
  const Ink fill = ground;
  if (dashed_border(b)) {
    c.pen.rect(box, fill, no_ink, 0, radius);
    c.pen.dashed_box(box, radius, Token::edge, c.pen.w(1.25F), {c.u(6), c.u(4)});
  } else {
    const bool ill = c.plan.detail == Detail::packed && in_need(c, place);
    c.pen.rect(box, fill, ill ? Token::trouble : Token::edge, c.pen.w(ill ? 2.5F : 1.25F), radius);
  }
  if (b.state == BrokerState::fenced) {
    c.pen.rect(box.inset(c.u(4)), no_ink, Token::trouble_text, c.pen.w(1.5F),
               std::max(radius - c.u(4), 1.0F));
  }
  if (b.state == BrokerState::frozen) {
    c.pen.segments_begin();
    for (float y = box.y + c.u(10); y < box.bottom() - c.u(4); y += c.u(8)) {
      c.pen.segment({box.x + c.u(4), y}, {box.right() - c.u(4), y});
    }
    c.pen.segments_end(Token::line, c.pen.hair());
  }
  if (is_dead(b)) crack(c, place, ease_out(c.seen_since(b.since) / 0.16F));
}

// A frozen card is ruled and a dead one cracked: words stand on a patch of its ground.
void patch(Canvas& c, const BrokerPlace& place, float x, float baseline, float w, float em) {
  if (place.broker->state != BrokerState::frozen && !is_dead(*place.broker)) return;
  c.pen.rect({x - c.u(3), baseline - 0.85F * em, w + c.u(6), 1.15F * em}, ground_of(place));
}

constexpr float crown_size = 17;

bool wears_crown(const Canvas& c, const BrokerPlace& place) {
  const auto controller = c.model.active_controller();
  return controller && *controller == place.broker->id && !is_dead(*place.broker);
}

float crown_sign(Canvas& c, const BrokerPlace& place, float baseline, float room) {
  if (!wears_crown(c, place)) return 0;
  const float em = c.u(12);
  float size = c.u(crown_size);
  const std::string_view plain = word(Word::controller, c.lang());
  const std::string full = fmt::format(
      "{} · {}", plain, say(Word::epoch, c.lang(), i18n::number(c.model.quorum().epoch.v)));
  std::string_view label = c.plan.terse ? plain : std::string_view(full);
  if (c.pen.width(label, em, Type::semibold) + size + c.u(8) > room) label = plain;
  if (c.pen.width(label, em, Type::semibold) + size + c.u(8) > room) label = {};
  // In the narrowest cards it is small rather than in the way of the number.
  if (label.empty()) size = std::clamp(room + c.u(7), c.u(5), size);
  const float w = c.pen.width(label, em, Type::semibold);
  const float right = place.box.right() - c.u(16);
  const float left = right - w - (label.empty() ? 0 : c.u(7)) - size;
  const std::size_t element = c.pen.open({Kind::controller, 0, place.broker->id.v},
                                         {left, baseline - size, right - left, size * 1.2F});
  patch(c, place, left, baseline, right - left, em);
  c.pen.text({right, baseline}, label, em, Type::semibold, Token::quorum_text, Align::right);
  crown(c.pen, {left, baseline - c.u(12)}, size, Token::quorum);
  c.pen.close(element);
  return right - left + c.u(10);
}

void address_line(Canvas& c, const BrokerPlace& place, float baseline, Ink ink, Ink soft) {
  const Broker& b = *place.broker;
  const float left = place.box.x + c.u(16), right = place.box.right() - c.u(16), em = c.u(14);
  float used = 0;
  if (b.client_port != 0) {
    const std::string address =
        fmt::format("{}:{}", b.host.empty() ? "localhost" : b.host, b.client_port);
    used = c.pen.width(address, em, Type::regular);
    if (used <= right - left) {
      patch(c, place, left, baseline, used, em);
      c.pen.text({left, baseline}, address, em, Type::regular, ink);
    }
  }
  if (!b.pid.known() || *b.pid <= 0) return;
  const std::string pid = fmt::format("pid {}", *b.pid);
  const float w = c.pen.width(pid, em, Type::regular);
  if (w > right - left - used - c.u(12)) return;
  patch(c, place, right - w, baseline, w, em);
  c.pen.text({right, baseline}, pid, em, Type::regular, soft, Align::right);
  if (is_dead(b)) {
    c.pen.line({right - w, baseline - c.u(5)}, {right, baseline - c.u(5)}, Token::dead_text,
               c.pen.w(1.3F));
  }
}

void state_text(Canvas& c, const BrokerPlace& place, float baseline, Ink soft) {
  const Broker& b = *place.broker;
  const StateLine line = state_line(c.model, b, c.now, c.lang());
  const float em = c.u(12), left = place.box.x + c.u(16), r = em * 0.38F;
  const float text = left + em * 1.2F, room = place.box.right() - c.u(16) - text;
  // In large type an uptime or a signal is more than the eye wants.
  const bool brief = c.view.text_percent >= 150 && line.words.size() > 1;
  const std::size_t from = brief ? 1 : 0;
  float used = 0;
  for (std::size_t i = from; i < line.words.size(); ++i) {
    used = c.pen.width(line.words[i], em, line.type);
    if (used > room) continue;
    patch(c, place, left, baseline, used + em * 1.2F, em);
    c.pen.text({text, baseline}, line.words[i], em, line.type, line.ink);
    break;
  }
  state_sign(c.pen, line.sign, {left + r, baseline - em * 0.36F}, r, ground_of(place));
  if (c.plan.terse || is_dead(b) || !b.memory_bytes.known() || !b.live()) return;
  c.pen.text_if({place.box.right() - c.u(16), baseline}, i18n::bytes(*b.memory_bytes), em,
                Type::regular, soft, Align::right, room - used - c.u(12));
}

// One line: name, crown, state.
void compact_header(Canvas& c, const BrokerPlace& place, Ink ink) {
  const Broker& b = *place.broker;
  const float em = c.u(14), small = c.u(12), r = small * 0.38F;
  const float left = place.box.x + c.u(12), right = place.box.right() - c.u(12);
  const float y = place.box.y + c.u(23);
  const std::string name = say(Word::broker, c.lang(), fmt::format("{}", b.id.v));
  patch(c, place, left, y, c.pen.width(name, em, Type::bold), em);
  float x = left + c.pen.text({left, y}, name, em, Type::bold, ink) + c.u(8);
  if (wears_crown(c, place)) {
    const Box box{x, y - c.u(11), c.u(15), c.u(12)};
    const std::size_t element = c.pen.open({Kind::controller, 0, b.id.v}, box);
    crown(c.pen, {box.x, box.y}, box.w, Token::quorum);
    c.pen.close(element);
    x += c.u(21);
  }
  const StateLine line = state_line(c.model, b, c.now, c.lang());
  for (const std::string& words : line.words) {
    const float w = c.pen.width(words, small, line.type);
    if (x + 2 * r + c.u(6) + w > right) continue;
    patch(c, place, right - w - 2 * r - c.u(5), y, w + 2 * r + c.u(5), small);
    c.pen.text({right, y}, words, small, line.type, line.ink, Align::right);
    return state_sign(c.pen, line.sign, {right - w - c.u(5) - r, y - small * 0.36F}, r,
                      ground_of(place));
  }
  state_sign(c.pen, line.sign, {right - r, y - small * 0.36F}, r, ground_of(place));
}

void header(Canvas& c, const BrokerPlace& place) {
  const Broker& b = *place.broker;
  const bool grey = is_dead(b);
  const Ink ink = grey ? Token::dead_text : Token::ink;
  const Ink soft = grey ? Token::dead_text : Token::muted;
  const float left = place.box.x + c.u(16), width = place.box.w - c.u(32);
  if (c.plan.compact && !place.controller_only) return compact_header(c, place, ink);
  float y = place.box.y + c.u(c.plan.terse ? 27.0F : 30.0F);
  std::string name = say(place.controller_only ? Word::controller_node : Word::broker, c.lang(),
                         fmt::format("{}", b.id.v));
  // The crown is never dropped: the name makes room for it.
  const float for_name = width - (wears_crown(c, place) ? c.u(crown_size + 10) : 0);
  float em = c.u(17);
  if (c.pen.width(name, em, Type::bold) > for_name) em = c.u(14);
  if (c.pen.width(name, em, Type::bold) > for_name) name = fmt::format("{}", b.id.v);
  const float name_width = c.pen.width(name, em, Type::bold);
  patch(c, place, left, y, name_width, em);
  c.pen.text({left, y}, name, em, Type::bold, ink);
  const float crowned = crown_sign(c, place, y - c.u(0.5F), width - name_width - c.u(10));
  if (c.plan.terse && c.view.text_percent < 150 && b.client_port != 0) {
    c.pen.text_if({place.box.right() - c.u(16) - crowned, y}, fmt::format(":{}", b.client_port),
                  c.u(14), Type::regular, soft, Align::right,
                  width - name_width - crowned - c.u(10));
  }
  if (!c.plan.terse && !place.controller_only) {
    y += c.u(23);
    address_line(c, place, y, ink, soft);
  }
  y += c.u(c.plan.terse ? 20.0F : 22.0F);
  state_text(c, place, y, soft);
}

}  // namespace

bool is_dead(const Broker& broker) { return broker.state == BrokerState::dead; }

Token ground_of(const BrokerPlace& place) {
  return is_dead(*place.broker) ? Token::dead : Token::card;
}

void draw_cards(Canvas& c) {
  for (const BrokerPlace& place : c.plan.brokers) {
    const std::size_t element = c.pen.open({Kind::broker, 0, place.broker->id.v}, place.box);
    border(c, place);
    header(c, place);
    if (!place.controller_only) {
      const float y = place.box.y + c.plan.header - c.u(4), inset = c.u(16);
      c.pen.line({place.box.x + inset, y}, {place.box.right() - inset, y}, Token::line,
                 c.pen.hair());
      if (c.plan.detail == Detail::packed) {
        draw_packed_rows(c, place);
      } else {
        draw_aligned_rows(c, place);
      }
    }
    c.pen.close(element);
  }
}

}  // namespace lab::scene
