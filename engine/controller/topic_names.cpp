#include "engine/controller/topic_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace lab::controller {
namespace {

bool legal(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

std::optional<std::string> refuse_topic_name(std::string_view name) {
  if (name.empty()) return "Topic name is invalid: the empty string is not allowed";
  if (name == ".") return "Topic name is invalid: '.' is not allowed";
  if (name == "..") return "Topic name is invalid: '..' is not allowed";
  if (name.size() > max_topic_name_length) {
    return fmt::format(
        "Topic name is invalid: the length of '{}' is longer than the max allowed length {}", name,
        max_topic_name_length);
  }
  if (!std::all_of(name.begin(), name.end(), legal)) {
    return fmt::format(
        "Topic name is invalid: '{}' contains one or more characters other than ASCII "
        "alphanumerics, '.', '_' and '-'",
        name);
  }
  return std::nullopt;
}

std::string collision_form(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '.', '_');
  return out;
}

}  // namespace lab::controller
