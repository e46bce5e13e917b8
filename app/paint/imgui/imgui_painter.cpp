// See imgui_painter.h. Lines along an axis are filled rectangles on whole pixels; only slanted ones
// and curves are smoothed.
#include "app/paint/imgui/imgui_painter.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>

namespace lab::paint {
namespace {

using scene::Primitive;
using scene::Scene;
using scene::Shape;

// Below this many pixels a corner is square and a border is not worth its vertices.
constexpr float small_radius = 2.5F, small_box = 6;

float snap(float value) { return std::floor(value + 0.5F); }

class Brush {
 public:
  Brush(const Scene& scene, scene::Theme theme, const ImguiFonts& fonts, float x, float y,
        float scale, ImDrawList& list)
      : scene_(scene),
        theme_(theme),
        fonts_(fonts),
        list_(list),
        scale_(scale),
        x_(x - scene.view.x * scale),
        y_(y - scene.view.y * scale) {}

  void picture() {
    const scene::Box& v = scene_.view;
    const ImVec2 a = at({v.x, v.y}), b = at({v.right(), v.bottom()});
    list_.PushClipRect(a, b, true);
    list_.AddRectFilled(a, b, colour(scene::Ink(scene_.ground)));
    for (const Primitive& one : scene_.primitives) {
      if (shows(one)) draw(one);
    }
    list_.PopClipRect();
  }

 private:
  // What is outside of the part that is drawn costs nothing more.
  bool shows(const Primitive& one) const {
    const float over = px(one.shape == Shape::text ? 0 : one.width) + 4;
    const ImVec2 lo = list_.GetClipRectMin(), hi = list_.GetClipRectMax();
    const ImVec2 a = at({one.box.x, one.box.y}), b = at({one.box.right(), one.box.bottom()});
    return a.x - over < hi.x && b.x + over > lo.x && a.y - over < hi.y && b.y + over > lo.y;
  }
  ImVec2 at(scene::Point p) const { return {x_ + p.x * scale_, y_ + p.y * scale_}; }
  float px(float units) const { return units * scale_; }

  ImU32 colour(scene::Ink ink) const {
    const scene::Rgb c = scene::rgb(theme_, ink.token);
    return IM_COL32(c.r, c.g, c.b, ink.alpha);
  }

  // One filled rectangle on whole pixels, at least one pixel each way.
  void fill(float x0, float y0, float x1, float y1, ImU32 ink) {
    const float left = snap(x0), top = snap(y0);
    list_.AddRectFilled({left, top}, {std::max(snap(x1), left + 1), std::max(snap(y1), top + 1)},
                        ink);
  }

  void border(ImVec2 a, ImVec2 b, float width, ImU32 ink) {
    const float w = std::max(1.0F, snap(width)), h = w / 2;
    const float x0 = snap(a.x - h), y0 = snap(a.y - h), x1 = snap(b.x + h), y1 = snap(b.y + h);
    list_.AddRectFilled({x0, y0}, {x1, y0 + w}, ink);
    list_.AddRectFilled({x0, y1 - w}, {x1, y1}, ink);
    list_.AddRectFilled({x0, y0 + w}, {x0 + w, y1 - w}, ink);
    list_.AddRectFilled({x1 - w, y0 + w}, {x1, y1 - w}, ink);
  }

  void rect(const Primitive& one) {
    const ImVec2 a = at({one.box.x, one.box.y}), b = at({one.box.right(), one.box.bottom()});
    const float radius = px(one.radius);
    if (radius < small_radius) {
      if (one.fill) fill(a.x, a.y, b.x, b.y, colour(one.fill));
      if (!one.stroke) return;
      if (b.x - a.x < small_box && !one.fill) {
        // A cell too small for an outline is a filled one in a weaker tint.
        scene::Ink weak = one.stroke;
        weak.alpha = static_cast<std::uint8_t>(weak.alpha / 2);
        return fill(a.x, a.y, b.x, b.y, colour(weak));
      }
      return border(a, b, px(one.width), colour(one.stroke));
    }
    if (one.fill) list_.AddRectFilled(a, b, colour(one.fill), radius);
    if (one.stroke) list_.AddRect(a, b, colour(one.stroke), radius, 0, px(one.width));
  }

  void circle(const Primitive& one) {
    const ImVec2 centre = at(one.box.centre());
    const float r = px(one.box.w / 2);
    if (one.fill) list_.AddCircleFilled(centre, r, colour(one.fill));
    if (one.stroke) list_.AddCircle(centre, r, colour(one.stroke), 0, px(one.width));
  }

  void line(ImVec2 a, ImVec2 b, float width, ImU32 ink) {
    const float w = std::max(width, 1.0F), h = w / 2;
    if (std::abs(a.y - b.y) < 0.01F) {
      const float y = snap(a.y - h);
      return list_.AddRectFilled({std::min(a.x, b.x), y},
                                 {std::max(a.x, b.x), y + std::max(snap(w), 1.0F)}, ink);
    }
    if (std::abs(a.x - b.x) < 0.01F) {
      const float x = snap(a.x - h);
      return list_.AddRectFilled({x, std::min(a.y, b.y)},
                                 {x + std::max(snap(w), 1.0F), std::max(a.y, b.y)}, ink);
    }
    list_.AddLine(a, b, ink, w);
  }

