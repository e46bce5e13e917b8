// The table behind a broker's configuration: one row for each property whose value is a plain
// number, truth value or word, with Kafka's type and bounds; and the names that are known without
// being obeyed. Used by load_config and config_entries only.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/broker/config.h"

namespace lab::broker {

using ConfigMember = std::variant<bool Config::*, std::int16_t Config::*, std::int32_t Config::*,
                                  std::int64_t Config::*, milliseconds Config::*,
                                  std::optional<milliseconds> Config::*, std::string Config::*>;

struct ConfigRow {
  std::string_view name;
  ConfigType type;
  ConfigMember member;
  std::int64_t at_least, at_most;  // of a number
  std::string_view one_of;         // of a word: the valid ones, separated by ", "; empty: any
  bool obeyed = true;              // else it is read and checked, and without effect here
};

// In order of name.
const std::vector<ConfigRow>& config_rows();
const ConfigRow* find_config_row(std::string_view name);

// Reads `value` into the row's member. The error is Kafka's ("Invalid value x for configuration
// n: ..."), without file and line.
Result<> assign(Config& config, const ConfigRow& row, std::string_view value);
// The value as Kafka prints it; "null" where there is none.
std::string print(const Config& config, const ConfigRow& row);

// The error of a number that cannot be read, and of one out of its bounds; type is INT, LONG, ...
Result<std::int64_t> parse_number(std::string_view name, std::string_view value,
                                  std::string_view type, std::int64_t at_least,
                                  std::int64_t at_most);

// Names that load_config reads itself (listeners, voters, ...), obeyed.
bool is_special_name(std::string_view name);
// Kafka 4.3 knows the name, we accept and do not obey it.
bool is_without_effect(std::string_view name);
// Kafka knew the name once and removed it in 4.0.
bool is_removed_name(std::string_view name);

}  // namespace lab::broker
