// The primitives as data; see pen.h. What lies wholly outside the view is not kept.
#include "app/scene/pen.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace lab::scene {
namespace {

Box around(std::span<const Point> points) {
  float x0 = points[0].x, y0 = points[0].y, x1 = x0, y1 = y0;
  for (const Point p : points) {
    x0 = std::min(x0, p.x);
    y0 = std::min(y0, p.y);
    x1 = std::max(x1, p.x);
    y1 = std::max(y1, p.y);
  }
  return {x0, y0, x1 - x0, y1 - y0};
}

void add_corner(std::vector<Point>& path, Point centre, float radius, float from) {
  constexpr int steps = 4;
  for (int i = 0; i <= steps; ++i) {
    const float angle = from + std::numbers::pi_v<float> / 2 * static_cast<float>(i) / steps;
    path.push_back({centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)});
  }
}

}  // namespace

Point on_bezier(const std::array<Point, 4>& c, float t) {
  const float u = 1 - t;
  const float a = u * u * u, b = 3 * u * u * t, d = 3 * u * t * t, e = t * t * t;
  return {a * c[0].x + b * c[1].x + d * c[2].x + e * c[3].x,
          a * c[0].y + b * c[1].y + d * c[2].y + e * c[3].y};
}

float ease_out(float t) {
  const float u = 1 - std::clamp(t, 0.0F, 1.0F);
  return 1 - u * u * u;
}

Pen::Pen(Scene& scene, const Measurer& measurer, float unit, float stroke)
    : scene_(&scene), measurer_(&measurer), unit_(unit), stroke_(stroke) {}

Ink Pen::faint(Ink ink) const {
  if (fade_ < 1) ink.alpha = static_cast<std::uint8_t>(static_cast<float>(ink.alpha) * fade_);
  return ink;
}

bool Pen::outside(const Box& box, float margin) const {
  const Box& view = scene_->view;
  return box.x - margin > view.right() || box.y - margin > view.bottom() ||
         box.right() + margin < view.x || box.bottom() + margin < view.y;
}

void Pen::add(Primitive primitive, std::span<const Point> points) {
  if (!points.empty()) primitive.box = around(points);
  if (outside(primitive.box, primitive.width)) return;
  primitive.fill = faint(primitive.fill);
  primitive.stroke = faint(primitive.stroke);
  primitive.first = static_cast<std::uint32_t>(scene_->points.size());
  primitive.count = static_cast<std::uint32_t>(points.size());
  scene_->points.insert(scene_->points.end(), points.begin(), points.end());
  scene_->primitives.push_back(primitive);
}

void Pen::rect(const Box& box, Ink fill, Ink stroke, float width, float radius) {
  Primitive one;
  one.shape = Shape::rect;
  one.fill = fill;
  one.stroke = stroke;
  one.width = width;
  one.radius = radius;
  one.box = box;
  add(one, {});
}

void Pen::circle(Point centre, float radius, Ink fill, Ink stroke, float width) {
  Primitive one;
  one.shape = Shape::circle;
  one.fill = fill;
  one.stroke = stroke;
  one.width = width;
  one.box = {centre.x - radius, centre.y - radius, 2 * radius, 2 * radius};
  add(one, {});
}

void Pen::line(Point a, Point b, Ink ink, float width) {
  const std::array<Point, 2> points{a, b};
  polyline(points, ink, width);
}

void Pen::polyline(std::span<const Point> points, Ink ink, float width) {
  Primitive one;
  one.shape = Shape::polyline;
  one.stroke = ink;
  one.width = width;
  add(one, points);
}

void Pen::polygon(std::span<const Point> points, Ink fill, Ink stroke, float width) {
  Primitive one;
  one.shape = Shape::polygon;
  one.fill = fill;
  one.stroke = stroke;
  one.width = width;
  add(one, points);
}

void Pen::bezier(const std::array<Point, 4>& curve, Ink ink, float width) {
  Primitive one;
  one.shape = Shape::bezier;
  one.stroke = ink;
  one.width = width;
  add(one, curve);
}

void Pen::segments_begin() { segments_first_ = static_cast<std::uint32_t>(scene_->points.size()); }

void Pen::segment(Point a, Point b) {
  scene_->points.push_back(a);
  scene_->points.push_back(b);
}

void Pen::segments_end(Ink ink, float width) {
  Primitive one;
  one.shape = Shape::segments;
  one.stroke = faint(ink);
  one.width = width;
  one.first = segments_first_;
  one.count = static_cast<std::uint32_t>(scene_->points.size()) - segments_first_;
  if (one.count == 0) return;
  one.box = around({scene_->points.data() + one.first, one.count});
  if (outside(one.box, width)) {
    scene_->points.resize(segments_first_);
    return;
  }
  scene_->primitives.push_back(one);
}

