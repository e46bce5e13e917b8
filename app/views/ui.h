// Buttons and text fields drawn with the scene's pen, so that they look as the picture does and
// need no second set of fonts. Rebuilt each frame; what has the focus is kept by id. Used by the
// panels.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/platform/input_queue.h"
#include "app/scene/pen.h"
#include "app/views/text_edit.h"

namespace lab::views {

// What outlives a frame: who has the focus, and in which order things can get it.
struct Focus {
  std::string id;
  std::vector<std::string> order;     // of the frame being built
  std::vector<std::string> previous;  // of the whole frame before
  bool by_keyboard = false;           // then it is shown
  // Of the field `edits`, the last one that was edited; `text` is what was in it.
  Caret caret;
  std::string edits, text;
  std::string copied;  // cut or copied out of a field in this frame
  bool keeps = false;  // a field that gets the focus keeps what is in it: else all is selected
};

enum class Look : std::uint8_t { plain, primary, danger, link };

class Ui {
 public:
  // `origin`: where the panel's units begin in the window, in pixels; `scale`: pixels a unit.
  // `enabled`: false while a dialog lies above.
  Ui(scene::Pen& pen, const platform::FrameInput& input, Focus& focus, scene::Point origin,
     float scale, bool enabled);

  // True in the frame in which it was clicked or pressed by Enter or Space.
  bool button(const std::string& id, const scene::Box& box, std::string_view label, Look look,
              float em = 14);
  // Anything that can be chosen: lit below the pointer. Draw on it what it is.
  bool area(const std::string& id, const scene::Box& box);
  // A button as wide as its words; moves x behind it.
  bool word(const std::string& id, float& x, float baseline, std::string_view label, bool strong);
  // Some words of running text that lead somewhere, underlined. The words of one link have one id:
  // only the `first` ones take the focus. Draw the words on it.
  bool link(const std::string& id, const scene::Box& box, float baseline, bool first);
  // Edits `value` while it has the focus (text_edit.h has the keys; a click puts the caret,
  // dragging selects); Enter in it gives true. What others put into it has the caret at its end.
  bool field(const std::string& id, const scene::Box& box, std::string& value,
             std::size_t max_bytes = 200);
  bool hovers(const scene::Box& box) const;
  bool pressed(const scene::Box& box) const;
  scene::Pen& pen() { return pen_; }
  bool enabled() const { return enabled_; }

 private:
  bool activated(const std::string& id, const scene::Box& box);
  bool edit_field(const std::string& id, std::string& value, std::size_t max_bytes);
  void draw_field(const scene::Box& box, const std::string& value, bool active);
  std::size_t first_shown(std::string_view value, float room) const;
  std::size_t under_pointer(std::string_view value, const scene::Box& box) const;
  bool key(int code) const;

  scene::Pen& pen_;
  const platform::FrameInput& input_;
  Focus& focus_;
  scene::Point mouse_;
  bool enabled_;
};

}  // namespace lab::views
