// See topics.h: the options and what --describe prints. topics_run.cpp carries them out.
#include "app/commands/kafka/topics.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "app/commands/kafka/topic_filter.h"

namespace lab::commands::kafka {
namespace {

using Action = TopicsCommand::Action;
constexpr const char* alter_configs_hint =
    " (To alter topic configurations, the kafka-configs tool can be used.)";

Error missing(std::string_view option) {
  return Error{fmt::format("Missing required argument \"[{}]\"", option)};
}

// The first of `others` that is given, where `used` is: Kafka's words for options that exclude
// each other.
Result<> check_excluded(const Options& options, std::string_view used,
                        const std::vector<std::string_view>& others) {
  if (!options.has(used)) return {};
  for (const auto other : others) {
    if (!options.has(other)) continue;
    return Error{fmt::format("Option \"[{}]\" can't be used with option \"[{}]\"", used, other)};
  }
  return {};
}

Result<> check_combinations(const Options& options) {
  const std::pair<std::string_view, std::vector<std::string_view>> rules[] = {
      {"config", {"describe", "list", "delete"}},
      {"partitions", {"describe", "list", "delete"}},
      {"replication-factor", {"alter", "describe", "list", "delete"}},
      {"replica-assignment", {"describe", "list", "delete"}},
      {"under-replicated-partitions",
       {"alter", "create", "list", "delete", "topics-with-overrides"}},
      {"under-min-isr-partitions", {"alter", "create", "list", "delete", "topics-with-overrides"}},
      {"at-min-isr-partitions", {"alter", "create", "list", "delete", "topics-with-overrides"}},
      {"unavailable-partitions", {"alter", "create", "list", "delete", "topics-with-overrides"}},
      {"topics-with-overrides",
       {"alter", "create", "list", "delete", "under-replicated-partitions",
        "under-min-isr-partitions", "at-min-isr-partitions", "unavailable-partitions"}},
      {"if-exists", {"create", "list"}},
      {"if-not-exists", {"alter", "describe", "list", "delete"}},
      {"exclude-internal", {"alter", "create", "delete"}},
  };
  for (const auto& [used, others] : rules) {
    if (auto fine = check_excluded(options, used, others); !fine) return fine;
  }
  if (options.has("create")) {
    return check_excluded(options, "replica-assignment", {"partitions", "replication-factor"});
  }
  return {};
}

Result<Action> parse_action(const Options& options) {
  const std::pair<const char*, Action> actions[] = {{"create", Action::create},
                                                    {"list", Action::list},
                                                    {"describe", Action::describe},
                                                    {"alter", Action::alter},
                                                    {"delete", Action::remove}};
  std::optional<Action> found;
  int count = 0;
  for (const auto& [name, action] : actions) {
    if (!options.has(name)) continue;
    found = action;
    ++count;
  }
  if (count == 1) return *found;
  return Error{
      "Command must include exactly one action: --list, --describe, --create, --alter or "
      "--delete"};
}

// "1:2,2:3": the replicas of each partition.
Result<std::vector<std::vector<std::int32_t>>> parse_assignment(const std::string& text) {
  std::vector<std::vector<std::int32_t>> assignment;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    auto& replicas = assignment.emplace_back();
    while (at <= comma) {
      const std::size_t colon = std::min({text.find(':', at), comma});
      std::string word = text.substr(at, colon - at);
      std::erase(word, ' ');
      std::int32_t broker = 0;
      const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), broker);
      if (error != std::errc{} || stop != word.data() + word.size()) {
        return Error{fmt::format("For input string: \"{}\"", word.substr(0, 40))};
      }
      if (std::count(replicas.begin(), replicas.end(), broker) != 0) {
        return Error{
            fmt::format("Partition replica lists may not contain duplicate entries: {}", broker)};
      }
      replicas.push_back(broker);
      at = colon + 1;
      if (colon == comma) break;
    }
    at = comma + 1;
    if (replicas.size() != assignment.front().size()) {
      return Error{fmt::format("Partition {} has different replication factor: [{}]",
                               assignment.size() - 1, fmt::join(replicas, ", "))};
    }
  }
  return assignment;
}

