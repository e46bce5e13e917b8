// Records as clients give and get them. Used by Producer and Consumer and whoever calls them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/slice.h"
#include "engine/protocol/error_codes.h"

namespace lab::client {

struct RecordHeader {
  std::string key;
  std::optional<Slice> value;  // nullopt: null
  bool operator==(const RecordHeader&) const = default;
};

// A record to be sent.
struct ProducerRecord {
  std::string topic;
  std::optional<PartitionIndex> partition;  // nullopt: the partitioner decides
  std::optional<Slice> key, value;          // nullopt: null
  std::vector<RecordHeader> headers;
  std::optional<std::int64_t> timestamp_ms;  // nullopt: when send() was called
};

// What became of it.
struct Delivery {
  std::string topic;
  PartitionIndex partition{-1};    // -1: it failed before it had one
  Offset offset = no_offset;       // -1 with acks=0, or where a duplicate's offset is not known
  std::int64_t timestamp_ms = -1;  // of the record, or of its append where the topic says so
  protocol::ErrorCode code{};      // the broker's, where it was the broker that refused
  std::string error;               // empty: it was acknowledged
  bool ok() const { return error.empty(); }
};
using OnDelivery = std::function<void(const Delivery&)>;

// A record that was read.
struct ConsumerRecord {
  std::string topic;
  PartitionIndex partition{0};
  Offset offset{0};
  Epoch leader_epoch = no_epoch;
  std::int64_t timestamp_ms = -1;
  bool log_append_time = false;  // the timestamp is the broker's (LogAppendTime)
  std::optional<Slice> key, value;
  std::vector<RecordHeader> headers;
};

}  // namespace lab::client
