#include "app/views/lesson_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "app/commands/console.h"
#include "app/i18n/format.h"
#include "app/i18n/heard.h"
#include "app/i18n/strings.h"
#include "app/scene/marks.h"

namespace lab::views {
using lessons::Phase;
using scene::Box;
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

// What is being waited for before a step is there.
std::string preparing(const lessons::Runner& runner, i18n::Lang lang) {
  if (runner.active() >= runner.wished()) return std::string(i18n::text("lesson.preparing", lang));
  return i18n::say("lesson.walking", lang,
                   {{"number", std::to_string(runner.active() + 1)},
                    {"wished", std::to_string(runner.wished() + 1)}});
}
}  // namespace

std::string_view LessonBody::word(std::string_view key) const { return i18n::text(key, lang_); }

void LessonBody::draw() {
  if (runner_.phase() == Phase::failed) {
    trouble(i18n::heard(runner_.trouble(), lang_));
    page_.gap(8);
    return page_.words(word("lesson.failed.hint"), 14, Type::regular, Token::muted);
  }
  const bool walks = runner_.active() < runner_.wished() && runner_.complaint().empty();
  if (runner_.phase() == Phase::preparing || walks) {
    return page_.words(preparing(runner_, lang_), 14, Type::regular, Token::muted);
  }
  text(step_.text, Token::ink);
  if (!step_.choices.empty()) prediction();
  if (!step_.goals.empty()) goals();
  if (!runner_.complaint().empty() && !step_.done) trouble(i18n::heard(runner_.complaint(), lang_));
  if (step_.showing) {
    page_.gap(8);
    page_.words(word("lesson.showing"), 14, Type::regular, Token::muted);
  }
  if (!step_.done && (!step_.hints.empty() || step_.more_hints > 0)) hints();
  if (!step_.goals.empty()) why();
  if (runner_.phase() == Phase::finished) {
    page_.gap(16);
    page_.words(word("lesson.finished"), 17, Type::bold, Token::ok_text);
    page_.words(word("lesson.finished.hint"), 14, Type::regular, Token::muted);
  }
  page_.gap(12);
}

void LessonBody::heading(std::string_view words) {
  page_.gap(18);
  page_.words(words, 14, Type::bold, Token::ink);
  page_.gap(4);
}

void LessonBody::text(const lessons::ShownText& text, Token ink) {
  page_.text(text, ink, [this](const lessons::ShownBlock& block) { code(block); });
}

void LessonBody::trouble(const std::string& why) {
  page_.gap(10);
  page_.words(why, 14, Type::regular, Token::trouble_text);
}

// A command, and what can be done with it. Of several, each is run by itself: the next one often
// has to wait for what the one before does.
void LessonBody::code(const lessons::ShownBlock& block) {
  const std::string text = code_of(block);
  const auto lines = lines_of(text);
  const bool can = for_console(lines), several = can && lines.size() > 1;
  const std::string id = "lesson/code/" + std::to_string(++codes_);
  const float em = u(13), pitch = u(19), room = page_.width() - u(20);
  std::vector<std::vector<std::string_view>> shown;
  float height = u(44);
  for (const auto& line : lines) {
    shown.push_back(broken(pen_, line, em, Type::mono, room));
    height += pitch * static_cast<float>(shown.back().size());
  }
  page_.ground({page_.x(), page_.y, page_.width(), height}, Token::canvas, Token::line);
  float y = page_.y + u(6);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const Box area{page_.x() + u(4), y, page_.width() - u(8),
                   pitch * static_cast<float>(shown[i].size())};
    if (several && page_.seen(area.y, area.bottom()) &&
        page_.ui().area(id + "/line/" + std::to_string(i + 1), area)) {
      asked.run = lines[i];
    }
    for (const auto part : shown[i]) {
      if (page_.seen(y, y + pitch))
        pen_.text({page_.x() + u(10), y + em * 1.1F}, part, em, Type::mono, Token::ink);
      y += pitch;
    }
  }
  const float base = page_.y + height - u(12);
  if (page_.seen(base - u(20), page_.y + height)) {
    float x = page_.x() + u(10);
    if (can && !several && page_.ui().word(id + "/run", x, base, word("lesson.run"), true)) {
      asked.run = text;
    }
    if (page_.ui().word(id + "/copy", x, base, word("window.copy"), several)) asked.copied = text;
    if (several) {
      pen_.text_if({x, base}, word("lesson.run_line"), u(12), Type::regular, Token::muted,
                   scene::Align::left, page_.x() + page_.width() - u(10) - x);
    }
  }
  page_.y += height;
}

