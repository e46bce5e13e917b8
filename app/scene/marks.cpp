// The signs, drawn with a Pen; measures from looks/09-marks.
#include "app/scene/marks.h"

#include <fmt/format.h>

#include <cmath>

namespace lab::scene {
namespace {

using Points = std::span<const Point>;

void minus(Pen& pen, Point at, float r, Token ink) {
  pen.line({at.x - r * 0.5F, at.y}, {at.x + r * 0.5F, at.y}, ink, r * 0.3F);
}

void circled(Pen& pen, Point at, float r, Ink ground, Token ink, bool plus) {
  pen.circle(at, r, ground, ink, r * 0.26F);
  minus(pen, at, r, ink);
  if (plus) pen.line({at.x, at.y - r * 0.5F}, {at.x, at.y + r * 0.5F}, ink, r * 0.3F);
}

void barred_window(Pen& pen, Point at, float r, Ink ground, Token ink) {
  pen.rect({at.x - r, at.y - r, 2 * r, 2 * r}, ground, ink, r * 0.25F);
  pen.segments_begin();
  for (const float k : {-0.4F, 0.0F, 0.4F}) {
    pen.segment({at.x + r * k, at.y - r}, {at.x + r * k, at.y + r});
  }
  pen.segments_end(ink, r * 0.22F);
}

void cut_box(Pen& pen, Point at, float r, Ink ground) {
  pen.rect({at.x - r, at.y - r * 0.7F, 2 * r, r * 1.4F}, ground, Token::warn_text, r * 0.25F);
  pen.line({at.x - r * 0.4F, at.y + r}, {at.x + r * 0.6F, at.y - r * 1.2F}, Token::warn_text,
           r * 0.33F);
}

void whisker(Pen& pen, Point at, float r, Token ink) {
  pen.segments_begin();
  pen.segment({at.x - r * 1.8F, at.y}, {at.x + r * 1.8F, at.y});
  pen.segment({at.x - r * 1.8F, at.y - r * 0.8F}, {at.x - r * 1.8F, at.y + r * 0.8F});
  pen.segment({at.x + r * 1.8F, at.y - r * 0.8F}, {at.x + r * 1.8F, at.y + r * 0.8F});
  pen.segments_end(ink, r * 0.25F);
}

void play(Pen& pen, Point at, float r, Ink ground) {
  const std::array<Point, 3> p{
      Point{at.x - r * 0.7F, at.y - r}, {at.x + r, at.y}, {at.x - r * 0.7F, at.y + r}};
  pen.polygon(Points(p), ground, Token::ink, r * 0.25F);
}

// A pie from twelve o'clock, `quarters` of four.
void pie(Pen& pen, Point at, float r, int quarters, Token ink) {
  pen.circle(at, r, no_ink, ink, r * 0.36F);
  std::vector<Point> p{at};
  const int steps = quarters * 4;
  for (int i = 0; i <= steps; ++i) {
    const float a = static_cast<float>(i) * 0.3926991F;
    p.push_back({at.x + r * std::sin(a), at.y - r * std::cos(a)});
  }
  pen.polygon(p, ink);
}

void half_disc(Pen& pen, Point at, float r, Token ink) {
  pen.circle(at, r, no_ink, ink, r * 0.36F);
  std::vector<Point> p;
  for (int i = 0; i <= 8; ++i) {
    const float a = static_cast<float>(i) * 0.3926991F;
    p.push_back({at.x + r * std::cos(a), at.y + r * std::sin(a)});
  }
  pen.polygon(p, ink);
}

void clock(Pen& pen, Point at, float r, Token ink) {
  pen.circle(at, r, no_ink, ink, r * 0.34F);
  const std::array<Point, 3> hands{
      Point{at.x, at.y - r * 0.65F}, at, {at.x + r * 0.55F, at.y + r * 0.2F}};
  pen.polyline(hands, ink, r * 0.3F);
}

Token hue_of(Mark what) {
  switch (what) {
    case Mark::killed:
    case Mark::fenced:
    case Mark::isr_shrinks:
      return Token::trouble_text;
    case Mark::new_leader:
      return Token::leader;
    case Mark::isr_grows:
    case Mark::caught_up:
    case Mark::acknowledged:
      return Token::ok_text;
    case Mark::truncated:
      return Token::warn_text;
    case Mark::new_controller:
      return Token::quorum;
    case Mark::started:
    case Mark::stopped:
      return Token::ink;
    case Mark::by_client:
      return Token::muted;
  }
  return Token::ink;
}

}  // namespace

void crown(Pen& pen, Point p, float s, Ink ink) {
  const float h = s * 0.72F;
  // A rect and three teeth: convex pieces, which every painter can fill.
  pen.rect({p.x + s * 0.12F, p.y + h * 0.62F, s * 0.76F, h * 0.38F}, ink);
  const std::array<Point, 3> left{
      Point{p.x, p.y}, {p.x + s * 0.42F, p.y + h * 0.66F}, {p.x + s * 0.12F, p.y + h}};
  const std::array<Point, 3> middle{Point{p.x + s / 2, p.y - h * 0.12F},
                                    {p.x + s * 0.76F, p.y + h * 0.66F},
                                    {p.x + s * 0.24F, p.y + h * 0.66F}};
  const std::array<Point, 3> right{
      Point{p.x + s, p.y}, {p.x + s * 0.88F, p.y + h}, {p.x + s * 0.58F, p.y + h * 0.66F}};
  pen.polygon(left, ink);
  pen.polygon(middle, ink);
  pen.polygon(right, ink);
}

void pennant(Pen& pen, Point top, float s, Ink ink, bool filled) {
  pen.line({top.x, top.y - s * 0.1F}, {top.x, top.y + s}, ink, s * 0.12F);
  const std::array<Point, 3> flag{Point{top.x, top.y - s * 0.1F},
                                  {top.x + s * 0.78F, top.y + s * 0.25F},
                                  {top.x, top.y + s * 0.6F}};
  pen.polygon(flag, filled ? ink : no_ink, ink, s * 0.1F);
}

void tick(Pen& pen, Point p, float s, Ink ink, float width) {
  const std::array<Point, 3> points{
      Point{p.x, p.y + s * 0.55F}, {p.x + s * 0.38F, p.y + s * 0.92F}, {p.x + s, p.y + s * 0.12F}};
  pen.polyline(points, ink, width);
}

void cross(Pen& pen, Point p, float s, Ink ink, float width) {
  pen.segments_begin();
  pen.segment(p, {p.x + s, p.y + s});
  pen.segment({p.x + s, p.y}, {p.x, p.y + s});
  pen.segments_end(ink, width);
}

void warning(Pen& pen, Point p, float s, Ink ink, Ink inner) {
  const std::array<Point, 3> triangle{
      Point{p.x + s / 2, p.y}, {p.x + s, p.y + s * 0.92F}, {p.x, p.y + s * 0.92F}};
  pen.polygon(triangle, ink);
  pen.rect({p.x + s * 0.435F, p.y + s * 0.32F, s * 0.13F, s * 0.28F}, inner);
  pen.rect({p.x + s * 0.43F, p.y + s * 0.68F, s * 0.14F, s * 0.14F}, inner);
}

void diamond(Pen& pen, Point c, float r, Ink fill, Ink stroke, float width) {
  const std::array<Point, 4> p{Point{c.x, c.y - r}, {c.x + r, c.y}, {c.x, c.y + r}, {c.x - r, c.y}};
  pen.polygon(p, fill, stroke, width);
}

void square(Pen& pen, Point c, float side, Ink fill) {
  pen.rect({c.x - side / 2, c.y - side / 2, side, side}, fill);
}

void arrow_head(Pen& pen, Point tip, float dx, float dy, float s, Ink ink) {
  const Point back{tip.x - dx * s, tip.y - dy * s};
  const float half = s * 0.55F;
  const std::array<Point, 3> p{
      tip, {back.x - dy * half, back.y + dx * half}, {back.x + dy * half, back.y - dx * half}};
  pen.polygon(p, ink);
}

void arrow(Pen& pen, Point c, bool down, float s, Ink ink) {
  const float d = down ? 1.0F : -1.0F;
  pen.line({c.x, c.y - d * s * 0.6F}, {c.x, c.y + d * s * 0.1F}, ink, s * 0.16F);
  arrow_head(pen, {c.x, c.y + d * s * 0.6F}, 0, d, s * 0.78F, ink);
}

void bracket(Pen& pen, Point top, float height, float arm, Ink ink, float width) {
  const std::array<Point, 4> p{
      Point{top.x - arm, top.y}, top, {top.x, top.y + height}, {top.x - arm, top.y + height}};
  pen.polyline(p, ink, width);
}

void state_sign(Pen& pen, StateSign what, Point c, float r, Ink ground) {
  switch (what) {
    case StateSign::starting:
      return pie(pen, c, r, 1, Token::warn_text);
    case StateSign::running:
      return pen.circle(c, r, Token::ok);
    case StateSign::stopping:
      return half_disc(pen, c, r, Token::warn_text);
    case StateSign::frozen:
      pen.rect({c.x - r, c.y - r, r * 0.7F, 2 * r}, Token::ink);
      return pen.rect({c.x + r * 0.3F, c.y - r, r * 0.7F, 2 * r}, Token::ink);
    case StateSign::fenced:
      return barred_window(pen, c, r, ground, Token::trouble_text);
    case StateSign::stopped:
      return pen.rect({c.x - r, c.y - r, 2 * r, 2 * r}, no_ink, Token::muted, r * 0.36F);
    case StateSign::dead:
      return cross(pen, {c.x - r, c.y - r}, 2 * r, Token::trouble_text, r * 0.55F);
    case StateSign::waiting:
      return clock(pen, c, r, Token::warn_text);
    case StateSign::not_started:
      pen.rect({c.x - r, c.y - r, 2 * r, 2 * r}, no_ink, Token::trouble_text, r * 0.32F);
      return cross(pen, {c.x - r * 0.5F, c.y - r * 0.5F}, r, Token::trouble_text, r * 0.34F);
    case StateSign::unknown:
      return pen.circle(c, r, no_ink, Token::muted, r * 0.3F);
  }
}

void mark(Pen& pen, Mark what, Point c, float size, Ink ground, bool observed) {
  const float r = size / 2;
  const Token hue = hue_of(what);
  if (observed) whisker(pen, c, r, hue);
  switch (what) {
    case Mark::started:
      return play(pen, c, r, ground);
    case Mark::stopped:
      return pen.rect({c.x - r * 0.8F, c.y - r * 0.8F, r * 1.6F, r * 1.6F}, ground, Token::ink,
                      r * 0.25F);
    case Mark::killed:
      return cross(pen, {c.x - r * 0.8F, c.y - r * 0.8F}, size * 0.8F, Token::trouble_text,
                   size * (observed ? 0.12F : 0.24F));
    case Mark::fenced:
      return barred_window(pen, c, r, ground, hue);
    case Mark::new_leader:
      return observed ? diamond(pen, c, r * 1.1F, ground, hue, r * 0.25F)
                      : diamond(pen, c, r * 1.1F, hue);
    case Mark::isr_shrinks:
      return circled(pen, c, r, ground, hue, false);
    case Mark::isr_grows:
      return circled(pen, c, r, ground, hue, true);
    case Mark::truncated:
      return cut_box(pen, c, r, ground);
    case Mark::caught_up:
      return tick(pen, {c.x - r, c.y - r}, size, hue, size * 0.2F);
    case Mark::new_controller:
      return crown(pen, {c.x - r, c.y - r * 0.7F}, size, hue);
    case Mark::acknowledged:
      pen.circle(c, r * 0.85F, Token::ok_text);
      return tick(pen, {c.x - r * 0.45F, c.y - r * 0.5F}, size * 0.45F, ground, r * 0.26F);
    case Mark::by_client:
      return pen.rect({c.x - r * 0.6F, c.y - r * 0.6F, r * 1.2F, r * 1.2F},
                      observed ? ground : Ink(hue), hue, r * 0.2F);
  }
}

void selection_ring(Pen& pen, const Box& box) {
  pen.rect(box, no_ink, Token::ink, pen.w(2), pen.u(6));
}

void lesson_ring(Pen& pen, const Box& box, int number, float drawn) {
  if (drawn <= 0) return;
  pen.rect(box, no_ink, Ink(Token::ink, drawn), pen.u(7), pen.u(8));
  pen.rect(box, no_ink, Ink(Token::highlight, drawn), pen.u(4), pen.u(8));
  if (number <= 0) return;
  const Point corner{box.right(), box.y};
  pen.circle(corner, pen.u(14), Token::ink);
  pen.circle(corner, pen.u(12), Token::highlight);
  pen.text({corner.x, corner.y + pen.u(5.5F)}, fmt::format("{}", number), pen.u(15), Type::bold,
           Token::on_highlight, Align::middle);
}

}  // namespace lab::scene
