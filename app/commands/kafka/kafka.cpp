#include "app/commands/kafka/kafka.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/nearest.h"
#include "engine/base/version.h"
#include "engine/broker/properties.h"

namespace lab::commands::kafka {
namespace {

using Arguments = std::vector<std::string>;
constexpr std::string_view kafka_version = "4.3.1";

Say version() {
  return {fmt::format("{} (Brokerlab {})\n", kafka_version, project_version), "", 0};
}

Error usage_error(const std::string& tool, const std::string& why) {
  return Error{fmt::format("{}\n(All options: {} --help)\n", why, tool)};
}

using Properties = std::map<std::string, std::string>;

// The properties of a file that an option names; none where it is not given.
Result<Properties> file_of(const Result<std::optional<std::string>>& path,
                           const ReadFile& read_file) {
  Properties properties;
  if (!path) return path.error();
  if (!*path) return properties;
  const auto text = read_file(**path);
  if (!text) return text.error();
  const auto parsed = broker::parse_properties(*text, **path);
  if (!parsed) return parsed.error();
  for (const auto& entry : parsed->entries) properties[entry.key] = entry.value;
  return properties;
}

// Where to connect, as --bootstrap-server says or the caller.
Result<std::vector<Address>> bootstrap_of(const std::optional<std::string>& given,
                                          const std::string& otherwise,
                                          const std::string& missing) {
  const std::string text = given.value_or(otherwise);
  if (text.empty()) return Error{missing};
  return parse_bootstrap(text);
}

// What all tools do with what their own parser made of the options.
template <class What>
Result<Command> finish(const std::string& tool, Result<What> what, ClientKind kind,
                       const std::optional<std::string>& given, const std::string& otherwise,
                       const std::string& missing, const std::string& notices) {
  const auto addresses = bootstrap_of(given, otherwise, missing);
  if (!addresses) return usage_error(tool, addresses.error().message);
  if (!what) return usage_error(tool, what.error().message);
  what->client.bootstrap = *addresses;
  const auto told = check_settings(what->client, kind);
  if (!told) return usage_error(tool, told.error().message);
  return Command{tool, notices + *told, std::move(*what)};
}

constexpr const char* missing_server = "Missing required argument \"[bootstrap-server]\"";

Result<Command> parse_topics_command(const std::string& tool, const Options& options,
                                     const ReadFile& read_file, const std::string& bootstrap) {
  const auto file = file_of(options.one("command-config"), read_file);
  if (!file) return usage_error(tool, file.error().message);
  std::string notices;
  if (options.has("delete-config")) {
    notices +=
        "delete-config option is no longer supported and deprecated since version 4.0. The "
        "config will be fully removed in future releases.\n";
  }
  auto what = parse_topics(options);
  if (what) what->client.properties = *file;
  const auto server = options.one("bootstrap-server");
  if (!server) return usage_error(tool, server.error().message);
  return finish(tool, std::move(what), ClientKind::admin, *server, bootstrap,
                "--bootstrap-server must be specified", notices);
}

Result<Command> parse_offsets_command(const std::string& tool, const Options& options,
                                      const ReadFile& read_file, const std::string& bootstrap) {
  const auto file = file_of(options.one("command-config"), read_file);
  if (!file) return usage_error(tool, "Error occurred: " + file.error().message);
  auto what = parse_offsets(options);
  if (what) what->client.properties = *file;
  if (!what) return Error{fmt::format("Error occurred: {}\n", what.error().message)};
  const auto server = options.one("bootstrap-server");
  if (!server) return usage_error(tool, server.error().message);
  return finish(tool, std::move(what), ClientKind::admin, *server, bootstrap, missing_server, "");
}

// The console tools: two files, each with a deprecated name.
template <class Parser>
Result<Command> parse_console_tool(const std::string& tool, const Options& options,
                                   const ReadFile& read_file, const std::string& bootstrap,
                                   const char* old_config, const char* lines_config,
                                   ClientKind kind, Parser parser) {
  std::string notices;
  if (options.has(old_config)) {
    notices += fmt::format(
        "Option --{} is deprecated and will be removed in a future version. Use --command-config "
        "instead.\n",
        old_config);
  }
  const bool old = options.has(old_config) && !options.has("command-config");
  const auto client = file_of(options.one(old ? old_config : "command-config"), read_file);
  const auto lines = file_of(options.one(lines_config), read_file);
  if (!client) return usage_error(tool, client.error().message);
  if (!lines) return usage_error(tool, lines.error().message);
  const auto server = options.one("bootstrap-server");
  if (!server) return usage_error(tool, server.error().message);
  auto what = parser(options, *client, *lines, notices);
  return finish(tool, std::move(what), kind, *server, bootstrap, missing_server, notices);
}

Result<Command> parse_quorum_command(const std::string& tool, const Arguments& arguments,
                                     const ReadFile& read_file, const std::string& bootstrap) {
  auto parsed = parse_quorum(arguments);
  if (!parsed) return Error{parsed.error().message + "\n"};
  if (parsed->help) return Command{tool, "", Say{quorum_usage(), "", 0}};
  const auto config = parsed->config.empty() ? std::optional<std::string>() : parsed->config;
  const auto file = file_of(config, read_file);
  if (!file) return Error{file.error().message + "\n"};
  parsed->command.client.properties = *file;
  const auto server = parsed->bootstrap.empty() ? std::optional<std::string>() : parsed->bootstrap;
  return finish(tool, Result<QuorumCommand>(std::move(parsed->command)), ClientKind::admin, server,
                bootstrap, "kafka-metadata-quorum: error: --bootstrap-server is required", "");
}

const OptionTable* table_of(const std::string& tool) {
  if (tool == "kafka-topics") return &topics_options();
  if (tool == "kafka-console-producer") return &producer_options();
  if (tool == "kafka-console-consumer") return &consumer_options();
  if (tool == "kafka-get-offsets") return &offsets_options();
  if (tool == "kafka-dump-log") return &dump_log_options();
  return nullptr;
}

}  // namespace

const std::vector<std::string>& tool_names() {
  static const std::vector<std::string> names{"kafka-topics",           "kafka-console-producer",
                                              "kafka-console-consumer", "kafka-get-offsets",
                                              "kafka-metadata-quorum",  "kafka-dump-log"};
  return names;
}

std::string tool_named(std::string_view word) {
  word.remove_prefix(word.rfind('/') == std::string_view::npos ? 0 : word.rfind('/') + 1);
  if (word.ends_with(".sh")) word.remove_suffix(3);
  const auto& names = tool_names();
  const auto at = std::find(names.begin(), names.end(), word);
  return at == names.end() ? std::string() : *at;
}

Result<Command> parse(const std::string& tool, const Arguments& arguments,
                      const ReadFile& read_file, const std::string& bootstrap) {
  const bool asks_version =
      std::find(arguments.begin(), arguments.end(), "--version") != arguments.end();
  if (tool == "kafka-metadata-quorum") {
    if (asks_version) return Command{tool, "", version()};
    return parse_quorum_command(tool, arguments, read_file, bootstrap);
  }
  const OptionTable* table = table_of(tool);
  if (table == nullptr) {
    const std::string near = nearest(tool, tool_names(), tool.size() / 2 + 1);
    return Error{fmt::format("there is no {}{}\n", tool.substr(0, 60),
                             near.empty() ? "" : fmt::format(" (did you mean {}?)", near))};
  }
  const auto options = parse_options(*table, arguments);
  if (!options) {
    const std::string prefix = tool == "kafka-get-offsets" ? "Error occurred: " : "";
    return usage_error(tool, prefix + options.error().message);
  }
  // Kafka 4.3 says its usage on standard error and exits with 1, asked for or not.
  if (arguments.empty() || options->has("help")) {
    return Command{tool, "", Say{"", usage(*table), 1}};
  }
  if (options->has("version")) return Command{tool, "", version()};
  if (tool == "kafka-topics") return parse_topics_command(tool, *options, read_file, bootstrap);
  if (tool == "kafka-get-offsets") {
    return parse_offsets_command(tool, *options, read_file, bootstrap);
  }
  if (tool == "kafka-console-producer") {
    return parse_console_tool(tool, *options, read_file, bootstrap, "producer.config",
                              "reader-config", ClientKind::producer, parse_producer);
  }
  if (tool == "kafka-console-consumer") {
    return parse_console_tool(tool, *options, read_file, bootstrap, "consumer.config",
                              "formatter-config", ClientKind::consumer, parse_consumer);
  }
  auto dump = parse_dump_log(*options);
  if (!dump) return usage_error(tool, dump.error().message);
  return Command{tool, "", std::move(*dump)};
}

namespace {

// --help and --version under way.
class SaySession final : public Session {
 public:
  SaySession(Say say, client::ClientMachine& machine, Sink sink)
      : Session(machine, std::move(sink)), say_(std::move(say)) {}
  void start() override {
    if (!say_.out.empty()) out(say_.out);
    if (!say_.err.empty()) err(say_.err);
    finish(say_.exit_code);
  }

