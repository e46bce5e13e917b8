// Which topics a tool's --topic, --include or --topic-partitions means: a regular expression for
// the whole name, in which a comma is an alternative as in Kafka. Used by the tools of this folder.
#pragma once

#include <regex>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace lab::commands::kafka {

class TopicFilter {
 public:
  // Errors: what is no regular expression, or one of more than 1,000 characters.
  static Result<TopicFilter> parse(std::string_view pattern);
  bool matches(const std::string& topic) const { return std::regex_match(topic, regex_); }

 private:
  explicit TopicFilter(std::regex regex) : regex_(std::move(regex)) {}
  std::regex regex_;
};

// __consumer_offsets and its like.
bool is_internal_topic(std::string_view name);

}  // namespace lab::commands::kafka
