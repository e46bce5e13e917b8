#include "app/commands/kafka/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/base/nearest.h"

namespace lab::commands::kafka {
namespace {

const Option common[] = {
    {"help", Option::Takes::flag, "", "Say what there is."},
    {"version", Option::Takes::flag, "", "Say which version this is."},
};

std::vector<Option> all_of(const OptionTable& table) {
  std::vector<Option> all = table.options;
  all.insert(all.end(), std::begin(common), std::end(common));
  return all;
}

// The option of this name, or the only one that begins with it.
const Option* find(const std::vector<Option>& options, std::string_view name) {
  const Option* found = nullptr;
  int count = 0;
  for (const auto& option : options) {
    if (option.name == name) return &option;
    if (name.empty() || !option.name.starts_with(name)) continue;
    found = &option;
    ++count;
  }
  return count == 1 ? found : nullptr;
}

// What older tutorials say, and what to say instead.
std::string_view advice_for(std::string_view name) {
  if (name == "zookeeper") {
    return " (Kafka 4 has no ZooKeeper: say --bootstrap-server localhost:9092)";
  }
  if (name == "broker-list") return " (say --bootstrap-server instead)";
  return {};
}

Error unrecognized(const std::vector<Option>& options, const std::string& name) {
  std::string hint(advice_for(name));
  if (hint.empty()) {
    std::vector<std::string> names;
    for (const auto& option : options) names.emplace_back(option.name);
    const std::string near = nearest(name, names, name.size() / 2 + 1);
    if (!near.empty()) hint = fmt::format(" (did you mean --{}?)", near);
  }
  return Error{fmt::format("{} is not a recognized option{}", name, hint)};
}

void add_wrapped(std::string& out, std::string_view text, std::size_t indent, std::size_t width) {
  std::size_t column = indent;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (column > indent && column + 1 + word.size() > width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    at = end + 1;
  }
  out += '\n';
}

}  // namespace

const std::vector<std::string>& Options::all(std::string_view name) const {
  static const std::vector<std::string> none;
  const auto at = values_.find(name);
  return at == values_.end() ? none : at->second;
}

Result<std::optional<std::string>> Options::one(std::string_view name) const {
  const auto& values = all(name);
  if (values.size() > 1) {
    return Error{
        fmt::format("Found multiple arguments for option {}, but you asked for only one", name)};
  }
  if (values.empty()) return std::optional<std::string>();
  return std::optional(values.front());
}

Result<std::optional<std::int64_t>> Options::number(std::string_view name, std::int64_t least,
                                                    std::int64_t most) const {
  const auto text = one(name);
  if (!text) return text.error();
  if (!*text) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const char* end = (*text)->data() + (*text)->size();
  const auto [stop, error] = std::from_chars((*text)->data(), end, value);
  if (error != std::errc{} || stop != end || value < least || value > most) {
    return Error{
        fmt::format("Cannot parse argument '{}' of option {}", (*text)->substr(0, 60), name)};
  }
  return std::optional(value);
}

Result<std::vector<std::string>> Options::renamed(std::string_view name, std::string_view old,
                                                  std::string_view begin,
                                                  std::string& notices) const {
  if (!has(old)) return all(name);
  if (has(name)) {
    return Error{fmt::format("Options --{} and --{} cannot be specified together.", old, name)};
  }
  notices += fmt::format(
      "{} --{} is deprecated and will be removed in a future version. Use --{} instead.\n", begin,
      old, name);
  return all(old);
}

Result<Options> parse_options(const OptionTable& table, const std::vector<std::string>& arguments) {
  const auto options = all_of(table);
  Options result;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--") break;
    if (word.size() < 2 || word[0] != '-') continue;  // Kafka passes over such words as well
    const std::size_t dashes = word[1] == '-' ? 2 : 1;
    const std::size_t equals = word.find('=');
    const bool joined = equals != std::string::npos;
    const std::string name = word.substr(dashes, joined ? equals - dashes : equals);
    const Option* option = find(options, name);
    if (option == nullptr) return unrecognized(options, name);
    auto& values = result.values_[std::string(option->name)];
    if (joined && option->takes != Option::Takes::flag) {
      values.push_back(word.substr(equals + 1));
    } else if (joined) {
      return Error{fmt::format("Option {} takes no argument", option->name)};
    } else if (option->takes == Option::Takes::value) {
      if (i + 1 == arguments.size()) {
        return Error{fmt::format("Option {} requires an argument", option->name)};
      }
      values.push_back(arguments[++i]);
    } else if (option->takes == Option::Takes::maybe) {
      const bool follows = i + 1 < arguments.size() && !arguments[i + 1].starts_with('-');
      values.push_back(follows ? arguments[++i] : "");
    }
  }
  return result;
}

std::string usage(const OptionTable& table) {
  constexpr std::size_t indent = 34, width = 100;
  auto options = all_of(table);
  std::sort(options.begin(), options.end(),
            [](const Option& a, const Option& b) { return a.name < b.name; });
  std::string out = fmt::format("{}: {}\n\n", table.tool, table.purpose);
  for (const auto& option : options) {
    std::string left = fmt::format("--{}", option.name);
    if (option.takes == Option::Takes::value) left += fmt::format(" <{}>", option.argument);
    if (option.takes == Option::Takes::maybe) left += fmt::format(" [{}]", option.argument);
    out += left;
    out += left.size() < indent ? std::string(indent - left.size(), ' ')
                                : '\n' + std::string(indent, ' ');
    add_wrapped(out, option.help, indent, width);
  }
  return out;
}

std::map<std::string, std::string> key_values(const std::vector<std::string>& given) {
  std::map<std::string, std::string> pairs;
  for (const auto& text : given) {
    const auto equals = text.find('=');
    pairs[text.substr(0, equals)] =
        equals == std::string::npos ? std::string() : text.substr(equals + 1);
  }
  return pairs;
}

Result<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool begun = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const char next = i + 1 < line.size() ? line[i + 1] : '\0';
    if (c == '\\' && next != '\0' &&
        (quote == 0 || (quote == '"' && (next == '"' || next == '\\')))) {
      word += next;
      begun = true;
      ++i;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      begun = true;
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      word += c;
      begun = true;
    } else if (begun) {
      words.push_back(std::exchange(word, {}));
      begun = false;
    }
  }
  if (quote != 0) return Error{fmt::format("the {} does not end", quote)};
  if (begun) words.push_back(word);
  return words;
}

}  // namespace lab::commands::kafka
