// brokerlab: the lab. Reads the command line and hands over to the room that does it; nothing is
// done here.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "app/commands/cluster_program.h"
#include "engine/base/version.h"
#include "engine/host/kafka_storage.h"

namespace {

constexpr int usage_error = 2;

int kafka_storage(const std::vector<std::string>& arguments) {
  const auto result = lab::host::kafka_storage(arguments);
  fmt::print("{}", result.out);
  std::fflush(stdout);
  fmt::print(stderr, "{}", result.err);
  return result.exit_code;
}

// "NAME=VALUE", each in two.
std::vector<std::pair<std::string, std::string>> settings(const std::vector<std::string>& given) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& text : given) {
    const auto equals = text.find('=');
    pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return pairs;
}

std::string check_setting(const std::string& text) {
  const auto equals = text.find('=');
  return equals == std::string::npos || equals == 0 ? "\"" + text + "\" is not NAME=VALUE" : "";
}

struct ClusterArguments {
  lab::commands::ClusterProgramOptions options;
  int brokers = 0, base_port = 0;
  std::vector<std::string> set;
};

CLI::App* add_cluster(CLI::App& app, ClusterArguments& arguments) {
  auto* cluster = app.add_subcommand("cluster", "run a cluster without a window");
  cluster->add_option("--brokers", arguments.brokers, "how many (default: as DIR has, else 3)")
      ->check(CLI::Range(1, lab::sources::max_brokers));
  cluster->add_option("--base-port", arguments.base_port, "port of broker 1 (default: 9092)")
      ->check(CLI::Range(1, 64000));
  cluster->add_option(
      "--data", arguments.options.cluster.directory,
      "the cluster's directory (default: " + lab::sources::default_directory() + ")");
  cluster->add_option("--set", arguments.set, "NAME=VALUE, a property for all brokers")
      ->check(check_setting)
      ->allow_extra_args(false);
  cluster->add_option("--record", arguments.options.record, "write a recording of all events");
  return cluster;
}

int run_cluster(ClusterArguments& arguments) {
  auto& options = arguments.options;
  if (arguments.brokers != 0) options.cluster.brokers = arguments.brokers;
  if (arguments.base_port != 0) {
    options.cluster.base_port = static_cast<std::uint16_t>(arguments.base_port);
  }
  options.cluster.set = settings(arguments.set);
  return lab::commands::run_cluster(options);
}

}  // namespace

int main(int argc, char** argv) {
  // Kafka's own tools parse for themselves.
  if (argc > 1 && std::string(argv[1]) == "kafka-storage")
    return kafka_storage({argv + 2, argv + argc});
  CLI::App app("Brokerlab: a Kafka cluster that you can see and break", "brokerlab");
  app.set_version_flag("--version", std::string("brokerlab ") + lab::project_version);
  app.require_subcommand(1);
  ClusterArguments cluster_arguments;
  const auto* cluster = add_cluster(app, cluster_arguments);
  app.add_subcommand("kafka-storage", "format a log directory: random-uuid, format, info");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& wrong) {
    (void)app.exit(wrong);
    return usage_error;
  }
  if (cluster->parsed()) return run_cluster(cluster_arguments);
  return usage_error;
}
