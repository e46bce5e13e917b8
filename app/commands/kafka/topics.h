// kafka-topics: create, list, describe, alter and delete topics, with Kafka's options, words and
// exit codes. Parsed by kafka.cpp, run by kafka::run.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/kafka/client_settings.h"
#include "app/commands/kafka/options.h"
#include "app/commands/kafka/session.h"
#include "engine/base/uuid.h"

namespace lab::commands::kafka {

struct TopicsCommand {
  enum class Action : std::uint8_t { create, list, describe, alter, remove };
  ClientSettings client;
  Action action = Action::list;
  std::optional<std::string> topic;  // a name for create, else a regular expression
  std::optional<Uuid> topic_id;
  std::optional<std::int32_t> partitions, replication_factor;
  std::vector<std::vector<std::int32_t>> assignment;
  std::map<std::string, std::string> configs;
  std::int32_t page = 2000;
  bool if_exists = false, if_not_exists = false, exclude_internal = false;
  bool under_replicated = false, unavailable = false, under_min_isr = false, at_min_isr = false,
       with_overrides = false;
  bool operator==(const TopicsCommand&) const = default;
  bool shows_some_partitions() const {
    return under_replicated || unavailable || under_min_isr || at_min_isr;
  }
};

const OptionTable& topics_options();
Result<TopicsCommand> parse_topics(const Options& options);
std::unique_ptr<Session> run_topics(const TopicsCommand& command, client::ClientMachine& machine,
                                    Sink sink);

// ---- What --describe prints (for the tests as well).
struct PartitionDescription {
  std::int32_t index = 0, leader = -1;  // -1: none
  std::vector<std::int32_t> replicas, isr;
  std::optional<std::vector<std::int32_t>> elr, last_known_elr;  // nullopt: the broker cannot say
};
struct TopicDescription {
  std::string name;
  Uuid id;
  std::vector<PartitionDescription> partitions;              // in order
  std::vector<std::pair<std::string, std::string>> configs;  // those that are no defaults
  std::int32_t min_isr = 1;
};
// `live`: the brokers that are there.
std::string describe_text(const TopicsCommand& command, const TopicDescription& topic,
                          const std::vector<std::int32_t>& live);

}  // namespace lab::commands::kafka
