// What the mouse and the keyboard did, kept in order until a frame takes it. Debian's ImGui 1.86
// looks at the state of buttons and keys once a frame, so that a press and its release between two
// frames would be lost; here each frame takes as many events as it can show without hiding one, and
// the rest waits for the next. Fed by the window's callbacks; it knows neither GLFW nor ImGui.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <variant>
#include <vector>

namespace lab::platform {

inline constexpr int mouse_buttons = 3;

struct Modifiers {
  bool ctrl = false, shift = false, alt = false;
  bool operator==(const Modifiers&) const = default;
};

struct MouseMoved {
  float x = 0, y = 0;
};
struct MouseButton {
  int button = 0;  // 0 left, 1 right, 2 middle
  bool down = false;
};
struct MouseWheel {
  float x = 0, y = 0;
};
// `key` as the windowing library numbers it (GLFW_KEY_…).
struct Key {
  int key = 0;
  bool down = false;
  Modifiers modifiers;
};
struct Character {
  char32_t code = 0;
};
using InputEvent = std::variant<MouseMoved, MouseButton, MouseWheel, Key, Character>;

// What one frame sees: the state at its end, and the edges in it.
struct FrameInput {
  float mouse_x = -1, mouse_y = -1;
  std::array<bool, mouse_buttons> down{}, pressed{}, released{};
  float wheel_x = 0, wheel_y = 0;
  Modifiers modifiers;
  std::vector<Key> keys;  // in order, presses and releases
  std::vector<char32_t> characters;
};

class InputQueue {
 public:
  void push(const InputEvent& event);
  // Takes what one frame can show: at most one change of each button and key, and no movement after
  // a button changed. Call while pending() to show the rest in the frames that follow.
  FrameInput take();
  bool pending() const { return !events_.empty(); }
  // The window lost the focus: all that is held counts as released.
  void release_all();

  // More than this waits never; the oldest movement or turn of the wheel goes first.
  static constexpr std::size_t limit = 4096;

 private:
  std::deque<InputEvent> events_;
  std::array<bool, mouse_buttons> down_{};
  std::vector<int> keys_down_;
  float x_ = -1, y_ = -1;
  Modifiers modifiers_;
};

}  // namespace lab::platform
