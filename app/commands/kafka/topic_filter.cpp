#include "app/commands/kafka/topic_filter.h"

#include <fmt/format.h>

namespace lab::commands::kafka {

Result<TopicFilter> TopicFilter::parse(std::string_view pattern) {
  constexpr std::size_t longest = 1000;
  std::string text;
  for (const char c : pattern) {
    if (c != ' ') text += c == ',' ? '|' : c;
  }
  const std::size_t begin = text.find_first_not_of("\"'");
  text = begin == std::string::npos ? std::string()
                                    : text.substr(begin, text.find_last_not_of("\"'") - begin + 1);
  if (text.size() > longest) return Error{fmt::format("{}... is too long", text.substr(0, 40))};
  try {
    return TopicFilter(std::regex(text));
  } catch (const std::regex_error& wrong) {
    return Error{fmt::format("{} is an invalid regex.", text)};
  }
}

bool is_internal_topic(std::string_view name) {
  return name == "__consumer_offsets" || name == "__transaction_state" ||
         name == "__share_group_state";
}

}  // namespace lab::commands::kafka
