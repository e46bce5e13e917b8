#include "app/views/ui.h"

#include <algorithm>

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
void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | (c >> 6));
    put(0x80 | (c & 63));
  } else if (c < 0x10000) {
    put(0xe0 | (c >> 12));
    put(0x80 | ((c >> 6) & 63));
    put(0x80 | (c & 63));
  } else {
    put(0xf0 | (c >> 18));
    put(0x80 | ((c >> 12) & 63));
    put(0x80 | ((c >> 6) & 63));
    put(0x80 | (c & 63));
  }
}

void drop_last(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.pop_back();
  if (!text.empty()) text.pop_back();
}
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
  if (focus_.id == id && focus_.by_keyboard && enabled_) scene::selection_ring(pen_, box);
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

bool Ui::field(const std::string& id, const Box& box, std::string& value, std::size_t max_bytes) {
  if (enabled_) focus_.order.push_back(id);
  if (pressed(box)) {
    focus_.id = id;
    focus_.by_keyboard = false;
  }
  const bool active = enabled_ && focus_.id == id;
  bool entered = false;
  if (active) {
    for (const auto& k : input_.keys) {
      if (!k.down) continue;
      if (k.key == keys::backspace) drop_last(value);
      if (k.key == keys::a && k.modifiers.ctrl) value.clear();
      if (k.key == keys::enter || k.key == keys::keypad_enter) entered = true;
    }
    for (const char32_t c : input_.characters) {
      if (c >= 32 && value.size() + 4 <= max_bytes) append_utf8(value, c);
    }
  }
  pen_.rect(box, Token::card, active ? Token::ink : Token::edge, pen_.w(active ? 2.0F : 1.25F),
            pen_.u(4));
  const float em = pen_.u(14), baseline = box.centre().y + em * scene::cap_height / 2;
  // The end of what is typed stays in sight.
  std::string_view shown = value;
  while (!shown.empty() && pen_.width(shown, em, Type::mono) > box.w - pen_.u(24)) {
    std::size_t at = 0;
    scene::next_code(shown, at);
    shown.remove_prefix(at);
  }
  const float end = box.x + pen_.u(10) +
                    pen_.text({box.x + pen_.u(10), baseline}, shown, em, Type::mono, Token::ink);
  if (active)
    pen_.line({end + 1, baseline + em * 0.2F}, {end + 1, baseline - em * 0.9F}, Token::ink,
              pen_.w(1.5F));
  return entered;
}

}  // namespace lab::views
