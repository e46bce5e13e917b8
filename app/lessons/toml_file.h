// A TOML file as plain values, each with its line, tables in the order of the file. Only this part
// of the program knows the TOML library. The loader reads values through Fields, which tells what
// was expected where something else stands, and which keys nobody knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/lessons/problem.h"

namespace lab::lessons {

struct Value;
struct Member;
using List = std::vector<Value>;
using Table = std::vector<Member>;

struct Value {
  int line = 0;
  std::variant<bool, std::int64_t, double, std::string, List, Table> is;
  template <class T>
  const T* as() const {
    return std::get_if<T>(&is);
  }
};
struct Member {
  std::string key;
  int line = 0;
  Value value;
};

// "a string", "a table": what this value is, for messages.
std::string_view kind_of(const Value& value);

// The root table of a file's text; empty and a problem where it is no TOML.
std::optional<Value> parse_toml(const std::string& text, const Pen& pen);

// One table while it is read: each key is asked for by name, and the destructor's place is taken by
// finish(), which tells of the keys that nobody asked for.
class Fields {
 public:
  // `of` names the table in messages: "a step".
  Fields(const Value& table, const Pen& pen, std::string of);
  bool is_table() const { return table_ != nullptr; }
  int line() const { return line_; }

  const Value* find(const std::string& key);
  const Value* need(const std::string& key, std::string_view expected);
  // A string; empty and a problem where something else stands. need_text: it must be there.
  std::optional<std::string> text(const std::string& key);
  std::string need_text(const std::string& key, std::string_view expected);
  std::optional<std::int64_t> number(const std::string& key, std::int64_t least, std::int64_t most);
  bool flag(const std::string& key);
  // Empty where it is not there.
  const List& list(const std::string& key, std::string_view expected);
  void finish();

 private:
  const Table* table_ = nullptr;
  const Pen& pen_;
  std::string of_;
  int line_ = 0;
  std::vector<std::string> asked_;
};

}  // namespace lab::lessons
