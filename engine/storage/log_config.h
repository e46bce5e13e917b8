// The settings of one partition's log, with Kafka's defaults (topic names in brackets). Filled from
// the broker's and the topic's configuration; may be changed while the log is open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace lab::storage {

struct LogConfig {
  std::int64_t segment_bytes = 1 << 30;                   // segment.bytes
  std::int64_t segment_ms = 7LL * 24 * 60 * 60 * 1000;    // segment.ms
  std::int64_t segment_index_bytes = 10 << 20;            // segment.index.bytes
  std::int64_t index_interval_bytes = 4096;               // index.interval.bytes
  std::int64_t retention_bytes = -1;                      // retention.bytes; -1 no limit
  std::int64_t retention_ms = 7LL * 24 * 60 * 60 * 1000;  // retention.ms; -1 no limit
  bool delete_old = true;  // cleanup.policy has "delete"; nothing is compacted
  // So many records are synced before they count as written.      flush.messages
  std::int64_t flush_messages = std::numeric_limits<std::int64_t>::max();
  std::int64_t producer_id_expiration_ms = 24LL * 60 * 60 * 1000;  // producer.id.expiration.ms
  // What the log may hold in memory of its end; bytes not yet written come on top.
  std::size_t tail_cache_bytes = 1 << 20;
  // Producers remembered at most; the ones that wrote longest ago are forgotten first.
  std::size_t max_producers = 20000;
  bool operator==(const LogConfig&) const = default;
};

}  // namespace lab::storage
