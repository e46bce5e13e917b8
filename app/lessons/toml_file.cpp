#include "app/lessons/toml_file.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <sstream>

#include "app/lessons/problem.h"

namespace lab::lessons {
namespace {

constexpr int deepest = 16;

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

Value plain(const toml::node& node, const Pen& pen, int depth);

Value plain_table(const toml::table& table, const Pen& pen, int depth) {
  Table members;
  for (const auto& [key, node] : table) {
    const int line = static_cast<int>(key.source().begin.line);
    members.push_back({std::string(key.str()), line, plain(node, pen, depth + 1)});
  }
  // The library sorts by name; what the author wrote has an order.
  std::vector<std::pair<std::uint64_t, std::size_t>> places;
  std::size_t i = 0;
  for (const auto& [key, node] : table) {
    const auto at = key.source().begin;
    places.emplace_back(std::uint64_t{at.line} << 32 | at.column, i++);
  }
  std::sort(places.begin(), places.end());
  Table ordered;
  for (const auto& [place, index] : places) ordered.push_back(std::move(members[index]));
  return Value{line_of(table), std::move(ordered)};
}

Value plain(const toml::node& node, const Pen& pen, int depth) {
  if (depth > deepest) {
    pen.note(line_of(node), fmt::format("tables and arrays are nested more than {} deep", deepest));
    return Value{line_of(node), false};
  }
  if (const auto* table = node.as_table()) return plain_table(*table, pen, depth);
  if (const auto* array = node.as_array()) {
    List items;
    for (const auto& item : *array) items.push_back(plain(item, pen, depth + 1));
    return Value{line_of(node), std::move(items)};
  }
  if (const auto* text = node.as_string()) return Value{line_of(node), text->get()};
  if (const auto* number = node.as_integer()) return Value{line_of(node), number->get()};
  if (const auto* real = node.as_floating_point()) return Value{line_of(node), real->get()};
  if (const auto* flag = node.as_boolean()) return Value{line_of(node), flag->get()};
  pen.note(line_of(node), "dates and times are not used here");
  return Value{line_of(node), false};
}

}  // namespace

std::string_view kind_of(const Value& value) {
  static constexpr std::string_view names[] = {"true or false", "a number", "a fraction",
                                               "a string",      "an array", "a table"};
  return names[value.is.index()];
}

std::optional<Value> parse_toml(const std::string& text, const Pen& pen) {
  try {
    const toml::table root = toml::parse(text);
    Value value = plain_table(root, pen, 0);
    value.line = 1;
    return value;
  } catch (const toml::parse_error& error) {
    pen.note(static_cast<int>(error.source().begin.line),
             fmt::format("not TOML: {}", error.description()));
    return std::nullopt;
  }
}

Fields::Fields(const Value& table, const Pen& pen, std::string of)
    : table_(table.as<Table>()), pen_(pen), of_(std::move(of)), line_(table.line) {
  if (table_ == nullptr) {
    pen_.note(line_, fmt::format("{} is a table here, not {}", of_, kind_of(table)));
  }
}

const Value* Fields::find(const std::string& key) {
  asked_.push_back(key);
  if (table_ == nullptr) return nullptr;
  const auto at =
      std::find_if(table_->begin(), table_->end(), [&](const Member& m) { return m.key == key; });
  return at == table_->end() ? nullptr : &at->value;
}

const Value* Fields::need(const std::string& key, std::string_view expected) {
  const Value* value = find(key);
  if (value == nullptr && table_ != nullptr) {
    pen_.note(line_, fmt::format("{} lacks {} = {}", of_, key, expected));
  }
  return value;
}

std::optional<std::string> Fields::text(const std::string& key) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* text = value->as<std::string>()) return *text;
  pen_.note(value->line, fmt::format("{} is a string, not {}", key, kind_of(*value)));
  return std::nullopt;
}

std::string Fields::need_text(const std::string& key, std::string_view expected) {
  if (need(key, expected) == nullptr) return {};
  return text(key).value_or("");
}

std::optional<std::int64_t> Fields::number(const std::string& key, std::int64_t least,
                                           std::int64_t most) {
  const Value* value = find(key);
  if (value == nullptr) return std::nullopt;
  const auto* number = value->as<std::int64_t>();
  if (number != nullptr && *number >= least && *number <= most) return *number;
  pen_.note(value->line, fmt::format("{} is a number from {} to {}", key, least, most));
  return std::nullopt;
}

bool Fields::flag(const std::string& key) {
  const Value* value = find(key);
  if (value == nullptr) return false;
  if (const auto* flag = value->as<bool>()) return *flag;
  pen_.note(value->line, fmt::format("{} is true or false, not {}", key, kind_of(*value)));
  return false;
}

const List& Fields::list(const std::string& key, std::string_view expected) {
  static const List none;
  const Value* value = find(key);
  if (value == nullptr) return none;
  if (const auto* list = value->as<List>()) return *list;
  pen_.note(value->line,
            fmt::format("{} is an array of {}, not {}", key, expected, kind_of(*value)));
  return none;
}

void Fields::finish() {
  if (table_ == nullptr) return;
  for (const Member& member : *table_) {
    if (std::find(asked_.begin(), asked_.end(), member.key) != asked_.end()) continue;
    std::vector<std::string> known = asked_;
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    pen_.note(member.line,
              fmt::format("{} has no key \"{}\"{}; there are: {}", of_, member.key.substr(0, 40),
                          did_you_mean(member.key, asked_), fmt::join(known, ", ")));
  }
}

}  // namespace lab::lessons