Result<std::map<std::string, std::string>> parse_configs(const std::vector<std::string>& given) {
  const auto trimmed = [](const std::string& text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string::npos) return std::string();
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
  };
  std::map<std::string, std::string> configs;
  for (const auto& text : given) {
    const auto equals = text.find('=');
    const bool pair = equals != std::string::npos && equals != 0 && equals + 1 < text.size();
    if (!pair) {
      return Error{
          "requirement failed: Invalid topic config: all configs to be added must be in the "
          "format \"key=val\"."};
    }
    configs[trimmed(text.substr(0, equals))] = trimmed(text.substr(equals + 1));
  }
  return configs;
}

// What the action must have, and numbers that cannot be.
Result<> check_needs(const TopicsCommand& command, const Options& options) {
  const bool looks = command.action == Action::list || command.action == Action::describe;
  if (!looks && !options.has("topic")) return missing("topic");
  if (command.action == Action::describe && command.if_exists && !options.has("topic") &&
      !options.has("topic-id")) {
    return Error{"--topic or --topic-id is required to describe a topic"};
  }
  if (command.action == Action::alter) {
    if (options.has("config")) {
      return Error{
          fmt::format("Option combination \"[bootstrap-server],[config]\" can't be used "
                      "with option \"[alter]\"{}",
                      alter_configs_hint)};
    }
    if (!options.has("partitions")) return missing("partitions");
  }
  if (command.action != Action::create) return {};
  if (command.replication_factor &&
      (*command.replication_factor < 1 || *command.replication_factor > INT16_MAX)) {
    return Error{"The replication factor must be between 1 and 32767 inclusive"};
  }
  if (command.partitions && *command.partitions < 1) {
    return Error{"The partitions must be greater than 0"};
  }
  return {};
}

template <class T>
std::string joined(const std::vector<T>& list) {
  return fmt::format("{}", fmt::join(list, ","));
}

std::string partition_line(const std::string& topic, const PartitionDescription& partition) {
  const auto or_unknown = [](const std::optional<std::vector<std::int32_t>>& list) {
    return list ? joined(*list) : std::string("N/A");
  };
  return fmt::format(
      "\tTopic: {}\tPartition: {}\tLeader: {}\tReplicas: {}\tIsr: {}\tElr: {}\tLastKnownElr: {}\n",
      topic, partition.index, partition.leader < 0 ? "none" : std::to_string(partition.leader),
      joined(partition.replicas), joined(partition.isr), or_unknown(partition.elr),
      or_unknown(partition.last_known_elr));
}

bool is_shown(const TopicsCommand& command, const TopicDescription& topic,
              const PartitionDescription& partition, const std::vector<std::int32_t>& live) {
  if (!command.shows_some_partitions()) return true;
  const bool leaderless = partition.leader < 0;
  const auto in_sync = static_cast<std::int32_t>(partition.isr.size());
  const bool unreachable =
      leaderless || std::find(live.begin(), live.end(), partition.leader) == live.end();
  return (command.under_replicated && partition.isr.size() < partition.replicas.size()) ||
         (command.unavailable && unreachable) ||
         (command.under_min_isr && (leaderless || in_sync < topic.min_isr)) ||
         (command.at_min_isr && in_sync == topic.min_isr);
}

}  // namespace

const OptionTable& topics_options() {
  static const OptionTable table{
      "kafka-topics",
      "create, list, describe, alter and delete topics.",
      {
          {"bootstrap-server", Option::value, "HOST:PORT,...",
           "Required. The brokers to ask first."},
          {"command-config", Option::value, "FILE", "A properties file for the client."},
          {"create", Option::flag, "", "Create a topic."},
          {"list", Option::flag, "", "List all topics."},
          {"describe", Option::flag, "",
           "Describe topics: partitions, leaders, replicas, ISR, ELR."},
          {"alter", Option::flag, "", "Give a topic more partitions."},
          {"delete", Option::flag, "", "Delete topics."},
          {"topic", Option::value, "TOPIC", "Its name; a regular expression for all but --create."},
          {"topic-id", Option::value, "ID", "Describe the topic of this id."},
          {"config", Option::value, "NAME=VALUE", "A setting of the new topic; may be repeated."},
          {"delete-config", Option::value, "NAME", "Not supported since Kafka 4.0."},
          {"partitions", Option::value, "COUNT",
           "How many the topic has or will have. With keys, more partitions change which key goes "
           "where."},
          {"replication-factor", Option::value, "COUNT",
           "Replicas of each partition of the new topic."},
          {"replica-assignment", Option::value, "B:B,B:B,...",
           "The brokers of each partition, by hand. The first of each is its preferred leader."},
          {"under-replicated-partitions", Option::flag, "",
           "Only those with replicas out of sync."},
          {"unavailable-partitions", Option::flag, "", "Only those whose leader is not there."},
          {"under-min-isr-partitions", Option::flag, "", "Only those below min.insync.replicas."},
          {"at-min-isr-partitions", Option::flag, "", "Only those exactly at min.insync.replicas."},
          {"topics-with-overrides", Option::flag, "", "Only topics with settings of their own."},
          {"if-exists", Option::flag, "", "No error where the topic does not exist."},
          {"if-not-exists", Option::flag, "", "No error where the topic exists already."},
          {"exclude-internal", Option::flag, "", "Leave out internal topics."},
          {"partition-size-limit-per-response", Option::value, "COUNT",
           "Partitions in one answer to --describe (2000)."},
      }};
  return table;
}

