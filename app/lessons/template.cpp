#include "app/lessons/template.h"

#include <fmt/format.h>

#include "app/lessons/query.h"

namespace lab::lessons {
namespace {

std::vector<std::string> words_in(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    if (c != ' ' && c != '\t') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

}  // namespace

std::string Query::text() const { return fmt::format("{}", fmt::join(words, " ")); }

Template::Template(const std::string& text, int line, const Pen* pen)
    : written_(text), line_(line) {
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) pieces_.push_back({Piece::Kind::literal, literal, {}});
    literal.clear();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '{' || (at + 1 < text.size() && text[at + 1] == '{')) {
      if (text[at] == '{') ++at;
      literal += text[at];
      continue;
    }
    const std::size_t close = text.find('}', at);
    if (close == std::string::npos) {
      if (pen)
        pen->note(line, "\"{\" without \"}\": a placeholder ends with it (\"{{\" is a brace)");
      literal += text.substr(at);
      break;
    }
    const std::string inner = text.substr(at + 1, close - at - 1);
    flush();
    if (inner.find('/') != std::string::npos) {
      pieces_.push_back({Piece::Kind::particle, inner, {}});
    } else {
      pieces_.push_back({Piece::Kind::query, "", Query{words_in(inner)}});
    }
    at = close;
  }
  flush();
}

bool Template::has_queries() const {
  for (const Piece& piece : pieces_) {
    if (piece.kind == Piece::Kind::query) return true;
  }
  return false;
}

std::optional<std::string> Template::resolve(const Sight& sight) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    if (piece.kind != Piece::Kind::query) {
      out += piece.text;
      continue;
    }
    const auto answer = ask(piece.query, sight);
    if (!answer) return std::nullopt;
    out += answer->plain;
  }
  return out;
}

std::optional<std::string> Template::unanswered(const Sight& sight) const {
  for (const Piece& piece : pieces_) {
    if (piece.kind == Piece::Kind::query && !ask(piece.query, sight)) return piece.query.text();
  }
  return std::nullopt;
}

}  // namespace lab::lessons
