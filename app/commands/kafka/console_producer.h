// kafka-console-producer: each line of the input becomes a record.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/kafka/client_settings.h"
#include "app/commands/kafka/options.h"
#include "app/commands/kafka/session.h"

namespace lab::commands::kafka {

// How a line becomes a record; names and defaults as the reader's properties.
struct LineReader {
  bool parse_key = false, parse_headers = false, ignore_error = false;
  std::string key_separator = "\t", headers_delimiter = "\t", headers_separator = ",",
              headers_key_separator = ":";
  std::optional<std::string> null_marker;
  bool operator==(const LineReader&) const = default;

  static Result<LineReader> parse(const std::map<std::string, std::string>& properties);
  // Without topic. `number`: of the line, for the error.
  Result<client::ProducerRecord> read(const std::string& line, std::uint64_t number) const;
};

struct ProducerCommand {
  ClientSettings client;  // what the options say is in its properties
  std::string topic;
  LineReader reader;
  bool sync = false;
  bool operator==(const ProducerCommand&) const = default;
};

const OptionTable& producer_options();
// `properties` come from --command-config, `reader` from --reader-config. What is deprecated is
// said in `notices`.
Result<ProducerCommand> parse_producer(const Options& options,
                                       std::map<std::string, std::string> properties,
                                       std::map<std::string, std::string> reader,
                                       std::string& notices);
std::unique_ptr<Session> run_producer(const ProducerCommand& command,
                                      client::ClientMachine& machine, Sink sink);

}  // namespace lab::commands::kafka
