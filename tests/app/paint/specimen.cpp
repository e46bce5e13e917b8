// Draws the moments into a directory given by LAB_PICTURES, for a person to look at; without it the
// test draws one small picture and checks that it is a PNG.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "app/model/narration.h"
#include "app/paint/cairo_painter.h"
#include "app/scene/bars.h"
#include "app/scene/cluster_scene.h"
#include "tests/app/support/measurer.h"
#include "tests/app/support/moments.h"

using namespace lab;
using test::measurer;

namespace {

void save_scene(const std::string& name, const scene::Scene& picture, scene::Theme theme,
                double scale) {
  static const paint::CairoFonts fonts = paint::CairoFonts::open().value();
  const auto bytes = paint::png(picture, theme, scale, fonts);
  REQUIRE(bytes.ok());
  CHECK(bytes->substr(1, 3) == "PNG");
  if (const char* directory = std::getenv("LAB_PICTURES")) {
    std::ofstream(std::string(directory) + "/" + name + ".png", std::ios::binary) << *bytes;
  }
}

void save(const std::string& name, const test::Moment& moment, const scene::CanvasView& view,
          double scale = 1) {
  scene::Scene picture;
  scene::cluster_scene(moment.model(), view, moment.now, measurer(), picture);
  save_scene(name, picture, view.theme, scale);
}

void save_bars(const test::Moment& moment, scene::Lang lang, scene::Theme theme,
               const std::string& suffix) {
  scene::Scene part, all;
  all.view = {0, 0, 1600, 780};
  all.ground = scene::Token::panel;
  scene::BarView bar{1600, 38, lang, 100, theme, false};
  scene::narration_bar(model::narrate_latest(moment.model(), moment.now, lang), {}, bar, measurer(),
                       part);
  all.append(part, {0, 0});
  scene::TimelineView timeline;
  timeline.bar = {1600, 142, lang, 100, theme, false};
  timeline.from = test::Teller::at(-200);
  timeline.to = test::Teller::at(1500);
  timeline.moment = moment.now;
  timeline.notes = {"1.204 s after the kill", "J jumps back 10 s"};
  scene::timeline_bar(moment.model(), timeline, measurer(), part);
  all.append(part, {0, 40});
  if (moment.model().failover() != nullptr) {
    bar = {320, 580, lang, 100, theme, false};
    scene::stopwatch(moment.model(), *moment.model().failover(), moment.now, bar, measurer(), part);
    all.append(part, {0, 190});
  }
  bar = {1200, 0, lang, 100, theme, false};
  scene::legend(bar, measurer(), &part);
  all.append(part, {360, 220});
  bar = {1200, 200, lang, 200, theme, false};
  scene::subtitles(model::narrate_latest(moment.model(), moment.now, lang), {}, bar, measurer(),
                   part);
  all.append(part, {360, 320});
  timeline.mode = scene::TimeMode::replay;
  timeline.bar.width = 1200;
  timeline.moment = test::Teller::at(700);
  timeline.newest = test::Teller::at(1300);
  scene::timeline_bar(moment.model(), timeline, measurer(), part);
  all.append(part, {360, 560});
  save_scene("bars-" + suffix, all, theme, 1);
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
  save("states", test::states(), view, 1.25);
  save("states-ko", test::states(), korean, 1.25);
  save("leaderless", test::leaderless(), view, 1.25);
  save("controllers", test::controllers_apart(), view, 1.25);
  save("thousand", test::many(30, 25, 400, 7), view, 1.25);
  scene::CanvasView zoomed = view;
  zoomed.zoom = 2;
  zoomed.scroll = {300, 200};
  save("zoomed", test::failover(), zoomed);
  save("zoomed-twelve", test::many(12, 25, 12, 7), zoomed);
  save_bars(test::failover(), scene::Lang::en, scene::Theme::light, "en");
  save_bars(test::failover(), scene::Lang::ko, scene::Theme::dark, "ko");
}