void LessonBody::prediction() {
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

void LessonBody::ask() {
  const bool open = !step_.predicted && !step_.done && runner_.phase() == Phase::active;
  page_.words(word("lesson.predict"), 14, Type::semibold, Token::leader);
  text(step_.ask, Token::ink);
  page_.gap(6);
  for (const auto& choice : step_.choices) one_choice(choice, open);
  if (step_.done) return outcome();
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

void LessonBody::one_choice(const lessons::ChoiceView& choice, bool open) {
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

// What came of the prediction.
void LessonBody::outcome() {
  std::string_view key = "lesson.outcome.open";
  for (const auto& choice : step_.choices) {
    if (choice.chosen) key = choice.happened ? "lesson.outcome.right" : "lesson.outcome.other";
  }
  page_.gap(8);
  page_.words(word(key), 14, Type::semibold, Token::ink);
}

void LessonBody::goal(const lessons::ShownText& words, bool reached) {
  const float side = u(16), top = page_.y + u(3);
  if (page_.seen(page_.y, page_.y + u(21))) {  // as the first line of its words
    const Box box{page_.x(), top, side, side};
    pen_.rect(box, reached ? Token::ok_ground : Token::card, reached ? Token::ok : Token::edge,
              pen_.w(1.5F), u(3));
    if (reached) {
      scene::tick(pen_, {box.x + u(2), box.y + u(2)}, u(11), Token::ok_text, pen_.w(2.2F));
    }
  }
  page_.indent(u(26));
  text(words, reached ? Token::ok_text : Token::ink);
  page_.indent(-u(26));
  page_.gap(4);
}

void LessonBody::goals() {
  heading(word("lesson.goals"));
  if (!step_.choices.empty()) {
    lessons::ShownText predict(1);
    predict[0].spans.push_back({std::string(word("lesson.goal.predict")), {}});
    goal(predict, step_.predicted);
  }
  for (const auto& one : step_.goals) goal(one.words, one.reached);
  goals_end = page_.y;
}

void LessonBody::rung(int number, bool open) {
  const scene::Point centre{page_.x() + u(9), page_.y + u(11)};
  if (!page_.seen(page_.y, page_.y + u(21))) return;
  pen_.circle(centre, u(9), open ? Token::ink : Token::panel, open ? Token::ink : Token::edge,
              pen_.w(1.25F));
  pen_.text({centre.x, centre.y + u(4.4F)}, std::to_string(number), u(12), Type::bold,
            open ? Token::panel : Token::muted, scene::Align::middle);
}

// A ladder: the opened rungs with their words, the next one to be opened, the others closed.
void LessonBody::hints() {
  heading(word("lesson.hints"));
  int number = 0;
  for (const auto& hint : step_.hints) {
    rung(++number, true);
    page_.indent(u(26));
    text(hint, Token::ink);
    page_.indent(-u(26));
    page_.gap(6);
  }
  for (std::size_t i = 0; i < step_.more_hints; ++i) {
    rung(++number, false);
    const std::string_view label = word(i == 0 ? "lesson.open_hint" : "lesson.closed_hint");
    float x = page_.x() + u(26);
    if (!page_.seen(page_.y, page_.y + u(26))) {
    } else if (i > 0) {
      pen_.text({x, page_.y + u(16)}, label, u(14), Type::regular, Token::muted);
    } else if (page_.ui().word("lesson/hint", x, page_.y + u(16), label, true)) {
      asked.hint = true;
    }
    page_.y += u(28);
  }
}

// "0.87 s", "2:20 min": short enough for a column.
std::string LessonBody::after(Duration span) const {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(span).count();
  if (whole < 60) return i18n::duration_fine(span, lang_);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

// After success, and before it where it will be.
void LessonBody::why() {
  if (step_.done) {
    why_begin = page_.y;
    heading(word("lesson.why"));
    text(step_.why, Token::ink);
    why_end = page_.y;
    if (step_.happened.empty()) return;
    heading(word("lesson.what_happened"));
    for (const auto& line : step_.happened) {
      const float column = pen_.width("+ 000.00 ms", u(12), Type::bold);
      if (page_.seen(page_.y, page_.y + u(14) * 1.4F)) {  // as the line beside it
        pen_.text({page_.x(), page_.y + u(15.4F)}, "+ " + after(line.after), u(12), Type::bold,
                  Token::muted);
      }
      page_.indent(column);
      page_.words(line.sentence.text(), 14, Type::regular, Token::ink);
      page_.indent(-column);
      page_.gap(4);
    }
    return;
  }
  page_.gap(14);
  const auto words = [this] {
    page_.gap(8);
    page_.indent(u(12), u(12));
    page_.words(word("lesson.why"), 14, Type::semibold, Token::muted);
    page_.words(word("lesson.why.closed"), 14, Type::regular, Token::muted);
    page_.indent(-u(12), -u(12));
    page_.gap(8);
  };
  const float height = page_.measure(words);
  if (!page_.seen(page_.y, page_.y + height)) {
    page_.y += height;
    return;
  }
  pen_.dashed_box({page_.x(), page_.y, page_.width(), height}, u(6), Token::edge, pen_.w(1),
                  {u(4), u(3)});
  words();
}

}  // namespace lab::views
