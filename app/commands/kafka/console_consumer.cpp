#include "app/commands/kafka/console_consumer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "app/commands/kafka/topic_filter.h"

namespace lab::commands::kafka {
namespace {

constexpr auto flag = Option::Takes::nothing;
constexpr auto value = Option::Takes::value;
// How often it is looked whether there are new topics or partitions.
constexpr Duration look_again = seconds(1);

class ConsumerSession final : public Session {
 public:
  ConsumerSession(const ConsumerCommand& command, client::ClientMachine& clients, Sink sink)
      : Session(clients, std::move(sink)),
        command_(command),
        admin_(clients.add_admin(new_client(command.client.client_id("console-consumer")),
                                 admin_options(command.client))),
        consumer_(add_consumer(clients)),
        quiet_timer_(clients.context(), [this] { end(0); }),
        look_timer_(clients.context(), [this] { look(); }) {
    if (command.pattern) filter_.emplace(std::move(*TopicFilter::parse(command.topics)));
  }
  ~ConsumerSession() override { close(); }

  void start() override {
    watch_contact(admin_.metadata(), [this](const std::string& why) { fail(why); });
    if (!command_.partition) {
      err("kafka-console-consumer: Brokerlab has no consumer groups yet: all partitions are read "
          "directly, and nothing is committed\n");
    }
    if (command_.max_messages) consumer_.grant(*command_.max_messages);
    if (command_.max_messages == 0U) return end(0);
    wait_for_records();
    look();
  }

  void cancel() override { end(cancelled); }

 private:
  client::Consumer& add_consumer(client::ClientMachine& clients) {
    client::ConsumerOptions options;
    apply(command_.client, options);
    options.network.client_id = command_.client.client_id("console-consumer");
    return clients.add_consumer(
        new_client("console-consumer-records"), options,
        [this](const client::ConsumerRecord& record) { print(record); },
        [this](const client::ConsumerTrouble& trouble) {
          err(fmt::format("kafka-console-consumer: {}-{}: {}\n", trouble.topic, trouble.partition,
                          trouble.what));
        });
  }

  void fail(const std::string& why) {
    err(fmt::format("kafka-console-consumer: {}\n", why));
    end(failed);
  }

  void end(int exit_code) {
    if (finished()) return;
    quiet_timer_.cancel();
    look_timer_.cancel();
    err(fmt::format("Processed a total of {} messages\n", count_));
    finish(exit_code);
  }

  void wait_for_records() {
    if (command_.timeout) quiet_timer_.arm_in(*command_.timeout);
  }

  // Which partitions there are; again and again, as topics and partitions may come.
  void look() {
    std::optional<std::vector<std::string>> names;
    if (!filter_) names = {command_.topics};
    admin_.describe_topics(names, [this](const Result<protocol::MetadataResponse>& answer) {
      if (finished()) return;
      if (answer) take(*answer);
      if (!command_.partition || assigned_.empty()) look_timer_.arm_in(look_again);
    });
  }

  void take(const protocol::MetadataResponse& cluster) {
    for (const auto& topic : cluster.topics) {
      if (!topic.name || topic.error_code != 0) continue;
      if (filter_ && (is_internal_topic(*topic.name) || !filter_->matches(*topic.name))) continue;
      for (const auto& partition : topic.partitions) {
        const std::int32_t index = partition.partition_index;
        if (command_.partition && index != *command_.partition) continue;
        if (!assigned_.emplace(*topic.name, index).second) continue;
        // Partitions that came later are read from their begin: their records are all new.
        const auto start = looked_ ? client::StartAt::beginning() : command_.start;
        consumer_.assign(*topic.name, PartitionIndex(index), start);
      }
    }
    if (!looked_ && assigned_.empty()) {
      err(fmt::format("kafka-console-consumer: there is no {}{} yet: waiting for it\n",
                      filter_ ? "topic that matches " : "", what()));
    }
    looked_ = true;
  }

