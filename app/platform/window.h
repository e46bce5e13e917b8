// The window: GLFW and OpenGL, with Debian's Dear ImGui as it is (1.86; 1.90 works too). Collects
// input into the InputQueue, draws layers of scenes (where software renders only what changed of
// them), and sleeps between frames. Used by the window program alone, on the main thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/platform/font_atlas.h"
#include "app/platform/input_queue.h"
#include "app/platform/retained.h"
#include "app/scene/style.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

struct GLFWwindow;

namespace lab::platform {

// A scene to draw and where, in pixels.
struct Placed {
  const scene::Scene* scene = nullptr;
  float x = 0, y = 0;
};

class Window {
 public:
  // The error says what is missing (a display, OpenGL 3).
  static Result<std::unique_ptr<Window>> open(const std::string& title, int width, int height);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  InputQueue& input() { return input_; }
  bool wants_to_close() const;
  float width() const { return static_cast<float>(width_); }    // pixels
  float height() const { return static_cast<float>(height_); }  // pixels
  float scale() const { return scale_; }                        // pixels a unit, of the screen
  bool software() const { return software_; }
  // Sleeps until there is input, wake() was called, or `limit` is over; input that waits comes at
  // once.
  void wait(Duration limit);
  // From any thread: ends wait().
  static void wake();
  // The size or the content of the screen asks for a frame.
  bool dirty() const { return dirty_; }

  void draw(const std::vector<Placed>& layers, scene::Theme theme);
  void copy(const std::string& text);  // to the clipboard; Ctrl+V comes from there as if typed
  // Monotonic seconds, for pacing.
  static double now();

 private:
  Window(GLFWwindow* window, std::string fonts);
  void connect_callbacks();
  void paste();
  void measure();
  std::vector<scene::Box> changed_parts(const std::vector<Placed>& layers, scene::Theme theme);
  void paint(const std::vector<Placed>& layers, const std::vector<scene::Box>& parts,
             scene::Theme theme);

  GLFWwindow* window_;
  FontAtlas atlas_;
  InputQueue input_;
  int width_ = 0, height_ = 0;
  float scale_ = 1;
  bool software_ = false, dirty_ = true;
  // What is on the screen, where software renders.
  struct Shown {
    scene::Scene scene;
    float x = 0, y = 0;
  };
  std::optional<Retained> retained_;
  std::vector<Shown> shown_;
  scene::Theme shown_theme_ = scene::Theme::light;
  float shown_scale_ = 0;
};

}  // namespace lab::platform
