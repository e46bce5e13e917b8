#include "app/platform/window.h"

#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <cmath>
#include <cstring>
#include <utility>

#include "app/platform/keys.h"
#include "app/scene/changes.h"
#include "app/scene/measure.h"

namespace lab::platform {
namespace {

static_assert(keys::a == GLFW_KEY_A && keys::enter == GLFW_KEY_ENTER && keys::tab == GLFW_KEY_TAB &&
              keys::backspace == GLFW_KEY_BACKSPACE && keys::escape == GLFW_KEY_ESCAPE &&
              keys::up == GLFW_KEY_UP && keys::slash == GLFW_KEY_SLASH &&
              keys::plus == GLFW_KEY_EQUAL && keys::minus == GLFW_KEY_MINUS &&
              keys::one == GLFW_KEY_1 && keys::keypad_enter == GLFW_KEY_KP_ENTER &&
              keys::f5 == GLFW_KEY_F5 && keys::i == GLFW_KEY_I &&
              keys::backquote == GLFW_KEY_GRAVE_ACCENT && keys::page_up == GLFW_KEY_PAGE_UP &&
              keys::page_down == GLFW_KEY_PAGE_DOWN && keys::del == GLFW_KEY_DELETE &&
              keys::home == GLFW_KEY_HOME && keys::end == GLFW_KEY_END);

std::string last_glfw_error() {
  const char* text = nullptr;
  glfwGetError(&text);
  return text == nullptr ? "no reason given" : text;
}

Window& owner(GLFWwindow* window) {
  return *static_cast<Window*>(glfwGetWindowUserPointer(window));
}

Modifiers modifiers_of(int mods) {
  return {(mods & GLFW_MOD_CONTROL) != 0, (mods & GLFW_MOD_SHIFT) != 0, (mods & GLFW_MOD_ALT) != 0};
}

}  // namespace

Result<std::unique_ptr<Window>> Window::open(const std::string& title, int width, int height) {
  if (glfwInit() == GLFW_FALSE) return Error{"opening a window: " + last_glfw_error()};
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  GLFWwindow* window = glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr);
  if (window == nullptr) {
    const Error error{"opening a window with OpenGL 3.3: " + last_glfw_error()};
    glfwTerminate();
    return error;
  }
  glfwMakeContextCurrent(window);
  glfwSwapInterval(0);  // frames are paced by change, not by the screen
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  if (!ImGui_ImplOpenGL3_Init("#version 330 core")) {
    ImGui::DestroyContext();
    glfwDestroyWindow(window);
    glfwTerminate();
    return Error{"OpenGL 3.3 is there but cannot be used by Dear ImGui"};
  }
  return std::unique_ptr<Window>(new Window(window, scene::font_directory()));
}

Window::Window(GLFWwindow* window, std::string fonts) : window_(window), atlas_(std::move(fonts)) {
  glfwSetWindowUserPointer(window_, this);
  const auto* renderer = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  software_ = renderer != nullptr && (std::strstr(renderer, "llvmpipe") != nullptr ||
                                      std::strstr(renderer, "softpipe") != nullptr);
  if (software_) retained_.emplace();
  measure();
  connect_callbacks();
}

Window::~Window() {
  retained_.reset();
  ImGui_ImplOpenGL3_Shutdown();
  ImGui::DestroyContext();
  glfwDestroyWindow(window_);
  glfwTerminate();
}

void Window::measure() {
  glfwGetFramebufferSize(window_, &width_, &height_);
  float x = 1, y = 1;
  glfwGetWindowContentScale(window_, &x, &y);
  scale_ = x > 0 ? x : 1;
  dirty_ = true;
}

void Window::connect_callbacks() {
  glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double x, double y) {
    owner(w).input_.push(MouseMoved{static_cast<float>(x), static_cast<float>(y)});
  });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int) {
    // The pointer may have come here without a movement of its own.
    double x = 0, y = 0;
    glfwGetCursorPos(w, &x, &y);
    owner(w).input_.push(MouseMoved{static_cast<float>(x), static_cast<float>(y)});
    owner(w).input_.push(MouseButton{button, action == GLFW_PRESS});
  });
  glfwSetScrollCallback(window_, [](GLFWwindow* w, double x, double y) {
    owner(w).input_.push(MouseWheel{static_cast<float>(x), static_cast<float>(y)});
  });
  glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int, int action, int mods) {
    if (action == GLFW_REPEAT) owner(w).input_.push(Key{key, false, modifiers_of(mods)});
    owner(w).input_.push(Key{key, action != GLFW_RELEASE, modifiers_of(mods)});
    const bool paste = key == GLFW_KEY_V && (mods & GLFW_MOD_CONTROL) != 0;
    if (paste && action == GLFW_PRESS) owner(w).paste();
  });
  glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned int code) {
    owner(w).input_.push(Character{static_cast<char32_t>(code)});
  });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int focused) {
    if (focused == GLFW_FALSE) owner(w).input_.release_all();
  });
  glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { owner(w).measure(); });
  glfwSetWindowContentScaleCallback(window_,
                                    [](GLFWwindow* w, float, float) { owner(w).measure(); });
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { owner(w).dirty_ = true; });
}

