#include "app/commands/kafka/console_producer.h"

#include <fmt/format.h>

namespace lab::commands::kafka {
namespace {

std::string size_text(const std::optional<Slice>& bytes) {
  return bytes ? fmt::format("{} bytes", bytes->size()) : "null";
}

class ProducerSession final : public Session {
 public:
  ProducerSession(const ProducerCommand& command, client::ClientMachine& clients, Sink sink)
      : Session(clients, std::move(sink)),
        command_(command),
        producer_(clients.add_producer(new_client(command.client.client_id("console-producer")),
                                       options(command))) {}

  ~ProducerSession() override { close(); }

  void start() override {
    watch_contact(producer_.metadata(), [this](const std::string& why) {
      err(fmt::format("kafka-console-producer: {}\n", why));
      finish(failed);
    });
    ask_for_input();
  }

  bool wants_input() const override {
    return !finished() && !ending_ && !held_ && !(command_.sync && producer_.pending() != 0);
  }

  void input(std::string line) override {
    auto record = command_.reader.read(line, ++lines_);
    if (!record) return give_up(record.error().message);
    record->topic = command_.topic;
    send(std::move(*record));
  }

  void end_of_input() override { end(0); }
  // What was typed is still delivered; a second Ctrl-C is the host's.
  void cancel() override { end(cancelled); }

 private:
  static client::ProducerOptions options(const ProducerCommand& command) {
    client::ProducerOptions options;
    apply(command.client, options);
    return options;
  }

  void send(client::ProducerRecord record) {
    const std::string sizes =
        fmt::format("key: {}, value: {}", size_text(record.key), size_text(record.value));
    client::ProducerRecord copy = record;
    const auto taken = producer_.send(
        std::move(copy),
        [this, sizes](const client::Delivery& delivery) { delivered(delivery, sizes); });
    if (taken) {
      if (command_.sync) producer_.flush([] {});
      return;
    }
    if (producer_.pending() != 0) {  // buffer.memory is used up: again after a delivery
      held_ = std::move(record);
      return;
    }
    complain(sizes, taken.error().message);
    if (command_.sync) finish(failed);
  }

  void delivered(const client::Delivery& delivery, const std::string& sizes) {
    if (!delivery.ok()) {
      complain(sizes, delivery.error);
      if (command_.sync) return finish(failed);
    }
    if (held_) {
      auto record = std::move(*held_);
      held_.reset();
      send(std::move(record));
    }
    if (wants_input()) ask_for_input();
  }

  void complain(const std::string& sizes, const std::string& why) {
    err(fmt::format("ERROR Error when sending message to topic {} with {} with error: {}\n",
                    command_.topic, sizes, why));
  }

  // A line that cannot be read ends all, after what was read before it.
  void give_up(const std::string& why) {
    err(fmt::format("kafka-console-producer: {}\n", why));
    end(failed);
  }

  void end(int exit_code) {
    if (ending_) return;
    ending_ = true;
    flush(exit_code);
  }
  void flush(int exit_code) {
    producer_.flush([this, exit_code] { held_ ? flush(exit_code) : finish(exit_code); });
  }

