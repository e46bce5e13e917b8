// The narration bar and the presenter's subtitles.
#include <algorithm>

#include "app/i18n/format.h"
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

// A paragraph of two types: what happened in bold, and why behind it.
struct Run {
  std::string_view text;
  Type type;
  float x;
  int line;
};
struct Paragraph {
  float em = 0;
  int lines = 0;
  bool fits = false;  // in the width: no word is wider than the room
  std::vector<Run> runs;
};

Paragraph set(const Measurer& measurer, std::string_view lead, std::string_view rest, float em,
              float room) {
  Paragraph out{em, 1, true, {}};
  const float space = measurer.width(" ", em, Type::regular);
  float x = 0;
  const auto flow = [&](std::string_view text, Type type) {
    std::size_t begin = 0, end = 0;  // the run so far
    float from = x > 0 ? x + space : 0;
    for (std::size_t at = 0; at <= text.size() && !text.empty();) {
      const std::size_t stop = std::min(text.find(' ', at), text.size());
      float right = from + measurer.width(text.substr(begin, stop - begin), em, type);
      if (right > room && (end > begin || from > 0)) {
        if (end > begin)
          out.runs.push_back({text.substr(begin, end - begin), type, from, out.lines - 1});
        ++out.lines;
        from = 0;
        begin = at;
        right = measurer.width(text.substr(begin, stop - begin), em, type);
      }
      out.fits = out.fits && right <= room;
      end = stop;
      at = stop + 1;
      x = right;
    }
    if (end > begin)
      out.runs.push_back({text.substr(begin, end - begin), type, from, out.lines - 1});
  };
  flow(lead, Type::bold);
  flow(rest, Type::regular);
  return out;
}

constexpr float leading = 1.24F;

Paragraph choose(const Pen& pen, const model::Sentence& sentence, float room, float height) {
  for (const std::string_view rest : {std::string_view(sentence.rest), std::string_view()}) {
    for (const float size : {17.0F, 14.0F, 12.0F}) {
      Paragraph words = set(pen.measurer(), sentence.lead, rest, pen.u(size), room);
      const float needed = static_cast<float>(words.lines) * words.em * leading;
      if (words.fits && needed <= height - pen.u(2)) return words;
    }
  }
  return {};
}

// Right-aligned; gives the width it took.
float draw_aside(Pen& pen, const Aside& aside, float right, float middle, float big, float small,
                 Ink ink, Ink soft) {
  if (aside.big.empty()) return 0;
  const float up = aside.mode ? small * 0.75F : 0;
  const float w =
      std::max(pen.width(aside.big, big, Type::bold), pen.width(aside.small, small, Type::regular));
  pen.text({right, middle + big * 0.08F - up}, aside.big, big, Type::bold, ink, Align::right);
  pen.text({right, middle + big * 0.08F + small * 1.25F - up}, aside.small, small, Type::regular,
           soft, Align::right);
  return w;
}

}  // namespace

Aside leaderless_time(const model::Failover& failover, Instant now, Lang lang) {
  if (failover.partition.topic.empty()) return {};
  const Duration time = failover.elected.at.value_or(now) - failover.lost;
  return {i18n::duration_fine(std::max(time, Duration{0}), lang),
          std::string(word(Word::without_leader, lang)), std::nullopt};
}

void narration_bar(const model::Sentence& sentence, const Aside& aside, const BarView& view,
                   const Measurer& measurer, Scene& out) {
  Pen pen(begin(out, view, Token::panel), measurer, unit_of(view), stroke_factor(view.theme));
  const std::size_t element = pen.open({Kind::narration}, out.view);
  pen.line({0, 0.5F}, {view.width, 0.5F}, Token::line, pen.hair());
  const Tint tint = tint_of(sentence.tone);
  if (tint.stripe) pen.rect({0, 0, pen.u(6), view.height}, tint.stripe);
  const float left = pen.u(46), middle = view.height / 2;
  float right = view.width - pen.u(16);
  if (!aside.big.empty()) {
    right -= draw_aside(pen, aside, right, middle, pen.u(17), pen.u(12), Token::ink, Token::muted) +
             pen.u(16);
  }
  sign(pen, sentence.tone, {pen.u(28), middle}, pen.u(16), Token::panel);
  const Paragraph words = choose(pen, sentence, right - left, view.height);
  const float pitch = words.em * leading;
  const float first = middle - pitch * static_cast<float>(words.lines - 1) / 2 + words.em * 0.36F;
  for (const Run& run : words.runs) {
    pen.text({left + run.x, first + pitch * static_cast<float>(run.line)}, run.text, words.em,
             run.type, Token::ink);
  }
  pen.close(element);
}

void subtitles(const model::Sentence& sentence, const Aside& aside, const BarView& view,
               const Measurer& measurer, Scene& out) {
  Pen pen(begin(out, view, Token::subtitle), measurer, unit_of(view), stroke_factor(view.theme));
  const std::size_t element = pen.open({Kind::narration}, out.view);
  const Tint tint = tint_of(sentence.tone);
  if (tint.stripe) pen.rect({0, 0, pen.u(7), view.height}, tint.stripe);
  const float left = pen.u(30), middle = view.height / 2;
  const float big = std::min(pen.u(30), view.height * 0.3F), small = big * 0.42F;
  float room = view.width - 2 * left;
  room -= draw_aside(pen, aside, view.width - left, middle, big, small, Token::on_subtitle,
                     Token::on_subtitle);
  if (aside.mode) {
    const std::string_view live = word(word_of(*aside.mode), view.lang);
    const float w = pen.width(live, small, Type::bold);
    const float y =
        aside.big.empty() ? middle + small * 0.36F : middle + big * 0.08F + small * 2.2F;
    pen.text({view.width - left, y}, live, small, Type::bold, Token::on_subtitle, Align::right);
    time_sign(pen, *aside.mode, {view.width - left - w - small * 0.8F, y - small * 0.36F},
              small * 0.36F, Token::on_subtitle);
    if (aside.big.empty()) room -= w + small * 1.6F;
  }
  room -= pen.u(24);
  // As large as lets the lead stand on two lines and the rest below it.
  for (float em = std::min(pen.u(22), view.height * 0.2F); em >= 11; em *= 0.94F) {
    const float soft = em * 0.85F;
    const auto lead = measurer.wrap(sentence.lead, em, Type::bold, room);
    const auto rest = measurer.wrap(sentence.rest, soft, Type::semibold, room);
    const float needed = static_cast<float>(lead.size()) * em * 1.35F +
                         static_cast<float>(rest.size()) * soft * 1.35F;
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
      pen.text({left, y - em * 0.12F}, line, soft, Type::semibold, Token::on_subtitle_soft);
      y += soft * 1.35F;
    }
    break;
  }
  pen.close(element);
}

}  // namespace lab::scene
