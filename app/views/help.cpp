// The dialogs that only say something: all keys, and how to connect a program of one's own.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/i18n/strings.h"
#include "app/views/lab_view.h"
#include "app/views/snippets.h"

namespace lab::views {
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

namespace {

struct KeyLine {
  std::string_view keys, meaning;  // the meaning is a word's key
};
constexpr std::array<KeyLine, 31> key_lines{
    {{"1 – 9", "keys.select"},     {"← → ↑ ↓", "keys.arrows"},
     {"K", "keys.kill"},           {"S", "keys.stop"},
     {"F", "keys.freeze"},         {"B", "keys.start"},
     {"C", "keys.create"},         {"P", "keys.produce"},
     {"R", "keys.read"},           {"H", "keys.connect"},
     {"`", "keys.console"},        {"G", "keys.log"},
     {"E", "keys.export"},         {"I", "keys.inspector"},
     {"Space , .", "keys.time"},   {"[ ] J Home", "keys.recording"},
     {"Y", "keys.lessons"},        {"N  V", "keys.lesson"},
     {"U  M", "keys.lesson_show"}, {"X  Shift+X", "keys.lesson_reset"},
     {"O", "keys.lesson_results"}, {"Page ↑ ↓", "keys.lesson_pages"},
     {"F5", "keys.present"},       {"Shift+B", "keys.present_start"},
     {"L  T", "keys.look"},        {"+  −  0", "keys.size"},
     {"Ctrl + − ←", "keys.zoom"},  {"W", "keys.fit"},
     {"Tab Enter", "keys.focus"},  {"Esc", "keys.escape"},
     {"Ctrl+Q", "keys.quit"}}};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Tabs are four columns; a line that is too long goes on below, as far as it can be broken.
struct Printed {
  std::string text;
  bool goes_on = false;
};
std::vector<Printed> printed(const Pen& pen, std::string_view text, float em, float room) {
  std::vector<Printed> out;
  for (const std::string_view line : lines_of(text)) {
    std::string shown;
    for (const char c : line) shown += c == '\t' ? std::string("    ") : std::string(1, c);
    const std::size_t indent = std::min(shown.find_first_not_of(' '), shown.size());
    std::string rest = shown;
    bool first = true;
    while (pen.width(rest, em, Type::mono) > room) {
      // At a space or a comma, else where the room ends.
      std::size_t cut = 0;
      for (std::size_t i = indent + 5; i < rest.size(); ++i) {
        if (pen.width(std::string_view(rest).substr(0, i), em, Type::mono) > room) break;
        if (rest[i - 1] == ' ' || rest[i - 1] == ',') cut = i;
      }
      if (cut == 0) {
        cut = indent + 5;
        while (cut < rest.size() &&
               pen.width(std::string_view(rest).substr(0, cut + 1), em, Type::mono) <= room) {
          ++cut;
        }
      }
      if (cut >= rest.size()) break;
      out.push_back({rest.substr(0, cut), !first});
      rest = std::string(indent + 4, ' ') + rest.substr(cut);
      first = false;
    }
    out.push_back({rest, !first});
  }
  return out;
}

}  // namespace

void LabView::close_button(Ui& ui, const Box& box) {
  Pen& pen = ui.pen();
  const float w =
      std::max(pen.u(96), pen.width(word("window.close"), pen.u(14), Type::semibold) + pen.u(28));
  const Box at{box.right() - pen.u(16) - w, box.y + pen.u(12), w, pen.u(30)};
  if (ui.button("words/close", at, word("window.close"), Look::plain)) {
    state_.dialog = Dialog::none;
  }
}

void LabView::dialog_keys(Ui& ui, const Box& box, float wheel) {
  Pen& pen = ui.pen();
  const float x = box.x + pen.u(24);
  pen.text({x, box.y + pen.u(33)}, word("keys.title"), pen.u(17), Type::bold, Token::ink);
  const float top = box.y + pen.u(50), height = box.bottom() - pen.u(10) - top;
  // Two columns; what does not fit in their height is scrolled.
  constexpr std::size_t columns = 2, rows = (key_lines.size() + columns - 1) / columns;
  const int fit = std::max(1, static_cast<int>(std::floor(height / pen.u(25))));
  const int most = std::max(0, static_cast<int>(rows) - fit);
  if (ui.hovers(box) && wheel != 0) state_.snippet_line += wheel > 0 ? -1 : 1;
  state_.snippet_line = std::clamp(state_.snippet_line, 0, most);
  if (most > 0) {
    pen.text_if(
        {x + pen.width(word("keys.title"), pen.u(17), Type::bold) + pen.u(16), box.y + pen.u(33)},
        word("keys.more"), pen.u(12), Type::regular, Token::muted, scene::Align::left,
        box.w * 0.4F);
  }
  const float wide = (box.w - pen.u(48)) / static_cast<float>(columns);
  float keys = 0;
  for (const KeyLine& line : key_lines)
    keys = std::max(keys, pen.width(line.keys, pen.u(12), Type::bold));
  for (std::size_t i = 0; i < key_lines.size(); ++i) {
    const int row = static_cast<int>(i % rows) - state_.snippet_line;
    if (row < 0 || row >= fit) continue;
    const float left = x + wide * static_cast<float>(i / rows);
    const float y = top + pen.u(18) + static_cast<float>(row) * pen.u(25);
    pen.text({left, y}, key_lines[i].keys, pen.u(12), Type::bold, Token::ink);
    const std::string_view meaning = word(key_lines[i].meaning);
    const float room = wide - keys - pen.u(18);
    const bool large = pen.width(meaning, pen.u(14), Type::regular) <= room;
    pen.text_if({left + keys + pen.u(10), y}, meaning, pen.u(large ? 14.0F : 12.0F), Type::regular,
                Token::ink, scene::Align::left, room + pen.u(8));
  }
  close_button(ui, box);
}

void LabView::dialog_connect(const Frame& frame, Ui& ui, const Box& box) {
  Pen& pen = ui.pen();
  const float x = box.x + pen.u(24), wide = box.w - pen.u(48);
  pen.text({x, box.y + pen.u(33)}, word("window.connect"), pen.u(17), Type::bold, Token::ink);
  close_button(ui, box);
  const float baseline = box.y + pen.u(70);
  float at = x;
  for (std::size_t i = 0; i < snippet_names.size(); ++i) {
    const bool chosen = static_cast<int>(i) == state_.snippet;
    const float from = at;
    if (ui.word("connect/" + std::string(snippet_names[i]), at, baseline, snippet_names[i], chosen))
      state_.snippet = static_cast<int>(i), state_.snippet_line = 0;
    if (chosen) {
      const float w = pen.width(snippet_names[i], pen.u(14), Type::semibold);
      pen.rect({from, baseline + pen.u(6), w, pen.u(2)}, Token::leader);
    }
  }
  const std::string text =
      snippet(static_cast<std::size_t>(state_.snippet), actions_.bootstrap(), state_.produce_topic);
  const float em = pen.u(12), pitch = pen.u(18), foot = pen.u(46);
  const Box ground{x - pen.u(8), box.y + pen.u(86), wide + pen.u(16),
                   box.bottom() - foot - box.y - pen.u(86)};
  pen.rect(ground, Token::canvas, Token::line, pen.hair(), pen.u(4));
  const auto lines = printed(pen, text, em, wide);
  const auto room = static_cast<int>(std::max(1.0F, std::floor((ground.h - pen.u(10)) / pitch)));
  const int most = std::max(0, static_cast<int>(lines.size()) - room);
  if (ui.hovers(ground) && frame.input.wheel_y != 0)
    state_.snippet_line += frame.input.wheel_y > 0 ? -2 : 2;
  state_.snippet_line = std::clamp(state_.snippet_line, 0, most);
  float y = ground.y + pen.u(18);
  for (int i = state_.snippet_line; i < state_.snippet_line + room; ++i) {
    if (i >= static_cast<int>(lines.size())) break;
    const auto& line = lines[static_cast<std::size_t>(i)];
    pen.text({x, y}, line.text, em, Type::mono, line.goes_on ? Token::muted : Token::ink);
    y += pitch;
  }
  const float button =
      std::max(pen.u(120), pen.width(word("window.copy"), pen.u(14), Type::semibold) + pen.u(28));
  const float top = box.bottom() - foot + pen.u(8);
  if (ui.button("connect/copy", {x, top, button, pen.u(30)}, word("window.copy"), Look::primary))
    copied_ = text;
  const std::string_view hint = word(most > 0 ? "window.connect.more" : "window.connect.hint");
  pen.text_if({x + button + pen.u(16), top + pen.u(20)}, hint, em, Type::regular, Token::muted,
              scene::Align::left, wide - button - pen.u(16));
}

}  // namespace lab::views
