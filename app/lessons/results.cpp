#include "app/lessons/results.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/i18n/format.h"

namespace lab::lessons {
namespace {

// Of a progress file that did not keep them: what the run had filled in is not known any more.
std::string without_answers(const Template& text) {
  std::string out;
  for (const auto& piece : text.pieces()) {
    using Kind = Template::Piece::Kind;
    if (piece.kind == Kind::literal) out += piece.text;
    if (piece.kind == Kind::query) out += no_answer;
    if (piece.kind == Kind::particle) out += i18n::particle(piece.text, i18n::ending_of(out));
  }
  return out;
}

std::string words_of(const Lesson& lesson, const Step& step, const std::string& choice,
                     const std::array<std::string, 2>& kept, i18n::Lang lang) {
  const auto at_lang = static_cast<std::size_t>(lang);
  if (!kept[at_lang].empty()) return kept[at_lang];
  const auto all = lesson.words[at_lang].steps.find(step.id);
  if (all == lesson.words[at_lang].steps.end()) return choice;
  const auto found = all->second.choices.find(choice);
  if (found == all->second.choices.end()) return choice;
  std::string text;
  for (const Template* one : templates_of(found->second)) text += without_answers(*one);
  return text;
}

std::string step_line(const Lesson& lesson, const Step& step, const LessonProgress& done,
                      i18n::Lang lang) {
  const bool is_done = std::count(done.done.begin(), done.done.end(), step.id) != 0;
  const bool shown = std::count(done.shown.begin(), done.shown.end(), step.id) != 0;
  std::string line = fmt::format("  [{}] {}", is_done ? "x" : " ", step.id);
  if (shown) line += " · " + std::string(i18n::text("lesson.results.shown", lang));
  if (const auto hints = done.hints.find(step.id); hints != done.hints.end()) {
    line +=
        " · " + i18n::say("lesson.results.hints", lang, {{"count", std::to_string(hints->second)}});
  }
  const auto at = done.predictions.find(step.id);
  if (at == done.predictions.end()) return line + "\n";
  const bool right = at->second.chosen == at->second.happened;
  return line + "\n" +
         fmt::format("      {}\n",
                     i18n::say(right ? "lesson.results.right" : "lesson.results.wrong", lang,
                               {{"chosen", words_of(lesson, step, at->second.chosen,
                                                    at->second.chosen_words, lang)},
                                {"happened", words_of(lesson, step, at->second.happened,
                                                      at->second.happened_words, lang)}}));
}

}  // namespace

std::string results_text(const Catalog& course, const Progress& progress, i18n::Lang lang) {
  std::string out = std::string(i18n::text("lesson.results.title", lang)) + "\n";
  for (const Loaded& one : course.lessons()) {
    const LessonProgress* done = progress.find(one.id);
    if (done == nullptr || one.lesson == nullptr) continue;
    const Duration spent = milliseconds(static_cast<std::int64_t>(done->seconds * 1000));
    out += fmt::format("\n{}  {}\n", one.id, one.lesson->title_in(lang));
    out += "  " +
           i18n::say(done->finished ? "lesson.results.finished" : "lesson.results.begun", lang,
                     {{"at", done->finished_at},
                      {"time", i18n::duration(spent, lang)},
                      {"done", std::to_string(done->done.size())},
                      {"of", std::to_string(one.lesson->steps.size())}}) +
           "\n";
    for (const Step& step : one.lesson->steps) out += step_line(*one.lesson, step, *done, lang);
  }
  return out;
}

}  // namespace lab::lessons
