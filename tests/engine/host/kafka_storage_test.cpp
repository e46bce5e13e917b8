// kafka-storage as a user sees it: flags, texts, exit codes, and what brokerd makes of the result.
#include "engine/host/kafka_storage.h"

#include <doctest/doctest.h>

#include "engine/host/real_disk.h"
#include "tests/engine/host/temporary.h"

namespace lab::host {
namespace {

struct Formatted {
  explicit Formatted(const std::string& more = "controller.quorum.voters=1@localhost:10092\n") {
    write_file(file,
               "node.id=1\nprocess.roles=broker,controller\n"
               "listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:10092\n"
               "controller.listener.names=CONTROLLER\nlog.dirs=" +
                   data + "\n" + more);
  }
  CommandResult format(std::vector<std::string> more = {}, const std::string& id = "cluster-a") {
    std::vector<std::string> arguments{"format", "-t", id, "-c", file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return kafka_storage(arguments);
  }
  broker::Config config() const {
    broker::Config result;
    result.node_id = NodeId(1);
    result.log_dir = data;
    return result;
  }
  TemporaryDirectory directory;
  std::string file = directory / "server.properties";
  std::string data = directory / "data";
};

TEST_CASE("kafka-storage: random-uuid") {
  const auto result = kafka_storage({"random-uuid"});
  CHECK(result.exit_code == 0);
  REQUIRE(result.out.size() == 23);
  CHECK(Uuid::parse(result.out.substr(0, 22)).has_value());
  CHECK(kafka_storage({"random-uuid"}).out != result.out);
}

TEST_CASE("kafka-storage: format, again, with another id, and info") {
  Formatted node;
  CHECK(kafka_storage({"info", "-c", node.file}).out ==
        "Found problem:\n  " + node.data + " does not exist\n\n");
  const auto first = node.format();
  CHECK_MESSAGE(first.exit_code == 0, first.err);
  CHECK(first.out ==
        "Formatting metadata directory " + node.data + " with metadata.version 4.3-IV0.\n");
  const auto again = node.format();
  CHECK(again.exit_code == 1);
  CHECK(again.err == "Log directory " + node.data +
                         " is already formatted. Use --ignore-formatted to ignore this directory "
                         "and format the others.\n");
  const auto ignored = node.format({"--ignore-formatted"});
  CHECK(ignored.exit_code == 0);
  CHECK(ignored.out == "All of the log directories are already formatted.\n");
  const auto other = node.format({"-g"}, "cluster-b");
  CHECK(other.exit_code == 1);
  CHECK(other.err == "Invalid cluster.id in: " + node.data +
                         "/meta.properties. Expected cluster-b, but read cluster-a\n");
  const auto info = kafka_storage({"info", "--config", node.file});
  CHECK(info.exit_code == 0);
  CHECK(info.out.find("Found log directory:\n  " + node.data +
                      "\n\nFound metadata: {cluster.id="
                      "cluster-a, directory.id=") == 0);
  CHECK(info.out.find("node.id=1, version=1}") != std::string::npos);
}

TEST_CASE("kafka-storage: quorum flags") {
  CHECK(Formatted()
            .format({"--standalone"})
            .err.find("You cannot specify controller.quorum.voters and format the node with") == 0);
  Formatted alone("controller.quorum.bootstrap.servers=localhost:10092\n");
  CHECK(alone.format().err.find("Because controller.quorum.voters is not set on this controller, "
                                "you must specify one of the following: --standalone") == 0);
  const auto formatted = alone.format({"--standalone"});
  CHECK(formatted.exit_code == 0);
  CHECK(formatted.out.find("Formatting dynamic metadata voter directory ") == 0);
  CHECK(Formatted().format({"--initial-controllers", "x"}).exit_code == 1);
}

TEST_CASE("kafka-storage: wrong usage") {
  const auto error = [](std::vector<std::string> arguments) {
    const auto result = kafka_storage(arguments);
    CHECK(result.exit_code == 1);
    CHECK(result.out.empty());
    return result.err.substr(result.err.rfind("kafka-storage: error: "));
  };
  CHECK(error({}) == "kafka-storage: error: too few arguments\n");
  CHECK(error({"format", "-c", "x"}) ==
        "kafka-storage: error: argument --cluster-id/-t is required\n");
  CHECK(error({"info"}) == "kafka-storage: error: argument --config/-c is required\n");
  CHECK(error({"info", "-c"}) ==
        "kafka-storage: error: argument --config/-c: expected one argument\n");
  CHECK(error({"frmat"}).find("invalid choice: 'frmat'") != std::string::npos);
  CHECK(error({"format", "--what"}) == "kafka-storage: error: unrecognized arguments: --what\n");
  CHECK(kafka_storage({"info", "-c", "/nonexistent/x"}).err ==
        "/nonexistent/x: No such file or directory\n");
  CHECK(kafka_storage({"--help"}).exit_code == 0);
}

TEST_CASE("meta.properties: what brokerd accepts and refuses") {
  Formatted node;
  RealDisk disk(node.data);
  auto config = node.config();
  const auto missing = adopt_meta_properties(disk, node.file, config);
  REQUIRE(!missing.ok());
  CHECK(missing.error().message.find(
            "No `meta.properties` found in " + node.data +
            " (have you run `kafka-storage.sh` to format the directory?)") == 0);
  CHECK(missing.error().message.find("kafka-storage format -t ID -c " + node.file) !=
        std::string::npos);
  REQUIRE(node.format().exit_code == 0);
  REQUIRE(adopt_meta_properties(disk, node.file, config).ok());
  CHECK(config.cluster_id == "cluster-a");
  CHECK(!config.directory_id.is_zero());

  auto renamed = node.config();
  renamed.node_id = NodeId(2);
  CHECK(adopt_meta_properties(disk, node.file, renamed)
            .error()
            .message.find("Stored node id 1 doesn't match previous node id 2 in " + node.data) ==
        0);
  auto elsewhere = node.config();
  elsewhere.cluster_id = "cluster-z";
  CHECK(adopt_meta_properties(disk, node.file, elsewhere)
            .error()
            .message.find("Invalid cluster.id in: ") == 0);

  write_file(node.data + "/meta.properties", "version=1\ncluster.id=x\nnode.id=1\n");
  auto old = node.config();
  REQUIRE(adopt_meta_properties(disk, node.file, old).ok());
  CHECK(!old.directory_id.is_zero());
  CHECK(read_meta_properties(disk)->directory_id == old.directory_id);
  for (const char* broken : {"version=0\ncluster.id=x\nnode.id=1\n", "version=1\nnode.id=1\n",
                             "version=1\ncluster.id=x\nnode.id=-1\n",
                             "version=1\ncluster.id=x\nnode.id=1\ndirectory.id=?\n"}) {
    write_file(node.data + "/meta.properties", broken);
    CHECK(!read_meta_properties(disk).ok());
  }
}

}  // namespace
}  // namespace lab::host
