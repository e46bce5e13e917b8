// Text with placeholders: "kill {victim}", "Broker {leader orders-0}{이/가} …". A placeholder is
// the name of a `let` or a query (query.h), or a Korean particle pair that follows what stands
// before it. "{{" is a brace. Conditions, console lines, highlights and all words of a lesson are
// these.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/i18n/strings.h"
#include "app/lessons/problem.h"

namespace lab::lessons {

struct Sight;

// What a placeholder stands for: `plain` for commands and comparisons ("1204"), `shown` for words
// ("1 204").
struct Answer {
  std::string plain, shown;
  bool operator==(const Answer&) const = default;
};

struct Query {
  std::vector<std::string> words;  // ["leader", "orders-0"]
  std::string text() const;        // "leader orders-0"
};

// What stands in text where a placeholder has no answer yet.
inline constexpr std::string_view no_answer = "…";

class Template {
 public:
  struct Piece {
    enum class Kind { literal, query, particle } kind = Kind::literal;
    std::string text;  // literal, or the pair
    Query query;
  };
  Template() = default;
  // Only splits; what the queries are is checked by check_queries(). A "{" without its "}" is a
  // problem at `line`.
  Template(const std::string& text, int line, const Pen* pen = nullptr);

  const std::vector<Piece>& pieces() const { return pieces_; }
  const std::string& written() const { return written_; }
  int line() const { return line_; }
  bool has_queries() const;
  // With all placeholders replaced by their plain answers; empty where one has none.
  std::optional<std::string> resolve(const Sight& sight) const;
  // The first placeholder that has no answer; empty where all have one.
  std::optional<std::string> unanswered(const Sight& sight) const;

 private:
  std::vector<Piece> pieces_;
  std::string written_;
  int line_ = 0;
};

}  // namespace lab::lessons
