// The legend of exports: every sign once. The window has none, its words stand at the marks.
#include <algorithm>
#include <functional>
#include <numeric>

#include "app/scene/bars.h"
#include "app/scene/marks.h"
#include "app/scene/tape.h"

namespace lab::scene {
namespace {

struct Item {
  Word name;
  std::function<void(Pen&, Box)> draw;  // into a box of 46 × 15 units
};

void small_tape(Pen& pen, Box b, TapeLook look) {
  Tape t;
  t.scale = {b.x, 0, b.w / 10, 10, Offset(0), Offset(10)};
  t.marks = {Offset(0), Offset(10), Offset(10), 0};
  t.look = look;
  t.y = b.y;
  t.h = b.h;
  t.signs = t.numbers = false;
  t.plain_bar = true;
  draw_tape(pen, t);
}

void on_their_way(Pen& pen, Box b) {
  const float y = b.centre().y;
  pen.line({b.x, y}, {b.right() - pen.u(8), y}, Token::wire, pen.w(1.5F));
  arrow_head(pen, {b.right(), y}, 1, 0, pen.u(9), Token::wire);
  square(pen, {b.x + b.w * 0.3F, y}, pen.u(7), Token::leader);
  square(pen, {b.x + b.w * 0.6F, y}, pen.u(7), Token::leader);
}

void broken(Pen& pen, Box b) {
  const float y = b.centre().y, s = pen.u(10);
  pen.dashed({b.x, y}, {b.right() - s * 1.2F, y}, Token::trouble, pen.w(1.8F),
             {pen.u(5), pen.u(4)});
  cross(pen, {b.right() - s, y - s / 2}, s, Token::trouble, pen.w(2.6F));
}

void watermark(Pen& pen, Box b) {
  const float x = b.centre().x;
  pen.line({x, b.y - pen.u(3)}, {x, b.bottom() + pen.u(3)}, Token::ink, pen.w(2));
  const std::array<Point, 3> p{
      Point{x - pen.u(5), b.y - pen.u(5)}, {x + pen.u(5), b.y - pen.u(5)}, {x, b.y + pen.u(1)}};
  pen.polygon(p, Token::ink);
}

void uncommitted(Pen& pen, Box b) {
  for (int i = 0; i < 4; ++i) {
    const float top = i < 2 ? 0 : b.h / 2;
    pen.rect({b.x + pen.u(8 + static_cast<float>(i) * 9), b.y + top, pen.u(8), b.h - top},
             Token::leader);
  }
}

std::vector<Item> items() {
  return {
      {Word::leader, [](Pen& p, Box b) { small_tape(p, b, TapeLook::leader); }},
      {Word::legend_in_sync, [](Pen& p, Box b) { small_tape(p, b, TapeLook::in_sync); }},
      {Word::legend_out_of_sync, [](Pen& p, Box b) { small_tape(p, b, TapeLook::out_of_sync); }},
      {Word::legend_offline, [](Pen& p, Box b) { small_tape(p, b, TapeLook::offline); }},
      {Word::legend_records, on_their_way},
      {Word::legend_broken, broken},
      {Word::legend_outside,
       [](Pen& p, Box b) {
         p.rect(b, no_ink, Token::edge, p.w(1.25F), p.u(4));
         p.rect(b.inset(p.u(3)), no_ink, Token::edge, p.hair(), p.u(2));
       }},
      {Word::legend_log_start,
       [](Pen& p, Box b) {
         const float x = b.centre().x - p.u(4);
         p.line({x, b.y - p.u(4)}, {x, b.bottom() + p.u(4)}, Token::ink, p.w(2));
         p.rect({x + p.u(1), b.y, p.u(16), b.h}, Token::leader);
       }},
      {Word::legend_watermark, watermark},
      {Word::legend_log_end,
       [](Pen& p, Box b) {
         bracket(p, {b.centre().x + p.u(3), b.y - p.u(2)}, b.h + p.u(4), p.u(4), Token::ink,
                 p.w(2));
       }},
      {Word::legend_uncommitted, uncommitted},
      {Word::legend_preferred,
       [](Pen& p, Box b) {
         pennant(p, {b.centre().x - p.u(4), b.y}, p.u(14), Token::ink, true);
       }},
      {Word::legend_fewer,
       [](Pen& p, Box b) {
         warning(p, {b.centre().x - p.u(7), b.y}, p.u(15));
       }},
      {Word::legend_controller,
       [](Pen& p, Box b) {
         crown(p, {b.centre().x - p.u(9), b.y + p.u(1)}, p.u(18), Token::quorum);
       }},
  };
}

// Of each column: sign, words, and the gap behind them.
std::vector<float> column_widths(const Pen& pen, const std::vector<Item>& all, std::size_t columns,
                                 Lang lang) {
  std::vector<float> widths(columns, 0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const float w = pen.width(word(all[i].name, lang), pen.u(12), Type::regular);
    widths[i % columns] = std::max(widths[i % columns], pen.u(54) + w + pen.u(12));
  }
  return widths;
}

float sum(const std::vector<float>& widths) {
  return std::accumulate(widths.begin(), widths.end(), 0.0F);
}

}  // namespace

float legend(const BarView& view, const Measurer& measurer, Scene* out) {
  Scene unused;
  Scene& scene = out != nullptr ? *out : unused;
  scene.clear();
  scene.ground = Token::panel;
  const float unit = static_cast<float>(std::clamp(view.text_percent, 80, 300)) / 100;
  Pen pen(scene, measurer, unit, stroke_factor(view.theme));
  const auto all = items();
  std::size_t columns = (all.size() + 1) / 2;
  std::vector<float> widths = column_widths(pen, all, columns, view.lang);
  while (columns > 1 && sum(widths) > view.width + pen.u(12)) {
    widths = column_widths(pen, all, --columns, view.lang);
  }
  const float row = pen.u(34);
  const std::size_t rows = (all.size() + columns - 1) / columns;
  const float height = static_cast<float>(rows) * row + pen.u(8);
  scene.view = {0, 0, view.width, height};
  if (out == nullptr) return height;
  // What is left over goes between the columns.
  const float spread =
      columns > 1 ? (view.width + pen.u(12) - sum(widths)) / static_cast<float>(columns - 1) : 0;
  const std::size_t element = pen.open({Kind::legend}, scene.view);
  for (std::size_t i = 0; i < all.size(); ++i) {
    float x = 0;
    for (std::size_t before = 0; before < i % columns; ++before) {
      x += widths[before] + std::max(spread, 0.0F);
    }
    const float y = pen.u(8) + static_cast<float>(i / columns) * row;
    all[i].draw(pen, {x, y, pen.u(46), pen.u(15)});
    pen.text({x + pen.u(54), y + pen.u(12)}, word(all[i].name, view.lang), pen.u(12), Type::regular,
             Token::ink);
  }
  pen.close(element);
  return height;
}

}  // namespace lab::scene
