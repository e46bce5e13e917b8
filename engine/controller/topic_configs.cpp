#include "engine/controller/topic_configs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace lab::controller {
namespace {

using Type = TopicConfigKey::Type;
constexpr double int_max = 2147483647;
constexpr double long_min = -9223372036854775808.0;
constexpr double long_max = 9223372036854775807.0;
constexpr std::string_view forever = "9223372036854775807";

constexpr std::array<TopicConfigKey, 33> keys{{
    {"cleanup.policy", Type::list, "delete", 0, 0, "compact, delete"},
    {"compression.gzip.level", Type::int32, "-1", -1, 9},
    {"compression.lz4.level", Type::int32, "9", 1, 17},
    {"compression.type", Type::text, "producer", 0, 0,
     "uncompressed, zstd, lz4, snappy, gzip, producer"},
    {"compression.zstd.level", Type::int32, "3", -131072, 22},
    {"delete.retention.ms", Type::int64, "86400000", 0, long_max},
    {"file.delete.delay.ms", Type::int64, "60000", 0, long_max},
    {"flush.messages", Type::int64, forever, 1, long_max},
    {"flush.ms", Type::int64, forever, 0, long_max},
    {"follower.replication.throttled.replicas", Type::list, ""},
    {"index.interval.bytes", Type::int32, "4096", 0, int_max},
    {"leader.replication.throttled.replicas", Type::list, ""},
    {"local.retention.bytes", Type::int64, "-2", -2, long_max},
    {"local.retention.ms", Type::int64, "-2", -2, long_max},
    {"max.compaction.lag.ms", Type::int64, forever, 1, long_max},
    {"max.message.bytes", Type::int32, "1048588", 0, int_max},
    {"message.timestamp.after.max.ms", Type::int64, "3600000", 0, long_max},
    {"message.timestamp.before.max.ms", Type::int64, forever, 0, long_max},
    {"message.timestamp.type", Type::text, "CreateTime", 0, 0, "CreateTime, LogAppendTime"},
    {"min.cleanable.dirty.ratio", Type::real, "0.5", 0, 1},
    {"min.compaction.lag.ms", Type::int64, "0", 0, long_max},
    {"min.insync.replicas", Type::int32, "1", 1, int_max},
    {"preallocate", Type::boolean, "false"},
    {"remote.copy.disable", Type::boolean, "false"},
    {"remote.log.delete.on.disable", Type::boolean, "false"},
    {"remote.storage.enable", Type::boolean, "false"},
    {"retention.bytes", Type::int64, "-1", long_min, long_max},
    {"retention.ms", Type::int64, "604800000", -1, long_max},
    {"segment.bytes", Type::int32, "1073741824", 1048576, int_max},
    {"segment.index.bytes", Type::int32, "10485760", 4, int_max},
    {"segment.jitter.ms", Type::int64, "0", 0, long_max},
    {"segment.ms", Type::int64, "604800000", 1, long_max},
    {"unclean.leader.election.enable", Type::boolean, "false"},
}};

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\n\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\n\r") - from + 1);
}

template <class T>
std::optional<T> parse(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool listed(std::string_view list, std::string_view value) {
  while (!list.empty()) {
    const auto comma = list.find(", ");
    if (list.substr(0, comma) == value) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 2);
  }
  return false;
}

std::string number_text(double x) { return fmt::format("{}", static_cast<std::int64_t>(x)); }

// What is wrong with a number; empty where nothing is.
std::string refuse_number(const TopicConfigKey& key, std::string_view value) {
  double number = 0;
  if (key.type == Type::int32) {
    const auto parsed = parse<std::int32_t>(value);
    if (!parsed) return "Not a number of type INT";
    number = *parsed;
  } else if (key.type == Type::int64) {
    const auto parsed = parse<std::int64_t>(value);
    if (!parsed) return "Not a number of type LONG";
    number = static_cast<double>(*parsed);
  } else {
    const auto parsed = parse<double>(value);
    if (!parsed) return "Not a number of type DOUBLE";
    number = *parsed;
  }
  if (!(number >= key.min)) return "Value must be at least " + number_text(key.min);
  if (number > key.max) return "Value must be no more than " + number_text(key.max);
  if (key.name == "compression.gzip.level" && number == 0) {
    return "Value must be between 1 and 9 or equal to -1";
  }
  return {};
}

std::string refuse_list(const TopicConfigKey& key, std::string_view value) {
  if (key.one_of.empty() || value.empty()) return {};
  for (std::string_view rest = value;;) {
    const auto comma = rest.find(',');
    if (!listed(key.one_of, trimmed(rest.substr(0, comma)))) {
      return fmt::format("String must be one of: {}", key.one_of);
    }
    if (comma == std::string_view::npos) return {};
    rest.remove_prefix(comma + 1);
  }
}

std::string refuse_value(const TopicConfigKey& key, std::string_view value) {
  switch (key.type) {
    case Type::boolean:
      if (value == "true" || value == "false") return {};
      return "Expected value to be either true or false";
    case Type::text:
      if (key.one_of.empty() || listed(key.one_of, value)) return {};
      return fmt::format("String must be one of: {}", key.one_of);
    case Type::list:
      return refuse_list(key, value);
    default:
      return refuse_number(key, value);
  }
}

}  // namespace

std::span<const TopicConfigKey> topic_config_keys() { return keys; }

const TopicConfigKey* topic_config_key(std::string_view name) {
  const auto all = topic_config_keys();
  const auto it = std::find_if(all.begin(), all.end(),
                               [name](const TopicConfigKey& key) { return key.name == name; });
  return it == all.end() ? nullptr : &*it;
}

bool topic_config_has_effect(std::string_view name, std::string_view value) {
  static constexpr std::string_view obeyed[] = {
      "cleanup.policy",
      "flush.messages",
      "index.interval.bytes",
      "max.message.bytes",
      "message.timestamp.after.max.ms",
      "message.timestamp.before.max.ms",
      "message.timestamp.type",
      "min.insync.replicas",
      "retention.bytes",
      "retention.ms",
      "segment.bytes",
      "segment.index.bytes",
      "segment.ms",
      "unclean.leader.election.enable",
  };
  if (name == "cleanup.policy" && value.find("compact") != std::string_view::npos) return false;
  if (std::find(std::begin(obeyed), std::end(obeyed), name) != std::end(obeyed)) return true;
  const TopicConfigKey* key = topic_config_key(name);
  return key != nullptr && key->default_value == value;  // what is done here anyway
}

std::optional<std::string> refuse_topic_config(std::string_view name, std::string_view value) {
  const TopicConfigKey* key = topic_config_key(name);
  if (key == nullptr) return fmt::format("Unknown topic config name: {}", name);
  if (value.size() > 32767) {
    return "The configuration value cannot be added because it exceeds the maximum value size of "
           "32767 bytes.";
  }
  const std::string_view text = trimmed(value);
  const std::string why = refuse_value(*key, text);
  if (!why.empty()) {
    return fmt::format("Invalid value {} for configuration {}: {}", value, name, why);
  }
  if (name == "remote.storage.enable" && text == "true") {
    return "Tiered Storage functionality is disabled in the broker. Topic cannot be configured "
           "with remote log storage.";
  }
  return std::nullopt;
}

}  // namespace lab::controller
