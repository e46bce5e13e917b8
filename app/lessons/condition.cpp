// Reading and asking; what each condition means is in condition_forms.cpp.
#include "app/lessons/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/lessons/problem.h"

namespace lab::lessons {
namespace {

std::string keys_text(const ConditionForm& form) {
  std::string text;
  for (const KeyForm& key : form.keys) text += (text.empty() ? "" : ", ") + std::string(key.name);
  return text;
}

// The first form of the list whose name is a key of the table.
const ConditionForm* form_of(const Table& table) {
  for (const ConditionForm& form : condition_forms()) {
    for (const Member& member : table) {
      if (member.key == form.name) return &form;
    }
  }
  return nullptr;
}

void note_unknown(const Table& table, int line, const Pen& pen) {
  std::vector<std::string> names;
  for (const ConditionForm& form : condition_forms()) names.emplace_back(form.name);
  pen.note(
      table.empty() ? line : table[0].line,
      fmt::format("no such condition{}; there are: {}",
                  did_you_mean(table.empty() ? "" : table[0].key, names), fmt::join(names, ", ")));
}

std::optional<std::int64_t> parse_number(const std::string& text) {
  std::int64_t value = 0;
  const char* last = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc{} || stop != last || text.empty()) return std::nullopt;
  return value;
}

void read_number(const Value& value, const KeyForm& key, Wish& wish, const Pen& pen) {
  std::string text;
  if (const auto* number = value.as<std::int64_t>()) text = std::to_string(*number);
  if (const auto* written = value.as<std::string>()) text = *written;
  wish.compare = key.compare;
  for (const auto& [sign, compare] :
       {std::pair(">=", Compare::at_least), std::pair("<=", Compare::at_most),
        std::pair(">", Compare::more), std::pair("<", Compare::less),
        std::pair("=", Compare::equal)}) {
    const std::string_view prefix = sign;
    if (text.substr(0, prefix.size()) != prefix) continue;
    wish.compare = compare;
    text = text.substr(prefix.size());
    text.erase(0, text.find_first_not_of(' '));
    break;
  }
  wish.value = Template(text, value.line, &pen);
  if (!wish.value.has_queries() && !parse_number(text)) {
    pen.note(value.line,
             fmt::format("{} is a number: 3, \">=2\", \"<=1\" or \"{{query}}\"", key.name));
  }
}

void read_word(const Value& value, const KeyForm& key, Wish& wish, const Pen& pen) {
  std::string text;
  if (const auto* number = value.as<std::int64_t>()) {
    text = std::to_string(*number);  // broker = 2
  } else if (const auto* written = value.as<std::string>()) {
    text = *written;
  } else {
    pen.note(value.line, fmt::format("{} is a string, not {}", key.name, kind_of(value)));
    return;
  }
  wish.value = Template(text, value.line, &pen);
  if (key.choices.empty() || wish.value.has_queries()) return;
  std::vector<std::string> choices;
  bool broker = false;
  for (std::size_t at = 0; at < key.choices.size();) {
    const auto end = std::min(key.choices.find(' ', at), key.choices.size());
    choices.emplace_back(key.choices.substr(at, end - at));
    broker = broker || choices.back() == "BROKER";
    at = end + 1;
  }
  const bool listed = std::find(choices.begin(), choices.end(), text) != choices.end();
  if ((listed && text != "BROKER") || (broker && node_named(text))) return;
  pen.note(value.line, fmt::format("{} = \"{}\"{}; there are: {}", key.name, text.substr(0, 40),
                                   did_you_mean(text, choices), fmt::join(choices, ", ")));
}

void read_flag(const Value& value, const KeyForm& key, Wish& wish, const Pen& pen) {
  const auto* flag = value.as<bool>();
  if (flag == nullptr || !*flag) {
    pen.note(value.line,
             fmt::format("{} is true where it is wished, else it is left out", key.name));
  }
  wish.value = Template("true", value.line);
}

void read_query(const Value& value, const KeyForm& key, Wish& wish, const Pen& pen) {
  const auto* text = value.as<std::string>();
  if (text == nullptr) {
    pen.note(value.line, fmt::format("{} is a query, like \"leads 1 orders\"", key.name));
    return;
  }
  wish.value =
      Template(text->find('{') == std::string::npos ? "{" + *text + "}" : *text, value.line, &pen);
}

Condition read_condition(const Value& value, const Pen& pen);

void read_wish(const Value& value, const KeyForm& key, Condition& condition, const Pen& pen) {
  if (key.kind == WishKind::inner) {
    condition.inner = read_conditions(value, pen);
    return;
  }
  Wish wish;
  wish.key = key.name;
  if (key.kind == WishKind::number) read_number(value, key, wish, pen);
  if (key.kind == WishKind::word) read_word(value, key, wish, pen);
  if (key.kind == WishKind::flag) read_flag(value, key, wish, pen);
  if (key.kind == WishKind::query) read_query(value, key, wish, pen);
  condition.wishes.push_back(std::move(wish));
}

Condition read_condition(const Value& value, const Pen& pen) {
  Condition condition;
  condition.line = value.line;
  const auto* table = value.as<Table>();
  if (table == nullptr) {
    pen.note(value.line, fmt::format("a condition is a table like {{ broker = 1, state = "
                                     "\"dead\" }}, not {}",
                                     kind_of(value)));
    return condition;
  }
  condition.form = form_of(*table);
  if (condition.form == nullptr) {
    note_unknown(*table, value.line, pen);
    return condition;
  }
  const ConditionForm& form = *condition.form;
  Fields fields(value, pen, fmt::format("the condition {}", form.name));
  for (const KeyForm& key : form.keys) {
    const Value* written = fields.find(std::string(key.name));
    if (written != nullptr) read_wish(*written, key, condition, pen);
  }
  fields.finish();
  const std::size_t said = condition.wishes.size() - (condition.find("since") ? 1 : 0);
  if (said < 1 + form.others_needed && condition.inner.empty()) {
    pen.note(value.line,
             fmt::format("the condition {} says what is wished with {} of: {}", form.name,
                         form.others_needed == 1 ? "one" : "all", keys_text(form)));
  }
  return condition;
}

// What has no answer yet is not so, and its contrary is not so either.
bool answered(const Condition& condition, const Sight& sight) {
  for (const Wish& wish : condition.wishes) {
    if (wish.value.unanswered(sight)) return false;
  }
  return std::all_of(condition.inner.begin(), condition.inner.end(),
                     [&](const Condition& one) { return answered(one, sight); });
}

bool one_holds(const Condition& condition, const Sight& sight) {
  return condition.form != nullptr && answered(condition, sight) &&
         condition.form->holds(condition, sight);
}

}  // namespace

