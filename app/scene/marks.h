// The small signs of the picture (LOOKS §3): polygons of ours, no icon font. Each differs from the
// others by shape, not only by colour. Sizes are in scene units. Used by the scene functions.
#pragma once

#include "app/scene/pen.h"

namespace lab::scene {

// Marks of the timeline.
enum class Mark : std::uint8_t {
  started,
  stopped,
  killed,
  fenced,
  new_leader,
  isr_shrinks,
  isr_grows,
  truncated,
  caught_up,
  new_controller,
  acknowledged,
  by_client,
};
// Centred at `at`; `observed` is hollow on a whisker: seen between two polls, not traced.
void mark(Pen& pen, Mark what, Point at, float size, Ink ground = Token::panel,
          bool observed = false);

// The state of a broker, beside its words; centred at `at`, radius r.
enum class StateSign : std::uint8_t {
  starting,
  running,
  stopping,
  frozen,
  fenced,
  stopped,
  dead,
  waiting,
  not_started,
  unknown
};
void state_sign(Pen& pen, StateSign what, Point at, float r, Ink ground);

void crown(Pen& pen, Point left_top, float size, Ink ink);
// Flag on a pole whose top is at `top`; filled: the preferred leader leads.
void pennant(Pen& pen, Point top, float size, Ink ink, bool filled);
void tick(Pen& pen, Point left_top, float size, Ink ink, float width);
void cross(Pen& pen, Point left_top, float size, Ink ink, float width);
void warning(Pen& pen, Point left_top, float size, Ink ink = Token::trouble,
             Ink inner = Token::on_leader);
void diamond(Pen& pen, Point centre, float r, Ink fill, Ink stroke = no_ink, float width = 0);
void square(Pen& pen, Point centre, float side, Ink fill);
// Arrow head with its point at `tip`, looking along (dx, dy), a unit vector.
void arrow_head(Pen& pen, Point tip, float dx, float dy, float size, Ink ink);
// ↓ a producer writes, ↑ a consumer reads; centred.
void arrow(Pen& pen, Point centre, bool down, float size, Ink ink);
void bracket(Pen& pen, Point top, float height, float arm, Ink ink, float width);
// A ring: ink for the selection; ink-yellow-ink with a number for the lesson (number 0: none).
void selection_ring(Pen& pen, const Box& box);
void lesson_ring(Pen& pen, const Box& box, int number, float drawn);

}  // namespace lab::scene
