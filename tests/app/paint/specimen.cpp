// Draws the moments into a directory given by LAB_PICTURES, for a person to look at; without it the
// test draws one small picture and checks that it is a PNG.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "app/paint/cairo_painter.h"
#include "app/scene/cluster_scene.h"
#include "tests/app/support/moments.h"

using namespace lab;

namespace {

void save(const std::string& name, const test::Moment& moment, scene::CanvasView view,
          double scale = 1) {
  static const scene::Measurer measurer = scene::Measurer::open().value();
  static const paint::CairoFonts fonts = paint::CairoFonts::open().value();
  scene::Scene picture;
  scene::cluster_scene(moment.model(), view, moment.now, measurer, picture);
  const auto bytes = paint::png(picture, view.theme, scale, fonts);
  REQUIRE(bytes.ok());
  CHECK(bytes->substr(1, 3) == "PNG");
  if (const char* directory = std::getenv("LAB_PICTURES")) {
    std::ofstream(std::string(directory) + "/" + name + ".png", std::ios::binary) << *bytes;
  }
}

}  // namespace

TEST_CASE("the moments are drawn") {
  scene::CanvasView view;
  if (std::getenv("LAB_PICTURES") == nullptr) return save("healthy", test::healthy(), view, 0.25);
  save("healthy", test::healthy(), view, 1.25);
  save("failover", test::failover(), view, 1.25);
  save("just-killed", test::failover(400), view, 1.25);
  scene::CanvasView dark = view;
  dark.theme = scene::Theme::dark;
  dark.selected = "replica/orders-1/2";
  save("catch-up-dark", test::catch_up(), dark, 1.25);
  scene::CanvasView korean = view;
  korean.lang = scene::Lang::ko;
  korean.lesson = {{"replica/orders-1/2", 1, {}}, {"replica/orders-1/3", 2, {}}};
  save("korean", test::healthy(), korean, 1.25);
  scene::CanvasView projector = view;
  projector.theme = scene::Theme::projector;
  projector.text_percent = 200;
  projector.width = 1600;
  projector.height = 764;
  save("projector-200", test::failover(), projector);
  projector.text_percent = 300;
  save("projector-300", test::failover(), projector);
  save("one", test::many(1, 1, 3), view);
  save("six", test::many(6, 2, 4, 4), view);
  save("twelve", test::many(12, 25, 12, 7), view);
  save("thirty", test::many(30, 25, 40, 7), view);
  save("all-dead", test::all_dead(), view, 1.25);
  save("empty", test::empty_cluster(), view);
  save("nothing", test::Moment{}, view);
}
