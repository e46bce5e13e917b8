// The lesson in the inspector's place: which step, its words, the prediction, the goals, hints, why
// it happened; at the foot what can be done. The runner judges and does; here it is shown and
// asked.
#include "app/views/lesson_panel.h"

#include <algorithm>
#include <array>
#include <utility>

#include "app/commands/console.h"
#include "app/i18n/format.h"
#include "app/i18n/strings.h"
#include "app/scene/marks.h"

namespace lab::views {
using lessons::Phase;
using scene::Box;
using scene::Pen;
using scene::Token;
using scene::Type;

namespace {

std::string code_of(const lessons::ShownBlock& block) {
  std::string text;
  for (const auto& span : block.spans) text += span.text;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// What the console would not take is for a terminal, and only copied.
bool for_console(const std::vector<std::string>& lines) {
  return !lines.empty() && std::all_of(lines.begin(), lines.end(), [](const std::string& line) {
    return static_cast<bool>(commands::parse_console(line));
  });
}

class Panel {
 public:
  Panel(lessons::Runner& runner, const lessons::StepView& step, LessonLook& look, Page& page,
        i18n::Lang lang)
      : runner_(runner), step_(step), look_(look), page_(page), pen_(page.pen()), lang_(lang) {}

  void body() {
    if (runner_.phase() == Phase::failed) return trouble(runner_.trouble());
    if (runner_.phase() == Phase::preparing) {
      return page_.words(word("lesson.preparing"), 14, Type::regular, Token::muted);
    }
    text(step_.text, Token::ink);
    if (!step_.ask.empty() || !step_.choices.empty()) prediction();
    if (!step_.goals.empty()) goals();
    if (!runner_.complaint().empty()) trouble(runner_.complaint());
    if (!step_.hints.empty() || (step_.more_hints > 0 && !step_.done)) hints();
    if (!step_.why.empty() || !step_.happened.empty()) why();
    if (runner_.phase() == Phase::finished) {
      page_.gap(16);
      page_.words(word("lesson.finished"), 17, Type::bold, Token::ok_text);
    }
    page_.gap(12);
  }
  LessonAsked asked;

 private:
  std::string_view word(std::string_view key) const { return i18n::text(key, lang_); }
  float u(float units) const { return pen_.u(units); }

  void heading(std::string_view words) {
    page_.gap(16);
    page_.words(words, 14, Type::bold, Token::ink);
    page_.gap(4);
  }
  void text(const lessons::ShownText& text, Token ink) {
    page_.text(text, ink, [this](const lessons::ShownBlock& block) { code(block); });
  }
  void trouble(const std::string& why) {
    page_.gap(10);
    page_.words(why, 14, Type::regular, Token::trouble_text);
  }

  // A command, and what can be done with it.
  void code(const lessons::ShownBlock& block) {
    const std::string text = code_of(block);
    const auto lines = lines_of(text);
    const float em = u(13), pitch = u(19), room = page_.width() - u(20);
    std::vector<std::string_view> shown;
    for (const auto& line : lines) {
      for (const auto part : broken(pen_, line, em, Type::mono, room)) shown.push_back(part);
    }
    const float height = pitch * static_cast<float>(shown.size()) + u(44);
    page_.ground({page_.x(), page_.y, page_.width(), height}, Token::canvas, Token::line);
    float y = page_.y + u(6);
    for (const auto line : shown) {
      if (page_.seen(y, y + pitch))
        pen_.text({page_.x() + u(10), y + em * 1.1F}, line, em, Type::mono, Token::ink);
      y += pitch;
    }
    const float base = page_.y + height - u(12);
    ++codes_;
    if (page_.seen(base - u(20), page_.y + height)) {
      float x = page_.x() + u(10);
      const std::string id = "lesson/code/" + std::to_string(codes_);
      if (for_console(lines) && page_.ui().word(id + "/run", x, base, word("lesson.run"), true)) {
        asked.run = lines;
      }
      if (page_.ui().word(id + "/copy", x, base, word("window.copy"), false)) asked.copied = text;
    }
    page_.y += height;
  }

  void prediction() {
    page_.gap(14);
    const auto inside = [this] {
      page_.gap(10);
      page_.indent(u(12), u(12));
      ask();
      page_.indent(-u(12), -u(12));
      page_.gap(10);
    };
    const float height = page_.measure(inside);
    page_.ground({page_.x(), page_.y, page_.width(), height}, Token::tint, scene::no_ink);
    inside();
  }

  void ask() {
    const bool open = !step_.predicted && !step_.done && runner_.phase() == Phase::active;
    page_.words(word("lesson.predict"), 14, Type::semibold, Token::leader);
    text(step_.ask, Token::ink);
    page_.gap(6);
    for (const auto& choice : step_.choices) one_choice(choice, open);
    if (!open) return;
    page_.gap(8);
    const std::string_view label = word("lesson.confirm");
    const float width = pen_.width(label, u(14), Type::semibold) + u(32);
    const bool ready = !look_.picked.empty();
    if (page_.seen(page_.y, page_.y + u(34)) &&
        page_.ui().button("lesson/confirm", {page_.x(), page_.y, width, u(34)}, label,
                          ready ? Look::primary : Look::plain) &&
        ready) {
      asked.choose = look_.picked;
    }
    page_.y += u(34);
  }

  void one_choice(const lessons::ChoiceView& choice, bool open) {
    const float from = page_.y, r = u(7);
    const bool picked = open ? look_.picked == choice.id : choice.chosen;
    const auto words = [&] {
      page_.gap(3);
      page_.indent(u(26));
      text(choice.words, Token::ink);
      if (choice.happened) page_.words(word("lesson.happened"), 12, Type::semibold, Token::ok_text);
      page_.indent(-u(26));
      page_.gap(3);
    };
    const float height = page_.measure(words);
    const Box row{page_.x(), from, page_.width(), height};
    if (open && page_.seen(from, from + height) &&
        page_.ui().area("lesson/choice/" + choice.id, row)) {
      look_.picked = choice.id;
    }
    words();
    const scene::Point centre{page_.x() + u(10), from + u(14)};
    if (!page_.seen(centre.y - r, centre.y + r)) return;
    pen_.circle(centre, r, Token::card, Token::ink, pen_.w(1.5F));
    if (picked) pen_.circle(centre, r * 0.5F, Token::ink);
  }

  void goals() {
    heading(word("lesson.goals"));
    for (const auto& goal : step_.goals) {
      const float side = u(16), top = page_.y + u(3);
      if (page_.seen(top, top + side)) {
        const Box box{page_.x(), top, side, side};
        pen_.rect(box, goal.reached ? Token::ok_ground : Token::card,
                  goal.reached ? Token::ok : Token::edge, pen_.w(1.5F), u(3));
        if (goal.reached) {
          scene::tick(pen_, {box.x + u(2), box.y + u(2)}, u(11), Token::ok_text, pen_.w(2.2F));
        }
      }
      page_.indent(u(26));
      text(goal.words, goal.reached ? Token::muted : Token::ink);
      page_.indent(-u(26));
      page_.gap(4);
    }
  }

  void hints() {
    heading(word("lesson.hints"));
    int number = 0;
    for (const auto& hint : step_.hints) {
      const scene::Point centre{page_.x() + u(9), page_.y + u(11)};
      ++number;
      if (page_.seen(centre.y - u(9), centre.y + u(9))) {
        pen_.circle(centre, u(9), Token::ink);
        pen_.text({centre.x, centre.y + u(4.4F)}, std::to_string(number), u(12), Type::bold,
                  Token::panel, scene::Align::middle);
      }
      page_.indent(u(26));
      text(hint, Token::ink);
      page_.indent(-u(26));
      page_.gap(6);
    }
    if (step_.more_hints == 0 || step_.done) return;
    const std::string label =
        i18n::say("lesson.open_hint", lang_,
                  {{"number", std::to_string(number + 1)},
                   {"of", std::to_string(step_.hints.size() + step_.more_hints)}});
    float x = page_.x();
    if (page_.seen(page_.y, page_.y + u(26)) &&
        page_.ui().word("lesson/hint", x, page_.y + u(18), label, true)) {
      asked.hint = true;
    }
    page_.y += u(26);
  }

  void why() {
    heading(word("lesson.why"));
    text(step_.why, Token::ink);
    if (step_.happened.empty()) return;
    heading(word("lesson.what_happened"));
    for (const auto& line : step_.happened) {
      page_.words("+ " + i18n::duration_fine(line.after, lang_), 12, Type::bold, Token::muted);
      page_.words(line.sentence.lead, 14, Type::regular, Token::ink);
      page_.gap(4);
    }
  }

  lessons::Runner& runner_;
  const lessons::StepView& step_;
  LessonLook& look_;
  Page& page_;
  Pen& pen_;
  i18n::Lang lang_;
  int codes_ = 0;
};

// Lesson 7 · step 3 of 5, its title, and a bar a step; gives where it ends.
float head(Pen& pen, const lessons::Runner& runner, const lessons::StepView& step,
           i18n::Lang lang) {
  const float x = pen.u(24), wide = pen.scene().view.w - pen.u(48);
  const std::string& id = runner.lesson().id;
  const std::string number = id.substr(std::min(id.find_first_not_of('0'), id.size()));
  const std::string where = i18n::say("lesson.where", lang,
                                      {{"lesson", number.substr(0, number.find('-'))},
                                       {"number", std::to_string(step.number)},
                                       {"count", std::to_string(step.count)}});
  float y = pen.u(30);
  pen.text_if({x, y}, where, pen.u(12), Type::semibold, Token::muted, scene::Align::left, wide);
  for (const auto line :
       pen.measurer().wrap(runner.lesson().title_in(lang), pen.u(22), Type::bold, wide)) {
    y += pen.u(28);
    pen.text({x, y}, line, pen.u(22), Type::bold, Token::ink);
  }
  y += pen.u(14);
  const auto count = static_cast<float>(step.count);
  const float gap = std::min(pen.u(4), wide / count / 3), each = (wide - gap * (count - 1)) / count;
  for (std::size_t i = 0; i < step.count; ++i) {
    const bool done = i < runner.active() || runner.phase() == Phase::finished;
    const Token ink = i + 1 == step.number ? Token::ink : done ? Token::ok : Token::line;
    pen.rect({x + static_cast<float>(i) * (each + gap), y, each, pen.u(5)}, ink);
  }
  return y + pen.u(16);
}

struct FootButton {
  const char *id, *label;
  bool LessonAsked::*what;
  bool can;
};

// As many rows as they need, from the bottom up; gives where they begin.
float foot(Ui& ui, const lessons::Runner& runner, const lessons::StepView& step, i18n::Lang lang,
           LessonAsked& asked) {
  Pen& pen = ui.pen();
  const bool finished = runner.phase() == Phase::finished;
  const bool idle = runner.phase() == Phase::active || runner.phase() == Phase::failed;
  const std::array<FootButton, 5> all{
      {{"lesson/show", "lesson.show", &LessonAsked::show, step.can_show},
       {"lesson/reset", "lesson.reset_step", &LessonAsked::reset, idle || finished},
       {"lesson/back", "lesson.back", &LessonAsked::back, step.can_back},
       {"lesson/next", "lesson.next", &LessonAsked::next, step.can_next && !finished},
       {"lesson/course", "lesson.course", &LessonAsked::course, finished}}};
  const float x = pen.u(24), wide = pen.scene().view.w - pen.u(48), high = pen.u(32);
  struct Place {
    const FootButton* button;
    Box box;
  };
  std::vector<Place> places;
  float at = 0, rows = 1;
  for (const auto& one : all) {
    if (!one.can) continue;
    const float w = pen.width(i18n::text(one.label, lang), pen.u(14), Type::semibold) + pen.u(20);
    if (at > 0 && at + w > wide) at = 0, rows += 1;
    places.push_back({&one, {x + at, (rows - 1) * (high + pen.u(6)), w, high}});
    at += w + pen.u(6);
  }
  const float top = pen.scene().view.bottom() - rows * (high + pen.u(6)) - pen.u(6);
  pen.line({x, top - pen.u(8)}, {x + wide, top - pen.u(8)}, Token::line, pen.hair());
  for (const auto& place : places) {
    Box box = place.box;
    box.y += top;
    const bool next = place.button->what == &LessonAsked::next;
    if (ui.button(place.button->id, box, i18n::text(place.button->label, lang),
                  next ? Look::primary : Look::link)) {
      asked.*(place.button->what) = true;
    }
  }
  return top - pen.u(10);
}

}  // namespace

LessonAsked lesson_panel(lessons::Runner& runner, const lessons::StepView& step, LessonLook& look,
                         Ui& ui, float wheel, i18n::Lang lang) {
  Pen& pen = ui.pen();
  const Box view = pen.scene().view;
  LessonAsked asked;
  const float top = head(pen, runner, step, lang);
  const float more = pen.u(22);
  const float bottom = foot(ui, runner, step, lang, asked);
  const float x = pen.u(24), wide = view.w - pen.u(48);
  const auto lay = [&](float to) {
    Page page(ui, x, wide, top, to);
    page.y = top - look.scroll;
    Panel panel(runner, step, look, page, lang);
    panel.asked = std::move(asked);
    panel.body();
    asked = std::move(panel.asked);
    return page.y + look.scroll - top;
  };
  Page ruler(ui, x, wide, top, bottom);
  const float height = ruler.measure([&] { Panel(runner, step, look, ruler, lang).body(); });
  const bool long_page = height > bottom - top;
  const float room = std::max(pen.u(40), bottom - top - (long_page ? more : 0));
  if (ui.hovers(view)) look.scroll -= wheel * pen.u(48);
  look.scroll += look.pages * room * 0.85F;
  look.pages = 0;
  look.scroll = std::clamp(look.scroll, 0.0F, std::max(0.0F, height - room));
  (void)lay(top + room);
  if (long_page) {
    const bool end = look.scroll >= height - room - 1;
    pen.text_if({x + wide, bottom - pen.u(4)},
                i18n::text(end ? "lesson.above" : "lesson.below", lang), pen.u(12), Type::semibold,
                Token::leader, scene::Align::right, wide);
  }
  return asked;
}

}  // namespace lab::views
