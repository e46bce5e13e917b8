#include "app/commands/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/base/nearest.h"

namespace lab::commands {
namespace {

using sources::NodeAction;
using sources::NodeCommand;

constexpr NodeAction actions[] = {NodeAction::kill, NodeAction::stop, NodeAction::start,
                                  NodeAction::freeze, NodeAction::thaw};

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : line) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

const std::vector<std::string>& all_words() {
  static const std::vector<std::string> words{"kill", "stop",   "start", "freeze",
                                              "thaw", "status", "quit",  "help"};
  return words;
}

constexpr std::string_view what_there_is =
    "There are: kill N, stop N, start N, freeze N, thaw N, status, quit, help";

std::optional<NodeAction> action_named(const std::string& word) {
  for (const auto action : actions) {
    if (name_of(action) == word) return action;
  }
  return std::nullopt;
}

Result<ConsoleCommand> parse_action(NodeAction action, const std::vector<std::string>& words) {
  const std::string name(name_of(action));
  if (words.size() != 2) return Error{fmt::format("{0} takes the broker's number: {0} 2", name)};
  std::int32_t node = 0;
  const std::string& text = words[1];
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), node);
  if (error != std::errc{} || stop != text.data() + text.size() || node < 1) {
    return Error{fmt::format("\"{0}\" is no broker's number: {1} 2", text.substr(0, 40), name)};
  }
  return ConsoleCommand{NodeCommand{action, NodeId{node}}};
}

}  // namespace

bool is_blank(std::string_view line) {
  const auto words = words_of(line);
  return words.empty() || words[0][0] == '#';
}

Result<ConsoleCommand> parse_console(std::string_view line) {
  const auto words = words_of(line);
  if (words.empty()) return Error{std::string(what_there_is)};
  if (const auto action = action_named(words[0])) return parse_action(*action, words);
  const bool alone = words.size() == 1;
  if (words[0] == "status" && alone) return ConsoleCommand{Status{}};
  if ((words[0] == "quit" || words[0] == "exit") && alone) return ConsoleCommand{Quit{}};
  if ((words[0] == "help" || words[0] == "?") && alone) return ConsoleCommand{Help{}};
  const bool known = std::count(all_words().begin(), all_words().end(), words[0]) != 0;
  if (known) return Error{fmt::format("{} takes nothing behind it", words[0])};
  const std::string near = nearest(words[0], all_words(), words[0].size() / 2 + 1);
  return Error{fmt::format("unknown command \"{}\"{}. {}", words[0].substr(0, 40),
                           near.empty() ? "" : fmt::format(" (did you mean {}?)", near),
                           what_there_is)};
}

std::string console_help() {
  return "kill N     end broker N at once (SIGKILL)\n"
         "stop N     stop it cleanly (SIGTERM): it hands its leaders over first\n"
         "start N    start it again, with what its server-N.properties says now\n"
         "freeze N   let it stand still (SIGSTOP)\n"
         "thaw N     let it go on (SIGCONT)\n"
         "status     how the cluster stands\n"
         "quit       end all brokers\n";
}

}  // namespace lab::commands
