// A cluster's directory: generated once, kept as a hand has changed it, held by one lab.
#include "app/sources/cluster_directory.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/sources/server_properties.h"
#include "engine/broker/config.h"
#include "tests/engine/host/temporary.h"

namespace lab::sources {
namespace {

using host::content_of;
using host::TemporaryDirectory;
using host::write_file;

ClusterOptions at(const std::string& path, std::optional<int> brokers = {}) {
  ClusterOptions options;
  options.directory = path;
  options.brokers = brokers;
  return options;
}
bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
std::string error_of(const Result<ClusterDirectory>& result) {
  return result ? std::string() : result.error().message;
}

}  // namespace

TEST_CASE("directory: a new cluster has files that brokerd takes, formatted for one cluster") {
  TemporaryDirectory where;
  std::string cluster_line;
  {
    const auto made = ClusterDirectory::prepare(at(where / "c"));
    REQUIRE_MESSAGE(made.ok(), error_of(made));
    CHECK(made->is_new());
    REQUIRE(made->brokers().size() == 3);
    for (int id = 1; id <= 3; ++id) {
      const auto& files = *made->broker(NodeId{id});
      CHECK(files.port == 9091 + id);
      CHECK(files.controller_port == 10091 + id);
      const auto loaded = broker::load_config(content_of(files.properties), files.properties);
      REQUIRE(loaded.ok());
      CHECK(loaded->warnings.empty());
      CHECK(loaded->config.node_id == NodeId{id});
      CHECK(loaded->config.roles_text() == "broker,controller");
      CHECK(loaded->config.controller_quorum_voters.size() == 3);
      CHECK(loaded->config.broker_session_timeout_ms == milliseconds(1000));
      CHECK(loaded->config.lab_socket == files.socket);
      const std::string meta = content_of(files.log_dir + "/meta.properties");
      CHECK(has(meta, fmt::format("node.id={}", id)));
      const std::string line = meta.substr(meta.find("cluster.id"), 33);
      if (id == 1) cluster_line = line;
      CHECK(line == cluster_line);
    }
  }
  const auto again = ClusterDirectory::prepare(at(where / "c"));
  REQUIRE(again.ok());
  CHECK_FALSE(again->is_new());
  CHECK(has(content_of(again->brokers()[0].log_dir + "/meta.properties"), cluster_line));
}

TEST_CASE("directory: what a hand has changed stays, and counts") {
  TemporaryDirectory where;
  REQUIRE(ClusterDirectory::prepare(at(where.path(), 1)).ok());
  const std::string file = where / "server-1.properties";
  const std::string changed =
      with_property(content_of(file), "listeners",
                    "PLAINTEXT://localhost:24242,CONTROLLER://localhost:25252") +
      "# my own line\n";
  write_file(file, changed);
  const auto again = ClusterDirectory::prepare(at(where.path()));
  REQUIRE(again.ok());
  CHECK(content_of(file) == changed);
  CHECK(again->brokers()[0].port == 24242);
  CHECK(again->brokers()[0].controller_port == 25252);
}

TEST_CASE("directory: --set changes that one line in all files, and says what it cannot") {
  TemporaryDirectory where;
  auto options = at(where.path(), 2);
  options.set = {{"broker.session.timeout.ms", "3000"}, {"num.partitions", "3"}};
  REQUIRE(ClusterDirectory::prepare(options).ok());
  for (const char* name : {"server-1.properties", "server-2.properties"}) {
    const std::string text = content_of(where / name);
    CHECK(has(text, "\nbroker.session.timeout.ms=3000\n"));
    CHECK_FALSE(has(text, "broker.session.timeout.ms=1000"));
    CHECK(has(text, "\nnum.partitions=3\n"));
    CHECK(has(text, "# Not heard for this long"));  // the comment is still there
  }
  options.set = {{"min.insync.replicas", "2"}};
  const auto late = ClusterDirectory::prepare(options);
  REQUIRE(late.ok());
  REQUIRE(late->notices().size() == 1);
  CHECK(has(late->notices()[0], "counts only when the cluster is created"));
  const auto refused = [&](const std::string& name, const std::string& value) {
    auto wrong = at(where / "other", 1);
    wrong.set = {{name, value}};
    return error_of(ClusterDirectory::prepare(wrong));
  };
  CHECK(has(refused("broker.sesion.timeout.ms", "1"), "Did you mean broker.session.timeout.ms?"));
  CHECK(has(refused("broker.session.timeout.ms", "soon"), "soon"));
  CHECK(has(refused("node.id", "7"), "each broker's own"));
  CHECK_FALSE(std::filesystem::exists(where / "other"));
}

TEST_CASE("directory: brokers are added as brokers only; fewer are refused") {
  TemporaryDirectory where;
  REQUIRE(ClusterDirectory::prepare(at(where.path(), 2)).ok());
  const auto grown = ClusterDirectory::prepare(at(where.path(), 4));
  REQUIRE(grown.ok());
  REQUIRE(grown->brokers().size() == 4);
  const auto text = content_of(where / "server-4.properties");
  CHECK(has(text, "process.roles=broker\n"));
  CHECK(has(text, "controller.quorum.voters=1@localhost:10092\n"));
  CHECK(grown->brokers()[3].port == 9095);
  CHECK(grown->brokers()[3].controller_port == 0);
  CHECK(broker::load_config(text, "server-4.properties").ok());
  std::string first, fourth;
  first = content_of(grown->brokers()[0].log_dir + "/meta.properties");
  fourth = content_of(grown->brokers()[3].log_dir + "/meta.properties");
  const auto id = [](const std::string& meta) { return meta.substr(meta.find("cluster.id"), 33); };
  CHECK(id(first) == id(fourth));
}

TEST_CASE("directory: fewer brokers than there are, and too many, are refused") {
  TemporaryDirectory where;
  REQUIRE(ClusterDirectory::prepare(at(where.path(), 3)).ok());
  CHECK(has(error_of(ClusterDirectory::prepare(at(where.path(), 2))), "has 3 brokers"));
  CHECK(has(error_of(ClusterDirectory::prepare(at(where.path(), 1000))), "from 1 to 100"));
  CHECK(ClusterDirectory::prepare(at(where.path())).ok());
}

TEST_CASE("directory: --base-port moves the ports of a cluster that exists") {
  TemporaryDirectory where;
  REQUIRE(ClusterDirectory::prepare(at(where.path(), 3)).ok());
  auto options = at(where.path());
  options.base_port = 25000;
  const auto moved = ClusterDirectory::prepare(options);
  REQUIRE(moved.ok());
  CHECK(moved->ports() == std::vector<std::uint16_t>{25000, 26000, 25001, 26001, 25002, 26002});
  CHECK(has(content_of(where / "server-2.properties"),
            "controller.quorum.voters=1@localhost:26000,2@localhost:26001,3@localhost:26002\n"));
  CHECK(moved->notices().size() == 1);
}

TEST_CASE("directory: a second lab is told who has it") {
  TemporaryDirectory where;
  CHECK(ClusterDirectory::holder(where.path()) == 0);
  {
    const auto first = ClusterDirectory::prepare(at(where.path(), 1));
    REQUIRE(first.ok());
    const auto second = ClusterDirectory::prepare(at(where.path(), 1));
    CHECK(has(error_of(second), fmt::format("is in use by pid {}", ::getpid())));
    CHECK(ClusterDirectory::holder(where.path()) == ::getpid());
    CHECK(ClusterDirectory::look(where.path()).ok());  // looking is allowed
  }
  CHECK(ClusterDirectory::holder(where.path()) == 0);
  CHECK(ClusterDirectory::prepare(at(where.path(), 1)).ok());
}

TEST_CASE("directory: a path too long for a socket has it elsewhere, and names it") {
  TemporaryDirectory where;
  const std::string deep = where / (std::string(90, 'd') + "/e");
  const auto made = ClusterDirectory::prepare(at(deep, 1));
  REQUIRE_MESSAGE(made.ok(), error_of(made));
  const std::string socket = made->brokers()[0].socket;
  CHECK(socket.size() <= 107);
  CHECK(content_of(deep + "/run/broker-1.sock.path") == socket + "\n");
}

TEST_CASE("directory: what is no cluster is not looked at") {
  TemporaryDirectory where;
  CHECK(has(error_of(ClusterDirectory::look(where.path())), "is no cluster's directory"));
  write_file(where / "server-x.properties", "");
  write_file(where / "server-0.properties", "");
  write_file(where / "server-.properties", "");
  CHECK_FALSE(ClusterDirectory::look(where.path()).ok());
}

}  // namespace lab::sources
