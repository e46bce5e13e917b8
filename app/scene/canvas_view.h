// How the canvas is looked at: all that the picture depends on besides the model and the moment.
// Made by the window, the snapshot command and tests; kept by nobody in app/scene.
#pragma once

#include <string>
#include <vector>

#include "app/scene/display_list.h"
#include "app/scene/words.h"
#include "engine/base/time.h"

namespace lab::scene {

// A ring of the lesson around the thing with this id; number 0: without one.
struct Highlight {
  std::string id;
  int number = 0;
  Instant since{};
};

struct CanvasView {
  float width = 1280, height = 776;  // units
  // 1: everything fits. More gives the picture more room: first detail, then size.
  float zoom = 1;
  Point scroll;                   // of the zoomed picture, units
  std::string selected, hovered;  // ids
  std::string focus;              // a topic; empty: none. Fades the healthy others
  std::vector<Highlight> lesson;
  Lang lang = Lang::en;
  int text_percent = 100;  // 80 to 300
  Theme theme = Theme::light;
  Token ground = Token::canvas;     // what the canvas stands on
  bool fold_internal = true;        // topics whose name begins with "__" are one line
  bool show_quorum = true;          // the line below the cards
  bool show_quorum_traffic = true;  // and what moves on it
  bool show_metadata = true;
  bool reduce_motion = false;
  // Model time per second of the viewer: 1 live, less in slow motion. What moves is drawn for at
  // least a quarter of a viewer's second.
  double speed = 1;
  std::int32_t clock_offset_s = 0;  // of the viewer's wall clock from UTC
  bool hides_log_ends = false;      // an attached cluster that does not tell them
  bool offer_actions = true;        // empty states have a button (not in exports)
  bool offer_topic = true;          // one of them makes a topic (not in lessons: they say which)
};

}  // namespace lab::scene
