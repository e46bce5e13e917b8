// A cluster's directory: generated once, kept as a hand has changed it, held by one lab.
#include "app/sources/cluster_directory.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/sources/server_properties.h"
#include "engine/broker/config.h"
#include "engine/host/real_disk.h"
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
  const std::string deep = where / std::string(90, 'd').append("/e");
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

TEST_CASE("directory: lines are set and taken out, and the file comes back as it was generated") {
  TemporaryDirectory where;
  auto options = at(where.path());
  options.set = {{"num.partitions", "7"}};
  auto made = ClusterDirectory::prepare(options);
  REQUIRE(made.ok());
  const std::string file = made->broker(NodeId{2})->properties;
  const std::string before = content_of(file);
  const auto told = made->change({NodeId{2}, "listeners", "PLAINTEXT://localhost:9092"}, true);
  CHECK(told.value() ==
        "server-2.properties: listeners=PLAINTEXT://localhost:9092 (counts when broker 2 is "
        "started again)");
  CHECK(facts_of(content_of(file)).port == 9092);
  CHECK(made->change({NodeId{2}, "num.partitions", std::nullopt}, false).ok());
  CHECK_FALSE(has(content_of(file), "num.partitions=7"));
  CHECK_FALSE(made->change({NodeId{2}, "two words", "x"}, false).ok());
  CHECK_FALSE(made->change({NodeId{4}, "a", "x"}, false).ok());
  CHECK(made->reset_properties(NodeId{2}).value() == "server-2.properties is as it was generated");
  CHECK(facts_of(content_of(file)).port == 9093);
  CHECK(has(content_of(file), "num.partitions=7"));
  CHECK(facts_of(content_of(file)).voters == facts_of(before).voters);
}

TEST_CASE("directory: only a log directory of this very cluster is wiped, the rest is left alone") {
  TemporaryDirectory where, elsewhere;
  auto made = ClusterDirectory::prepare(at(where.path()));
  REQUIRE(made.ok());
  const std::string data = where / "broker-3/data", meta = data + "/meta.properties";
  const std::string formatted = content_of(meta);
  write_file(data + "/precious", "records");
  const auto names = [&](const std::string& log_dir) {
    CHECK(made->change({NodeId{3}, "log.dirs", log_dir}, false).ok());
  };
  const auto refusal = [&] {
    const auto told = made->wipe(NodeId{3});
    return told ? std::string("it was wiped") : told.error().message;
  };
  // Somewhere else, also by way of a link, and the cluster's directory itself.
  write_file(elsewhere / "meta.properties", formatted);
  names(elsewhere.path());
  CHECK(has(refusal(), elsewhere.path() + " is left alone: it is not below"));
  std::filesystem::create_directory_symlink(elsewhere.path(), where / "link");
  names(where / "link");
  CHECK(has(refusal(), "is left alone: it is not below"));
  names(where.path());
  CHECK(has(refusal(), "is left alone"));
  names(where / "broker-3/../..");
  CHECK(has(refusal(), "is left alone"));
  CHECK(content_of(elsewhere / "meta.properties") == formatted);
  // Not formatted, and of another cluster.
  names(data);
  write_file(meta, "");
  CHECK(has(refusal(), data + " is left alone"));
  write_file(meta, "version=1\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\nnode.id=3\n");
  CHECK(has(refusal(), "of another cluster"));
  CHECK(content_of(data + "/precious") == "records");
  // Held by a process, whoever started it.
  write_file(meta, formatted);
  {
    host::RealDisk disk(data);
    REQUIRE(disk.lock().ok());
    CHECK(has(refusal(), "Failed to acquire lock"));
  }
  CHECK(made->wipe(NodeId{3}).value() == data + " is wiped (2 files)");
  CHECK(std::filesystem::is_empty(data));
  CHECK(made->wipe(NodeId{3}).value() == data + " is wiped (0 files)");
  // Formatted again, it is this cluster's.
  const auto told = made->format(NodeId{3});
  REQUIRE_MESSAGE(told.ok(), (told.ok() ? "" : told.error().message));
  const auto cluster = [](const std::string& text) {
    return text.substr(text.find("cluster.id"), 33);
  };
  CHECK(cluster(content_of(meta)) == cluster(formatted));
  CHECK(has(made->format(NodeId{3}).error().message, "already formatted"));
}

TEST_CASE("directory: one broker more, and a fresh cluster as it began") {
  TemporaryDirectory where, elsewhere;
  auto made = ClusterDirectory::prepare(at(where.path()));
  REQUIRE(made.ok());
  const std::string first = content_of(where / "broker-1/data/meta.properties");
  const auto added = made->add();
  REQUIRE(added.ok());
  CHECK(*added == NodeId{4});
  CHECK(made->broker(*added)->port == 9095);
  const auto facts = facts_of(content_of(made->broker(*added)->properties));
  CHECK(facts.voters == facts_of(content_of(where / "server-1.properties")).voters);
  CHECK(facts.controller_port == 0);  // the voters are fixed

  write_file(where / "broker-2/data/precious", "records");
  CHECK(made->change({NodeId{3}, "log.dirs", elsewhere.path()}, false).ok());
  write_file(elsewhere / "letter", "dear");
  const auto refused = made->reset();
  REQUIRE_FALSE(refused.ok());
  CHECK(has(refused.error().message, elsewhere.path() + " is left alone"));
  CHECK(content_of(where / "broker-2/data/precious") == "records");  // all or none
  CHECK(made->reset_properties(NodeId{3}).ok());
  CHECK(made->change({NodeId{1}, "node.id", "17"}, false).ok());
  REQUIRE(made->reset().ok());
  CHECK(made->brokers().size() == 3);
  CHECK_FALSE(std::filesystem::exists(where / "server-4.properties"));
  CHECK_FALSE(std::filesystem::exists(where / "broker-2/data/precious"));
  CHECK(has(content_of(where / "server-1.properties"), "node.id=1\n"));
  CHECK(content_of(where / "broker-1/data/meta.properties") != first);
  CHECK(content_of(elsewhere / "letter") == "dear");
}

}  // namespace lab::sources
