// Options of Kafka's command-line tools, read as Kafka reads them (joptsimple's manner): --name
// value, --name=value, -name, any order, repeated, any unambiguous beginning of a name. A tool is a
// table. Used by the parsers of this folder; it knows no tool and prints nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace lab::commands::kafka {

struct Option {
  enum class Takes : std::uint8_t { flag, value, maybe };  // nothing, a value, one or none
  using enum Takes;
  std::string_view name;
  Takes takes = Takes::flag;
  std::string_view argument;  // what the value is, for the usage
  std::string_view help;
};

struct OptionTable {
  std::string_view tool;
  std::string_view purpose;
  std::vector<Option> options;  // beside --help and --version, which every tool has
};

class Options {
 public:
  bool has(std::string_view name) const { return values_.contains(name); }
  // All values in order; an option without one counts as "".
  const std::vector<std::string>& all(std::string_view name) const;
  // nullopt where it is not given; an error where it is given twice.
  Result<std::optional<std::string>> one(std::string_view name) const;
  // The same as a number between `least` and `most`.
  Result<std::optional<std::int64_t>> number(std::string_view name, std::int64_t least = INT32_MIN,
                                             std::int64_t most = INT32_MAX) const;

  // All values of `name`, or of the deprecated `old`, which `notices` tells in Kafka's words
  // (`begin`: "Option" or "Warning:"); both together are an error.
  Result<std::vector<std::string>> renamed(std::string_view name, std::string_view old,
                                           std::string_view begin, std::string& notices) const;

 private:
  friend Result<Options> parse_options(const OptionTable&, const std::vector<std::string>&);
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

// Errors are Kafka's, with the option that was probably meant.
Result<Options> parse_options(const OptionTable& table, const std::vector<std::string>& arguments);

// The purpose and a line or two for each option, sorted.
std::string usage(const OptionTable& table);

// "name=value" of repeated options; without '=' the value is empty.
std::map<std::string, std::string> key_values(const std::vector<std::string>& given);

// Splits a line as a shell does without expansions: blanks, '…', "…" with \ before " and \, and \.
// An error: a quote that does not end.
Result<std::vector<std::string>> split_words(std::string_view line);

}  // namespace lab::commands::kafka