bool Window::wants_to_close() const { return glfwWindowShouldClose(window_) != GLFW_FALSE; }
double Window::now() { return glfwGetTime(); }
void Window::wake() { glfwPostEmptyEvent(); }
// As if it were typed, on one line.
void Window::paste() {
  constexpr std::size_t most = 2000;
  const char* text = glfwGetClipboardString(window_);
  if (text == nullptr) return;
  const std::string_view pasted = std::string_view(text).substr(0, most);
  for (std::size_t at = 0; at < pasted.size();) {
    const char32_t code = scene::next_code(pasted, at);
    if (code >= U' ' && code != 0xFFFD) input_.push(Character{code});
  }
}

void Window::copy(const std::string& text) { glfwSetClipboardString(window_, text.c_str()); }

void Window::wait(Duration limit) {
  if (input_.pending() || limit <= Duration{}) {
    glfwPollEvents();
  } else {
    glfwWaitEventsTimeout(std::chrono::duration<double>(limit).count());
  }
}

void Window::draw(const std::vector<Placed>& layers, scene::Theme theme) {
  if (width_ == 0 || height_ == 0) return;  // minimised
  const bool exposed = std::exchange(dirty_, false);
  const auto parts = changed_parts(layers, theme);
  if (parts.empty() && !exposed) return;
  if (!parts.empty()) paint(layers, parts, theme);
  if (retained_) retained_->show();
  glfwSwapBuffers(window_);
}

// Of the window, in pixels. Only where software renders it is worth the while to look.
std::vector<scene::Box> Window::changed_parts(const std::vector<Placed>& layers,
                                              scene::Theme theme) {
  const scene::Box all{0, 0, width(), height()};
  if (!retained_) return {all};
  bool anew = retained_->begin(width_, height_) || theme != shown_theme_ ||
              scale_ != shown_scale_ || layers.size() != shown_.size();
  for (std::size_t i = 0; !anew && i < layers.size(); ++i)
    anew = layers[i].x != shown_[i].x || layers[i].y != shown_[i].y;
  shown_theme_ = theme, shown_scale_ = scale_;
  shown_.resize(layers.size());
  std::vector<scene::Box> parts;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto& [scene, x, y] = layers[i];
    if (!anew && scene->view != shown_[i].scene.view) anew = true;
    for (const auto& box : scene::changes(shown_[i].scene, *scene)) {
      const float left = std::floor(x + (box.x - scene->view.x) * scale_);
      const float top = std::floor(y + (box.y - scene->view.y) * scale_);
      parts.push_back({left, top, std::ceil(box.w * scale_) + 1, std::ceil(box.h * scale_) + 1});
    }
    shown_[i] = {*scene, x, y};
  }
  if (anew) return {all};
  return parts;
}

void Window::paint(const std::vector<Placed>& layers, const std::vector<scene::Box>& parts,
                   scene::Theme theme) {
  for (const auto& layer : layers) atlas_.want(*layer.scene, scale_);
  if (atlas_.build()) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
  }
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {width(), height()};
  io.DeltaTime = 1.0F / 60;
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
  ImDrawList& list = *ImGui::GetBackgroundDrawList();
  const auto ground = scene::rgb(theme, scene::Token::canvas);
  for (const auto& part : parts) {
    const ImVec2 from{part.x, part.y}, to{part.right(), part.bottom()};
    list.PushClipRect(from, to, true);
    list.AddRectFilled(from, to, IM_COL32(ground.r, ground.g, ground.b, 255));
    for (const auto& layer : layers)
      paint::paint(*layer.scene, theme, atlas_.fonts(), layer.x, layer.y, scale_, list);
    list.PopClipRect();
  }
  ImGui::Render();
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

}  // namespace lab::platform