  ProducerCommand command_;
  client::Producer& producer_;
  std::uint64_t lines_ = 0;
  std::optional<client::ProducerRecord> held_;
  bool ending_ = false;
};

// Options that are properties of the producer; each has a default that differs from the client's.
struct Mapped {
  std::string_view option, property, otherwise;
};
constexpr Mapped mapped[] = {
    {"request-required-acks", "acks", "-1"},
    {"request-timeout-ms", "request.timeout.ms", "1500"},
    {"retry-backoff-ms", "retry.backoff.ms", "100"},
    {"timeout", "linger.ms", "1000"},
    {"metadata-expiry-ms", "metadata.max.age.ms", "300000"},
    {"max-block-ms", "max.block.ms", "60000"},
    {"max-memory-bytes", "buffer.memory", "33554432"},
    {"batch-size", "batch.size", "16384"},
};

}  // namespace

const OptionTable& producer_options() {
  static const OptionTable table{
      "kafka-console-producer",
      "write each line of the input as a record.",
      {
          {"bootstrap-server", Option::value, "HOST:PORT,...",
           "Required. The brokers to ask first."},
          {"topic", Option::value, "TOPIC", "Required. Where the records go."},
          {"sync", Option::flag, "", "One record at a time: the next line after the answer."},
          {"compression-codec", Option::maybe, "CODEC",
           "none, gzip, snappy, lz4 or zstd; gzip alone."},
          {"batch-size", Option::value, "BYTES", "Of a batch, batch.size (16384)."},
          {"max-partition-memory-bytes", Option::value, "BYTES", "Deprecated: as --batch-size."},
          {"message-send-max-retries", Option::value, "COUNT",
           "Without effect here: it is tried until delivery.timeout.ms."},
          {"retry-backoff-ms", Option::value, "MS", "retry.backoff.ms (100)."},
          {"timeout", Option::value, "MS", "How long a batch may wait for more, linger.ms (1000)."},
          {"request-required-acks", Option::value, "ACKS", "-1 (all), 1 or 0 (-1)."},
          {"request-timeout-ms", Option::value, "MS", "request.timeout.ms (1500)."},
          {"metadata-expiry-ms", Option::value, "MS", "metadata.max.age.ms (300000)."},
          {"max-block-ms", Option::value, "MS",
           "How long to wait for the topic's leaders (60000)."},
          {"max-memory-bytes", Option::value, "BYTES", "buffer.memory (33554432)."},
          {"socket-buffer-size", Option::value, "BYTES", "Without effect here."},
          {"line-reader", Option::value, "CLASS",
           "Only Kafka's own org.apache.kafka.tools.LineMessageReader."},
          {"reader-property", Option::value, "NAME=VALUE",
           "How lines are read; may be repeated: parse.key, key.separator, parse.headers, "
           "headers.delimiter, headers.separator, headers.key.separator, ignore.error, "
           "null.marker."},
          {"reader-config", Option::value, "FILE", "The same from a properties file."},
          {"property", Option::value, "NAME=VALUE", "Deprecated: as --reader-property."},
          {"command-property", Option::value, "NAME=VALUE",
           "A producer property; may be repeated."},
          {"command-config", Option::value, "FILE", "The same from a properties file."},
          {"producer-property", Option::value, "NAME=VALUE", "Deprecated: as --command-property."},
          {"producer.config", Option::value, "FILE", "Deprecated: as --command-config."},
      }};
  return table;
}

Result<ProducerCommand> parse_producer(const Options& options,
                                       std::map<std::string, std::string> properties,
                                       std::map<std::string, std::string> reader,
                                       std::string& notices) {
  ProducerCommand command;
  const auto topic = options.one("topic"), line_reader = options.one("line-reader");
  if (!topic) return topic.error();
  if (!*topic) return Error{"Missing required argument \"[topic]\""};
  command.topic = **topic;
  command.sync = options.has("sync");
  if (!line_reader) return line_reader.error();
  if (*line_reader && **line_reader != "org.apache.kafka.tools.LineMessageReader") {
    return Error{fmt::format("--line-reader {}: Brokerlab loads no Java classes", **line_reader)};
  }
  const auto given = options.renamed("command-property", "producer-property", "Warning:", notices);
  if (!given) return given.error();
  for (auto& [name, text] : key_values(*given)) properties[name] = text;
  // An option wins over a property, a property over the option's default.
  for (const auto& [option, property, otherwise] : mapped) {
    const auto number = options.one(option);
    if (!number) return number.error();
    if (*number || !properties.contains(std::string(property))) {
      properties[std::string(property)] = (*number).value_or(std::string(otherwise));
    }
  }
  if (const auto bytes = options.one("max-partition-memory-bytes"); !bytes) {
    return bytes.error();
  } else if (*bytes) {
    properties["batch.size"] = **bytes;
  }
  if (options.has("compression-codec")) {
    const auto& codec = options.all("compression-codec").front();
    properties["compression.type"] = codec.empty() ? "gzip" : codec;
  }
  command.client.properties = std::move(properties);
  const auto lines = options.renamed("reader-property", "property", "Warning:", notices);
  if (!lines) return lines.error();
  for (auto& [name, text] : key_values(*lines)) reader[name] = text;
  auto parsed = LineReader::parse(reader);
  if (!parsed) return parsed.error();
  command.reader = std::move(*parsed);
  return command;
}

std::unique_ptr<Session> run_producer(const ProducerCommand& command,
                                      client::ClientMachine& machine, Sink sink) {
  return std::make_unique<ProducerSession>(command, machine, std::move(sink));
}

}  // namespace lab::commands::kafka