const Wish* Condition::find(std::string_view key) const {
  for (const Wish& wish : wishes) {
    if (wish.key == key) return &wish;
  }
  return nullptr;
}

Conditions read_conditions(const Value& value, const Pen& pen) {
  Conditions all;
  if (const auto* list = value.as<List>()) {
    if (list->empty()) pen.note(value.line, "an empty array of conditions would always hold");
    for (const Value& one : *list) all.push_back(read_condition(one, pen));
  } else {
    all.push_back(read_condition(value, pen));
  }
  return all;
}

void check_queries(const Conditions& conditions, const std::vector<std::string>& names,
                   const Pen& pen) {
  for (const Condition& condition : conditions) {
    for (const Wish& wish : condition.wishes) check_queries(wish.value, names, pen);
    check_queries(condition.inner, names, pen);
  }
}

void check_since(const Conditions& conditions, const std::vector<std::string>& goals,
                 const Pen& pen) {
  for (const Condition& condition : conditions) {
    check_since(condition.inner, goals, pen);
    const Wish* since = condition.find("since");
    if (since == nullptr) continue;
    const std::string& goal = since->value.written();
    if (std::find(goals.begin(), goals.end(), goal) != goals.end()) continue;
    pen.note(since->value.line(),
             fmt::format("since names a goal of this step; \"{}\" is none{}", goal,
                         goals.empty() ? "" : fmt::format(" of {}", fmt::join(goals, ", "))));
  }
}

bool holds(const Conditions& conditions, const Sight& sight) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& one) { return one_holds(one, sight); });
}

bool look_into_logs(const Conditions& conditions) {
  return std::any_of(conditions.begin(), conditions.end(), [](const Condition& one) {
    return one.find("log") != nullptr || look_into_logs(one.inner);
  });
}

std::optional<std::string> wished(const Condition& condition, std::string_view key,
                                  const Sight& sight) {
  const Wish* wish = condition.find(key);
  return wish ? wish->value.resolve(sight) : std::nullopt;
}

bool fits(const Condition& condition, std::string_view key, std::int64_t number,
          const Sight& sight) {
  const Wish* wish = condition.find(key);
  if (wish == nullptr) return true;
  const auto text = wish->value.resolve(sight);
  const auto value = text ? parse_number(*text) : std::nullopt;
  if (!value) return false;
  if (wish->compare == Compare::at_least) return number >= *value;
  if (wish->compare == Compare::at_most) return number <= *value;
  if (wish->compare == Compare::more) return number > *value;
  if (wish->compare == Compare::less) return number < *value;
  return number == *value;
}

const Baseline* baseline_of(const Condition& condition, const Sight& sight) {
  return sight.watch.baseline(wished(condition, "since", sight).value_or(""));
}

}  // namespace lab::lessons
