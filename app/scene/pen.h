// Draws into a Scene: shapes, dashes and hatches as clipped segments, text at measured positions,
// and elements with ids. All lengths given are already in scene units; u() turns units at 100 %
// into them. Used by the scene functions only; decides nothing about meaning.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "app/scene/display_list.h"
#include "app/scene/measure.h"

namespace lab::scene {

enum class Align : std::uint8_t { left, middle, right };

// How a line is interrupted: lengths of dash and gap.
struct Dash {
  float on = 0, off = 0;
};

class Pen {
 public:
  // unit: length of one unit at 100 %; stroke: factor of the theme for strokes.
  Pen(Scene& scene, const Measurer& measurer, float unit, float stroke);

  float u(float units) const { return units * unit_; }
  // A stroke's width: as much wider as the text is larger, at least by the theme's factor.
  float w(float width) const { return width * (unit_ > stroke_ ? unit_ : stroke_); }
  // A hairline: does not grow with the text size.
  float hair() const { return stroke_ > 1 ? 1.5F : 1.0F; }
  float unit() const { return unit_; }
  Scene& scene() { return *scene_; }
  const Measurer& measurer() const { return *measurer_; }

  // Everything drawn until the next call gets this opacity (focus fades the healthy).
  void fade(float opacity) { fade_ = opacity; }
  float faded() const { return fade_; }

  void rect(const Box& box, Ink fill, Ink stroke = no_ink, float width = 0, float radius = 0);
  void circle(Point centre, float radius, Ink fill, Ink stroke = no_ink, float width = 0);
  void line(Point a, Point b, Ink ink, float width);
  void polyline(std::span<const Point> points, Ink ink, float width);
  void polygon(std::span<const Point> points, Ink fill, Ink stroke = no_ink, float width = 0);
  void bezier(const std::array<Point, 4>& curve, Ink ink, float width);
  void dashed(std::span<const Point> path, Ink ink, float width, Dash dash);
  void dashed(Point a, Point b, Ink ink, float width, Dash dash);
  void dashed(const std::array<Point, 4>& curve, Ink ink, float width, Dash dash);
  void dashed_box(const Box& box, float radius, Ink ink, float width, Dash dash);
  // Rising lines, `gap` apart, cut off at the box.
  void hatch(const Box& box, Ink ink, float width, float gap);
  // Many short lines as one primitive: begin, add pairs, end.
  void segments_begin();
  void segment(Point a, Point b);
  void segments_end(Ink ink, float width);

  // One line; `at` is on the baseline, at the left end, middle or right end. Gives the width.
  float text(Point at, std::string_view utf8, float em, Type type, Ink ink,
             Align align = Align::left);
  float width(std::string_view utf8, float em, Type type) const;
  // Draws it if it is not wider than `room`; says whether it did. Nothing is ever cut with an
  // ellipsis.
  bool text_if(Point at, std::string_view utf8, float em, Type type, Ink ink, Align align,
               float room);

  // What is drawn between open and close belongs to this element.
  std::size_t open(const Id& id, const Box& box, bool thin = false);
  void close(std::size_t element);

 private:
  Ink faint(Ink ink) const;
  bool outside(const Box& box, float margin) const;
  void add(Primitive primitive, std::span<const Point> points);

  Scene* scene_;
  const Measurer* measurer_;
  float unit_, stroke_;
  float fade_ = 1;
  std::uint32_t segments_first_ = 0;
};

// Point of a cubic curve at t in 0..1.
Point on_bezier(const std::array<Point, 4>& curve, float t);
// 0 to 1 with an ease-out cubic.
float ease_out(float t);

}  // namespace lab::scene
