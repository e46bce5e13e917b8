// The ImGui painter without a display: it fills a draw list with the bundled fonts, keeps the
// scene's glyph positions, and stays within the numbers that software rendering can bear.
#include "app/paint/imgui/imgui_painter.h"

#include <doctest/doctest.h>
#include <imgui.h>

#include "app/scene/cluster_scene.h"
#include "app/scene/pen.h"
#include "tests/app/support/moments.h"

using namespace lab;

namespace {

// An ImGui context with Inter and NanumGothic at one size; no window, no renderer.
class Headless {
 public:
  Headless() {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {1280, 776};
    io.DeltaTime = 0.02F;
    const std::string directory = scene::font_directory();
    static const ImWchar ranges[] = {0x20, 0x2FF, 0x2010, 0x21FF, 0xAC00, 0xAC40, 0};
    for (const scene::Face face : {scene::Face::inter_regular, scene::Face::nanum_regular}) {
      const std::string path = directory + "/" + std::string(scene::file_of(face));
      ImFont* font =
          io.Fonts->AddFontFromFileTTF(path.c_str(), paint::line_of_em(face, 14), nullptr, ranges);
      fonts.add({face, 14, font});
    }
    unsigned char* pixels = nullptr;
    int w = 0, h = 0;
    io.Fonts->GetTexDataAsAlpha8(&pixels, &w, &h);
    ImGui::NewFrame();
  }
  ~Headless() {
    ImGui::EndFrame();
    ImGui::DestroyContext();
  }
  paint::ImguiFonts fonts;
};

}  // namespace

TEST_CASE("fonts are picked by face, then the smallest that is large enough") {
  paint::ImguiFonts fonts;
  auto* a = reinterpret_cast<ImFont*>(8);
  auto* b = reinterpret_cast<ImFont*>(16);
  CHECK(fonts.pick(scene::Face::coding, 12).font == nullptr);
  fonts.add({scene::Face::inter_bold, 12, a});
  fonts.add({scene::Face::inter_bold, 24, b});
  CHECK(fonts.pick(scene::Face::inter_bold, 12).font == a);
  CHECK(fonts.pick(scene::Face::inter_bold, 13).font == b);
  CHECK(fonts.pick(scene::Face::inter_bold, 40).font == b);
  CHECK(fonts.pick(scene::Face::nanum_bold, 10).font == a);
}

TEST_CASE("text is drawn with the size of font that the atlas has made for it") {
  paint::ImguiFonts fonts;
  std::vector<ImFont*> made;
  for (int size = 10; size < 40; ++size) {
    made.push_back(reinterpret_cast<ImFont*>(static_cast<std::uintptr_t>(8 * size)));
    fonts.add({scene::Face::inter_bold, static_cast<float>(size), made.back()});
  }
  for (float em = 10; em < 38; em += 0.04F) {
    const auto index = static_cast<std::size_t>(paint::font_size_of(em) - 10);
    CHECK(fonts.pick(scene::Face::inter_bold, em).font == made[index]);
  }
}

TEST_CASE("the canvas becomes a draw list") {
  Headless imgui;
  const auto measurer = scene::Measurer::open().value();
  const test::Moment moment = test::healthy();
  scene::Scene picture;
  scene::cluster_scene(moment.model(), {}, moment.now, measurer, picture);
  ImDrawList* list = ImGui::GetForegroundDrawList();
  const int before = list->VtxBuffer.Size;
  paint::paint(picture, scene::Theme::light, imgui.fonts, 10, 20, 1, *list);
  const int vertices = list->VtxBuffer.Size - before;
  CHECK(vertices > 2000);
  CHECK(vertices < 40000);
  for (const ImDrawVert& vertex : list->VtxBuffer) {
    CHECK(vertex.pos.x >= -40);
    CHECK(vertex.pos.x <= 1340);
  }
}

TEST_CASE("glyphs stand where the measurer puts them") {
  Headless imgui;
  const auto measurer = scene::Measurer::open().value();
  scene::Scene picture;
  picture.view = {0, 0, 400, 100};
  scene::Pen pen(picture, measurer, 1, 1);
  pen.text({50, 40}, "HH", 14, scene::Type::regular, scene::Token::ink);
  ImDrawList* list = ImGui::GetForegroundDrawList();
  paint::paint(picture, scene::Theme::light, imgui.fonts, 0, 0, 2, *list);
  REQUIRE(picture.glyphs.size() == 2);
  const float left_1 = list->VtxBuffer[list->VtxBuffer.Size - 8].pos.x;
  const float left_2 = list->VtxBuffer[list->VtxBuffer.Size - 4].pos.x;
  CHECK(left_2 - left_1 ==
        doctest::Approx(2 * (picture.glyphs[1].x - picture.glyphs[0].x)).epsilon(0.01));
  CHECK(left_1 >= 99);
  // The baseline: the feet of an H, within a pixel.
  const float bottom = list->VtxBuffer[list->VtxBuffer.Size - 2].pos.y;
  CHECK(bottom == doctest::Approx(80).epsilon(0.03));
}
