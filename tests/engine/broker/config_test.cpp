// Stories of server.properties files: what is read, what is refused, in which words.
#include "engine/broker/config.h"

#include <doctest/doctest.h>

#include "engine/broker/properties.h"

namespace lab::broker {
namespace {

const std::string combined =
    "node.id=1\n"
    "process.roles=broker,controller\n"
    "listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:10092\n"
    "controller.listener.names=CONTROLLER\n"
    "controller.quorum.voters=1@localhost:10092,2@localhost:10093,3@localhost:10094\n"
    "log.dirs=/tmp/one\n";

LoadedConfig load(const std::string& more = {}) {
  auto loaded = load_config(combined + more, "server.properties");
  REQUIRE_MESSAGE(loaded.ok(), (loaded.ok() ? "" : loaded.error().message));
  return std::move(loaded).value();
}

// The error of the file `combined` with other lines after it (the last one of a name counts).
std::string refused(const std::string& more, const std::string& base = combined) {
  const auto loaded = load_config(base + more, "f");
  return loaded.ok() ? "(accepted)" : loaded.error().message;
}

#define CHECK_CONTAINS(text, part) \
  CHECK_MESSAGE((text).find(part) != std::string::npos, "got: ", (text))

TEST_CASE("properties: Java's format") {
  const auto parsed = parse_properties(
      "# comment\n! too\n\n  a = 1\nb:2\nc 3\nd\n"
      "long=one,\\\n   two,\\\r\n\tthree\n"
      "esc\\=key=tab\\there\\u0041\\\\\npath=C:\\\\x\nspace = kept at end \n",
      "f");
  REQUIRE(parsed.ok());
  CHECK(parsed->get("a") == "1");
  CHECK(parsed->get("b") == "2");
  CHECK(parsed->get("c") == "3");
  CHECK(parsed->find("d")->value.empty());
  CHECK(parsed->get("long") == "one,two,three");
  CHECK(parsed->get("esc=key") == "tab\thereA\\");
  CHECK(parsed->get("path") == "C:\\x");
  CHECK(parsed->get("space") == "kept at end ");
  CHECK(parsed->find("long")->line == 8);
  CHECK(parsed->get("none", "x") == "x");
}

TEST_CASE("properties: a name twice, a bad escape, a file that is no text") {
  const auto twice = parse_properties("a=1\nb=2\na=3\n", "f");
  REQUIRE(twice.ok());
  CHECK(twice->get("a") == "3");
  CHECK(twice->entries.size() == 2);
  REQUIRE(twice->warnings.size() == 1);
  CHECK(twice->warnings[0] == "f:3: a was already set in line 1: this one counts");
  CHECK(parse_properties("x\na=\\u00g0\n", "f").error().message ==
        "f:2: Malformed \\uxxxx encoding.");
  CHECK_CONTAINS(parse_properties(std::string("a=1\n\0b", 6), "f").error().message, "f:2:");
  CHECK(!parse_properties(std::string(2 << 20, 'x'), "f").ok());
  CHECK(parse_properties("a=b\\", "f")->get("a") == "b");
}

TEST_CASE("properties: what is written is read back") {
  const std::vector<std::pair<std::string, std::string>> entries{
      {"a b", " lead"}, {"#k", "x=y:z"}, {"path", "C:\\tmp\n2"},
      {"escaped", std::string("a\0\x01", 3)}};
  const auto back = parse_properties(write_properties(entries, "head"), "f");
  REQUIRE(back.ok());
  REQUIRE(back->entries.size() == entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    CHECK(back->entries[i].key == entries[i].first);
    CHECK(back->entries[i].value == entries[i].second);
  }
}

TEST_CASE("config: the tutorial's combined broker") {
  const auto loaded = load();
  const Config& config = loaded.config;
  CHECK(config.node_id == NodeId(1));
  CHECK(config.role_broker);
  CHECK(config.role_controller);
  CHECK(config.roles_text() == "broker,controller");
  CHECK(config.log_dir == "/tmp/one");
  CHECK(config.controller_quorum_voters.size() == 3);
  CHECK(config.controller_quorum_voters[1] == Voter{NodeId(2), {"localhost", 10093}});
  REQUIRE(config.client_listener());
  CHECK(config.client_listener()->port == 9092);
  REQUIRE(config.controller_listener());
  CHECK(config.controller_listener()->port == 10092);
  CHECK(config.advertised("PLAINTEXT")->host == "localhost");
  CHECK(loaded.warnings.empty());
  CHECK(loaded.without_effect.empty());
  REQUIRE(loaded.notices.size() == 2);
  CHECK_CONTAINS(loaded.notices[0], "127.0.0.1");
}

TEST_CASE("config: Kafka's defaults, and values that are set") {
  CHECK(load().config.broker_session_timeout_ms == milliseconds(9000));
  CHECK(load().config.message_max_bytes == 1048588);
  CHECK(load().config.log_retention_ms == milliseconds(604'800'000));
  const Config set = load(
                         "num.partitions= 3 \nlog.retention.minutes=2\nlog.roll.hours=1\n"
                         "auto.create.topics.enable=FALSE\nlog.cleanup.policy=compact,delete\n"
                         "log.message.timestamp.before.max.ms=9223372036854775807\n"
                         "queued.max.request.bytes=5000000\n")
                         .config;
  CHECK(set.num_partitions == 3);
  CHECK(set.log_retention_ms == milliseconds(120'000));
  CHECK(set.log_roll_ms == milliseconds(3'600'000));
  CHECK(!set.auto_create_topics_enable);
  CHECK(set.log_cleanup_policy == "compact,delete");
  CHECK(set.log_message_timestamp_before_max_ms == Config::for_ever);
  CHECK(set.request_budget_bytes() == 5'000'000);
  CHECK(load("log.retention.hours=-1\n").config.log_retention_ms == milliseconds(-1));
  CHECK(load("log.retention.ms=5\nlog.retention.hours=1\n").config.log_retention_ms ==
        milliseconds(5));
}

TEST_CASE("config: a quorum of one by controller.quorum.bootstrap.servers") {
  const std::string base =
      "process.roles=broker,controller\nnode.id=1\n"
      "listeners=PLAINTEXT://:9092,CONTROLLER://:9093\ncontroller.listener.names=CONTROLLER\n"
      "advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093\n";
  const auto own = load_config(base + "controller.quorum.bootstrap.servers=localhost:9093\n", "f");
  REQUIRE_MESSAGE(own.ok(), (own.ok() ? "" : own.error().message));
  CHECK(own->config.controller_quorum_voters ==
        std::vector<Voter>{{NodeId(1), {"localhost", 9093}}});
  CHECK_CONTAINS(refused("controller.quorum.bootstrap.servers=localhost:9093,other:9093\n", base),
                 "controller.quorum.voters=1@localhost:9093,ID@other:9093");
  CHECK_CONTAINS(refused("", base), "either controller.quorum.bootstrap.servers must contain");
}

TEST_CASE("config: values that Kafka refuses, in its words and with the line") {
  CHECK(refused("num.partitions=abc\n") ==
        "f:7: Invalid value abc for configuration num.partitions: Not a number of type INT");
  CHECK(refused("num.partitions=0\n") ==
        "f:7: Invalid value 0 for configuration num.partitions: Value must be at least 1");
  CHECK_CONTAINS(refused("num.partitions=99999999999\n"), "Not a number of type INT");
  CHECK_CONTAINS(refused("log.retention.bytes=1x\n"), "Not a number of type LONG");
  CHECK_CONTAINS(refused("offsets.topic.replication.factor=70000\n"), "Not a number of type SHORT");
  CHECK_CONTAINS(refused("auto.create.topics.enable=yes\n"),
                 "Invalid value yes for configuration auto.create.topics.enable: Expected value to "
                 "be either true or false");
  CHECK_CONTAINS(refused("compression.type=rar\n"), "String must be one of: uncompressed, zstd");
  CHECK_CONTAINS(refused("log.segment.bytes=1000\n"), "Value must be at least 1048576");
  CHECK_CONTAINS(refused("replica.fetch.wait.max.ms=40000\n"), "replica.socket.timeout.ms should");
  CHECK_CONTAINS(refused("log.retention.ms=0\n"), "log.retention.ms must be unlimited (-1)");
}

TEST_CASE("config: missing and contradictory roles") {
  CHECK_CONTAINS(refused("", "process.roles=broker\n"),
                 "Missing required configuration \"node.id\" which has no default value.");
  CHECK_CONTAINS(refused("", "node.id=1\n"), "Missing required configuration \"process.roles\"");
  CHECK_CONTAINS(refused("process.roles=brokr\n"), "String must be one of: broker, controller");
  CHECK_CONTAINS(refused("", "node.id=1\nprocess.roles=broker\n"),
                 "Missing required configuration \"controller.listener.names\"");
  CHECK_CONTAINS(refused("node.id=4\n"),
                 "If process.roles contains the 'controller' role, the node id 4 must be included "
                 "in the set of voters controller.quorum.voters=[1, 2, 3]");
  CHECK_CONTAINS(refused("process.roles=broker\nlisteners=PLAINTEXT://localhost:9092\n"),
                 "If process.roles contains just the 'broker' role, the node id 1 must not be");
  CHECK_CONTAINS(refused("process.roles=broker\nnode.id=4\n"),
                 "controller.listener.names must not contain a value appearing in the 'listeners'");
  CHECK_CONTAINS(refused("listeners=PLAINTEXT://localhost:9092\n"),
                 "controller.listener.names must contain at least one value appearing in the "
                 "'listeners' configuration");
  CHECK_CONTAINS(refused("broker.id=2\n"), "You must set `node.id` to the same value");
  CHECK(load("process.roles=broker\nnode.id=4\nlisteners=PLAINTEXT://localhost:9095\n")
            .config.controller_listener() == nullptr);
}

TEST_CASE("config: listeners") {
  CHECK_CONTAINS(refused("listeners=PLAINTEXT//localhost:9092\n"),
                 "Unable to parse PLAINTEXT//localhost:9092 to a broker endpoint");
  CHECK_CONTAINS(refused("listeners=FOO://localhost:9092\n"),
                 "No security protocol defined for listener FOO");
  CHECK_CONTAINS(refused("listeners=PLAINTEXT://a:9092,CONTROLLER://b:9092\n"),
                 "Each listener must have a different port");
  CHECK_CONTAINS(refused("listeners=PLAINTEXT://a:1,PLAINTEXT://a:2\n"),
                 "Each listener must have a different name");
  CHECK_CONTAINS(refused("advertised.listeners=EXTRA://a:1\n"), "No security protocol defined");
  CHECK_CONTAINS(refused("listeners=PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:10092\n"),
                 "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0");
  CHECK_CONTAINS(refused("inter.broker.listener.name=CONTROLLER\n"),
                 "inter.broker.listener.name must be a listener name defined in "
                 "advertised.listeners. The valid options based on currently configured listeners "
                 "are PLAINTEXT");
  const Config named =
      load(
          "listeners=INSIDE://[::1]:9192,OUT://127.0.0.1:9092,CONTROLLER://:10092\n"
          "listener.security.protocol.map=INSIDE:PLAINTEXT,OUT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
          "inter.broker.listener.name=INSIDE\n"
          "advertised.listeners=INSIDE://host:1,OUT://public:2\n")
          .config;
  CHECK(named.client_listener()->host == "::1");
  CHECK(named.advertised("OUT")->host == "public");
  CHECK(named.advertised("CONTROLLER")->host == "localhost");
  CHECK_CONTAINS(refused("listener.security.protocol.map=PLAINTEXT:PLAINTEXT\n"),
                 "Controller listener with name CONTROLLER defined in controller.listener.names "
                 "not found in listener.security.protocol.map");
}

TEST_CASE("config: voters") {
  CHECK_CONTAINS(refused("controller.quorum.voters=1:localhost:1\n"),
                 "Each entry should be in the form `{id}@{host}:{port}`.");
  CHECK_CONTAINS(refused("controller.quorum.voters=x@localhost:1\n"),
                 "Failed to parse voter ID as an integer from x");
  CHECK_CONTAINS(refused("controller.quorum.voters=1@localhost\n"), "Failed to parse host port");
  CHECK_CONTAINS(refused("controller.quorum.voters=1@0.0.0.0:1\n"), "is not routeable");
  CHECK_CONTAINS(load("controller.quorum.voters=1@localhost:999\n").warnings.at(1),
                 "its listener CONTROLLER is at port 10092");
}

TEST_CASE("config: what is refused by name") {
  CHECK_CONTAINS(refused("listeners=SSL://localhost:9092,CONTROLLER://localhost:10092\n"),
                 "listener SSL has the protocol SSL, which Brokerlab does not speak");
  CHECK_CONTAINS(refused("sasl.enabled.mechanisms=PLAIN\n"), "f:7: sasl.enabled.mechanisms");
  CHECK_CONTAINS(refused("listener.name.x.plain.sasl.jaas.config=y\n"), "no SASL");
  CHECK_CONTAINS(refused("authorizer.class.name=org.Acl\n"), "no authorizers");
  CHECK_CONTAINS(refused("ssl.client.auth=required\n"), "no TLS");
  CHECK_CONTAINS(refused("security.inter.broker.protocol=SASL_SSL\n"), "PLAINTEXT only");
  CHECK_CONTAINS(refused("log.dirs=/a,/b\n"), "Write: log.dirs=/a");
  CHECK_CONTAINS(refused("metadata.log.dir=/elsewhere\n"), "metadata.log.dir");
  CHECK_CONTAINS(refused("remote.log.storage.system.enable=true\n"), "no tiered storage");
}

TEST_CASE("config: a file of the days of ZooKeeper is refused with the lines of today") {
  const auto error = refused("",
                             "broker.id=2\nlisteners=PLAINTEXT://localhost:9093\n"
                             "log.dirs=/tmp/kafka-logs-2\nzookeeper.connect=localhost:2181\n");
  CHECK_CONTAINS(error, "f:4: zookeeper.connect");
  CHECK_CONTAINS(error, "node.id=2\nprocess.roles=broker,controller\n");
  CHECK_CONTAINS(error, "listeners=PLAINTEXT://localhost:9093,CONTROLLER://localhost:10093\n");
  CHECK_CONTAINS(error, "controller.quorum.voters=2@localhost:10093\n");
  CHECK_CONTAINS(error, "log.dirs=/tmp/kafka-logs-2");
}

TEST_CASE("config: names that are unknown, removed, or without effect here") {
  const auto loaded = load("num.partitons=3\nnum.io.threads=8\nport=9092\nqqq=1\n");
  CHECK(loaded.unknown_names == std::vector<std::string>{"num.partitons", "port", "qqq"});
  REQUIRE(loaded.warnings.size() == 3);
  CHECK(loaded.warnings[0] ==
        "server.properties:7: unknown property num.partitons; did you mean num.partitions?");
  CHECK_CONTAINS(loaded.warnings[1], "Apache Kafka removed it in 4.0");
  CHECK(loaded.warnings[2] == "server.properties:10: unknown property qqq");
  CHECK(loaded.without_effect == std::vector<std::string>{"num.io.threads"});
  CHECK(nearest_property("borker.session.timeout.ms") == "broker.session.timeout.ms");
}

TEST_CASE("config: a value that nothing obeys is checked, told, and not described") {
  const auto loaded = load("compression.type=gzip\nlog.flush.interval.ms=9\nnum.partitions=2\n");
  CHECK(loaded.without_effect ==
        std::vector<std::string>{"compression.type", "log.flush.interval.ms"});
  for (const auto& entry : config_entries(loaded.config)) {
    CHECK(entry.name != "compression.type");
    CHECK(entry.name != "offsets.topic.replication.factor");
  }
  CHECK_CONTAINS(load("log.cleanup.policy=compact\n").warnings.at(0), "compact is without effect");
}

TEST_CASE("config: a heartbeat that is too slow is told") {
  CHECK_CONTAINS(load("broker.session.timeout.ms=3000\n").warnings.at(0), "one lost heartbeat");
}

TEST_CASE("config: every obeyed property can be described and read back") {
  const auto entries = config_entries(load("num.partitions=7\n").config);
  std::string again;
  for (const auto& entry : entries) {
    if (entry.value != "null") again += entry.name + "=" + entry.value + "\n";
    if (entry.name == "num.partitions") {
      CHECK(entry.value == "7");
      CHECK(entry.default_value == "1");
      CHECK(entry.type == ConfigType::int32);
    }
  }
  const auto back = load_config(again, "again");
  REQUIRE_MESSAGE(back.ok(), (back.ok() ? "" : back.error().message));
  CHECK(config_entries(back->config).size() == entries.size());
  CHECK(back->config.advertised("CONTROLLER")->port == 10092);
}

}  // namespace
}  // namespace lab::broker
