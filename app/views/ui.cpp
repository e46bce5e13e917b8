#include "app/views/ui.h"

#include <algorithm>
#include <utility>

#include "app/platform/keys.h"
#include "app/scene/marks.h"

namespace lab::views {
namespace keys = platform::keys;
using scene::Align;
using scene::Box;
using scene::Ink;
using scene::Token;
using scene::Type;

namespace {
constexpr float field_em = 14, field_margin = 10;
}  // namespace

Ui::Ui(scene::Pen& pen, const platform::FrameInput& input, Focus& focus, scene::Point origin,
       float scale, bool enabled)
    : pen_(pen),
      input_(input),
      focus_(focus),
      mouse_{(input.mouse_x - origin.x) / scale, (input.mouse_y - origin.y) / scale},
      enabled_(enabled) {}

bool Ui::hovers(const Box& box) const { return enabled_ && box.contains(mouse_); }
bool Ui::pressed(const Box& box) const { return hovers(box) && input_.pressed[0]; }

bool Ui::key(int code) const {
  return std::any_of(input_.keys.begin(), input_.keys.end(),
                     [code](const auto& k) { return k.down && k.key == code; });
}

bool Ui::activated(const std::string& id, const Box& box) {
  if (!enabled_) return false;
  focus_.order.push_back(id);
  if (pressed(box)) {
    focus_.id = id;
    focus_.by_keyboard = false;
    return true;
  }
  return focus_.id == id && focus_.by_keyboard &&
         (key(keys::enter) || key(keys::keypad_enter) || key(keys::space));
}

bool Ui::button(const std::string& id, const Box& box, std::string_view label, Look look,
                float em) {
  const bool did = activated(id, box);
  const bool over = hovers(box);
  Ink fill = Token::panel, stroke = Token::edge, words = Token::ink;
  if (look == Look::primary) fill = Token::ink, stroke = Token::ink, words = Token::panel;
  if (look == Look::danger) stroke = Token::trouble, words = Token::trouble_text;
  if (look == Look::link) stroke = scene::no_ink, words = Token::leader;
  if (over && look != Look::primary) fill = Token::tint;
  pen_.rect(box, fill, stroke, pen_.w(1.25F), pen_.u(6));
  pen_.text({box.centre().x, box.centre().y + pen_.u(em) * scene::cap_height / 2}, label,
            pen_.u(em), Type::semibold, words, Align::middle);
  if (focus_.id == id && focus_.by_keyboard && enabled_) {
    // Around one that is dark itself, with some ground between them.
    scene::selection_ring(pen_, look == Look::primary ? box.inset(-pen_.u(4)) : box);
  }
  return did;
}

bool Ui::area(const std::string& id, const Box& box) {
  const bool did = activated(id, box);
  if (hovers(box)) pen_.rect(box, Token::card, scene::no_ink, 0, pen_.u(4));
  if (focus_.id == id && focus_.by_keyboard && enabled_) scene::selection_ring(pen_, box);
  return did;
}

bool Ui::link(const std::string& id, const Box& box, float baseline, bool first) {
  const bool did = first ? activated(id, box) : enabled_ && pressed(box);
  const bool lit = hovers(box) || (focus_.id == id && focus_.by_keyboard && enabled_);
  if (lit) pen_.rect(box, Token::tint, scene::no_ink, 0, pen_.u(3));
  pen_.line({box.x, baseline + pen_.u(3)}, {box.right(), baseline + pen_.u(3)}, Token::leader,
            pen_.w(lit ? 2.0F : 1.0F));
  return did;
}

bool Ui::word(const std::string& id, float& x, float baseline, std::string_view label,
              bool strong) {
  const float em = pen_.u(14);
  const float width = pen_.width(label, em, Type::semibold);
  const Box box{x - pen_.u(6), baseline - em, width + pen_.u(12), em * 1.6F};
  const bool did = activated(id, box);
  if (hovers(box)) pen_.rect(box, Token::tint, scene::no_ink, 0, pen_.u(4));
  pen_.text({x, baseline}, label, em, Type::semibold, strong ? Token::ink : Token::muted);
  if (focus_.id == id && focus_.by_keyboard && enabled_) scene::selection_ring(pen_, box);
  x += width + pen_.u(22);
  return did;
}

// Keys, and what is typed or pasted; true where Enter ended it.
bool Ui::edit_field(const std::string& id, std::string& value, std::size_t max_bytes) {
  Caret& caret = focus_.caret;
  const bool entered_now = std::exchange(focus_.edits, id) != id;
  if (entered_now) {
    caret = {value.size(), focus_.keeps ? value.size() : 0};
  } else if (focus_.text != value) {
    caret = {value.size(), value.size()};
  }
  keep_within(value, caret);
  bool entered = false;
  for (const auto& k : input_.keys) {
    if (!k.down) continue;
    const bool out = k.modifiers.ctrl && (k.key == keys::c || k.key == keys::x);
    if (out && caret.selects()) focus_.copied = selected(value, caret);
    if (out && k.key == keys::x) remove_selected(value, caret);
    edit(value, caret, k);
    if (k.key == keys::enter || k.key == keys::keypad_enter) entered = true;
  }
  for (const char32_t c : input_.characters) insert(value, caret, c, max_bytes);
  focus_.text = value;
  return entered;
}

// From where on a value that is too long is shown, so that the caret is in sight: as much of the
// text before it as there is room for.
std::size_t Ui::first_shown(std::string_view value, float room) const {
  const float em = pen_.u(field_em);
  if (pen_.width(value, em, Type::mono) <= room) return 0;
  float wide = pen_.width(value.substr(0, focus_.caret.at), em, Type::mono);
  std::size_t from = 0;
  while (from < focus_.caret.at && wide > room) {
    const std::size_t next = step_right(value, from);
    wide -= pen_.width(value.substr(from, next - from), em, Type::mono);
    from = next;
  }
  return from;
}

std::size_t Ui::under_pointer(std::string_view value, const Box& box) const {
  const float em = pen_.u(field_em), room = box.w - 2 * pen_.u(field_margin) - pen_.u(4);
  const std::size_t from = first_shown(value, room);
  float x = box.x + pen_.u(field_margin);
  for (std::size_t at = from; at < value.size();) {
    const std::size_t next = step_right(value, at);
    const float wide = pen_.width(value.substr(at, next - at), em, Type::mono);
    if (mouse_.x < x + wide / 2) return at;
    x += wide;
    at = next;
  }
  return value.size();
}

void Ui::draw_field(const Box& box, const std::string& value, bool active) {
  pen_.rect(box, Token::card, active ? Token::ink : Token::edge, pen_.w(active ? 2.0F : 1.25F),
            pen_.u(4));
  const float em = pen_.u(field_em), baseline = box.centre().y + em * scene::cap_height / 2;
  const float left = box.x + pen_.u(field_margin);
  const float room = box.w - 2 * pen_.u(field_margin) - pen_.u(4);
  const std::size_t from = active ? first_shown(value, room) : 0;
  std::string_view shown = std::string_view(value).substr(from);
  while (!shown.empty() && pen_.width(shown, em, Type::mono) > room)
    shown = shown.substr(0, step_left(shown, shown.size()));
  const auto x_of = [&](std::size_t at) {
    const std::size_t to = std::clamp(at, from, from + shown.size());
    return left + pen_.width(shown.substr(0, to - from), em, Type::mono);
  };
  const Caret& caret = focus_.caret;
  if (active && caret.selects()) {
    const float a = x_of(std::min(caret.at, caret.anchor)),
                b = x_of(std::max(caret.at, caret.anchor));
    pen_.rect({a, baseline - em, b - a, em * 1.35F}, Token::tint, Token::leader, pen_.hair());
  }
  pen_.text({left, baseline}, shown, em, Type::mono, Token::ink);
  if (!active) return;
  const float x = x_of(caret.at) + 1;
  pen_.line({x, baseline + em * 0.2F}, {x, baseline - em * 0.9F}, Token::ink, pen_.w(1.5F));
}

bool Ui::field(const std::string& id, const Box& box, std::string& value, std::size_t max_bytes) {
  if (enabled_) focus_.order.push_back(id);
  const bool clicked = pressed(box);
  if (clicked) {
    focus_.id = id;
    focus_.by_keyboard = false;
  }
  const bool active = enabled_ && focus_.id == id;
  const bool entered = active && edit_field(id, value, max_bytes);
  const bool drags = active && input_.down[0] && focus_.edits == id && hovers(box);
  if (active && (clicked || drags)) {
    focus_.caret.at = under_pointer(value, box);
    if (clicked) focus_.caret.anchor = focus_.caret.at;
  }
  draw_field(box, value, active);
  return entered;
}

}  // namespace lab::views
