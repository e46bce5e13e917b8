#include "engine/replication/topic_settings.h"

#include <charconv>
#include <limits>
#include <string>

namespace lab::replication {
namespace {

template <class Number>
void take(const controller::ConfigMap& own, std::string_view key, std::int64_t least,
          Number& into) {
  const auto found = own.find(key);
  if (found == own.end()) return;
  std::int64_t value = 0;
  const std::string& text = found->second;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || value < least ||
      value > std::numeric_limits<Number>::max()) {
    return;
  }
  into = static_cast<Number>(value);
}

}  // namespace

TopicSettings topic_settings(const controller::Image& image, std::string_view topic,
                             TopicSettings broker) {
  const auto own = image.configs().find(
      controller::ConfigResource{controller::ConfigType::topic, std::string(topic)});
  if (own == image.configs().end()) return broker;
  take(own->second, "segment.bytes", 1, broker.log.segment_bytes);
  take(own->second, "segment.ms", 1, broker.log.segment_ms);
  take(own->second, "segment.index.bytes", 4, broker.log.segment_index_bytes);
  take(own->second, "index.interval.bytes", 0, broker.log.index_interval_bytes);
  take(own->second, "retention.bytes", std::numeric_limits<std::int64_t>::min(),
       broker.log.retention_bytes);
  take(own->second, "retention.ms", -1, broker.log.retention_ms);
  take(own->second, "max.message.bytes", 0, broker.max_message_bytes);
  take(own->second, "flush.messages", 1, broker.log.flush_messages);
  take(own->second, "message.timestamp.before.max.ms", 0, broker.timestamp_before_max_ms);
  take(own->second, "message.timestamp.after.max.ms", 0, broker.timestamp_after_max_ms);
  if (const auto type = own->second.find("message.timestamp.type"); type != own->second.end()) {
    broker.log_append_time = type->second == "LogAppendTime";
  }
  if (const auto policy = own->second.find("cleanup.policy"); policy != own->second.end()) {
    broker.log.delete_old = policy->second.find("delete") != std::string::npos;
  }
  return broker;
}

}  // namespace lab::replication
