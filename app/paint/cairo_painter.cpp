// See cairo_painter.h.
#include "app/paint/cairo_painter.h"

#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <cairo.h>
#include <fmt/format.h>
#include <ft2build.h>
#include FT_FREETYPE_H

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace lab::paint {

using scene::Primitive;
using scene::Scene;
using scene::Shape;
using scene::Theme;

struct CairoFonts::State {
  std::array<FT_Face, scene::face_count> faces{};
  std::array<cairo_font_face_t*, scene::face_count> fonts{};

  ~State() {
    for (cairo_font_face_t* font : fonts) {
      if (font != nullptr) cairo_font_face_destroy(font);
    }
  }
};

namespace {

// cairo's caches may keep a face when we are done with it: the FT_Face then lives on by the user
// data below, and FreeType itself for as long as the process.
FT_Library free_type() {
  static FT_Library library = [] {
    FT_Library made = nullptr;
    return FT_Init_FreeType(&made) == 0 ? made : nullptr;
  }();
  return library;
}

const cairo_user_data_key_t face_key{};

void release_face(void* face) { FT_Done_Face(static_cast<FT_Face>(face)); }

class Brush {
 public:
  Brush(cairo_t* cairo, const Scene& scene, Theme theme, const CairoFonts::State& fonts)
      : cairo_(cairo), scene_(scene), theme_(theme), fonts_(fonts) {
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(cairo, options);
    cairo_font_options_destroy(options);
  }

  void picture() {
    const scene::Box& view = scene_.view;
    cairo_translate(cairo_, static_cast<double>(-view.x), static_cast<double>(-view.y));
    cairo_rectangle(cairo_, d(view.x), d(view.y), d(view.w), d(view.h));
    cairo_clip(cairo_);
    ink(scene::Ink(scene_.ground));
    cairo_paint(cairo_);
    for (const Primitive& one : scene_.primitives) draw(one);
  }

 private:
  static double d(float value) { return static_cast<double>(value); }

  void ink(scene::Ink ink) {
    const scene::Rgb c = scene::rgb(theme_, ink.token);
    cairo_set_source_rgba(cairo_, c.r / 255.0, c.g / 255.0, c.b / 255.0, ink.alpha / 255.0);
  }

  void finish(const Primitive& one) {
    if (one.fill) {
      ink(one.fill);
      if (one.stroke) {
        cairo_fill_preserve(cairo_);
      } else {
        cairo_fill(cairo_);
      }
    }
    if (one.stroke) {
      ink(one.stroke);
      cairo_set_line_width(cairo_, d(one.width));
      cairo_stroke(cairo_);
    }
    cairo_new_path(cairo_);
  }

  void rect(const Primitive& one) {
    const double x = d(one.box.x), y = d(one.box.y), w = d(one.box.w), h = d(one.box.h);
    const double r = std::min(d(one.radius), std::min(w, h) / 2);
    if (r <= 0) return cairo_rectangle(cairo_, x, y, w, h);
    constexpr double quarter = std::numbers::pi / 2;
    cairo_new_sub_path(cairo_);
    cairo_arc(cairo_, x + w - r, y + r, r, -quarter, 0);
    cairo_arc(cairo_, x + w - r, y + h - r, r, 0, quarter);
    cairo_arc(cairo_, x + r, y + h - r, r, quarter, 2 * quarter);
    cairo_arc(cairo_, x + r, y + r, r, 2 * quarter, 3 * quarter);
    cairo_close_path(cairo_);
  }

  void lines(const Primitive& one) {
    const scene::Point* points = scene_.points.data() + one.first;
    for (std::uint32_t i = 0; i < one.count; ++i) {
      const bool move = i == 0 || (one.shape == Shape::segments && i % 2 == 0);
      if (move) {
        cairo_move_to(cairo_, d(points[i].x), d(points[i].y));
      } else {
        cairo_line_to(cairo_, d(points[i].x), d(points[i].y));
      }
    }
    if (one.shape == Shape::polygon) cairo_close_path(cairo_);
  }

  void curve(const Primitive& one) {
    const scene::Point* p = scene_.points.data() + one.first;
    cairo_move_to(cairo_, d(p[0].x), d(p[0].y));
    cairo_curve_to(cairo_, d(p[1].x), d(p[1].y), d(p[2].x), d(p[2].y), d(p[3].x), d(p[3].y));
  }

  void draw(const Primitive& one) {
    switch (one.shape) {
      case Shape::rect:
        rect(one);
        break;
      case Shape::circle:
        cairo_arc(cairo_, d(one.box.x + one.box.w / 2), d(one.box.y + one.box.h / 2),
                  d(one.box.w / 2), 0, 2 * std::numbers::pi);
        break;
      case Shape::polygon:
      case Shape::polyline:
      case Shape::segments:
        lines(one);
        break;
      case Shape::bezier:
        curve(one);
        break;
      case Shape::text:
        return text(one);
    }
    finish(one);
  }

  void text(const Primitive& one) {
    ink(one.fill);
    cairo_set_font_size(cairo_, d(one.width));
    const scene::Glyph* glyphs = scene_.glyphs.data() + one.first;
    for (std::uint32_t i = 0; i < one.count;) {
      const scene::Face face = glyphs[i].face;
      const auto index = static_cast<std::size_t>(face);
      run_.clear();
      for (; i < one.count && glyphs[i].face == face; ++i) {
        const FT_UInt glyph = FT_Get_Char_Index(fonts_.faces[index], glyphs[i].code);
        run_.push_back({glyph, d(one.at.x + glyphs[i].x), d(one.at.y)});
      }
      cairo_set_font_face(cairo_, fonts_.fonts[index]);
      cairo_show_glyphs(cairo_, run_.data(), static_cast<int>(run_.size()));
    }
  }

  cairo_t* cairo_;
  const Scene& scene_;
  Theme theme_;
  const CairoFonts::State& fonts_;
  std::vector<cairo_glyph_t> run_;
};

cairo_status_t append(void* closure, const unsigned char* data, unsigned int size) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

CairoFonts::CairoFonts(std::unique_ptr<State> state) : state_(std::move(state)) {}
CairoFonts::CairoFonts(CairoFonts&&) noexcept = default;
CairoFonts& CairoFonts::operator=(CairoFonts&&) noexcept = default;
CairoFonts::~CairoFonts() = default;

Result<CairoFonts> CairoFonts::open(const std::string& directory) {
  auto state = std::make_unique<State>();
  FT_Library library = free_type();
  if (library == nullptr) return Error{"FreeType does not start"};
  for (std::size_t i = 0; i < scene::face_count; ++i) {
    const std::string path =
        fmt::format("{}/{}", directory, scene::file_of(static_cast<scene::Face>(i)));
    if (FT_New_Face(library, path.c_str(), 0, &state->faces[i]) != 0) {
      return Error{
          fmt::format("the font {} cannot be read; it is copied there by the build", path)};
    }
    state->fonts[i] = cairo_ft_font_face_create_for_ft_face(state->faces[i], FT_LOAD_NO_HINTING);
    FT_Reference_Face(state->faces[i]);
    if (cairo_font_face_set_user_data(state->fonts[i], &face_key, state->faces[i], release_face) !=
        CAIRO_STATUS_SUCCESS) {
      return Error{fmt::format("cairo does not take the font {}", path)};
    }
    FT_Done_Face(state->faces[i]);  // cairo's reference keeps it
  }
  return CairoFonts(std::move(state));
}

Result<std::string> png(const Scene& scene, Theme theme, double scale, const CairoFonts& fonts) {
  constexpr double most = 16384;
  const double w = static_cast<double>(scene.view.w) * scale;
  const double h = static_cast<double>(scene.view.h) * scale;
  if (!(scale >= 0.1 && scale <= 8) || w < 1 || h < 1 || w > most || h > most) {
    return Error{
        fmt::format("a picture of {:.0f} × {:.0f} pixels is not drawn: 16384 a side is the "
                    "most, and a scale of 0.1 to 8",
                    w, h)};
  }
  cairo_surface_t* surface = cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, static_cast<int>(std::ceil(w)), static_cast<int>(std::ceil(h)));
  cairo_t* cairo = cairo_create(surface);
  cairo_scale(cairo, scale, scale);
  Brush(cairo, scene, theme, fonts.state()).picture();
  std::string bytes;
  cairo_status_t status = cairo_status(cairo);
  if (status == CAIRO_STATUS_SUCCESS) {
    status = cairo_surface_write_to_png_stream(surface, append, &bytes);
  }
  cairo_destroy(cairo);
  cairo_surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    return Error{fmt::format("drawing the PNG: {}", cairo_status_to_string(status))};
  }
  return bytes;
}

Result<std::string> pdf(const Scene& scene, Theme theme, const Document& document,
                        const CairoFonts& fonts) {
  std::string bytes;
  cairo_surface_t* surface = cairo_pdf_surface_create_for_stream(
      append, &bytes, static_cast<double>(scene.view.w) * 0.75,
      static_cast<double>(scene.view.h) * 0.75);  // a unit is 1/96 inch
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, document.title.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, document.subject.c_str());
  cairo_t* cairo = cairo_create(surface);
  cairo_scale(cairo, 0.75, 0.75);
  Brush(cairo, scene, theme, fonts.state()).picture();
  cairo_show_page(cairo);
  const cairo_status_t status = cairo_status(cairo);
  cairo_destroy(cairo);
  cairo_surface_finish(surface);
  cairo_surface_destroy(surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    return Error{fmt::format("drawing the PDF: {}", cairo_status_to_string(status))};
  }
  return bytes;
}

}  // namespace lab::paint
