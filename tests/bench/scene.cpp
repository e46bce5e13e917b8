// What a frame of the window costs: scene and draw list of 30 brokers with 1,000 replicas each
// (DESIGN §6: at most 4 ms of CPU), and of three brokers. Prints; tests nothing, because machines
// are slow and busy.
#include <fmt/format.h>
#include <imgui.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "app/paint/imgui/imgui_painter.h"
#include "app/platform/font_atlas.h"
#include "app/scene/cluster_scene.h"
#include "tests/app/support/moments.h"

namespace {
std::size_t allocations = 0;
}

// Not inlined: the compiler would see malloc and free without their operators.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace lab;

double cpu_ms() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

void measure(const char* name, const test::Moment& moment, float width, float height,
             const scene::Measurer& measurer) {
  scene::CanvasView view;
  view.width = width;
  view.height = height;
  scene::Scene picture;
  platform::FontAtlas atlas(measurer.directory());
  scene::cluster_scene(moment.model(), view, moment.now, measurer, picture);
  atlas.want(picture, 1);
  atlas.build();
  ImGui::GetIO().DeltaTime = 1.0F / 60;
  ImGui::NewFrame();
  ImDrawList list(ImGui::GetDrawListSharedData());
  constexpr int frames = 8;
  double scene_ms = 1e9, list_ms = 1e9;
  std::size_t allocated = 0;
  for (int round = 0; round < 10; ++round) {
    const double start = cpu_ms();
    const std::size_t before = allocations;
    for (int i = 0; i < frames; ++i)
      scene::cluster_scene(moment.model(), view, moment.now, measurer, picture);
    const double middle = cpu_ms();
    for (int i = 0; i < frames; ++i) {
      list._ResetForNewFrame();
      list.PushTextureID(ImGui::GetIO().Fonts->TexID);
      list.PushClipRectFullScreen();
      paint::paint(picture, view.theme, atlas.fonts(), 0, 0, 1, list);
    }
    allocated = (allocations - before) / frames;
    scene_ms = std::min(scene_ms, (middle - start) / frames);
    list_ms = std::min(list_ms, (cpu_ms() - middle) / frames);
  }
  ImGui::EndFrame();
  fmt::print(
      "{:<28} scene {:6.3f} ms, draw list {:6.3f} ms, together {:6.3f} ms; {} primitives, "
      "{} vertices, {} allocations a frame\n",
      name, scene_ms, list_ms, scene_ms + list_ms, picture.primitives.size(), list.VtxBuffer.Size,
      allocated);
}

}  // namespace

int main() {
  const auto measurer = scene::Measurer::open();
  if (!measurer) {
    fmt::print(stderr, "{}\n", measurer.error().message);
    return 1;
  }
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui::GetIO().DisplaySize = {3840, 2160};
  measure("3 brokers", test::failover(), 1280, 776, *measurer);
  const test::Moment many = test::many(30, 25, 400, 7);
  measure("30 x 1000 replicas", many, 1280, 776, *measurer);
  measure("30 x 1000 replicas, 4K", many, 3840, 2160, *measurer);
  ImGui::DestroyContext();
  return 0;
}
