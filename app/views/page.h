// A column of words that may be longer than its place: flows styled text, keeps to the lines that
// lie wholly in sight, and measures without drawing. Used by the lesson's panel.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/lessons/words.h"
#include "app/views/ui.h"

namespace lab::views {

class Page {
 public:
  // What lies between `top` and `bottom` is in sight. `prefix`: of the ids of its links.
  Page(Ui& ui, std::string prefix, float x, float width, float top, float bottom)
      : y(top),
        ui_(ui),
        prefix_(std::move(prefix)),
        x_(x),
        width_(width),
        top_(top),
        bottom_(bottom) {}

  float y;  // where the next thing begins

  Ui& ui() { return ui_; }
  scene::Pen& pen() { return ui_.pen(); }
  float x() const { return x_; }
  float width() const { return width_; }
  bool draws() const { return draws_; }
  // Whether all between the two is in sight (and is drawn).
  bool seen(float from, float to) const { return draws_ && from >= top_ && to <= bottom_; }
  void gap(float units) { y += pen().u(units); }

  // Wrapped plain words.
  void words(std::string_view text, float em, scene::Type type, scene::Token ink);
  // Paragraphs, items; `code` gets fenced blocks.
  template <class Code>
  void text(const lessons::ShownText& text, scene::Token ink, Code code) {
    bool first = true;
    for (const auto& block : text) {
      if (!first) gap(8);
      first = false;
      if (block.kind == lessons::BlockKind::code) {
        code(block);
      } else {
        this->block(block, ink);
      }
    }
  }
  void block(const lessons::ShownBlock& block, scene::Token ink);
  // The part of a ground that is in sight.
  void ground(const scene::Box& box, scene::Token fill, scene::Ink stroke);
  // The term of the glossary that was asked for in this frame, and where it stands.
  const std::string& term() const { return term_; }
  const scene::Box& term_box() const { return term_box_; }
  // How high what `draw` draws is.
  template <class Draw>
  float measure(Draw draw) {
    const float from = y;
    const bool before = draws_;
    draws_ = false;
    draw();
    draws_ = before;
    const float height = y - from;
    y = from;
    return height;
  }
  // Everything further inward by so much, until it is undone.
  void indent(float left, float right = 0) { x_ += left, width_ -= left + right; }

 private:
  void link(const lessons::ShownSpan& span, const scene::Box& box, float baseline, bool first);

  Ui& ui_;
  std::string prefix_;
  float x_, width_, top_, bottom_;
  bool draws_ = true;
  int links_ = 0;  // drawn so far
  std::string term_;
  scene::Box term_box_;
};

// In pieces that are not wider than the room: at spaces, and in words where they must be broken.
std::vector<std::string_view> broken(const scene::Pen& pen, std::string_view text, float em,
                                     scene::Type type, float room);

}  // namespace lab::views