  void load(const Primitive& one) {
    points_.clear();
    for (std::uint32_t i = 0; i < one.count; ++i) {
      points_.push_back(at(scene_.points[one.first + i]));
    }
  }

  // Smoothing needs the points clockwise.
  void polygon(const Primitive& one) {
    load(one);
    float area = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const ImVec2 a = points_[i], b = points_[(i + 1) % points_.size()];
      area += a.x * b.y - b.x * a.y;
    }
    if (area < 0) std::reverse(points_.begin(), points_.end());
    const int count = static_cast<int>(points_.size());
    if (one.fill) list_.AddConvexPolyFilled(points_.data(), count, colour(one.fill));
    if (one.stroke) {
      list_.AddPolyline(points_.data(), count, colour(one.stroke), ImDrawFlags_Closed,
                        px(one.width));
    }
  }

  void polyline(const Primitive& one) {
    if (one.count == 2) {
      const scene::Point* p = scene_.points.data() + one.first;
      return line(at(p[0]), at(p[1]), px(one.width), colour(one.stroke));
    }
    load(one);
    list_.AddPolyline(points_.data(), static_cast<int>(points_.size()), colour(one.stroke), 0,
                      px(one.width));
  }

  void segments(const Primitive& one) {
    const scene::Point* p = scene_.points.data() + one.first;
    const ImU32 ink = colour(one.stroke);
    for (std::uint32_t i = 0; i + 1 < one.count; i += 2) {
      line(at(p[i]), at(p[i + 1]), px(one.width), ink);
    }
  }

  void draw(const Primitive& one) {
    switch (one.shape) {
      case Shape::rect:
        return rect(one);
      case Shape::circle:
        return circle(one);
      case Shape::polygon:
        return polygon(one);
      case Shape::polyline:
        return polyline(one);
      case Shape::segments:
        return segments(one);
      case Shape::bezier: {
        const scene::Point* p = scene_.points.data() + one.first;
        return list_.AddBezierCubic(at(p[0]), at(p[1]), at(p[2]), at(p[3]), colour(one.stroke),
                                    px(one.width));
      }
      case Shape::text:
        return text(one);
    }
  }

  // ImFont::RenderChar would put each glyph on a whole pixel; the scene's positions are kept.
  void text(const Primitive& one) {
    const float em = px(one.width), baseline = snap(at(one.at).y);
    const ImU32 ink = colour(one.fill);
    const scene::Glyph* glyphs = scene_.glyphs.data() + one.first;
    ImguiFont font;
    for (std::uint32_t i = 0; i < one.count; ++i) {
      const scene::Glyph& g = glyphs[i];
      if (font.font == nullptr || font.face != g.face) {
        font = fonts_.pick(g.face, em);
        if (font.font == nullptr) return;
        font.face = g.face;
      }
      const ImWchar code = g.code <= 0xFFFF ? static_cast<ImWchar>(g.code) : ImWchar('?');
      const ImFontGlyph* glyph = font.font->FindGlyph(code);
      if (glyph == nullptr || !glyph->Visible) continue;
      const float s = em / font.em, x = at({one.at.x + g.x, 0}).x;
      const float top = baseline - font.font->Ascent * s;
      list_.PrimReserve(6, 4);
      list_.PrimRectUV({x + glyph->X0 * s, top + glyph->Y0 * s},
                       {x + glyph->X1 * s, top + glyph->Y1 * s}, {glyph->U0, glyph->V0},
                       {glyph->U1, glyph->V1}, ink);
    }
  }

  const Scene& scene_;
  scene::Theme theme_;
  const ImguiFonts& fonts_;
  ImDrawList& list_;
  float scale_, x_, y_;
  std::vector<ImVec2> points_;
};

}  // namespace

ImguiFont ImguiFonts::pick(scene::Face face, float em) const {
  ImguiFont best, other;
  const auto wanted = static_cast<float>(font_size_of(em));
  for (const ImguiFont& one : fonts_) {
    ImguiFont& found = one.face == face ? best : other;
    const bool first = found.font == nullptr;
    const bool closer = one.em >= wanted ? (found.em < wanted || one.em < found.em)
                                         : (found.em < wanted && one.em > found.em);
    if (first || closer) found = one;
  }
  return best.font != nullptr ? best : other;
}

int font_size_of(float em) { return static_cast<int>(std::ceil(em - 0.25F)); }

float line_of_em(scene::Face face, float em) {
  switch (face) {
    case scene::Face::inter_regular:
    case scene::Face::inter_semibold:
    case scene::Face::inter_bold:
      return em / 0.826F;
    case scene::Face::nanum_regular:
    case scene::Face::nanum_bold:
    case scene::Face::coding:
      break;
  }
  return em / 0.870F;
}

void paint(const Scene& scene, scene::Theme theme, const ImguiFonts& fonts, float x, float y,
           float scale, ImDrawList& list) {
  Brush(scene, theme, fonts, x, y, scale, list).picture();
}

}  // namespace lab::paint
