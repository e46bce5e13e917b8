// The conditions of lessons: a closed list of what can be so, each a small table in lesson.toml
// ({ partition = "orders-0", leader = "changed" }). The loader reads them and tells what was
// expected; the runner asks whether they hold. There is no language of expressions: what a lesson
// needs beyond the list is added to the list.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/lessons/query.h"
#include "app/lessons/toml_file.h"

namespace lab::lessons {

// How a number is compared: written "3", ">=2", "<=1"; a key has its own where nothing is written.
enum class Compare : std::uint8_t { equal, at_least, at_most, more, less };

// One key of a condition with what was written behind it.
struct Wish {
  std::string key;
  Template value;  // of numbers without the sign
  Compare compare = Compare::equal;
};

struct ConditionForm;

// All wishes hold together.
struct Condition {
  const ConditionForm* form = nullptr;
  std::vector<Wish> wishes;
  std::vector<Condition> inner;  // of `not`
  int line = 0;
  const Wish* find(std::string_view key) const;
};
using Conditions = std::vector<Condition>;  // all hold

enum class WishKind : std::uint8_t { word, number, flag, query, inner };
struct KeyForm {
  std::string_view name;
  WishKind kind = WishKind::word;    // `inner`: a condition of its own
  Compare compare = Compare::equal;  // of a number without a sign
  std::string_view choices = {};     // of words: "any none changed BROKER"; empty: anything
};
struct ConditionForm {
  std::string_view name;          // the key by which it is known
  std::vector<KeyForm> keys;      // that key first
  std::size_t others_needed = 0;  // at least so many of the other keys
  bool (*holds)(const Condition&, const Sight&) = nullptr;
};
std::span<const ConditionForm> condition_forms();

// Reads `when`: one table or an array of tables.
Conditions read_conditions(const Value& value, const Pen& pen);
// Notes wrong queries in them.
void check_queries(const Conditions& conditions, const std::vector<std::string>& names,
                   const Pen& pen);
bool holds(const Conditions& conditions, const Sight& sight);
// Whether they look into the brokers' own logs.
bool look_into_logs(const Conditions& conditions);
// Notes "since" that names none of these goals.
void check_since(const Conditions& conditions, const std::vector<std::string>& goals,
                 const Pen& pen);

// For the forms: the wish of this key as text; empty where it is absent or has no answer.
std::optional<std::string> wished(const Condition& condition, std::string_view key,
                                  const Sight& sight);
// Whether a number fits the wish of this key; true where there is no such wish.
bool fits(const Condition& condition, std::string_view key, std::int64_t number,
          const Sight& sight);
// How things stood when the step began, or when the goal that `since` names was reached; null where
// it was not.
const Baseline* baseline_of(const Condition& condition, const Sight& sight);

}  // namespace lab::lessons
