#include "engine/host/kafka_storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "engine/broker/properties.h"
#include "engine/host/clock.h"
#include "engine/host/properties_file.h"
#include "engine/host/real_disk.h"

namespace lab::host {
namespace {

using storage::meta_properties_file;
constexpr std::string_view metadata_version = "4.3-IV0";
constexpr std::string_view usage =
    "usage: kafka-storage {random-uuid,format,info} ...\n"
    "  random-uuid                       print a random UUID, for a new cluster's id\n"
    "  format --cluster-id|-t ID --config|-c FILE [--ignore-formatted|-g] [--standalone|-s |\n"
    "         --no-initial-controllers|-N]\n"
    "                                    format the log directory of this node\n"
    "  info --config|-c FILE             what the log directory of this node holds\n";

Uuid random_uuid() {
  Rng rng(random_bits());
  return Uuid::random(rng);
}

struct Arguments {
  std::string command;
  std::optional<std::string> config, cluster_id;
  bool ignore_formatted = false, standalone = false, no_initial_controllers = false;
};

CommandResult wrong_usage(const std::string& why) {
  return {1, {}, fmt::format("{}kafka-storage: error: {}\n", usage, why)};
}
CommandResult failed(const std::string& why) { return {1, {}, why + "\n"}; }

// Flags of Kafka's that ask for what Brokerlab does not have.
std::string refusal_of(const std::string& flag) {
  if (flag == "--add-scram" || flag == "-S") return flag + ": Brokerlab has no SASL authentication";
  if (flag == "--initial-controllers" || flag == "-I") {
    return flag +
           ": Brokerlab has no dynamic quorum (KIP-853). Write controller.quorum.voters "
           "into the configuration instead, and format without this flag";
  }
  return flag + ": Brokerlab always formats with metadata.version " + std::string(metadata_version);
}

Result<Arguments> parse(const std::vector<std::string>& words) {
  Arguments result;
  if (words.empty()) return Error{"too few arguments"};
  result.command = words[0];
  if (result.command != "random-uuid" && result.command != "format" && result.command != "info") {
    return Error{fmt::format("invalid choice: '{}' (choose from 'random-uuid', 'format', 'info')",
                             words[0])};
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& flag = words[i];
    const bool config = flag == "--config" || flag == "-c";
    if (config || flag == "--cluster-id" || flag == "-t") {
      if (i + 1 == words.size()) {
        return Error{fmt::format("argument {}: expected one argument",
                                 config ? "--config/-c" : "--cluster-id/-t")};
      }
      (config ? result.config : result.cluster_id) = words[++i];
    } else if (flag == "--ignore-formatted" || flag == "-g") {
      result.ignore_formatted = true;
    } else if (flag == "--standalone" || flag == "-s") {
      result.standalone = true;
    } else if (flag == "--no-initial-controllers" || flag == "-N") {
      result.no_initial_controllers = true;
    } else if (flag == "--add-scram" || flag == "-S" || flag == "--initial-controllers" ||
               flag == "-I" || flag == "--release-version" || flag == "-r" || flag == "--feature" ||
               flag == "-f") {
      return Error{refusal_of(flag)};
    } else {
      return Error{"unrecognized arguments: " + flag};
    }
  }
  if (result.command != "random-uuid" && !result.config) {
    return Error{"argument --config/-c is required"};
  }
  if (result.command == "format" && !result.cluster_id) {
    return Error{"argument --cluster-id/-t is required"};
  }
  if (result.standalone && result.no_initial_controllers) {
    return Error{"argument --no-initial-controllers/-N: not allowed with argument --standalone/-s"};
  }
  return result;
}

bool plain_text(const std::string& text) {
  return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
  });
}

// Kafka's rules on --standalone and its like; empty where they hold.
std::string quorum_refusal(const Arguments& arguments, const broker::Properties& properties,
                           const broker::Config& config) {
  const bool voters = !properties.get("controller.quorum.voters").empty();
  const bool flag = arguments.standalone || arguments.no_initial_controllers;
  if (voters && flag) {
    return "You cannot specify controller.quorum.voters and format the node with --standalone, "
           "--initial-controllers, or --no-initial-controllers. If you intend to use a dynamic "
           "quorum, remove controller.quorum.voters from the configuration";
  }
  if (arguments.standalone && !config.role_controller) {
    return "You can only use --standalone on a controller.";
  }
  if (!voters && config.role_controller && !flag) {
    return "Because controller.quorum.voters is not set on this controller, you must specify one "
           "of the following: --standalone, --initial-controllers, or --no-initial-controllers.";
  }
  return {};
}

std::string kind_of_directory(const Arguments& arguments) {
  return arguments.standalone               ? "dynamic metadata voter directory"
         : arguments.no_initial_controllers ? "dynamic metadata directory"
                                            : "metadata directory";
}

Error wrong_cluster(const std::string& path, const std::string& expected, const std::string& read) {
  return Error{
      fmt::format("Invalid cluster.id in: {}. Expected {}, but read {}", path, expected, read)};
}
Error wrong_node(const std::string& path, NodeId configured, NodeId stored) {
  return Error{fmt::format(
      "Stored node id {} doesn't match previous node id {} in {}. If you moved your data, make "
      "sure "
      "your configured node id matches. If you intend to create a new node, you should remove all "
      "data in your data directories.",
      stored, configured, path)};
}

