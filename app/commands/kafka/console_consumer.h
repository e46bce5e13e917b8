// kafka-console-consumer: prints the records of topics. Without consumer groups it reads the
// partitions directly.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/commands/kafka/client_settings.h"
#include "app/commands/kafka/options.h"
#include "app/commands/kafka/session.h"

namespace lab::commands::kafka {

// How a record becomes a line; names and defaults as the formatter's properties.
struct RecordFormat {
  enum class As : std::uint8_t { text, int16, int32, int64 };
  bool timestamp = false, partition = false, offset = false, epoch = false, headers = false,
       key = false, value = true;
  std::string key_separator = "\t", line_separator = "\n", headers_separator = ",",
              null_literal = "null";
  As key_as = As::text, value_as = As::text, headers_as = As::text;
  bool operator==(const RecordFormat&) const = default;

  static Result<RecordFormat> parse(const std::map<std::string, std::string>& properties);
  // An error: bytes that are not what a deserializer wants.
  Result<std::string> text(const client::ConsumerRecord& record) const;
};

struct ConsumerCommand {
  ClientSettings client;
  std::string topics;  // a name, or with `pattern` a regular expression
  bool pattern = false;
  std::optional<std::int32_t> partition;
  client::StartAt start;
  bool nothing_printed = false;  // NoOpMessageFormatter
  RecordFormat format;
  std::optional<std::uint64_t> max_messages;
  std::optional<Duration> timeout;
  bool skip_errors = false;
  bool operator==(const ConsumerCommand& other) const {
    return client == other.client && topics == other.topics && pattern == other.pattern &&
           partition == other.partition && start.kind == other.start.kind &&
           start.value == other.start.value && format == other.format &&
           nothing_printed == other.nothing_printed && max_messages == other.max_messages &&
           timeout == other.timeout && skip_errors == other.skip_errors;
  }
};

const OptionTable& consumer_options();
// `properties` come from --command-config, `format` from --formatter-config. What is deprecated is
// said in `notices`.
Result<ConsumerCommand> parse_consumer(const Options& options,
                                       std::map<std::string, std::string> properties,
                                       std::map<std::string, std::string> format,
                                       std::string& notices);
std::unique_ptr<Session> run_consumer(const ConsumerCommand& command,
                                      client::ClientMachine& machine, Sink sink);

}  // namespace lab::commands::kafka
