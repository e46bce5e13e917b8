// scene::changes() against pixels: wherever two pictures differ on paper, a box says so.
#include "app/scene/changes.h"

#include <cairo.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "app/paint/cairo_painter.h"
#include "app/scene/cluster_scene.h"
#include "tests/app/support/moments.h"

namespace lab {
namespace {

using scene::Box;

struct Pixels {
  int w = 0, h = 0;
  std::vector<std::uint32_t> rgb;
};

cairo_status_t read_bytes(void* from, unsigned char* to, unsigned int count) {
  auto& rest = *static_cast<std::string_view*>(from);
  if (rest.size() < count) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(to, rest.data(), count);
  rest.remove_prefix(count);
  return CAIRO_STATUS_SUCCESS;
}

Pixels pixels(const scene::Scene& scene, const paint::CairoFonts& fonts) {
  const auto png = paint::png(scene, scene::Theme::light, 1, fonts);
  REQUIRE(png);
  std::string_view rest = *png;
  cairo_surface_t* surface = cairo_image_surface_create_from_png_stream(read_bytes, &rest);
  Pixels out{cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface), {}};
  const unsigned char* data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  for (int y = 0; y < out.h; ++y) {
    for (int x = 0; x < out.w; ++x) {
      std::uint32_t pixel = 0;
      std::memcpy(&pixel, data + y * stride + x * 4, 4);
      out.rgb.push_back(pixel & 0xFFFFFF);
    }
  }
  cairo_surface_destroy(surface);
  return out;
}

struct Studio {
  scene::Measurer measurer = scene::Measurer::open().value();
  paint::CairoFonts fonts = paint::CairoFonts::open().value();
  scene::CanvasView view;

  scene::Scene draw(const test::Moment& moment, Duration later = {}) {
    scene::Scene out;
    scene::cluster_scene(moment.model(), view, moment.now + later, measurer, out);
    return out;
  }
  // The pixels that differ and lie in no box.
  std::size_t missed(const scene::Scene& a, const scene::Scene& b) {
    const auto boxes = scene::changes(a, b);
    const Pixels before = pixels(a, fonts), after = pixels(b, fonts);
    REQUIRE(before.rgb.size() == after.rgb.size());
    std::size_t count = 0;
    for (int y = 0; y < after.h; ++y) {
      for (int x = 0; x < after.w; ++x) {
        const auto at = static_cast<std::size_t>(y * after.w + x);
        if (before.rgb[at] == after.rgb[at]) continue;
        const scene::Point p{static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F};
        if (std::none_of(boxes.begin(), boxes.end(),
                         [&](const Box& one) { return one.contains(p); }))
          ++count;
      }
    }
    return count;
  }
};

TEST_CASE("a picture that is the same has no changes") {
  Studio studio;
  const auto moment = test::failover();
  CHECK(scene::changes(studio.draw(moment), studio.draw(moment)).empty());
}

TEST_CASE("every pixel that differs lies in a box that says so") {
  Studio studio;
  const auto healthy = studio.draw(test::healthy());
  const auto failed = studio.draw(test::failover());
  const auto later = studio.draw(test::failover(), seconds(3));
  CHECK(studio.missed(healthy, failed) == 0);
  CHECK(studio.missed(failed, later) == 0);
  CHECK(studio.missed(later, studio.draw(test::catch_up())) == 0);
  CHECK(studio.missed(studio.draw(test::states()), studio.draw(test::all_dead())) == 0);
}

TEST_CASE("a selection changes the card alone, not the picture") {
  Studio studio;
  const auto moment = test::healthy();
  const auto before = studio.draw(moment);
  studio.view.selected = "broker/2";
  const auto after = studio.draw(moment);
  CHECK(studio.missed(before, after) == 0);
  float area = 0;
  for (const Box& box : scene::changes(before, after)) area += box.w * box.h;
  CHECK(area > 0);
  CHECK(area < after.view.w * after.view.h / 2);
}

TEST_CASE("another size is another picture") {
  Studio studio;
  const auto moment = test::healthy();
  const auto before = studio.draw(moment);
  studio.view.width += 10;
  const auto after = studio.draw(moment);
  CHECK(scene::changes(before, after) == std::vector<Box>{after.view});
}

TEST_CASE("boxes do not meet and are few") {
  Studio studio;
  const auto boxes =
      scene::changes(studio.draw(test::many(8, 6, 4)), studio.draw(test::many(8, 6, 4, 3)));
  CHECK(boxes.size() <= 8);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) CHECK_FALSE(boxes[i].meets(boxes[k]));
  }
}

}  // namespace
}  // namespace lab