 private:
  Say say_;
};

struct Runner {
  client::ClientMachine& machine;
  Sink& sink;
  std::unique_ptr<Session> operator()(const Say& say) {
    return std::make_unique<SaySession>(say, machine, std::move(sink));
  }
  std::unique_ptr<Session> operator()(const TopicsCommand& command) {
    return run_topics(command, machine, std::move(sink));
  }
  std::unique_ptr<Session> operator()(const ProducerCommand& command) {
    return run_producer(command, machine, std::move(sink));
  }
  std::unique_ptr<Session> operator()(const ConsumerCommand& command) {
    return run_consumer(command, machine, std::move(sink));
  }
  std::unique_ptr<Session> operator()(const OffsetsCommand& command) {
    return run_offsets(command, machine, std::move(sink));
  }
  std::unique_ptr<Session> operator()(const QuorumCommand& command) {
    return run_quorum(command, machine, std::move(sink));
  }
  std::unique_ptr<Session> operator()(const DumpLogCommand& command) {
    return run_dump_log(command, machine, std::move(sink));
  }
};

}  // namespace

std::unique_ptr<Session> run(const Command& command, client::ClientMachine& machine, Sink sink) {
  if (!command.notices.empty()) sink.out(command.notices);
  auto session = std::visit(Runner{machine, sink}, command.what);
  session->start();
  return session;
}

}  // namespace lab::commands::kafka
