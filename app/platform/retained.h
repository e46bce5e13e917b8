// A picture that outlives its frame: a texture that is drawn into, and shown as often as the screen
// wants it. So a window that is drawn by the CPU draws what changed alone. Owned by Window; its
// functions need the window's OpenGL context.
#pragma once

namespace lab::platform {

class Retained {
 public:
  Retained() = default;
  ~Retained();
  Retained(const Retained&) = delete;
  Retained& operator=(const Retained&) = delete;

  // What is drawn from now on goes into the picture; true where it is new (or has a new size) and
  // holds nothing yet. Sizes in pixels.
  bool begin(int width, int height);
  // Copies the picture to the screen's next frame.
  void show();

 private:
  void end();

  unsigned int buffer_ = 0, texture_ = 0;
  int width_ = 0, height_ = 0;
};

}  // namespace lab::platform
