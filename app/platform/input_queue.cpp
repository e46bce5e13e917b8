#include "app/platform/input_queue.h"

#include <algorithm>

#include "app/platform/keys.h"

namespace lab::platform {

void InputQueue::push(const InputEvent& event) {
  // Movements in a row are one.
  if (std::holds_alternative<MouseMoved>(event) && !events_.empty() &&
      std::holds_alternative<MouseMoved>(events_.back())) {
    events_.back() = event;
    return;
  }
  if (events_.size() >= limit) {
    const auto least = std::find_if(events_.begin(), events_.end(), [](const auto& e) {
      return std::holds_alternative<MouseMoved>(e) || std::holds_alternative<MouseWheel>(e);
    });
    events_.erase(least == events_.end() ? events_.begin() : least);
  }
  events_.push_back(event);
}

void InputQueue::release_all() {
  for (int button = 0; button < mouse_buttons; ++button) {
    if (down_[static_cast<std::size_t>(button)]) push(MouseButton{button, false});
  }
  for (const int key : keys_down_) push(Key{key, false, {}});
}

static bool entered(const FrameInput& frame) {
  return std::any_of(frame.keys.begin(), frame.keys.end(), [](const Key& key) {
    return key.down && (key.key == keys::enter || key.key == keys::keypad_enter);
  });
}

FrameInput InputQueue::take() {
  FrameInput frame;
  std::array<bool, mouse_buttons> changed{};
  bool button_changed = false;
  std::vector<int> keys_changed;
  while (!events_.empty()) {
    const InputEvent& event = events_.front();
    if (const auto* moved = std::get_if<MouseMoved>(&event)) {
      if (button_changed) break;
      x_ = moved->x;
      y_ = moved->y;
    } else if (const auto* button = std::get_if<MouseButton>(&event)) {
      if (button->button < 0 || button->button >= mouse_buttons) {
        events_.pop_front();
        continue;
      }
      const auto index = static_cast<std::size_t>(button->button);
      if (changed[index]) break;
      if (down_[index] != button->down) {
        changed[index] = button_changed = true;
        (button->down ? frame.pressed : frame.released)[index] = true;
        down_[index] = button->down;
      }
    } else if (const auto* wheel = std::get_if<MouseWheel>(&event)) {
      frame.wheel_x += wheel->x;
      frame.wheel_y += wheel->y;
    } else if (const auto* key = std::get_if<Key>(&event)) {
      if (std::find(keys_changed.begin(), keys_changed.end(), key->key) != keys_changed.end())
        break;
      // Text typed before a key belongs before it (a word, then Enter).
      if (!frame.characters.empty() && key->down) break;
      // And what is typed behind an Enter is another line.
      if (key->down && entered(frame)) break;
      // Tab goes on from what the frame before has shown.
      if (key->down && key->key == keys::tab && !frame.keys.empty()) break;
      keys_changed.push_back(key->key);
      modifiers_ = key->modifiers;
      frame.keys.push_back(*key);
      std::erase(keys_down_, key->key);
      if (key->down) keys_down_.push_back(key->key);
    } else if (const auto* character = std::get_if<Character>(&event)) {
      frame.characters.push_back(character->code);
    }
    events_.pop_front();
  }
  frame.mouse_x = x_;
  frame.mouse_y = y_;
  frame.down = down_;
  frame.modifiers = modifiers_;
  return frame;
}

}  // namespace lab::platform
