// The metadata quorum: a faint dotted line below the cards that joins the voters, with what moves
// on it, and how many of them live.
#include <algorithm>

#include "app/scene/canvas.h"

namespace lab::scene {
namespace {

std::vector<const BrokerPlace*> live_voters(const Canvas& c) {
  std::vector<const BrokerPlace*> found;
  for (const BrokerPlace& place : c.plan.brokers) {
    if (place.broker->voter() && place.broker->live()) found.push_back(&place);
  }
  return found;
}

void traffic(Canvas& c, float y) {
  if (!c.view.show_quorum_traffic) return;
  std::size_t drawn = 0;
  const auto& flows = c.model.flows();
  for (auto it = flows.rbegin(); it != flows.rend() && drawn < 16; ++it) {
    if (c.since(it->at()) > 3) break;
    if (it->kind == model::FlowKind::records || it->from.is_client() || it->to.is_client())
      continue;
    if (model::class_of(it->api) != model::FlowClass::quorum) continue;
    const BrokerPlace *from = c.plan.place(it->from.node), *to = c.plan.place(it->to.node);
    const auto t = flight(c, *it);
    if (!t || from == nullptr || to == nullptr || from == to) continue;
    const float a = from->box.centre().x, b = to->box.centre().x;
    diamond(c.pen, {a + (b - a) * *t, y}, c.u(4), Token::quorum);
    ++drawn;
  }
}

void label(Canvas& c, float y) {
  const auto [alive, voters] = c.model.voters();
  if (voters <= 0 || c.model.all_dead_since()) return;  // then another sentence says more
  const bool majority = 2 * alive > voters;
  std::string text = say(Word::quorum_of, c.lang(), i18n::number(alive), i18n::number(voters));
  if (!majority) text += " · " + std::string(word(Word::no_majority, c.lang()));
  const float em = c.u(12), right = c.plan.cards_area.right();
  const float w = c.pen.width(text, em, Type::semibold);
  c.pen.rect({right - w - c.u(6), y - c.u(9), w + c.u(6), c.u(18)}, c.view.ground);
  const Ink ink = majority ? Token::quorum_text : Token::trouble_text;
  c.pen.text({right, y + em * 0.36F}, text, em, majority ? Type::regular : Type::semibold, ink,
             Align::right);
  if (!majority) {
    warning(c.pen, {right - w - c.u(18), y - c.u(6)}, c.u(12), Token::trouble, c.view.ground);
  }
}

}  // namespace

void draw_quorum(Canvas& c) {
  if (!c.plan.quorum || c.plan.brokers.empty()) return;
  const float y = c.plan.quorum_y;
  const Box& area = c.plan.cards_area;
  // Wider than what is in it: a ring around it touches neither its words nor the cards.
  const float out = c.u(8), top = area.bottom() + c.u(3);
  const std::size_t element =
      c.pen.open({Kind::quorum}, {area.x - out, top, area.w + 2 * out, (y - top) * 2}, true);
  const auto voters = live_voters(c);
  const bool drawn = c.plan.one_row && voters.size() > 1;
  if (drawn) {
    const Dash dots{c.u(1.5F), c.u(5)};
    const float first = voters.front()->box.centre().x, last = voters.back()->box.centre().x;
    if (voters.front()->controller_only) {
      for (std::size_t i = 0; i + 1 < voters.size(); ++i) {
        c.pen.dashed({voters[i]->box.right(), y}, {voters[i + 1]->box.x, y}, Token::quorum,
                     c.pen.w(1.2F), dots);
      }
    } else {
      c.pen.dashed({first, y}, {last, y}, Token::quorum, c.pen.w(1.2F), dots);
    }
    for (const BrokerPlace* place : voters) {
      if (place->controller_only) continue;
      const float x = place->box.centre().x;
      c.pen.dashed({x, place->box.bottom()}, {x, y}, Token::quorum, c.pen.w(1.2F), dots);
    }
    traffic(c, y);
  }
  label(c, y);
  c.pen.close(element);
}

}  // namespace lab::scene
