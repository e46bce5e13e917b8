// What Kafka's tools print, word for word: golden texts taken from Apache Kafka 4.3.1's own tools.
#include <doctest/doctest.h>

#include "app/commands/kafka/kafka.h"
#include "app/commands/kafka/message_json.h"
#include "engine/protocol/messages/metadata_records.h"

namespace lab::commands::kafka {
namespace {

TopicDescription orders() {
  TopicDescription topic;
  topic.name = "orders";
  topic.id = *Uuid::parse("Kd0PZ8jOTWSRKk8ziqGlgw");
  topic.min_isr = 2;
  topic.configs = {{"min.insync.replicas", "2"}, {"retention.ms", "1000"}};
  topic.partitions = {
      {0, 1, {1, 2}, {1, 2}, std::vector<std::int32_t>{}, std::vector<std::int32_t>{}},
      {1, 2, {2, 3}, {2}, std::vector<std::int32_t>{3}, std::vector<std::int32_t>{}},
      {2, -1, {3, 1}, {}, {}, {}}};
  return topic;
}

client::ConsumerRecord record() {
  client::ConsumerRecord made;
  made.topic = "orders";
  made.partition = PartitionIndex(0);
  made.offset = Offset(7);
  made.timestamp_ms = 1795470026232;
  made.key = Slice::copy("k3");
  made.value = Slice::copy("v3");
  return made;
}

}  // namespace

TEST_CASE("--describe, and what its filters leave") {
  TopicsCommand command;
  command.action = TopicsCommand::Action::describe;
  CHECK(describe_text(command, orders(), {1, 2}) ==
        "Topic: orders\tTopicId: Kd0PZ8jOTWSRKk8ziqGlgw\tPartitionCount: 3\tReplicationFactor: "
        "2\tConfigs: min.insync.replicas=2,retention.ms=1000\n"
        "\tTopic: orders\tPartition: 0\tLeader: 1\tReplicas: 1,2\tIsr: 1,2\tElr: \tLastKnownElr: \n"
        "\tTopic: orders\tPartition: 1\tLeader: 2\tReplicas: 2,3\tIsr: 2\tElr: 3\tLastKnownElr: \n"
        "\tTopic: orders\tPartition: 2\tLeader: none\tReplicas: 3,1\tIsr: \tElr: "
        "N/A\tLastKnownElr: N/A\n");
  const auto shown = [](auto flag, const std::vector<std::int32_t>& live) {
    TopicsCommand filtered;
    filtered.*flag = true;
    std::string partitions;
    const std::string text = describe_text(filtered, orders(), live);
    for (char p : {'0', '1', '2'}) {
      if (text.find(std::string("Partition: ") + p) != std::string::npos) partitions += p;
    }
    return partitions;
  };
  CHECK(shown(&TopicsCommand::under_replicated, {1, 2}) == "12");
  CHECK(shown(&TopicsCommand::unavailable, {1, 2}) == "2");
  CHECK(shown(&TopicsCommand::unavailable, {2}) == "02");
  CHECK(shown(&TopicsCommand::under_min_isr, {1, 2}) == "12");
  CHECK(shown(&TopicsCommand::at_min_isr, {1, 2}) == "0");
  TopicsCommand overrides;
  overrides.with_overrides = true;
  CHECK(describe_text(overrides, orders(), {}).find("Partition: ") == std::string::npos);
}

TEST_CASE("a record as a line") {
  RecordFormat format;
  CHECK(*format.text(record()) == "v3\n");
  format = *RecordFormat::parse({{"print.key", "true"},
                                 {"print.offset", "true"},
                                 {"print.partition", "TRUE"},
                                 {"print.timestamp", "true"},
                                 {"print.headers", "true"}});
  CHECK(*format.text(record()) ==
        "CreateTime:1795470026232\tPartition:0\tOffset:7\tNO_HEADERS\tk3\tv3\n");
  auto rich = record();
  rich.headers = {{"a", Slice::copy("1")}, {"b", std::nullopt}};
  rich.value.reset();
  rich.log_append_time = true;
  CHECK(*format.text(rich) ==
        "LogAppendTime:1795470026232\tPartition:0\tOffset:7\ta:1,b:null\tk3\tnull\n");
  const auto numbers = RecordFormat::parse(
      {{"value.deserializer", "org.apache.kafka.common.serialization.LongDeserializer"}});
  CHECK(!numbers->text(record()).ok());
  rich.value = Slice::copy(std::string_view("\0\0\0\0\0\0\1\2", 8));
  CHECK(*numbers->text(rich) == "258\n");
  CHECK(!RecordFormat::parse({{"key.deserializer", "com.example.Own"}}).ok());
}

TEST_CASE("a line as a record") {
  LineReader reader = *LineReader::parse(
      {{"parse.key", "true"}, {"parse.headers", "true"}, {"null.marker", "NULL"}});
  const auto read = reader.read("a:1,b:NULL\tk\tv\tw", 1);
  REQUIRE(read.ok());
  CHECK(read->key->text() == "k");
  CHECK(read->value->text() == "v\tw");
  REQUIRE(read->headers.size() == 2);
  CHECK(read->headers[0].key == "a");
  CHECK(!read->headers[1].value);
  CHECK(!reader.read("NULL\tNULL\tNULL", 1)->key);
  CHECK(reader.read("no tab", 3).error().message ==
        "No headers delimiter found on line number 3: 'no tab'");
  reader = *LineReader::parse({{"parse.key", "true"}, {"ignore.error", "true"}});
  CHECK(reader.read("no tab", 1)->value->text() == "no tab");
  CHECK(LineReader::parse({{"headers.delimiter", ","}}).error().message ==
        "headers.delimiter and headers.separator may not be equal");
}

TEST_CASE("the quorum, as status and as table") {
  protocol::DescribeQuorumResponse answer;
  auto& topic = answer.topics.emplace_back();
  topic.topic_name = "__cluster_metadata";
  auto& quorum = topic.partitions.emplace_back();
  quorum.leader_id = 1;
  quorum.leader_epoch = 4;
  quorum.high_watermark = 280;
  quorum.current_voters = {{1, *Uuid::parse("t6FaS2AjT5maZRg3wWQCtA"), 281, -1, 2000},
                           {2, Uuid{}, 279, 1950, 1940}};
  answer.nodes = {{1, {{"CONTROLLER", "localhost", 10092}}}};
  CHECK(quorum_status("C", answer) ==
        "ClusterId:              C\n"
        "LeaderId:               1\n"
        "LeaderEpoch:            4\n"
        "HighWatermark:          280\n"
        "MaxFollowerLag:         2\n"
        "MaxFollowerLagTimeMs:   60\n"
        "CurrentVoters:          [{\"id\": 1, \"directoryId\": \"t6FaS2AjT5maZRg3wWQCtA\", "
        "\"endpoints\": [\"CONTROLLER://localhost:10092\"]}, {\"id\": 2}]\n"
        "CurrentObservers:       []\n");
  CHECK(quorum_replication(answer, true, 2013) ==
        "NodeId\tDirectoryId           \tLogEndOffset\tLag\tLastFetchTimestamp\t"
        "LastCaughtUpTimestamp\tStatus  \t\n"
        "1     \tt6FaS2AjT5maZRg3wWQCtA\t281         \t0  \t-1                \t"
        "13 ms ago            \tLeader  \t\n"
        "2     \tAAAAAAAAAAAAAAAAAAAAAA\t279         \t2  \t63 ms ago         \t"
        "73 ms ago            \tFollower\t\n");
}

TEST_CASE("metadata records as JSON: versions and tags as Kafka's") {
  protocol::FeatureLevelRecord feature;
  feature.name = "metadata.version";
  feature.feature_level = 30;
  CHECK(message_json(feature, 0) == R"({"name":"metadata.version","featureLevel":30})");
  protocol::ConfigRecord config;
  config.resource_type = 4;
  config.name = "a\"b";
  config.value = "\n";
  CHECK(message_json(config, 0) ==
        R"({"resourceType":4,"resourceName":"","name":"a\"b","value":"\n"})");
  CHECK(message_json(protocol::NoOpRecord{}, 0) == "{}");
  CHECK(json_bytes(bytes_of("ab")) == "\"YWI=\"");
}

}  // namespace lab::commands::kafka
