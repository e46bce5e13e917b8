// Whether the words of a lesson are complete: both languages say all that lesson.toml has, nothing
// it does not have, and name only terms of the glossary and queries that there are.
#include <fmt/format.h>

#include <algorithm>

#include "app/lessons/loader.h"
#include "app/lessons/problem.h"

namespace lab::lessons {
namespace {

constexpr std::size_t least_hints = 2;

class Completeness {
 public:
  Completeness(const Lesson& lesson, const LessonWords& words, const Glossary& glossary,
               Report& report)
      : lesson_(lesson), words_(words), glossary_(glossary), pen_{report, words.file} {}

  void check() {
    if (words_.intro.empty() && !words_.title.empty()) {
      pen_.note(1, "below the title is a sentence for the list of the course");
    }
    check_text(words_.intro, {});
    std::vector<std::string> ids, names;
    for (const Step& step : lesson_.steps) {
      ids.push_back(step.id);
      for (const Let& let : step.let) names.push_back(let.name);
      const auto at = words_.steps.find(step.id);
      if (at == words_.steps.end()) {
        pen_.note(
            0, fmt::format("lacks \"## {}\" (a step of {}:{})", step.id, lesson_.file, step.line));
      } else {
        check_step(step, at->second, names);
      }
    }
    for (const auto& [id, words] : words_.steps) check_known(id, words.line, ids, "step");
  }

 private:
  void check_step(const Step& step, const StepWords& words, const std::vector<std::string>& names) {
    need(words.text, words.line, step.id, "");
    std::vector<std::string> goals, choices;
    for (const Goal& goal : step.goals) {
      goals.push_back(goal.id);
      need_named(words.goals, goal.id, words.line, step.id, "goal");
    }
    for (const Choice& choice : step.choices) {
      choices.push_back(choice.id);
      need_named(words.choices, choice.id, words.line, step.id, "choice");
    }
    for (const auto& [id, text] : words.goals) check_known(id, text.line, goals, "goal");
    for (const auto& [id, text] : words.choices) check_known(id, text.line, choices, "choice");
    if (!step.choices.empty()) need(words.ask, words.line, step.id, "### ask");
    if (step.choices.empty() && words.ask.line != 0) {
      pen_.note(words.ask.line, "\"### ask\" without choices: lesson.toml has no [[step.choice]]");
    }
    if (!step.goals.empty() && words.hints.size() < least_hints) {
      pen_.note(words.line, fmt::format("\"## {}\" has a goal: at least {} \"### hint\" help to "
                                        "reach it, here are {}",
                                        step.id, least_hints, words.hints.size()));
    }
    check_texts(words, names);
  }

  void check_texts(const StepWords& words, const std::vector<std::string>& names) {
    for (const Text* text : {&words.text, &words.ask, &words.why, &words.notes}) {
      check_text(*text, names);
    }
    for (const Text& hint : words.hints) check_text(hint, names);
    for (const auto& [id, text] : words.goals) check_text(text, names);
    for (const auto& [id, text] : words.choices) check_text(text, names);
  }

  void check_text(const Text& text, const std::vector<std::string>& names) {
    for (const Template* one : templates_of(text)) check_queries(*one, names, pen_);
    for (const Block& block : text.blocks) {
      for (const auto& span : block.spans) {
        const std::string& term = span.style.term;
        if (term.empty() || glossary_.count(term) != 0) continue;
        std::vector<std::string> terms;
        for (const auto& [id, known] : glossary_) terms.push_back(id);
        pen_.note(span.text.line(),
                  fmt::format("the glossary has no \"{}\"{}", term, did_you_mean(term, terms)));
      }
    }
  }

  void need(const Text& text, int line, const std::string& step, const std::string& heading) {
    if (text.line != 0) return;
    pen_.note(line, fmt::format("the step \"## {}\" lacks \"{}\"", step, heading));
  }
  void need_named(const std::map<std::string, Text>& texts, const std::string& id, int line,
                  const std::string& step, const std::string& kind) {
    if (texts.count(id) != 0) return;
    pen_.note(line, fmt::format("the step \"## {}\" lacks \"### {} {}\"", step, kind, id));
  }
  void check_known(const std::string& id, int line, const std::vector<std::string>& known,
                   const std::string& kind) {
    if (std::count(known.begin(), known.end(), id) != 0) return;
    pen_.note(line,
              fmt::format("lesson.toml has no {} \"{}\"{}", kind, id, did_you_mean(id, known)));
  }

  const Lesson& lesson_;
  const LessonWords& words_;
  const Glossary& glossary_;
  Pen pen_;
};

// What one language has, the other has too.
void check_same(const Lesson& lesson, Report& report) {
  for (const Step& step : lesson.steps) {
    const auto en = lesson.words[0].steps.find(step.id);
    const auto ko = lesson.words[1].steps.find(step.id);
    if (en == lesson.words[0].steps.end() || ko == lesson.words[1].steps.end()) continue;
    const StepWords *a = &en->second, *b = &ko->second;
    if (a->hints.size() != b->hints.size()) {
      report.push_back({lesson.words[1].file, b->line,
                        fmt::format("\"## {}\" has {} hints here and {} in {}", step.id,
                                    b->hints.size(), a->hints.size(), lesson.words[0].file)});
    }
    for (std::size_t i = 0; i < 2; ++i, std::swap(a, b)) {
      const auto lacks = [&](const Text& here, const Text& there, const char* heading) {
        if (here.line == 0 || there.line != 0) return;
        report.push_back({lesson.words[1 - i].file, b->line,
                          fmt::format("the step \"## {}\" lacks \"### {}\", which {} has", step.id,
                                      heading, lesson.words[i].file)});
      };
      lacks(a->why, b->why, "why");
      lacks(a->notes, b->notes, "notes");
    }
  }
}

}  // namespace

void check_words(const Lesson& lesson, const std::array<Glossary, 2>& glossary, Report& report) {
  for (std::size_t i = 0; i < 2; ++i) {
    Completeness(lesson, lesson.words[i], glossary[i], report).check();
  }
  check_same(lesson, report);
}

}  // namespace lab::lessons
