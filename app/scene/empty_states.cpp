// Where there is nothing to draw, the canvas says what is so and offers one action (LOOKS §9).
#include <fmt/format.h>

#include "app/scene/canvas.h"

namespace lab::scene {
namespace {

// A button in the picture; the window acts on its id.
float button(Canvas& c, Point left_middle, Word label, std::string_view action) {
  const float em = c.u(14), w = c.pen.width(word(label, c.lang()), em, Type::semibold) + c.u(24);
  const Box box{left_middle.x, left_middle.y - c.u(14), w, c.u(28)};
  const std::size_t element = c.pen.open({Kind::action, c.pen.scene().intern(action)}, box);
  c.pen.rect(box, Token::card, Token::leader, c.pen.w(1.25F), c.u(4));
  c.pen.text({box.x + c.u(12), left_middle.y + em * 0.36F}, word(label, c.lang()), em,
             Type::semibold, Token::leader);
  c.pen.close(element);
  return w;
}

// Words and a button after them, centred around `at`; the button goes where there is no room.
void sentence(Canvas& c, Point at, const std::string& text, Ink ink, Word label,
              std::string_view action, float room) {
  const float em = c.u(14), w = c.pen.width(text, em, Type::semibold), gap = c.u(14);
  float offer = 0;
  if (c.view.offer_actions) {
    offer = c.pen.width(word(label, c.lang()), em, Type::semibold) + c.u(24) + gap;
  }
  const bool both = w + offer <= room;
  const float left = at.x - (w + (both ? offer : 0)) / 2;
  if (w <= room) c.pen.text({left, at.y + em * 0.36F}, text, em, Type::semibold, ink);
  if (both && offer > 0) button(c, {left + w + gap, at.y}, label, action);
}

void no_topics(Canvas& c) {
  for (const BrokerPlace& place : c.plan.brokers) {
    if (place.controller_only || is_dead(*place.broker)) continue;
    const Point at{place.box.x + c.u(16), place.box.y + c.plan.header + c.u(22)};
    c.pen.text_if(at, word(Word::no_partitions, c.lang()), c.u(14), Type::regular, Token::muted,
                  Align::left, place.box.w - c.u(32));
  }
  if (!c.view.offer_actions || !c.view.offer_topic || !c.model.anyone_live()) return;
  const Box& first = c.plan.brokers.front().box;
  if (first.h < c.plan.header + c.u(80)) return;
  const float w = c.pen.width(word(Word::create_topic, c.lang()), c.u(14), Type::semibold);
  if (w + c.u(56) > first.w) return;
  button(c, {first.x + c.u(16), first.y + c.plan.header + c.u(52)}, Word::create_topic,
         "create-topic");
}

void nobody_alive(Canvas& c, Instant since) {
  std::string text(word(Word::nobody_alive, c.lang()));
  if (const auto wall = c.model.wall_us(since)) {
    text += " " + say(Word::last_known, c.lang(), i18n::clock(*wall, c.view.clock_offset_s, 1));
  }
  const float y = c.plan.quorum ? c.plan.quorum_y : c.plan.content.bottom() - c.u(18);
  sentence(c, {c.plan.cards_area.centre().x, y}, text, Token::trouble_text, Word::start_all,
           "start-all", c.plan.cards_area.w * 0.8F);
}

void no_clients(Canvas& c) {
  for (const BrokerPlace& place : c.plan.brokers) {
    const model::Broker& b = *place.broker;
    if (b.client_port == 0 || !b.live() || place.controller_only) continue;
    const std::string address =
        fmt::format("{}:{}", b.host.empty() ? "localhost" : b.host, b.client_port);
    const Box& area = c.plan.clients_area;
    return sentence(c, {area.centre().x, area.y + area.h / 2 + c.u(4)},
                    say(Word::any_client, c.lang(), address), Token::muted, Word::how_to_connect,
                    "connect", area.w);
  }
}

}  // namespace

void draw_empty_states(Canvas& c) {
  if (c.plan.brokers.empty()) {
    return sentence(c, c.plan.content.centre(), std::string(word(Word::no_cluster, c.lang())),
                    Token::ink, Word::start_cluster, "start-cluster", c.plan.content.w - c.u(40));
  }
  if (c.plan.topics.empty()) no_topics(c);
  const auto dead_since = c.model.all_dead_since();
  if (dead_since) nobody_alive(c, *dead_since);
  if (c.plan.clients.empty() && c.plan.clients_area.h > 0 && !dead_since) no_clients(c);
  if (c.view.hides_log_ends && !dead_since) {
    const float y = c.plan.quorum ? c.plan.quorum_y : c.plan.content.bottom() - c.u(18);
    c.pen.text_if({c.plan.cards_area.x, y + c.u(4)}, word(Word::hides_log_ends, c.lang()), c.u(12),
                  Type::semibold, Token::warn_text, Align::left, c.plan.cards_area.w * 0.6F);
  }
}

}  // namespace lab::scene
