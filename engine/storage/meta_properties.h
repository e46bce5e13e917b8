// The small control files of a log directory: meta.properties (whose directory it is),
// .kafka_cleanshutdown (it was closed properly) and a partition's partition.metadata. Read at start
// and by kafka-storage; callers write the texts by Context::replace_file or replace_file(Disk).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uuid.h"

namespace lab::storage {

inline constexpr const char* meta_properties_file = "meta.properties";
inline constexpr const char* clean_shutdown_file = ".kafka_cleanshutdown";
inline constexpr const char* partition_metadata_file = "partition.metadata";

struct MetaProperties {
  std::string cluster_id;
  NodeId node_id = no_node;
  std::optional<Uuid> directory_id;  // KIP-858; older directories have none
  bool operator==(const MetaProperties&) const = default;
};
// Version 1 only (version 0 is ZooKeeper's). Errors name `file`, the line and what to do.
Result<MetaProperties> parse_meta_properties(const std::string& file, std::string_view text);
std::string meta_properties_text(const MetaProperties& meta);

struct CleanShutdown {
  BrokerEpoch broker_epoch{-1};
  bool operator==(const CleanShutdown&) const = default;
};
Result<CleanShutdown> parse_clean_shutdown(const std::string& file, std::string_view text);
std::string clean_shutdown_text(const CleanShutdown& mark);

Result<Uuid> parse_partition_metadata(const std::string& file, std::string_view text);
std::string partition_metadata_text(const Uuid& topic_id);

}  // namespace lab::storage
