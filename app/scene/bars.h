// What lies around the canvas and is drawn the same in the window, in exports and by the presenter:
// the narration bar, the timeline with its sign, the failover stopwatch, the legend. Pure functions
// into a Scene; each picture begins at (0, 0) and has the size given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/model/cluster_model.h"
#include "app/model/narration.h"
#include "app/scene/display_list.h"
#include "app/scene/words.h"

namespace lab::scene {

class Pen;

struct BarView {
  float width = 1280, height = 38;
  Lang lang = Lang::en;
  int text_percent = 100;
  Theme theme = Theme::light;
  bool reduce_motion = false;
};

// The three times, never mixed.
enum class TimeMode : std::uint8_t { live, replay, simulated };
Word word_of(TimeMode mode);  // of its sign
// Its shape: a dot, a triangle, a square.
void time_sign(Pen& pen, TimeMode mode, Point at, float r, Token ink);

// A time at the right end of the narration, where the stopwatch has no panel of its own.
struct Aside {
  std::string big, small;             // "0.89 s", "without a leader"; both empty: none
  std::optional<TimeMode> mode = {};  // the sign of it below (the presenter has no timeline)
};
// How long the partition has had, or had, no leader.
Aside leaderless_time(const model::Failover& failover, Instant now, Lang lang);

// One sentence in the largest of the type sizes in which the bar holds it whole, on as many lines
// as that takes; else `lead` alone. Its sign says what kind of event it was.
void narration_bar(const model::Sentence& sentence, const Aside& aside, const BarView& view,
                   const Measurer& measurer, Scene& out);
// The presenter's: large on black, at most two lines, and below them a softer second sentence.
void subtitles(const model::Sentence& sentence, const Aside& aside, const BarView& view,
               const Measurer& measurer, Scene& out);

struct TimelineView {
  BarView bar{1280, 142};
  TimeMode mode = TimeMode::live;
  Instant from{}, to{};            // what the lanes show
  Instant moment{};                // the cursor
  std::optional<Instant> newest;   // REPLAY: where the engine is
  std::vector<std::string> notes;  // below the clock: "1/20×, engine 9.2 s ahead"
  std::int32_t clock_offset_s = 0;
  std::string selected;  // id of an event
};
// Lanes a broker and one for the clients, marks, ruler, cursor, and the LIVE / REPLAY / SIMULATED
// sign. A bar too low for lanes has the sign and the clock beside it.
void timeline_bar(const model::ClusterModel& model, const TimelineView& view,
                  const Measurer& measurer, Scene& out);
// The moment under x, and back: for dragging the cursor.
Instant moment_at(const TimelineView& view, float x);
float timeline_x(const TimelineView& view, Instant at);

// From the loss of a leader to the follower that has caught up, each station with its time and the
// property that decided it. Gives the height it took: at least all stations, where the panel has
// it.
float stopwatch(const model::ClusterModel& model, const model::Failover& failover, Instant now,
                const BarView& view, const Measurer& measurer, Scene& out);

// Every sign of the canvas once, in rows; gives the height it needs. `out` may be null to measure.
float legend(const BarView& view, const Measurer& measurer, Scene* out);

}  // namespace lab::scene