  std::string what() const {
    return command_.partition ? fmt::format("{}-{}", command_.topics, *command_.partition)
           : filter_          ? command_.topics
                              : "topic " + command_.topics;
  }

  void print(const client::ConsumerRecord& record) {
    if (finished()) return;
    ++count_;
    if (!command_.nothing_printed) {
      const auto text = command_.format.text(record);
      if (text) {
        out(*text);
      } else {
        err(fmt::format("kafka-console-consumer: {}-{} offset {}: {}\n", record.topic,
                        record.partition, record.offset, text.error().message));
        if (!command_.skip_errors) return end(failed);
      }
    }
    if (command_.max_messages == count_) return end(0);
    wait_for_records();
  }

  ConsumerCommand command_;
  client::Admin& admin_;
  client::Consumer& consumer_;
  std::optional<TopicFilter> filter_;
  std::set<std::pair<std::string, std::int32_t>> assigned_;
  bool looked_ = false;
  std::uint64_t count_ = 0;
  Context::Timer quiet_timer_, look_timer_;
};

// ---- Parsing

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

// `once` and its deprecated name `old`, which may not both be given.
Result<std::vector<std::string>> renamed(const Options& options, std::string_view once,
                                         std::string_view old, std::string& notices) {
  if (!options.has(old)) return options.all(once);
  if (options.has(once)) {
    return Error{fmt::format("Options --{} and --{} cannot be specified together.", old, once)};
  }
  notices += fmt::format(
      "Option --{} is deprecated and will be removed in a future version. Use --{} instead.\n", old,
      once);
  return options.all(old);
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
  const auto given = renamed(options, "formatter-property", "property", notices);
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
          {"bootstrap-server", value, "HOST:PORT,...", "Required. The brokers to ask first."},
          {"topic", value, "TOPIC", "What to read."},
          {"include", value, "REGEX", "Instead of --topic: all topics whose name matches."},
          {"partition", value, "N", "This partition alone, from its end unless --offset is given."},
          {"offset", value, "OFFSET", "With --partition: a number, earliest or latest (default)."},
          {"from-beginning", flag, "", "From the first record that there is; else from the end."},
          {"max-messages", value, "COUNT", "End after so many."},
          {"timeout-ms", value, "MS", "End when no record has come for so long."},
          {"formatter-property", value, "NAME=VALUE",
           "What is printed; may be repeated: print.timestamp, print.partition, print.offset, "
           "print.epoch, print.headers, print.key, print.value (true or false), key.separator, "
           "line.separator, headers.separator, null.literal, key.deserializer, "
           "value.deserializer, headers.deserializer."},
          {"formatter-config", value, "FILE", "The same from a properties file."},
          {"property", value, "NAME=VALUE", "Deprecated: as --formatter-property."},
          {"formatter", value, "CLASS", "Kafka's DefaultMessageFormatter or NoOpMessageFormatter."},
          {"key-deserializer", value, "CLASS", "Kafka's String, Short, Integer or Long."},
          {"value-deserializer", value, "CLASS", "Kafka's String, Short, Integer or Long."},
          {"skip-message-on-error", flag, "", "Go on behind a record that cannot be printed."},
          {"isolation-level", value, "LEVEL",
           "read_uncommitted or read_committed: the same here, without transactions."},
          {"group", value, "GROUP", "Refused: there are no consumer groups yet."},
          {"command-property", value, "NAME=VALUE", "A consumer property; may be repeated."},
          {"command-config", value, "FILE", "The same from a properties file."},
          {"consumer-property", value, "NAME=VALUE", "Deprecated: as --command-property."},
          {"consumer.config", value, "FILE", "Deprecated: as --command-config."},
          {"enable-systest-events", flag, "", "Without effect here."},
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
  const auto given = renamed(options, "command-property", "consumer-property", notices);
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

std::unique_ptr<Session> run_consumer(const ConsumerCommand& command,
                                      client::ClientMachine& machine, Sink sink) {
  return std::make_unique<ConsumerSession>(command, machine, std::move(sink));
}

}  // namespace lab::commands::kafka
