// See console_consumer.h: the options. console_consumer_run.cpp carries them out.
#include "app/commands/kafka/console_consumer.h"

#include <fmt/format.h>

#include <charconv>

#include "app/commands/kafka/topic_filter.h"

namespace lab::commands::kafka {
namespace {

Result<client::StartAt> parse_start(const Options& options, const std::string& reset) {
  const auto offset = options.one("offset");
  if (!offset) return offset.error();
  if (!*offset) {
    return options.has("from-beginning") || reset == "earliest" ? client::StartAt::beginning()
                                                                : client::StartAt::end();
  }
  std::string word = **offset;
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (word == "earliest") return client::StartAt::beginning();
  if (word == "latest") return client::StartAt::end();
  std::int64_t number = -1;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || stop != word.data() + word.size() || number < 0) {
    return Error{fmt::format(
        "The provided offset value '{}' is incorrect. Valid values are 'earliest', 'latest', or a "
        "non-negative long.",
        **offset)};
  }
  return client::StartAt::offset(Offset(number));
}

Result<> check_needs(const Options& options) {
  const bool topic = options.has("topic"), include = options.has("include");
  if (topic == include) return Error{"Exactly one of --topic and --include is required"};
  if (options.has("group")) {
    return Error{
        "--group: Brokerlab has no consumer groups yet. Without --group all partitions are read "
        "directly"};
  }
  if (options.has("partition") && !topic) {
    return Error{"The topic is required when partition is specified."};
  }
  if (options.has("partition") && options.has("from-beginning") && options.has("offset")) {
    return Error{"Options from-beginning and offset cannot be specified together."};
  }
  if (!options.has("partition") && options.has("offset")) {
    return Error{"The partition is required when offset is specified."};
  }
  return {};
}

// The formatter: Kafka's default one, or the one that prints nothing.
Result<> parse_format(const Options& options, std::map<std::string, std::string> format,
                      std::string& notices, ConsumerCommand& command) {
  const auto formatter = options.one("formatter"), key = options.one("key-deserializer"),
             content = options.one("value-deserializer");
  for (const auto* given : {&formatter, &key, &content}) {
    if (!*given) return given->error();
  }
  const std::string package = "org.apache.kafka.tools.consumer.";
  const std::string name = (*formatter).value_or(package + "DefaultMessageFormatter");
  command.nothing_printed = name == package + "NoOpMessageFormatter";
  if (!command.nothing_printed && name != package + "DefaultMessageFormatter") {
    return Error{fmt::format(
        "--formatter {}: Brokerlab has {}DefaultMessageFormatter and NoOpMessageFormatter only",
        name, package)};
  }
  if (*key) format["key.deserializer"] = **key;
  if (*content) format["value.deserializer"] = **content;
  const auto given = options.renamed("formatter-property", "property", "Option", notices);
  if (!given) return given.error();
  for (auto& [property, text] : key_values(*given)) format[property] = text;
  auto parsed = RecordFormat::parse(format);
  if (!parsed) return parsed.error();
  command.format = std::move(*parsed);
  return {};
}

}  // namespace

