// What a topic's own configuration changes of the broker's settings. Used by ReplicaManager, for
// each replica when it is made and whenever a configuration changes. It knows the keys that logs
// and appends obey; min.insync.replicas is the image's business, the rest has no effect here.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "engine/controller/image.h"
#include "engine/storage/log_config.h"

namespace lab::replication {

struct TopicSettings {
  storage::LogConfig log;
  std::int32_t max_message_bytes = 1024 * 1024 + 12;  // of one batch
  bool log_append_time = false;                       // message.timestamp.type
  // How far the records' own times may lie before and after the broker's, under CreateTime.
  std::int64_t timestamp_before_max_ms = std::numeric_limits<std::int64_t>::max();
  std::int64_t timestamp_after_max_ms = 3'600'000;
  bool operator==(const TopicSettings&) const = default;
};

// `broker` is what holds where the topic says nothing. Values that the controller would refuse
// (a log of another build) change nothing.
TopicSettings topic_settings(const controller::Image& image, std::string_view topic,
                             TopicSettings broker);

}  // namespace lab::replication
