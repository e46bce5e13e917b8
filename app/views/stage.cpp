#include "app/views/stage.h"

#include <algorithm>
#include <utility>

#include "app/i18n/strings.h"
#include "app/scene/measure.h"

namespace lab::views {
using lessons::BlockKind;

namespace {

// Of one subtitle, in Latin letters: two lines of it, also from the last row.
constexpr std::size_t longest = 170, longest_command = 160;

std::string text_of(const lessons::ShownBlock& block) {
  std::string text;
  for (const auto& span : block.spans) {
    text += span.highlight > 0 ? "(" + span.text + ")" : span.text;
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// Hangul is about twice as wide as a Latin letter.
std::size_t length_of(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size();) length += scene::next_code(text, at) > 0x10ff ? 2 : 1;
  return length;
}

// Behind each full stop or question mark that a space follows, but not within brackets.
std::vector<std::string> sentences(const std::string& text) {
  std::vector<std::string> all;
  std::size_t from = 0;
  int depth = 0;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
    const bool end = text[at] == '.' || text[at] == '?' || text[at] == ')';
    if (!end || depth > 0 || text[at + 1] != ' ') continue;
    if (text[at] == ')' && (at == 0 || (text[at - 1] != '.' && text[at - 1] != '?'))) continue;
    all.push_back(text.substr(from, at + 1 - from));
    from = at + 2;
  }
  if (from < text.size()) all.push_back(text.substr(from));
  return all;
}

std::string command_of(const lessons::ShownBlock& block) {
  std::string text;
  for (const auto& span : block.spans) text += span.text;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos;)
    text.replace(at, 1, "   ");
  if (text.size() <= longest_command) return text;
  // What a broker answered at length: its beginning says what it is.
  const std::size_t end = text.rfind(' ', longest_command);
  return end == std::string::npos ? std::string() : text.substr(0, end) + " …";
}

// As many sentences a beat as its subtitle holds; a command stands below the words before it.
void add_words(const lessons::ShownText& text, Beat::Kind kind, std::vector<Beat>& beats) {
  bool after_code = false;
  for (const auto& block : text) {
    const bool goes_on = std::exchange(after_code, block.kind == BlockKind::code);
    if (block.kind == BlockKind::code) {
      const bool below = !beats.empty() && beats.back().kind == kind && beats.back().rest.empty();
      if (below) beats.back().rest = command_of(block);
      continue;
    }
    const std::string words = text_of(block);
    // "or kill -9 in a terminal" is for hands at a desk.
    if (goes_on && !words.empty() && words[0] >= 'a' && words[0] <= 'z') continue;
    bool fresh = true;
    for (const auto& sentence : sentences(words)) {
      const bool fits = !fresh && length_of(beats.back().lead) + length_of(sentence) < longest;
      if (fits) {
        beats.back().lead += " " + sentence;
      } else {
        beats.push_back({kind, sentence, ""});
      }
      fresh = false;
    }
  }
}

// "A  Broker 3, the follower"; empty where there is none.
std::string lettered(const lessons::StepView& step, std::size_t choice) {
  std::string text(1, static_cast<char>('A' + choice));
  text += "  ";
  for (const auto& block : step.choices[choice].words) text += text_of(block);
  return text;
}

}  // namespace

std::vector<Beat> stage_beats(const lessons::StepView& step, i18n::Lang lang) {
  std::vector<Beat> beats;
  add_words(step.text, Beat::Kind::words, beats);
  if (!step.choices.empty()) {
    Beat ask{Beat::Kind::ask, "", ""};
    for (const auto& block : step.ask) ask.lead += text_of(block);
    for (std::size_t i = 0; i < step.choices.size(); ++i) {
      ask.rest += (i == 0 ? "" : "     ") + lettered(step, i);
    }
    beats.push_back(std::move(ask));
  }
  if (!step.goals.empty()) beats.push_back({Beat::Kind::live, "", ""});
  if (!step.done) return beats;
  for (std::size_t i = 0; i < step.choices.size(); ++i) {
    if (!step.choices[i].happened) continue;
    beats.push_back(
        {Beat::Kind::outcome, lettered(step, i), std::string(i18n::text("lesson.happened", lang))});
  }
  add_words(step.why, Beat::Kind::why, beats);
  return beats;
}

}  // namespace lab::views
