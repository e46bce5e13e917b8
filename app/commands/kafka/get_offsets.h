// kafka-get-offsets: the earliest, latest or otherwise chosen offset of each partition.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/kafka/client_settings.h"
#include "app/commands/kafka/options.h"
#include "app/commands/kafka/session.h"

namespace lab::commands::kafka {

// One rule of --topic-partitions, or all of --topic and --partitions.
struct PartitionRule {
  std::string topic = ".*";              // a regular expression
  std::vector<std::int32_t> partitions;  // these alone, where there are any; else a range
  std::int32_t from = 0, below = INT32_MAX;
  bool operator==(const PartitionRule&) const = default;
};

struct OffsetsCommand {
  ClientSettings client;
  std::vector<PartitionRule> rules;
  std::int64_t time = -1;  // as ListOffsets has it
  bool exclude_internal = false;
  bool operator==(const OffsetsCommand&) const = default;
};

const OptionTable& offsets_options();
Result<OffsetsCommand> parse_offsets(const Options& options);
std::unique_ptr<Session> run_offsets(const OffsetsCommand& command, client::ClientMachine& machine,
                                     Sink sink);

}  // namespace lab::commands::kafka
