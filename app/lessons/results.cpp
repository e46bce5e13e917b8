#include "app/lessons/results.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/i18n/format.h"

namespace lab::lessons {
namespace {

std::string words_of(const Lesson& lesson, const Step& step, const std::string& choice,
                     i18n::Lang lang) {
  const auto& all = lesson.words[static_cast<std::size_t>(lang)].steps;
  const auto at = all.find(step.id);
  if (at == all.end()) return choice;
  const auto found = at->second.choices.find(choice);
  if (found == at->second.choices.end()) return choice;
  std::string text;
  for (const Template* one : templates_of(found->second)) text += one->written();
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
                               {{"chosen", words_of(lesson, step, at->second.chosen, lang)},
                                {"happened", words_of(lesson, step, at->second.happened, lang)}}));
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
