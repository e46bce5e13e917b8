// The words of a lesson: en.md and ko.md, a section for each thing that is said, as blocks of
// styled spans with placeholders. The loader reads them; show() fills the placeholders from the
// running cluster. Markdown is CommonMark: paragraphs, lists, **bold**, *emphasis*, `code`, fenced
// code and [links](#term) into the glossary; anything else is a problem.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/lessons/query.h"

namespace lab::lessons {

struct Style {
  bool strong = false, emphasis = false, code = false;
  std::string term;  // a link to this term of the glossary
  bool operator==(const Style&) const = default;
};
enum class BlockKind : std::uint8_t { paragraph, item, code };

struct Block {
  BlockKind kind = BlockKind::paragraph;
  int depth = 0;   // of an item: 1 outermost
  int number = 0;  // of an item of a numbered list
  struct Span {
    Template text;
    Style style;
  };
  std::vector<Span> spans;
};
struct Text {
  std::vector<Block> blocks;
  int line = 0;  // of its heading
  bool empty() const { return blocks.empty(); }
};

struct StepWords {
  int line = 0;
  Text text, ask, why, notes;
  std::map<std::string, Text> goals, choices;
  std::vector<Text> hints;
};
struct LessonWords {
  std::string file;
  std::string title;
  Text intro;
  std::map<std::string, StepWords> steps;
};
struct Term {
  std::string title;  // "In-sync replicas (ISR)"
  Text text;
};
using Glossary = std::map<std::string, Term>;  // by the id that links name

LessonWords read_words(const std::string& markdown, const Pen& pen);
// "## isr In-sync replicas (ISR)" and what it is, a section each.
Glossary read_glossary(const std::string& markdown, const Pen& pen);

// ---- Shown: placeholders filled in
struct ShownSpan {
  std::string text;
  Style style;
  bool filled = false;      // the run said so
  bool unanswered = false;  // "…": not known yet
  int highlight = 0;        // "(2)": the second highlight of the step
};
struct ShownBlock {
  BlockKind kind = BlockKind::paragraph;
  int depth = 0, number = 0;
  std::vector<ShownSpan> spans;
};
using ShownText = std::vector<ShownBlock>;

// `highlights`: how many the step has; "(1)" to "(highlights)" are marked as such.
ShownText show(const Text& text, const Sight& sight, int highlights = 0);
// As lines for a terminal: items with "- ", code indented.
std::string plain(const ShownText& text);
// All templates of a text.
std::vector<const Template*> templates_of(const Text& text);

}  // namespace lab::lessons
