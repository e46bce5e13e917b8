// One replica as a tape: the last records one by one, the rest squeezed left of a break; marks for
// log start, high watermark and log end (LOOKS §3). All replicas of a partition share one scale.
// Used by cards, the legend and the inspector; knows marks and roles, nothing of brokers.
#pragma once

#include <optional>

#include "app/model/partition.h"
#include "app/scene/marks.h"
#include "app/scene/pen.h"

namespace lab::scene {

// How a replica looks; leader also where it leads with fewer in sync.
enum class TapeLook : std::uint8_t { leader, in_sync, out_of_sync, catching_up, offline, plain };

// Offsets to x. `base` is the lowest log start of the row, `end` its longest log end.
struct TapeScale {
  float left = 0, body = 0, cell = 0;
  int cells = 30;
  Offset base{0}, end{0};

  // True where records before `first()` are squeezed into `body`.
  bool squeezed() const;
  Offset first() const;  // the first record that has a cell of its own
  float x(Offset offset) const;
};

struct Tape {
  TapeScale scale;
  model::Marks marks;
  TapeLook look = TapeLook::in_sync;
  float y = 0, h = 0;                // top and height of the tape
  Ink ground = Token::card;          // what lies below it
  bool signs = true;                 // ticks, triangle, bracket
  bool numbers = true;               // below and behind it
  bool plain_bar = false;            // no separators, no break: a bar
  float filled = 1;                  // 0..1 from the left, while a new leader fills
  std::optional<Offset> leader_end;  // draws the gap up to it
  float keep_free_from = 1e9F;       // numbers below keep left of this x (a label stands there)
};

void draw_tape(Pen& pen, const Tape& tape);
// The replica of which nobody tells: a dotted line and a question mark, `width` together.
void draw_unknown_tape(Pen& pen, Point left, float width, float h);
// How many records a truncation cut; 0 where its offsets make no sense.
std::int64_t records_cut(const model::Truncation& cut);
// Records that were cut fall off: `since` the truncation, in seconds.
void draw_falling(Pen& pen, const Tape& tape, const model::Truncation& cut, float since);

}  // namespace lab::scene
