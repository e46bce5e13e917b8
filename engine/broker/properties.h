// Java's .properties format, as Kafka reads server.properties and meta.properties: key=value,
// key:value or key value; # and ! comments; lines continued by a backslash; \t \n \r \f \uXXXX
// escapes. Called by load_config and by kafka-storage. It reads no file itself and knows no names.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace lab::broker {

struct Property {
  std::string key, value;
  int line = 0;  // 1-based line on which it begins
};

struct Properties {
  std::vector<Property> entries;      // one for each key, in the order of the file
  std::vector<std::string> warnings;  // "FILE:LINE: ..."; a key that comes twice: the last one wins

  // nullptr where there is no such key.
  const Property* find(std::string_view key) const;
  std::string get(std::string_view key, std::string otherwise = {}) const;
};

// `filename` is used in errors only. Errors ("FILE:LINE: ..."): a malformed \u escape, as in Java;
// text of more than 1 MiB; a NUL byte.
Result<Properties> parse_properties(std::string_view text, const std::string& filename);

// Written so that parse_properties (and Java) reads the same back; one "key=value" line each, with
// `comment` as first line where it is not empty.
std::string write_properties(const std::vector<std::pair<std::string, std::string>>& entries,
                             const std::string& comment = {});

}  // namespace lab::broker