const OptionTable& consumer_options() {
  static const OptionTable table{
      "kafka-console-consumer",
      "print the records of topics.",
      {
          {"bootstrap-server", Option::value, "HOST:PORT,...",
           "Required. The brokers to ask first."},
          {"topic", Option::value, "TOPIC", "What to read."},
          {"include", Option::value, "REGEX", "Instead of --topic: all topics whose name matches."},
          {"partition", Option::value, "N",
           "This partition alone, from its end unless --offset is given."},
          {"offset", Option::value, "OFFSET",
           "With --partition: a number, earliest or latest (default)."},
          {"from-beginning", Option::flag, "",
           "From the first record that there is; else from the end."},
          {"max-messages", Option::value, "COUNT", "End after so many."},
          {"timeout-ms", Option::value, "MS", "End when no record has come for so long."},
          {"formatter-property", Option::value, "NAME=VALUE",
           "What is printed; may be repeated: print.timestamp, print.partition, print.offset, "
           "print.epoch, print.headers, print.key, print.value (true or false), key.separator, "
           "line.separator, headers.separator, null.literal, key.deserializer, "
           "value.deserializer, headers.deserializer."},
          {"formatter-config", Option::value, "FILE", "The same from a properties file."},
          {"property", Option::value, "NAME=VALUE", "Deprecated: as --formatter-property."},
          {"formatter", Option::value, "CLASS",
           "Kafka's DefaultMessageFormatter or NoOpMessageFormatter."},
          {"key-deserializer", Option::value, "CLASS", "Kafka's String, Short, Integer or Long."},
          {"value-deserializer", Option::value, "CLASS", "Kafka's String, Short, Integer or Long."},
          {"skip-message-on-error", Option::flag, "",
           "Go on behind a record that cannot be printed."},
          {"isolation-level", Option::value, "LEVEL",
           "read_uncommitted or read_committed: the same here, without transactions."},
          {"group", Option::value, "GROUP", "Refused: there are no consumer groups yet."},
          {"command-property", Option::value, "NAME=VALUE",
           "A consumer property; may be repeated."},
          {"command-config", Option::value, "FILE", "The same from a properties file."},
          {"consumer-property", Option::value, "NAME=VALUE", "Deprecated: as --command-property."},
          {"consumer.config", Option::value, "FILE", "Deprecated: as --command-config."},
          {"enable-systest-events", Option::flag, "", "Without effect here."},
      }};
  return table;
}

Result<ConsumerCommand> parse_consumer(const Options& options,
                                       std::map<std::string, std::string> properties,
                                       std::map<std::string, std::string> format,
                                       std::string& notices) {
  ConsumerCommand command;
  if (auto fine = check_needs(options); !fine) return fine.error();
  command.pattern = options.has("include");
  const auto topics = options.one(command.pattern ? "include" : "topic");
  const auto level = options.one("isolation-level");
  if (!topics) return topics.error();
  if (!level) return level.error();
  command.topics = **topics;
  if (auto filter = TopicFilter::parse(command.topics); command.pattern && !filter) {
    return filter.error();
  }
  const auto partition = options.number("partition", 0);
  const auto most = options.number("max-messages", -1);
  const auto timeout = options.number("timeout-ms", INT64_MIN, INT64_MAX);
  for (const auto* given : {&partition, &most, &timeout}) {
    if (!*given) return given->error();
  }
  if (*partition) command.partition = static_cast<std::int32_t>(**partition);
  if (*most && **most >= 0) command.max_messages = static_cast<std::uint64_t>(**most);
  constexpr std::int64_t a_year_ms = 366LL * 24 * 3600 * 1000;
  if (*timeout && **timeout >= 0 && **timeout <= a_year_ms) {
    command.timeout = milliseconds(**timeout);
  }
  command.skip_errors = options.has("skip-message-on-error");
  const auto given = options.renamed("command-property", "consumer-property", "Option", notices);
  if (!given) return given.error();
  for (auto& [name, text] : key_values(*given)) properties[name] = text;
  if (*level) properties["isolation.level"] = **level;
  const bool beginning = options.has("from-beginning");
  const std::string reset = properties.contains("auto.offset.reset")
                                ? properties["auto.offset.reset"]
                                : (beginning ? "earliest" : "latest");
  if (beginning && reset != "earliest") {
    return Error{fmt::format(
        "Can't simultaneously specify --from-beginning and 'auto.offset.reset={}', please remove "
        "one option",
        reset)};
  }
  properties["auto.offset.reset"] = reset;
  command.client.properties = std::move(properties);
  const auto start = parse_start(options, command.partition ? "latest" : reset);
  if (!start) return start.error();
  command.start = *start;
  if (auto fine = parse_format(options, std::move(format), notices, command); !fine) {
    return fine.error();
  }
  return command;
}

}  // namespace lab::commands::kafka