Result<TopicsCommand> parse_topics(const Options& options) {
  TopicsCommand command;
  const auto action = parse_action(options);
  if (!action) return action.error();
  command.action = *action;
  const auto topic = options.one("topic"), id = options.one("topic-id");
  const auto assignment = options.one("replica-assignment");
  for (const auto* given : {&topic, &id, &assignment}) {
    if (!*given) return given->error();
  }
  const auto partitions = options.number("partitions");
  const auto factor = options.number("replication-factor");
  const auto page = options.number("partition-size-limit-per-response", 1);
  for (const auto* given : {&partitions, &factor, &page}) {
    if (!*given) return given->error();
  }
  command.topic = *topic;
  if (*id) {
    command.topic_id = Uuid::parse(**id);
    if (!command.topic_id) {
      return Error{fmt::format("Input string `{}` is no topic id (22 characters of base64url)",
                               (*id)->substr(0, 60))};
    }
    if (command.topic_id->is_zero()) command.topic_id.reset();
  }
  if (*partitions) command.partitions = static_cast<std::int32_t>(**partitions);
  if (*factor) command.replication_factor = static_cast<std::int32_t>(**factor);
  if (*page) command.page = static_cast<std::int32_t>(**page);
  command.if_exists = options.has("if-exists");
  command.if_not_exists = options.has("if-not-exists");
  command.exclude_internal = options.has("exclude-internal");
  command.under_replicated = options.has("under-replicated-partitions");
  command.unavailable = options.has("unavailable-partitions");
  command.under_min_isr = options.has("under-min-isr-partitions");
  command.at_min_isr = options.has("at-min-isr-partitions");
  command.with_overrides = options.has("topics-with-overrides");
  if (auto fine = check_needs(command, options); !fine) return fine.error();
  if (auto fine = check_combinations(options); !fine) return fine.error();
  if (*assignment) {
    auto parsed = parse_assignment(**assignment);
    if (!parsed) return parsed.error();
    command.assignment = std::move(*parsed);
  }
  auto configs = parse_configs(options.all("config"));
  if (!configs) return configs.error();
  command.configs = std::move(*configs);
  if (command.topic && command.action != Action::create) {
    if (auto filter = TopicFilter::parse(*command.topic); !filter) return filter.error();
  }
  return command;
}

std::string describe_text(const TopicsCommand& command, const TopicDescription& topic,
                          const std::vector<std::int32_t>& live) {
  std::string text;
  const bool headed =
      !command.shows_some_partitions() && (!command.with_overrides || !topic.configs.empty());
  if (headed && !topic.partitions.empty()) {
    std::vector<std::string> configs;
    for (const auto& [name, setting] : topic.configs) {
      configs.push_back(fmt::format("{}={}", name, setting));
    }
    text += fmt::format("Topic: {}", topic.name);
    if (!topic.id.is_zero()) text += fmt::format("\tTopicId: {}", topic.id);
    text += fmt::format("\tPartitionCount: {}\tReplicationFactor: {}\tConfigs: {}\n",
                        topic.partitions.size(), topic.partitions.front().replicas.size(),
                        joined(configs));
  }
  if (command.with_overrides) return text;
  for (const auto& partition : topic.partitions) {
    if (is_shown(command, topic, partition, live)) text += partition_line(topic.name, partition);
  }
  return text;
}

}  // namespace lab::commands::kafka
