// The narration bar and the presenter's subtitles.
#include <algorithm>

#include "app/scene/bars.h"
#include "app/scene/marks.h"

namespace lab::scene {
namespace {

float unit_of(const BarView& view) {
  return static_cast<float>(std::clamp(view.text_percent, 80, 300)) / 100;
}

struct Tint {
  Ink stripe;
  Token sign = Token::ok_text;
};
Tint tint_of(model::Tone tone) {
  switch (tone) {
    case model::Tone::trouble:
      return {Token::trouble, Token::trouble};
    case model::Tone::warning:
      return {Token::warn, Token::warn_text};
    case model::Tone::good:
      return {Token::ok, Token::ok_text};
    case model::Tone::quiet:
      break;
  }
  return {no_ink, Token::ok_text};
}

void sign(Pen& pen, model::Tone tone, Point centre, float size, Token ground) {
  const Point corner{centre.x - size / 2, centre.y - size / 2};
  if (tone == model::Tone::trouble) return warning(pen, corner, size, Token::trouble, ground);
  if (tone == model::Tone::warning) return mark(pen, Mark::truncated, centre, size * 0.9F, ground);
  tick(pen, corner, size * 0.8F, Token::ok_text, size * 0.15F);
}

Scene& begin(Scene& out, const BarView& view, Token ground) {
  out.clear();
  out.view = {0, 0, view.width, view.height};
  out.ground = ground;
  return out;
}

}  // namespace

void narration_bar(const model::Sentence& sentence, const BarView& view, const Measurer& measurer,
                   Scene& out) {
  Pen pen(begin(out, view, Token::panel), measurer, unit_of(view), stroke_factor(view.theme));
  const std::size_t element = pen.open({Kind::narration}, out.view);
  pen.line({0, 0.5F}, {view.width, 0.5F}, Token::line, pen.hair());
  const Tint tint = tint_of(sentence.tone);
  if (tint.stripe) pen.rect({0, 0, pen.u(6), view.height}, tint.stripe);
  const float em = pen.u(17), left = pen.u(46), room = view.width - left - pen.u(16);
  const float space = pen.width(" ", em, Type::regular);
  const float lead = pen.width(sentence.lead, em, Type::bold);
  const float rest =
      sentence.rest.empty() ? 0 : space + pen.width(sentence.rest, em, Type::regular);
  const float middle = view.height / 2;
  sign(pen, sentence.tone, {pen.u(28), middle}, pen.u(16), Token::panel);
  if (lead + rest <= room) {
    pen.text({left, middle + em * 0.36F}, sentence.lead, em, Type::bold, Token::ink);
    pen.text({left + lead + space, middle + em * 0.36F}, sentence.rest, em, Type::regular,
             Token::ink);
  } else if (view.height >= em * 2.9F) {
    // Two lines: what happened, and why; a longer one is wrapped in the smaller size.
    float y = middle - em * 0.35F;
    pen.text_if({left, y}, sentence.lead, em, Type::bold, Token::ink, Align::left, room);
    const auto lines = measurer.wrap(sentence.rest, pen.u(14), Type::regular, room);
    if (!lines.empty()) {
      y += em * 1.35F;
      pen.text_if({left, y}, lines.front(), pen.u(14), Type::regular, Token::ink, Align::left,
                  room);
    }
  } else {
    const float small = pen.u(14), gap = pen.width(" ", small, Type::regular);
    const float first = pen.width(sentence.lead, small, Type::bold);
    const bool both = first + gap + pen.width(sentence.rest, small, Type::regular) <= room;
    pen.text_if({left, middle + small * 0.36F}, sentence.lead, small, Type::bold, Token::ink,
                Align::left, room);
    if (both) {
      pen.text({left + first + gap, middle + small * 0.36F}, sentence.rest, small, Type::regular,
               Token::ink);
    }
  }
  pen.close(element);
}

void subtitles(const model::Sentence& sentence, const BarView& view, const Measurer& measurer,
               Scene& out) {
  Pen pen(begin(out, view, Token::subtitle), measurer, unit_of(view), stroke_factor(view.theme));
  const std::size_t element = pen.open({Kind::narration}, out.view);
  const Tint tint = tint_of(sentence.tone);
  if (tint.stripe) pen.rect({0, 0, pen.u(7), view.height}, tint.stripe);
  const float left = pen.u(30), room = view.width - 2 * left;
  // As large as lets the lead stand on two lines and the rest below it.
  for (float em = std::min(pen.u(22), view.height * 0.2F); em >= 11; em *= 0.94F) {
    const float small = em * 0.85F;
    const auto lead = measurer.wrap(sentence.lead, em, Type::bold, room);
    const auto rest = measurer.wrap(sentence.rest, small, Type::semibold, room);
    const float needed = static_cast<float>(lead.size()) * em * 1.35F +
                         static_cast<float>(rest.size()) * small * 1.35F;
    const bool words_fit = std::all_of(lead.begin(), lead.end(), [&](std::string_view line) {
      return measurer.width(line, em, Type::bold) <= room;
    });
    if (lead.size() > 2 || rest.size() > 2 || needed > view.height * 0.92F || !words_fit) continue;
    float y = (view.height - needed) / 2 + em * 0.95F;
    for (const std::string_view line : lead) {
      pen.text({left, y}, line, em, Type::bold, Token::on_subtitle);
      y += em * 1.35F;
    }
    for (const std::string_view line : rest) {
      pen.text({left, y - em * 0.12F}, line, small, Type::semibold, Token::on_subtitle_soft);
      y += small * 1.35F;
    }
    break;
  }
  pen.close(element);
}

}  // namespace lab::scene
