// Hit testing, and putting one scene into another.
#include "app/scene/display_list.h"

#include <algorithm>
#include <cmath>

namespace lab::scene {
namespace {

float distance(Point p, Point a, Point b) {
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float length = dx * dx + dy * dy;
  const float t =
      length == 0 ? 0 : std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0F, 1.0F);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

Point on_curve(const Point* c, float t) {
  const float u = 1 - t;
  const float a = u * u * u, b = 3 * u * u * t, d = 3 * u * t * t, e = t * t * t;
  return {a * c[0].x + b * c[1].x + d * c[2].x + e * c[3].x,
          a * c[0].y + b * c[1].y + d * c[2].y + e * c[3].y};
}

bool near_curve(const Point* c, Point p, float reach) {
  constexpr int steps = 24;
  Point last = c[0];
  for (int i = 1; i <= steps; ++i) {
    const Point next = on_curve(c, static_cast<float>(i) / steps);
    if (distance(p, last, next) <= reach) return true;
    last = next;
  }
  return false;
}

bool near_lines(const Scene& scene, const Primitive& one, Point p, float reach) {
  const Point* points = scene.points.data() + one.first;
  if (one.shape == Shape::bezier) return near_curve(points, p, reach);
  const std::uint32_t step = one.shape == Shape::segments ? 2 : 1;
  for (std::uint32_t i = 0; i + 1 < one.count; i += step) {
    if (distance(p, points[i], points[i + 1]) <= reach) return true;
  }
  return false;
}

bool hits(const Scene& scene, const Element& element, Point p, float reach) {
  if (!element.thin) return element.box.contains(p);
  if (!element.box.inset(-reach).contains(p)) return false;
  for (std::uint32_t i = 0; i < element.count; ++i) {
    const Primitive& one = scene.primitives[element.first + i];
    if (one.count > 1 && one.shape != Shape::text) {
      if (near_lines(scene, one, p, reach)) return true;
    } else if (one.box.inset(-reach).contains(p)) {
      return true;
    }
  }
  return false;
}

}  // namespace

void Scene::clear() {
  primitives.clear();
  elements.clear();
  points.clear();
  glyphs.clear();
  chars.clear();
  names.clear();
}

std::uint32_t Scene::intern(std::string_view name) {
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  names.emplace_back(name);
  return static_cast<std::uint32_t>(names.size() - 1);
}

const Element* Scene::hit(Point p, float reach) const {
  for (auto it = elements.rbegin(); it != elements.rend(); ++it) {
    if (hits(*this, *it, p, reach)) return &*it;
  }
  return nullptr;
}

void Scene::append(const Scene& other, Point by) {
  const auto first_point = static_cast<std::uint32_t>(points.size());
  const auto first_glyph = static_cast<std::uint32_t>(glyphs.size());
  const auto first_char = static_cast<std::uint32_t>(chars.size());
  const auto move = [by](Box box) { return Box{box.x + by.x, box.y + by.y, box.w, box.h}; };
  if (other.ground != ground) {
    Primitive paper;
    paper.fill = Ink(other.ground);
    paper.box = move(other.view);
    primitives.push_back(paper);
  }
  const auto first_moved = static_cast<std::uint32_t>(primitives.size());
  for (Primitive one : other.primitives) {
    one.box = move(one.box);
    one.at = {one.at.x + by.x, one.at.y + by.y};
    one.first += one.shape == Shape::text ? first_glyph : first_point;
    one.chars += first_char;
    primitives.push_back(one);
  }
  for (const Point p : other.points) points.push_back({p.x + by.x, p.y + by.y});
  for (Element element : other.elements) {
    element.box = move(element.box);
    element.first += first_moved;
    if (element.id.name < other.names.size())
      element.id.name = intern(other.names[element.id.name]);
    elements.push_back(element);
  }
  glyphs.insert(glyphs.end(), other.glyphs.begin(), other.glyphs.end());
  chars += other.chars;
}

}  // namespace lab::scene
