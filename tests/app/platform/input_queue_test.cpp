// Nothing that was pressed is lost, however slow the frames are.
#include <doctest/doctest.h>

#include "app/platform/input_queue.h"

using namespace lab::platform;

TEST_CASE("a click of 5 ms between two frames is seen as a press and then a release") {
  InputQueue queue;
  queue.push(MouseMoved{10, 20});
  queue.push(MouseButton{0, true});
  queue.push(MouseButton{0, false});
  const auto first = queue.take();
  CHECK(first.pressed[0]);
  CHECK(first.down[0]);
  CHECK(first.mouse_x == 10);
  CHECK(queue.pending());
  const auto second = queue.take();
  CHECK(second.released[0]);
  CHECK_FALSE(second.down[0]);
  CHECK_FALSE(queue.pending());
}

TEST_CASE("ten fast clicks are ten clicks, each where it was made") {
  InputQueue queue;
  for (int i = 0; i < 10; ++i) {
    queue.push(MouseMoved{static_cast<float>(i), 0});
    queue.push(MouseButton{0, true});
    queue.push(MouseButton{0, false});
  }
  int presses = 0;
  for (int frames = 0; queue.pending(); ++frames) {
    REQUIRE(frames < 100);
    const auto frame = queue.take();
    if (frame.pressed[0]) CHECK(frame.mouse_x == static_cast<float>(presses++));
  }
  CHECK(presses == 10);
}

TEST_CASE("a fast chord keeps its order and its modifiers") {
  constexpr int a = 65, backspace = 259, ctrl = 341;
  InputQueue queue;
  queue.push(Key{ctrl, true, {true, false, false}});
  queue.push(Key{a, true, {true, false, false}});
  queue.push(Key{a, false, {true, false, false}});
  queue.push(Key{ctrl, false, {}});
  queue.push(Key{backspace, true, {}});
  queue.push(Key{backspace, false, {}});
  std::vector<Key> seen;
  while (queue.pending()) {
    for (const auto& key : queue.take().keys) seen.push_back(key);
  }
  REQUIRE(seen.size() == 6);
  CHECK(seen[1].key == a);
  CHECK(seen[1].down);
  CHECK(seen[1].modifiers.ctrl);
  CHECK(seen[4].key == backspace);
  CHECK_FALSE(seen[4].modifiers.ctrl);
}

TEST_CASE("typed text comes before the Enter that follows it") {
  constexpr int enter = 257;
  InputQueue queue;
  for (const char32_t c : U"주문") {
    if (c != 0) queue.push(Character{c});
  }
  queue.push(Key{enter, true, {}});
  const auto first = queue.take();
  CHECK(first.characters.size() == 2);
  CHECK(first.keys.empty());
  CHECK(queue.take().keys.size() == 1);
}

TEST_CASE("what is held when the focus goes is released") {
  InputQueue queue;
  queue.push(MouseButton{0, true});
  queue.push(Key{65, true, {}});
  queue.take();
  queue.release_all();
  const auto frame = queue.take();
  CHECK(frame.released[0]);
  REQUIRE(frame.keys.size() == 1);
  CHECK_FALSE(frame.keys[0].down);
}

TEST_CASE("a flood of movements never pushes out a click") {
  InputQueue queue;
  for (std::size_t i = 0; i < 3 * InputQueue::limit; ++i) {
    queue.push(MouseMoved{static_cast<float>(i), 1});
    queue.push(MouseWheel{0, 1});
    if (i == 5) queue.push(MouseButton{0, true});
  }
  bool pressed = false;
  while (queue.pending()) {
    if (queue.take().pressed[0]) pressed = true;
  }
  CHECK(pressed);
}

TEST_CASE("Tab sees what the key before it has opened") {
  InputQueue queue;
  queue.push(Key{89, true, {}});
  queue.push(Key{258, true, {}});
  CHECK(queue.take().keys.size() == 1);
  CHECK(queue.take().keys.size() == 1);
}

TEST_CASE("what is typed right behind an Enter belongs to the next line") {
  InputQueue queue;
  queue.push(Key{257, true, {}});
  queue.push(Key{257, false, {}});
  queue.push(Key{65, true, {}});
  queue.push(Character{U'a'});
  CHECK(queue.take().characters.empty());
  CHECK(queue.take().characters.size() == 1);
}
