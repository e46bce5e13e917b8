// A line as a shell reads it, and nothing of what a shell would do with it.
#include <utility>

#include "app/commands/console.h"

namespace lab::commands {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Behind a backslash within double quotes only these are meant by themselves.
bool escaped_in_quotes(char c) { return c == '"' || c == '\\' || c == '$' || c == '`'; }

}  // namespace

Result<std::vector<std::string>> shell_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool more = i + 1 < line.size();
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == '\'' || (quote == '"' && c != '\\')) {
      word += c;
    } else if (c == '\\' && more && (quote == 0 || escaped_in_quotes(line[i + 1]))) {
      word += line[++i];
      in_word = true;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      in_word = true;
    } else if (quote == 0 && blank(c)) {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0) return Error{std::string("the quote ") + quote + " is not closed"};
  if (in_word) words.push_back(word);
  return words;
}

}  // namespace lab::commands