CommandResult format(const Arguments& arguments) {
  const auto text = read_properties_file(*arguments.config);
  if (!text) return failed(text.error().message);
  const auto properties = broker::parse_properties(*text, *arguments.config);
  const auto loaded = broker::load_config(*text, *arguments.config);
  if (!loaded) return failed(loaded.error().message);
  const auto& config = loaded.value().config;
  if (const auto no = quorum_refusal(arguments, *properties, config); !no.empty()) {
    return failed(no);
  }
  if (!plain_text(*arguments.cluster_id)) {
    return failed(fmt::format("Cluster ID string {} does not appear to be a valid UUID",
                              *arguments.cluster_id));
  }
  RealDisk disk(config.log_dir);
  const std::string path = config.log_dir + "/" + meta_properties_file;
  if (disk.exists(meta_properties_file)) {
    const auto meta = read_meta_properties(disk);
    if (!meta) return failed(meta.error().message);
    if (meta.value().cluster_id != *arguments.cluster_id) {
      return failed(wrong_cluster(path, *arguments.cluster_id, meta.value().cluster_id).message);
    }
    if (meta.value().node_id != config.node_id) {
      return failed(wrong_node(path, config.node_id, meta.value().node_id).message);
    }
    if (arguments.ignore_formatted) {
      return {0, "All of the log directories are already formatted.\n", {}};
    }
    return failed(
        fmt::format("Log directory {} is already formatted. Use --ignore-formatted to ignore this "
                    "directory and "
                    "format the others.",
                    config.log_dir));
  }
  const auto written =
      write_meta_properties(disk, {*arguments.cluster_id, config.node_id, random_uuid()});
  if (!written) {
    return failed(fmt::format("Error while writing meta.properties file {}: {}", config.log_dir,
                              written.error().message));
  }
  return {0,
          fmt::format("Formatting {} {} with metadata.version {}.\n", kind_of_directory(arguments),
                      config.log_dir, metadata_version),
          {}};
}

CommandResult info(const Arguments& arguments) {
  const auto loaded = load_properties_file(*arguments.config);
  if (!loaded) return failed(loaded.error().message);
  const std::string& directory = loaded.value().config.log_dir;
  CommandResult result;
  std::string problem;
  std::error_code ignored;
  if (!std::filesystem::exists(directory, ignored)) {
    problem = directory + " does not exist";
  } else if (!std::filesystem::is_directory(directory, ignored)) {
    problem = directory + " is not a directory";
  } else {
    result.out += fmt::format("Found log directory:\n  {}\n\n", directory);
    RealDisk disk(directory);
    const auto meta = read_meta_properties(disk);
    if (!disk.exists(meta_properties_file)) {
      problem = directory + " is not formatted.";
    } else if (!meta) {
      problem = meta.error().message;
    } else {
      result.out += fmt::format(
          "Found metadata: {{cluster.id={}, directory.id={}, node.id={}, version=1}}\n\n",
          meta.value().cluster_id, meta.value().directory_id.value_or(Uuid{}),
          meta.value().node_id);
    }
  }
  if (problem.empty()) return result;
  result.out += fmt::format("Found problem:\n  {}\n\n", problem);
  result.exit_code = 1;
  return result;
}

}  // namespace

CommandResult kafka_storage(const std::vector<std::string>& arguments) {
  const bool help = std::find(arguments.begin(), arguments.end(), "--help") != arguments.end() ||
                    std::find(arguments.begin(), arguments.end(), "-h") != arguments.end();
  if (help) return {0, std::string(usage), {}};
  const auto parsed = parse(arguments);
  if (!parsed) return wrong_usage(parsed.error().message);
  if (parsed.value().command == "format") return format(parsed.value());
  if (parsed.value().command == "info") return info(parsed.value());
  return {0, random_uuid().text() + "\n", {}};
}

Result<> write_meta_properties(storage::Disk& disk, const storage::MetaProperties& meta) {
  return storage::replace_file(disk, meta_properties_file, storage::meta_properties_text(meta));
}

Result<storage::MetaProperties> read_meta_properties(storage::Disk& disk) {
  const auto text = storage::read_text(disk, meta_properties_file, 64 * 1024);
  if (!text) return text.error();
  return storage::parse_meta_properties(meta_properties_file, *text);
}

Result<> adopt_meta_properties(storage::Disk& disk, const std::string& filename,
                               broker::Config& config) {
  const std::string path = config.log_dir + "/" + meta_properties_file;
  if (!disk.exists(meta_properties_file)) {
    return Error{fmt::format(
        "No `meta.properties` found in {} (have you run `kafka-storage.sh` to format the "
        "directory?) Run: kafka-storage format -t ID -c {}  (ID: the cluster's, the same for all "
        "its nodes; a new one comes from: kafka-storage random-uuid)",
        config.log_dir, filename)};
  }
  auto meta = read_meta_properties(disk);
  if (!meta) return meta.error().in(config.log_dir);
  if (!config.cluster_id.empty() && config.cluster_id != meta->cluster_id) {
    return wrong_cluster(path, config.cluster_id, meta->cluster_id);
  }
  if (meta->node_id != config.node_id) return wrong_node(path, config.node_id, meta->node_id);
  if (!meta->directory_id) {  // formatted before Kafka 3.7: Kafka adds it as well
    meta->directory_id = random_uuid();
    if (auto written = write_meta_properties(disk, *meta); !written) return written;
  }
  config.cluster_id = meta->cluster_id;
  config.directory_id = *meta->directory_id;
  return {};
}

}  // namespace lab::host
