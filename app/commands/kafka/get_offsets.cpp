#include "app/commands/kafka/get_offsets.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/commands/kafka/topic_filter.h"

namespace lab::commands::kafka {
namespace {

template <class T>
std::optional<T> number_in(std::string_view text) {
  T number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<std::int64_t> parse_time(const std::string& text) {
  const std::pair<const char*, std::int64_t> words[] = {
      {"latest", -1},         {"earliest", -2},      {"max-timestamp", -3},
      {"earliest-local", -4}, {"latest-tiered", -5}, {"earliest-pending-upload", -6}};
  for (const auto& [word, time] : words) {
    if (text == word) return time;
  }
  if (const auto time = number_in<std::int64_t>(text)) return *time;
  return Error{fmt::format(
      "Malformed time argument {}. Please use -1 or latest / -2 or earliest / -3 or max-timestamp "
      "/ -4 or earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload, or a "
      "specified long format timestamp",
      text)};
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

// "topic:1", "topic:0-3" (3 is not in it), "topic:5-", "topic:-3", "topic", ":2"
Result<PartitionRule> parse_rule(const std::string& text) {
  const Error wrong{fmt::format("Invalid rule specification: {}", text)};
  PartitionRule rule;
  const std::size_t colon = text.find(':');
  if (colon != 0 && !text.empty()) rule.topic = text.substr(0, colon);
  if (colon == std::string::npos || colon + 1 == text.size()) return rule;
  const std::string range = text.substr(colon + 1);
  const std::size_t dash = range.find('-');
  if (dash == std::string::npos) {
    const auto only = number_in<std::int32_t>(range);
    if (!only || *only < 0) return wrong;
    rule.partitions = {*only};
    return rule;
  }
  const std::string from = range.substr(0, dash), below = range.substr(dash + 1);
  if (!from.empty()) {
    const auto number = number_in<std::int32_t>(from);
    if (!number) return wrong;
    rule.from = *number;
  }
  if (!below.empty()) {
    const auto number = number_in<std::int32_t>(below);
    if (!number || *number < 0) return wrong;
    rule.below = *number;
  }
  return rule;
}

bool takes(const PartitionRule& rule, std::int32_t partition) {
  if (rule.partitions.empty()) return rule.from <= partition && partition < rule.below;
  return std::count(rule.partitions.begin(), rule.partitions.end(), partition) != 0;
}

class OffsetsSession final : public Session {
 public:
  OffsetsSession(const OffsetsCommand& command, client::ClientMachine& clients, Sink sink)
      : Session(clients, std::move(sink)),
        command_(command),
        admin_(clients.add_admin(new_client(command.client.client_id("GetOffsetShell")),
                                 admin_options(command.client))) {}

  ~OffsetsSession() override { close(); }

  void start() override {
    watch_contact(admin_.metadata(), [this](const std::string& why) { fail(why); });
    admin_.describe_topics(std::nullopt, [this](Result<protocol::MetadataResponse> answer) {
      if (!answer) return fail(answer.error().message);
      ask(choose(*answer));
    });
  }

 private:
  void fail(const std::string& why) {
    err(fmt::format("Error occurred: {}\n", why));
    finish(failed);
  }

  std::vector<client::OffsetQuestion> choose(const protocol::MetadataResponse& cluster) const {
    std::vector<std::pair<TopicFilter, const PartitionRule*>> rules;
    for (const auto& rule : command_.rules) {
      rules.emplace_back(std::move(*TopicFilter::parse(rule.topic)), &rule);
    }
    std::vector<client::OffsetQuestion> questions;
    for (const auto& topic : cluster.topics) {
      if (!topic.name) continue;
      const bool internal = topic.is_internal || is_internal_topic(*topic.name);
      if (command_.exclude_internal && internal) continue;
      for (const auto& partition : topic.partitions) {
        const bool meant = std::any_of(rules.begin(), rules.end(), [&](const auto& rule) {
          return takes(*rule.second, partition.partition_index) && rule.first.matches(*topic.name);
        });
        if (!meant) continue;
        questions.push_back(
            {*topic.name, PartitionIndex(partition.partition_index), command_.time});
      }
    }
    return questions;
  }

  void ask(std::vector<client::OffsetQuestion> questions) {
    if (questions.empty()) {
      return fail("Could not match any topic-partitions with the specified filters");
    }
    // Kafka's order: by the text "topic-partition".
    std::sort(questions.begin(), questions.end(), [](const auto& a, const auto& b) {
      return fmt::format("{}-{}", a.topic, a.partition) <
             fmt::format("{}-{}", b.topic, b.partition);
    });
    admin_.list_offsets(std::move(questions),
                        [this](Result<std::vector<client::OffsetAnswer>> answers) {
                          if (!answers) return fail(answers.error().message);
                          for (const auto& answer : *answers) print(answer);
                          finish(0);
                        });
  }

  void print(const client::OffsetAnswer& answer) {
    if (!answer.error.empty()) {
      return err(fmt::format("Skip getting offsets for topic-partition {}-{} due to error: {}\n",
                             answer.topic, answer.partition, answer.error));
    }
    if (answer.offset == no_offset) return;
    out(fmt::format("{}:{}:{}\n", answer.topic, answer.partition, answer.offset));
  }

  OffsetsCommand command_;
  client::Admin& admin_;
};

}  // namespace

const OptionTable& offsets_options() {
  static const OptionTable table{
      "kafka-get-offsets",
      "offsets of partitions, as TOPIC:PARTITION:OFFSET.",
      {
          {"bootstrap-server", Option::value, "HOST:PORT,...",
           "Required. The brokers to ask first."},
          {"command-config", Option::value, "FILE", "A properties file for the client."},
          {"topic", Option::value, "TOPIC", "A regular expression; all topics without it."},
          {"partitions", Option::value, "N,N,...",
           "These partitions of the topics; all without it."},
          {"topic-partitions", Option::value, "RULE,RULE,...",
           "Instead of --topic and --partitions: topic:1, topic:0-3 (0, 1 and 2), topic:5-, "
           "topic:-3, topic, :2."},
          {"time", Option::value, "TIME",
           "Which offset: -1 or latest (default), -2 or earliest, -3 or max-timestamp, -4 or "
           "earliest-local, -5 or latest-tiered, -6 or earliest-pending-upload, or of the first "
           "record from a time on, in ms since 1970."},
          {"exclude-internal-topics", Option::flag, "", "Leave out internal topics."},
      }};
  return table;
}

Result<OffsetsCommand> parse_offsets(const Options& options) {
  OffsetsCommand command;
  const auto rules = options.one("topic-partitions"), topic = options.one("topic");
  const auto partitions = options.one("partitions"), time = options.one("time");
  for (const auto* given : {&rules, &topic, &partitions, &time}) {
    if (!*given) return given->error();
  }
  if (*rules && (*topic || *partitions)) {
    return Error{"--topic-partitions cannot be used with --topic or --partitions"};
  }
  const auto when = parse_time((*time).value_or("latest"));
  if (!when) return when.error();
  command.time = *when;
  command.exclude_internal = options.has("exclude-internal-topics");
  if (*rules) {
    for (const auto& text : split(**rules)) {
      auto rule = parse_rule(text);
      if (!rule) return rule.error();
      command.rules.push_back(std::move(*rule));
    }
  } else {
    auto& rule = command.rules.emplace_back();
    if (*topic) rule.topic = **topic;
    const auto listed =
        *partitions && !(*partitions)->empty() ? split(**partitions) : std::vector<std::string>{};
    for (const auto& text : listed) {
      const auto number = number_in<std::int32_t>(text);
      if (!number) {
        return Error{fmt::format(
            "--partitions expects a comma separated list of numeric partition ids, but received: "
            "{}",
            **partitions)};
      }
      rule.partitions.push_back(*number);
    }
  }
  for (const auto& rule : command.rules) {
    if (auto filter = TopicFilter::parse(rule.topic); !filter) return filter.error();
  }
  return command;
}

std::unique_ptr<Session> run_offsets(const OffsetsCommand& command, client::ClientMachine& machine,
                                     Sink sink) {
  return std::make_unique<OffsetsSession>(command, machine, std::move(sink));
}

}  // namespace lab::commands::kafka
