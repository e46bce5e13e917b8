#include "app/lessons/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "app/i18n/format.h"
#include "app/lessons/markdown.h"
#include "app/lessons/problem.h"

namespace lab::lessons {
namespace {

// A heading and what stands below it.
struct Section {
  int level = 0, line = 0;
  std::string title, body;
};

int level_of(const std::string& line) {
  std::size_t level = line.find_first_not_of('#');
  if (level == std::string::npos) level = line.size();
  const bool heading = level > 0 && (level == line.size() || line[level] == ' ');
  return heading ? static_cast<int>(level) : 0;
}

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

std::vector<Section> sections_of(const std::string& markdown, const Pen& pen) {
  std::vector<Section> all;
  bool fenced = false;
  int number = 0;
  for (std::size_t at = 0; at < markdown.size();) {
    const std::size_t end = std::min(markdown.find('\n', at), markdown.size());
    const std::string line = markdown.substr(at, end - at);
    at = end + 1;
    ++number;
    if (trimmed(line).substr(0, 3) == "```") fenced = !fenced;
    const int level = fenced ? 0 : level_of(line);
    if (level > 0) {
      if (level > 3) pen.note(number, "headings are #, ## and ###; there is none below");
      all.push_back({level, number, trimmed(line.substr(static_cast<std::size_t>(level))), ""});
    } else if (!all.empty()) {
      all.back().body += line + "\n";
    } else if (!trimmed(line).empty()) {
      pen.note(number, "the file begins with \"# Title\"");
      return all;
    }
  }
  if (fenced) pen.note(number, "a code fence (```) is not closed");
  return all;
}

Text text_of(const Section& section, const Pen& pen) {
  return Text{read_markdown(section.body, section.line, pen), section.line};
}

// "goal dead" as "goal" and "dead".
std::pair<std::string, std::string> split(const std::string& title) {
  const auto space = title.find(' ');
  if (space == std::string::npos) return {title, {}};
  return {title.substr(0, space), trimmed(title.substr(space))};
}

void put(Text& into, const Section& section, const Pen& pen) {
  if (into.line != 0) {
    pen.note(section.line, fmt::format("\"{}\" is there a second time (line {} has it)",
                                       section.title, into.line));
    return;
  }
  into = text_of(section, pen);
  if (into.empty()) pen.note(section.line, fmt::format("\"{}\" has no words", section.title));
}

void read_part(StepWords& step, const Section& section, const Pen& pen) {
  const auto [kind, name] = split(section.title);
  const bool named = kind == "goal" || kind == "choice";
  if (named && name.empty()) {
    pen.note(section.line, fmt::format("\"### {}\" names one of the step: ### {} ID", kind, kind));
  } else if (kind == "goal") {
    put(step.goals[name], section, pen);
  } else if (kind == "choice") {
    put(step.choices[name], section, pen);
  } else if (!name.empty() &&
             (kind == "ask" || kind == "why" || kind == "notes" || kind == "hint")) {
    pen.note(section.line, fmt::format("\"{}\" has no name behind it", kind));
  } else if (kind == "ask") {
    put(step.ask, section, pen);
  } else if (kind == "why") {
    put(step.why, section, pen);
  } else if (kind == "notes") {
    put(step.notes, section, pen);
  } else if (kind == "hint") {
    put(step.hints.emplace_back(), section, pen);
  } else {
    pen.note(section.line,
             fmt::format("no such section \"{}\"{}; there are: goal ID, ask, choice ID, hint, why, "
                         "notes",
                         section.title.substr(0, 40),
                         did_you_mean(kind, std::vector<std::string>{"goal", "choice", "ask",
                                                                     "hint", "why", "notes"})));
  }
}

// ---- Shown

// Cuts "(2)" out of a literal where the step has a second highlight.
void put_literal(const std::string& text, const Style& style, int highlights, ShownBlock& out) {
  std::string rest = text;
  for (std::size_t from = 0; highlights > 0 && !style.code;) {
    const std::size_t open = rest.find('(', from);
    if (open == std::string::npos) break;
    int number = 0;
    const char* last = rest.data() + rest.size();
    const auto [stop, error] = std::from_chars(rest.data() + open + 1, last, number);
    if (error != std::errc{} || stop == last || *stop != ')' || number < 1 || number > highlights) {
      from = open + 1;
      continue;
    }
    if (open > 0) out.spans.push_back({rest.substr(0, open), style});
    ShownSpan mark{std::to_string(number), style};
    mark.highlight = number;
    out.spans.push_back(mark);
    rest = rest.substr(static_cast<std::size_t>(stop - rest.data()) + 1);
    from = 0;
  }
  if (!rest.empty()) out.spans.push_back({rest, style});
}

void put_span(const Block::Span& span, const Sight& sight, int highlights, std::string& so_far,
              ShownBlock& out) {
  for (const auto& piece : span.text.pieces()) {
    switch (piece.kind) {
      case Template::Piece::Kind::literal:
        put_literal(piece.text, span.style, highlights, out);
        so_far += piece.text;
        break;
      case Template::Piece::Kind::particle: {
        const std::string chosen(i18n::particle(piece.text, i18n::ending_of(so_far)));
        out.spans.push_back({chosen, span.style});
        so_far += chosen;
        break;
      }
      case Template::Piece::Kind::query: {
        const auto answer = ask(piece.query, sight);
        ShownSpan shown{std::string(no_answer), span.style};
        if (answer) shown.text = span.style.code ? answer->plain : answer->shown;
        shown.filled = answer.has_value();
        shown.unanswered = !answer;
        so_far += shown.text;
        out.spans.push_back(std::move(shown));
        break;
      }
    }
  }
}

}  // namespace

LessonWords read_words(const std::string& markdown, const Pen& pen) {
  LessonWords words;
  words.file = pen.file;
  StepWords* step = nullptr;
  for (const Section& section : sections_of(markdown, pen)) {
    if (section.level == 1) {
      words.title = section.title;
      put(words.intro, section, pen);
    } else if (section.level == 2) {
      StepWords& fresh = words.steps[section.title];
      if (fresh.line != 0) {
        pen.note(section.line, fmt::format("step \"{}\" is there a second time", section.title));
      }
      fresh.line = section.line;
      put(fresh.text, section, pen);
      step = &fresh;
    } else if (section.level == 3 && step == nullptr) {
      pen.note(section.line, "a \"###\" section belongs to a step: \"## ID\" comes first");
    } else if (section.level == 3) {
      read_part(*step, section, pen);
    }
  }
  if (words.title.empty()) pen.note(1, "the file begins with \"# Title\"");
  return words;
}

Glossary read_glossary(const std::string& markdown, const Pen& pen) {
  Glossary glossary;
  for (const Section& section : sections_of(markdown, pen)) {
    if (section.level == 1) continue;
    const auto [id, title] = split(section.title);
    if (section.level != 2 || title.empty()) {
      pen.note(section.line, "a term is \"## id The term in words\"");
      continue;
    }
    Term& term = glossary[id];
    term.title = title;
    put(term.text, section, pen);
  }
  return glossary;
}

ShownText show(const Text& text, const Sight& sight, int highlights) {
  ShownText shown;
  for (const Block& block : text.blocks) {
    ShownBlock out{block.kind, block.depth, block.number, {}};
    std::string so_far;
    for (const auto& span : block.spans) put_span(span, sight, highlights, so_far, out);
    shown.push_back(std::move(out));
  }
  return shown;
}

std::string plain(const ShownText& text) {
  std::string out;
  for (const ShownBlock& block : text) {
    if (!out.empty() && block.kind != BlockKind::item) out += '\n';
    std::string line;
    if (block.kind == BlockKind::item) {
      line = std::string(static_cast<std::size_t>(2 * std::max(0, block.depth - 1)), ' ') +
             (block.number > 0 ? fmt::format("{}. ", block.number) : "- ");
    }
    const bool code = block.kind == BlockKind::code;
    if (code) line = "    ";
    for (const ShownSpan& span : block.spans) {
      for (const char c : span.highlight > 0 ? "(" + span.text + ")" : span.text) {
        line += c;
        if (c == '\n' && code) line += "    ";
      }
    }
    out += line + "\n";
  }
  return out;
}

std::vector<const Template*> templates_of(const Text& text) {
  std::vector<const Template*> all;
  for (const Block& block : text.blocks) {
    for (const auto& span : block.spans) all.push_back(&span.text);
  }
  return all;
}

}  // namespace lab::lessons
