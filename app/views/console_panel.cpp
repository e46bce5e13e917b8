// The console over the foot of the canvas: what was asked and said, and the line that is typed,
// with its history. A line does what it says through Actions; nothing is carried out here.
#include <algorithm>
#include <cmath>

#include "app/i18n/heard.h"
#include "app/platform/keys.h"
#include "app/views/lab_view.h"
#include "app/views/page.h"

namespace lab::views {
namespace keys = platform::keys;
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

namespace {
constexpr std::size_t history_kept = 200;
constexpr float line_pitch = 18;

Token ink_of(ConsoleLine::Kind kind) {
  switch (kind) {
    case ConsoleLine::Kind::asked:
      return Token::leader;
    case ConsoleLine::Kind::err:
      return Token::trouble_text;
    case ConsoleLine::Kind::out:
      break;
  }
  return Token::ink;
}
}  // namespace

void LabView::open_console() {
  state_.console = true;
  console_opened_ = true;
  console_at_ = console_history_.size();
  console_up_ = 0;
  focus_.id = console_field;
  focus_.by_keyboard = false;
  focus_.edits.clear();
}

Box LabView::console_size() const {
  const float height = std::min(canvas_box_.h * 0.6F, 260 * text_unit());
  return {canvas_box_.x, canvas_box_.bottom() - height, canvas_box_.w, height};
}

void LabView::run_console_line() {
  std::string line;
  line.swap(state_.console_line);
  if (line.find_first_not_of(' ') == std::string::npos && !actions_.tool_runs()) return;
  if (!line.empty() && (console_history_.empty() || console_history_.back() != line)) {
    console_history_.push_back(line);
    if (console_history_.size() > history_kept) console_history_.erase(console_history_.begin());
  }
  console_at_ = console_history_.size();
  console_up_ = 0;
  actions_.run(line);
}

// As it is read in this window: what the lab says is said in its language.
static std::string shown_line(const ConsoleLine& line, i18n::Lang lang) {
  const bool asked = line.kind == ConsoleLine::Kind::asked;
  return asked || line.verbatim ? line.text : i18n::heard(line.text, lang);
}

// What was said to the last line.
std::string LabView::last_answer() const {
  std::string text;
  const auto& said = actions_.console();
  for (auto one = said.rbegin(); one != said.rend(); ++one) {
    if (one->kind == ConsoleLine::Kind::asked) break;
    text = shown_line(*one, state_.lang) + "\n" + text;
  }
  return text;
}

// Beside what the field itself takes.
void LabView::console_keys(const platform::FrameInput& input) {
  const bool selects = focus_.edits == console_field && focus_.caret.selects();
  for (const auto& key : input.keys) {
    if (!key.down) continue;
    if (key.modifiers.ctrl) {
      if (key.key == keys::c && selects) continue;  // that is copied
      if (key.key == keys::c && actions_.tool_runs()) actions_.cancel();
      if (key.key == keys::c && !actions_.tool_runs()) copied_ = last_answer();
      if (key.key == keys::d && actions_.tool_runs()) actions_.end_of_input();
      continue;
    }
    const std::size_t before = console_at_;
    if (key.key == keys::up && console_at_ > 0) --console_at_;
    if (key.key == keys::down && console_at_ < console_history_.size()) ++console_at_;
    if (console_at_ != before) {
      state_.console_line =
          console_at_ < console_history_.size() ? console_history_[console_at_] : "";
    }
    if (key.key == keys::page_up) console_up_ += 5;  // held in range where it is drawn
    if (key.key == keys::page_down) console_up_ -= std::min<std::size_t>(console_up_, 5);
  }
}

void LabView::console(const Frame& frame) {
  console_.clear();
  console_box_ = console_size();
  const Box box{0, 0, console_box_.w, console_box_.h};
  console_.view = box;
  console_.ground = Token::panel;
  Pen pen(console_, measurer_, text_unit(), scene::stroke_factor(state_.theme));
  Ui ui(pen, frame.input, focus_, {console_box_.x * frame.scale, console_box_.y * frame.scale},
        frame.scale, state_.dialog == Dialog::none && !console_opened_);
  pen.line({0, 1}, {box.w, 1}, Token::ink, pen.w(2));
  const float x = pen.u(16), wide = box.w - pen.u(32), em = pen.u(12);
  const float field = box.bottom() - pen.u(62);
  for (const char* hint : {"window.console.hint", "window.console.short"}) {
    const auto said = word(actions_.tool_runs() ? "window.console.tool" : hint);
    if (pen.text_if({x, box.bottom() - pen.u(12)}, said, em, Type::regular, Token::muted,
                    scene::Align::left, wide)) {
      break;
    }
  }
  focus_.keeps = true;
  if (ui.field(console_field, {x, field, wide, pen.u(32)}, state_.console_line, 2000)) {
    run_console_line();
  }
  focus_.keeps = false;
  // What was said, the newest at the foot.
  const auto room =
      static_cast<std::size_t>(std::max(0.0F, std::floor((field - pen.u(14)) / pen.u(line_pitch))));
  if (ui.hovers({0, 0, box.w, field}) && frame.input.wheel_y != 0) {
    if (frame.input.wheel_y > 0) console_up_ += 3;
    if (frame.input.wheel_y < 0) console_up_ -= std::min<std::size_t>(console_up_, 3);
  }
  struct Shown {
    std::string text;
    ConsoleLine::Kind kind;
  };
  std::vector<Shown> lines;  // newest first
  const auto& said = actions_.console();
  for (auto one = said.rbegin(); one != said.rend() && lines.size() < room + console_up_; ++one) {
    const std::string text = shown_line(*one, state_.lang);
    const auto parts = broken(pen, text, em, Type::mono, wide - pen.u(16));
    for (auto part = parts.rbegin(); part != parts.rend(); ++part)
      lines.push_back({std::string(*part), one->kind});
  }
  console_up_ = std::min(console_up_, lines.size() > room ? lines.size() - room : 0);
  float y = field - pen.u(10);
  for (std::size_t i = console_up_; i < lines.size() && i < console_up_ + room; ++i) {
    pen.text({x + pen.u(10), y}, lines[i].text, em, Type::mono, ink_of(lines[i].kind));
    y -= pen.u(line_pitch);
  }
}

}  // namespace lab::views
