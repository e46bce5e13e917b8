// See tape.h. A tape is a handful of primitives: full part, half part, separators, outline, signs.
#include "app/scene/tape.h"

#include <algorithm>
#include <cmath>

#include "app/i18n/format.h"

namespace lab::scene {
namespace {

Token line_of(TapeLook look) {
  switch (look) {
    case TapeLook::leader:
    case TapeLook::in_sync:
      return Token::leader;
    case TapeLook::out_of_sync:
    case TapeLook::catching_up:
      return Token::warn_text;
    case TapeLook::offline:
      return Token::dead_text;
    case TapeLook::plain:
      return Token::muted;
  }
  return Token::muted;
}

bool hatched(TapeLook look) {
  return look == TapeLook::out_of_sync || look == TapeLook::catching_up;
}

struct Ends {
  float start, watermark, end;
};
Ends ends_of(const Tape& t) {
  return {t.scale.x(t.marks.log_start), t.scale.x(t.marks.high_watermark),
          t.scale.x(t.marks.log_end)};
}

// Lines between the records that have a cell each.
void separators(Pen& pen, const Tape& t, float top_full, float top_half, Ink ink, float width) {
  if (t.plain_bar) return;
  const std::int64_t to = std::min(t.marks.log_end.v, t.scale.end.v);
  std::int64_t from = t.scale.first().v;
  if (t.marks.log_start.v >= to) return;
  if (t.marks.log_start.v >= from) from = t.marks.log_start.v + 1;
  pen.segments_begin();
  const float bottom = t.y + t.h;
  for (std::int64_t o = from; o < to; ++o) {
    const float x = t.scale.x(Offset(o));
    pen.segment({x, o <= t.marks.high_watermark.v ? top_full : top_half}, {x, bottom});
  }
  pen.segments_end(ink, width);
}

void break_mark(Pen& pen, const Tape& t) {
  const float x = t.scale.left + t.scale.body * 0.5F, k = t.h / 16;
  pen.segments_begin();
  for (const float d : {0.0F, 5.0F}) {
    pen.segment({x + (d - 2) * k, t.y + t.h + 2 * k}, {x + (d + 4) * k, t.y - 2 * k});
  }
  pen.segments_end(t.ground, 2.6F * k);
}

void leader_tape(Pen& pen, const Tape& t, const Ends& e) {
  const float full = std::min(e.end, e.watermark), half = t.h / 2;
  const float to = e.start + (e.end - e.start) * t.filled;
  pen.rect({e.start, t.y, std::max(std::min(full, to) - e.start, 0.0F), t.h}, Token::leader);
  if (e.end > full && to > full) {
    pen.rect({full, t.y + half, std::min(e.end, to) - full, half}, Token::leader);
  }
  separators(pen, t, t.y, t.y + half, t.ground, pen.unit());
}

void outline(Pen& pen, const Tape& t, const Ends& e) {
  const float full = hatched(t.look) ? e.end : std::min(e.end, e.watermark);
  const float sw = 1.5F * t.h / 16, half = t.h / 2;
  const Token line = line_of(t.look);
  const Box whole{e.start + sw / 2, t.y + sw / 2, std::max(full - e.start - sw, 1.0F), t.h - sw};
  const Box rest{full + sw / 2, t.y + half, std::max(e.end - full - sw, 1.0F), half - sw / 2};
  const bool partly = e.end > full + 0.5F;
  if (t.look == TapeLook::offline || t.look == TapeLook::plain) {
    const Dash dash{4 * t.h / 16, 3 * t.h / 16};
    pen.dashed_box(whole, 0.1F, line, sw, dash);
    if (partly) pen.dashed_box(rest, 0.1F, line, sw, dash);
    return;
  }
  const Ink ground = hatched(t.look) ? Token::warn_ground : Token::tint;
  pen.rect(whole, ground, no_ink, 0);
  if (partly) pen.rect(rest, ground, line, sw);
  if (hatched(t.look)) {
    pen.hatch(whole, Token::warn, 1.6F * t.h / 16, 6 * t.h / 16);
  } else {
    separators(pen, t, t.y + t.h * 0.75F, t.y + t.h * 0.75F, Ink(line, 0.55F), pen.hair());
  }
  pen.rect(whole, no_ink, line, sw);
}

void signs(Pen& pen, const Tape& t, const Ends& e) {
  const bool hollow = t.look == TapeLook::offline;
  const Ink ink = hollow ? Token::dead_text : Token::ink;
  const float k = t.h / 16, bottom = t.y + t.h;
  if (t.scale.base.v > 0) {
    pen.dashed({e.start - 14 * k, t.y + t.h / 2}, {e.start - 2 * k, t.y + t.h / 2}, Token::edge,
               1.6F * k, {2 * k, 3 * k});
  }
  pen.segments_begin();
  pen.segment({e.start, t.y - 3 * k}, {e.start, bottom + 3 * k});
  pen.segments_end(ink, 1.6F * k);
  pen.line({e.watermark, t.y - 4 * k}, {e.watermark, bottom + 3 * k}, ink, 2 * k);
  const std::array<Point, 3> triangle{Point{e.watermark - 4.5F * k, t.y - 8 * k},
                                      {e.watermark + 4.5F * k, t.y - 8 * k},
                                      {e.watermark, t.y - 2 * k}};
  pen.polygon(triangle, hollow ? no_ink : ink, ink, 1.2F * k);
  bracket(pen, {e.end + 1.5F * k, t.y - 3 * k}, t.h + 6 * k, 4 * k, ink, 2 * k);
}

void gap(Pen& pen, const Tape& t, const Ends& e) {
  const float k = t.h / 16, x = t.scale.x(*t.leader_end), middle = t.y + t.h / 2;
  if (x > e.end + 4 * k) {
    pen.dashed({e.end + 4 * k, middle}, {x - k, middle}, Token::warn_text, 1.8F * k,
               {2 * k, 4 * k});
  }
  pen.line({x, t.y - k}, {x, t.y + t.h + k}, Token::warn_text, 1.5F * k);
}

void numbers(Pen& pen, const Tape& t, const Ends& e) {
  const bool hollow = t.look == TapeLook::offline;
  const Ink ink = hollow ? Token::dead_text : Token::ink;
  const Ink soft = hollow ? Token::dead_text : Token::muted;
  const float em = 12 * pen.unit(), below = t.y + t.h + 14 * pen.unit();
  // On a dead card a crack may run here: the numbers stay legible.
  const auto patch = [&](float x, float baseline, float w) {
    if (hollow)
      pen.rect({x - 2 * pen.unit(), baseline - em * 0.85F, w + 4 * pen.unit(), em * 1.1F},
               t.ground);
  };
  float start_room = t.keep_free_from;
  if (t.marks.high_watermark != t.marks.log_end) {
    const std::string hw = i18n::number(t.marks.high_watermark.v);
    const float w = pen.width(hw, em, Type::semibold);
    const float left = std::max(e.watermark - w / 2, t.scale.left);
    if (left + w < t.keep_free_from) {
      patch(left, below, w);
      pen.text({left, below}, hw, em, Type::semibold, ink);
      start_room = left - 4 * pen.unit();
    }
  }
  const std::string start = i18n::number(t.marks.log_start.v);
  if (e.start + pen.width(start, em, Type::regular) < start_room) {
    patch(e.start, below, pen.width(start, em, Type::regular));
    pen.text({e.start, below}, start, em, Type::regular, soft);
  }
  const float middle = t.y + t.h / 2 + em * 0.36F;
  const bool leads_on = t.leader_end && *t.leader_end > t.marks.log_end;
  const float x = leads_on ? t.scale.x(*t.leader_end) : e.end;
  patch(x + 8 * pen.unit(), middle, pen.width(i18n::number(t.marks.log_end.v), em, Type::semibold));
  pen.text({x + 8 * pen.unit(), middle},
           i18n::number(leads_on ? t.leader_end->v : t.marks.log_end.v), em,
           leads_on ? Type::regular : Type::semibold, leads_on ? soft : ink);
}

}  // namespace

bool TapeScale::squeezed() const {
  return end - base > cells + static_cast<std::int64_t>(cell > 0 ? body / cell : 0);
}

Offset TapeScale::first() const { return squeezed() ? end - cells : base; }

float TapeScale::x(Offset offset) const {
  // What lies outside the row's own range (a replica that tells nonsense) is drawn at its edge.
  offset = std::clamp(offset, base, std::max(base, end));
  if (!squeezed()) return left + static_cast<float>(offset - base) * cell;
  if (offset >= first()) return left + body + static_cast<float>(offset - first()) * cell;
  const double part = static_cast<double>(offset - base) / static_cast<double>(first() - base);
  return left + static_cast<float>(part) * body;
}

std::int64_t records_cut(const model::Truncation& cut) {
  const std::int64_t from = std::max<std::int64_t>(cut.from.v, 0);
  return std::max<std::int64_t>(from - std::max<std::int64_t>(cut.to.v, 0), 0);
}

void draw_tape(Pen& pen, const Tape& t) {
  const Ends e = ends_of(t);
  if (t.look == TapeLook::leader) {
    leader_tape(pen, t, e);
  } else {
    outline(pen, t, e);
  }
  if (t.scale.squeezed() && !t.plain_bar && e.end > t.scale.left + t.scale.body * 0.7F)
    break_mark(pen, t);
  if (t.leader_end && *t.leader_end > t.marks.log_end) gap(pen, t, e);
  if (t.signs) signs(pen, t, e);
  if (t.numbers) numbers(pen, t, e);
}

void draw_unknown_tape(Pen& pen, Point left, float width, float h) {
  const float k = h / 16, middle = left.y + h / 2, em = 15 * k;
  const float line = std::max(width - em - 6 * k, 0.0F);
  if (line > 0) {
    pen.dashed({left.x, middle}, {left.x + line, middle}, Token::muted, 1.6F * k, {2 * k, 5 * k});
  }
  pen.text({left.x + line + (line > 0 ? 8 * k : 0), middle + 0.36F * em}, "?", em, Type::bold,
           Token::muted);
}

void draw_falling(Pen& pen, const Tape& t, const model::Truncation& cut, float since) {
  const std::int64_t count = std::min<std::int64_t>(records_cut(cut), 8);
  const float k = t.h / 16, fall = ease_out(since / 0.6F);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto n = static_cast<float>(i);
    const float angle = (0.25F + 0.3F * n / std::max(1.0F, static_cast<float>(count) / 2)) * fall;
    const Point c{t.scale.x(cut.to + i) + (3 + n * 4 * fall) * k,
                  t.y + t.h / 2 + 16 * fall * k + n * 0.7F * fall * k};
    std::array<Point, 4> quad;
    constexpr std::array<Point, 4> corners{Point{-3, -6}, {3, -6}, {3, 6}, {-3, 6}};
    for (std::size_t j = 0; j < 4; ++j) {
      const Point p = corners[j];
      quad[j] = {c.x + (p.x * std::cos(angle) - p.y * std::sin(angle)) * k,
                 c.y + (p.x * std::sin(angle) + p.y * std::cos(angle)) * k};
    }
    pen.polygon(quad, Token::warn_ground, Token::warn_text, 1.4F * k);
  }
}

}  // namespace lab::scene
