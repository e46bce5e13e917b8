// The configuration names of a topic, with Kafka's defaults and limits. Called by the controller
// when topics are created or configurations change, and by the broker that describes them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace lab::controller {

struct TopicConfigKey {
  // Kafka's numbers for them in DescribeConfigs.
  enum class Type : std::int8_t { boolean = 1, text = 2, int32 = 3, int64 = 5, real = 6, list = 7 };
  std::string_view name;
  Type type = Type::text;
  std::string_view default_value;
  double min = 0, max = 0;       // numbers: both included
  std::string_view one_of = {};  // texts and lists: the legal values, ", " between; empty: any
};

// In the order of their names.
std::span<const TopicConfigKey> topic_config_keys();
// nullptr: no such name.
const TopicConfigKey* topic_config_key(std::string_view name);
// Whether anything obeys it. The rest is kept as it is set, and told to have no effect here.
bool topic_config_has_effect(std::string_view name, std::string_view value);
// Why a topic cannot have this value, in Kafka's words (INVALID_CONFIG); nullopt where it can.
std::optional<std::string> refuse_topic_config(std::string_view name, std::string_view value);

}  // namespace lab::controller