void Pen::dashed(std::span<const Point> path, Ink ink, float width, Dash dash) {
  const float period = dash.on + dash.off;
  if (path.size() < 2 || period <= 0) return;
  segments_begin();
  float done = 0;  // length walked before this piece
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const Point a = path[i], b = path[i + 1];
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    if (length <= 0) continue;
    const auto at = [&](float s) {
      const float t = std::clamp(s / length, 0.0F, 1.0F);
      return Point{a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
    };
    for (float s = std::floor(done / period) * period - done; s < length; s += period) {
      if (s + dash.on > 0) segment(at(s), at(s + dash.on));
    }
    done += length;
  }
  segments_end(ink, width);
}

void Pen::dashed(Point a, Point b, Ink ink, float width, Dash dash) {
  const std::array<Point, 2> path{a, b};
  dashed(path, ink, width, dash);
}

void Pen::dashed(const std::array<Point, 4>& curve, Ink ink, float width, Dash dash) {
  constexpr int steps = 40;
  std::array<Point, steps + 1> path;
  for (int i = 0; i <= steps; ++i) {
    path[static_cast<std::size_t>(i)] = on_bezier(curve, static_cast<float>(i) / steps);
  }
  dashed(path, ink, width, dash);
}

void Pen::dashed_box(const Box& b, float radius, Ink ink, float width, Dash dash) {
  constexpr float quarter = std::numbers::pi_v<float> / 2;
  std::vector<Point> path;
  path.reserve(24);
  add_corner(path, {b.x + radius, b.y + radius}, radius, 2 * quarter);
  add_corner(path, {b.right() - radius, b.y + radius}, radius, 3 * quarter);
  add_corner(path, {b.right() - radius, b.bottom() - radius}, radius, 0);
  add_corner(path, {b.x + radius, b.bottom() - radius}, radius, quarter);
  path.push_back(path.front());
  dashed(path, ink, width, dash);
}

void Pen::hatch(const Box& b, Ink ink, float width, float gap) {
  if (b.w <= 0 || b.h <= 0 || gap <= 0) return;
  segments_begin();
  // Line k runs from (x + k, bottom) up to (x + k + h, top); both ends are cut at the sides.
  for (float k = -b.h; k < b.w; k += gap) {
    const float from = std::max(k, 0.0F), to = std::min(k + b.h, b.w);
    if (to > from) {
      segment({b.x + from, b.bottom() - (from - k)}, {b.x + to, b.bottom() - (to - k)});
    }
  }
  segments_end(ink, width);
}

float Pen::text(Point at, std::string_view utf8, float em, Type type, Ink ink, Align align) {
  if (utf8.empty()) return 0;
  const auto first = static_cast<std::uint32_t>(scene_->glyphs.size());
  const float width = measurer_->place(utf8, em, type, scene_->glyphs);
  if (align == Align::middle) at.x -= width / 2;
  if (align == Align::right) at.x -= width;
  Primitive one;
  one.shape = Shape::text;
  one.fill = faint(ink);
  one.width = em;
  one.at = at;
  one.box = {at.x, at.y - 0.78F * em, width, em};
  if (outside(one.box, 0)) {
    scene_->glyphs.resize(first);
    return width;
  }
  one.first = first;
  one.count = static_cast<std::uint32_t>(scene_->glyphs.size()) - first;
  one.chars = static_cast<std::uint32_t>(scene_->chars.size());
  one.chars_size = static_cast<std::uint32_t>(utf8.size());
  scene_->chars += utf8;
  scene_->primitives.push_back(one);
  return width;
}

float Pen::width(std::string_view utf8, float em, Type type) const {
  return measurer_->width(utf8, em, type);
}

bool Pen::text_if(Point at, std::string_view utf8, float em, Type type, Ink ink, Align align,
                  float room) {
  if (width(utf8, em, type) > room) return false;
  text(at, utf8, em, type, ink, align);
  return true;
}

std::size_t Pen::open(const Id& id, const Box& box, bool thin) {
  Element element;
  element.id = id;
  element.box = box;
  element.thin = thin;
  element.first = static_cast<std::uint32_t>(scene_->primitives.size());
  scene_->elements.push_back(element);
  return scene_->elements.size() - 1;
}

void Pen::close(std::size_t element) {
  Element& one = scene_->elements[element];
  one.count = static_cast<std::uint32_t>(scene_->primitives.size()) - one.first;
}

}  // namespace lab::scene
