// Topics: made, refused, enlarged, deleted, placed.
#include <set>

#include "engine/controller/placement.h"
#include "engine/controller/topic_configs.h"
#include "engine/controller/topic_names.h"
#include "tests/engine/controller/lab.h"

using namespace lab;
using namespace lab::controller;
using namespace lab::protocol;

namespace {

struct TopicStory : Lab {
  TopicStory() { start_three(); }

  CreateTopicsResponse::CreatableTopicResult make(const std::string& name, std::int32_t partitions,
                                                  std::int16_t factor, bool validate = false) {
    CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = factor;
    request.validate_only = validate;
    return take(controller.create_topics(request)).topics.at(0);
  }
  CreateTopicsResponse::CreatableTopicResult configured(const std::string& key,
                                                        std::optional<std::string> value) {
    CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "configured";
    topic.num_partitions = topic.replication_factor = 1;
    topic.configs.push_back({key, std::move(value)});
    request.validate_only = true;
    return take(controller.create_topics(request)).topics.at(0);
  }
  CreatePartitionsResponse::CreatePartitionsTopicResult enlarge(
      const std::string& name, std::int32_t count, std::optional<Assignment> assignment = {}) {
    CreatePartitionsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.count = count;
    topic.assignments.reset();
    if (assignment) {
      topic.assignments.emplace();
      for (const auto& replicas : *assignment) topic.assignments->push_back({replicas});
    }
    return take(controller.create_partitions(request)).results.at(0);
  }
};

void refused(const CreateTopicsResponse::CreatableTopicResult& result, ErrorCode error,
             const std::string& message) {
  CHECK(error_code(result.error_code) == error);
  CHECK(result.error_message.value_or("") == message);
}

}  // namespace

TEST_CASE("a topic is made with as many partitions and replicas as were asked for") {
  TopicStory lab;
  const auto result = lab.make("orders", 6, 3);
  CHECK(result.error_code == 0);
  CHECK_FALSE(result.error_message.has_value());
  CHECK(result.num_partitions == 6);
  CHECK(result.replication_factor == 3);
  CHECK(result.topic_id == lab.controller.image().topic("orders")->id);
  std::map<NodeId, int> led;
  for (std::int32_t i = 0; i < 6; ++i) {
    const Partition& p = lab.partition("orders", i);
    CHECK(p.isr == p.replicas);
    CHECK(p.leader == p.replicas.front());
    CHECK(p.directories.size() == 3);
    ++led[p.leader];
  }
  for (const auto& [id, count] : led) CHECK(count == 2);
  CHECK(lab.traced<trace::LeaderElected>().back().why == "created");
}

TEST_CASE("-1 means the broker's defaults") {
  TopicStory lab;
  const auto result = lab.make("defaults", -1, -1);
  CHECK(result.num_partitions == 1);
  CHECK(result.replication_factor == 1);
}

TEST_CASE("what CreateTopics refuses, in Kafka's words") {
  TopicStory lab;
  using E = ErrorCode;
  lab.make("orders", 1, 1);
  lab.make("my.topic", 1, 1);
  refused(lab.make("orders", 1, 1), E::topic_already_exists, "Topic 'orders' already exists.");
  refused(lab.make("", 1, 1), E::invalid_topic_exception,
          "Topic name is invalid: the empty string is not allowed");
  refused(lab.make("..", 1, 1), E::invalid_topic_exception,
          "Topic name is invalid: '..' is not allowed");
  refused(lab.make("a b", 1, 1), E::invalid_topic_exception,
          "Topic name is invalid: 'a b' contains one or more characters other than ASCII "
          "alphanumerics, '.', '_' and '-'");
  CHECK(lab.make(std::string(250, 'x'), 1, 1).error_code == wire(E::invalid_topic_exception));
  CHECK(lab.make(std::string(249, 'x'), 1, 1).error_code == 0);
  refused(lab.make("my_topic", 1, 1), E::invalid_topic_exception,
          "Topic 'my_topic' collides with existing topic: my.topic");
  refused(lab.make("__cluster_metadata", 1, 1), E::invalid_request,
          "Creation of internal topic __cluster_metadata is prohibited.");
  refused(lab.make("t", 0, 1), E::invalid_partitions,
          "Number of partitions was set to an invalid non-positive value.");
  refused(lab.make("t", 1, 0), E::invalid_replication_factor,
          "Replication factor must be larger than 0, or -1 to use the default value.");
  refused(lab.make("t", 1, 4), E::invalid_replication_factor,
          "Unable to replicate the partition 4 time(s): The target replication factor of 4 cannot "
          "be reached because only 3 broker(s) are registered.");
  refused(lab.make("t", 10001, 1), E::policy_violation,
          "Excessively large number of partitions per request.");
  CHECK(lab.make("t", 2147483647, 1).error_code == wire(E::policy_violation));
}

TEST_CASE("one refused topic does not stop the others; a name given twice is refused once") {
  TopicStory lab;
  CreateTopicsRequest request;
  for (const char* name : {"a", "b!", "c", "c", "d.e", "d_e"}) {
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = topic.replication_factor = 1;
  }
  const auto reply = lab.take(lab.controller.create_topics(request));
  REQUIRE(reply.topics.size() == 5);
  refused(reply.topics[0], ErrorCode::invalid_request, "Duplicate topic name.");
  CHECK(reply.topics[1].error_code == 0);
  CHECK(reply.topics[2].error_code == wire(ErrorCode::invalid_topic_exception));
  CHECK(reply.topics[3].error_code == 0);
  CHECK(reply.topics[4].error_code == wire(ErrorCode::invalid_topic_exception));
  CHECK(lab.controller.image().topics().size() == 2);
}

TEST_CASE("validate_only answers the same and makes nothing") {
  TopicStory lab;
  const auto result = lab.make("orders", 3, 3, true);
  CHECK(result.error_code == 0);
  CHECK(result.num_partitions == 3);
  CHECK(lab.controller.image().topics().empty());
}

TEST_CASE("a dead broker still counts: RF 3 with one of three dead, the dead one outside the ISR") {
  TopicStory lab;
  lab.die(2);
  CHECK(lab.make("orders", 6, 3).error_code == 0);
  for (std::int32_t i = 0; i < 6; ++i) {
    const Partition& p = lab.partition("orders", i);
    CHECK(p.replicas.back() == NodeId(2));
    CHECK(p.isr.size() == 2);
    CHECK_FALSE(p.in_isr(NodeId(2)));
  }
  lab.die(1);
  lab.die(3);
  refused(lab.make("more", 1, 1), ErrorCode::invalid_replication_factor,
          "Unable to replicate the partition 1 time(s): All brokers are currently fenced.");
}

TEST_CASE("manual assignments are taken as they are, or refused") {
  TopicStory lab;
  CHECK(lab.create("orders", {{2, 1}, {3, 2}}).error_code == 0);
  CHECK(lab.partition("orders", 1).replicas == nodes({3, 2}));
  using E = ErrorCode;
  refused(lab.create("t", {{1, 1}}), E::invalid_replica_assignment,
          "The manual partition assignment includes the broker 1 more than once.");
  refused(lab.create("t", {{1, 9}}), E::invalid_replica_assignment,
          "The manual partition assignment includes broker 9, but no such broker is registered.");
  refused(lab.create("t", {{}}), E::invalid_replica_assignment,
          "The manual partition assignment includes an empty replica list.");
  CHECK(lab.create("t", {{1, 2}, {1}}).error_code == wire(E::invalid_replica_assignment));
  lab.die(2);
  CHECK(lab.create("half", {{2, 1}}).error_code == 0);
  CHECK(lab.partition("half").leader == NodeId(1));
  refused(lab.create("t", {{2}}), E::invalid_replica_assignment,
          "All brokers specified in the manual partition assignment for partition 0 are fenced or "
          "in controlled shutdown.");

  CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = "t";
  topic.num_partitions = -1;
  topic.replication_factor = -1;
  topic.assignments = {{0, {1}}, {2, {1}}};
  refused(lab.take(lab.controller.create_topics(request)).topics[0], E::invalid_replica_assignment,
          "partitions should be a consecutive 0-based integer sequence");
  topic.num_partitions = 2;
  CHECK(lab.take(lab.controller.create_topics(request)).topics[0].error_code ==
        wire(E::invalid_request));
}

TEST_CASE("configurations of a new topic are checked by name and value, and told in the answer") {
  TopicStory lab;
  using E = ErrorCode;
  refused(lab.configured("retention.mss", "1"), E::invalid_config,
          "Unknown topic config name: retention.mss");
  refused(lab.configured("retention.ms", "soon"), E::invalid_config,
          "Invalid value soon for configuration retention.ms: Not a number of type LONG");
  refused(lab.configured("min.insync.replicas", "0"), E::invalid_config,
          "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1");
  refused(lab.configured("cleanup.policy", "keep"), E::invalid_config,
          "Invalid value keep for configuration cleanup.policy: String must be one of: compact, "
          "delete");
  refused(lab.configured("preallocate", "yes"), E::invalid_config,
          "Invalid value yes for configuration preallocate: Expected value to be either true or "
          "false");
  refused(lab.configured("retention.ms", std::nullopt), E::invalid_config,
          "Null value not supported for topic configs: retention.ms");
  CHECK(lab.configured("remote.storage.enable", "true").error_code == wire(E::invalid_config));
  CHECK(lab.configured("min.cleanable.dirty.ratio", "1.5").error_code == wire(E::invalid_config));
  CHECK(lab.configured("min.cleanable.dirty.ratio", "nan").error_code == wire(E::invalid_config));
  CHECK(lab.configured("cleanup.policy", "compact, delete").error_code == 0);
  const auto result = lab.configured("retention.ms", "60000");
  CHECK(result.error_code == 0);
  REQUIRE(result.configs.has_value());
  for (const auto& config : *result.configs) {
    if (config.name == "retention.ms") {
      CHECK(config.value == "60000");
      CHECK(config.config_source == 1);
    } else if (config.name == "min.insync.replicas") {
      CHECK(config.config_source == 3);  // from the cluster level
    } else {
      CHECK(config.config_source == 5);
    }
  }
}

TEST_CASE("every default of a topic's configuration is itself legal") {
  for (const TopicConfigKey& key : topic_config_keys()) {
    CHECK_FALSE(refuse_topic_config(key.name, key.default_value).has_value());
    CHECK(topic_config_key(key.name) == &key);
  }
  CHECK(refuse_topic_config("segment.bytes", std::string(40000, '1')).has_value());
}

TEST_CASE("topics are deleted by name or by id, with all that belongs to them") {
  TopicStory lab;
  lab.make("a", 2, 2);
  const Uuid b = lab.make("b", 1, 1).topic_id;
  DeleteTopicsRequest request;
  request.topics = {
      {"a", Uuid{}}, {std::nullopt, b}, {std::nullopt, b}, {"a", b}, {std::nullopt, Uuid{}}};
  request.topic_names = {"none"};
  const auto reply = lab.take(lab.controller.delete_topics(request));
  REQUIRE(reply.responses.size() == 6);
  CHECK(reply.responses[0].error_code == 0);
  CHECK(reply.responses[1].name == "b");
  CHECK(reply.responses[2].error_message == "Duplicate topic id.");
  CHECK(reply.responses[3].error_code == wire(ErrorCode::invalid_request));
  CHECK(reply.responses[4].error_code == wire(ErrorCode::invalid_request));
  CHECK(reply.responses[5].error_code == wire(ErrorCode::unknown_topic_or_partition));
  CHECK(lab.controller.image().topics().empty());
  CHECK(lab.traced<trace::LeaderElected>().back().why == "deleted");
  DeleteTopicsRequest again;
  again.topics = {{std::nullopt, b}};
  CHECK(lab.take(lab.controller.delete_topics(again)).responses[0].error_code ==
        wire(ErrorCode::unknown_topic_id));
  CHECK(lab.make("b", 1, 1).topic_id != b);
}

TEST_CASE("partitions are added, never taken away") {
  TopicStory lab;
  lab.make("orders", 2, 2);
  using E = ErrorCode;
  CHECK(lab.enlarge("orders", 4).error_code == 0);
  CHECK(lab.partition("orders", 3).replicas.size() == 2);
  CHECK(lab.enlarge("orders", 4).error_message == "Topic already has 4 partition(s).");
  CHECK(lab.enlarge("orders", 1).error_message ==
        "The topic orders currently has 4 partition(s); 1 would not be an increase.");
  CHECK(error_code(lab.enlarge("none", 4).error_code) == E::unknown_topic_or_partition);
  CHECK(lab.enlarge("orders", 6, Lab::Assignment{{1, 2}}).error_message ==
        "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.");
  CHECK(error_code(lab.enlarge("orders", 5, Lab::Assignment{{1}}).error_code) ==
        E::invalid_replica_assignment);
  CHECK(lab.enlarge("orders", 5, Lab::Assignment{{3, 1}}).error_code == 0);
  CHECK(lab.partition("orders", 4).leader == NodeId(3));
  CHECK(error_code(lab.enlarge("orders", 2147483647).error_code) == E::policy_violation);
}

TEST_CASE("placement spreads leaders and replicas over brokers and racks") {
  Rng rng(3);
  std::vector<UsableBroker> brokers;
  for (int i = 0; i < 9; ++i) {
    brokers.push_back({NodeId(i), std::string(1, static_cast<char>('a' + i % 3)), false});
  }
  Placer placer(brokers, rng);
  std::map<NodeId, int> leads, holds;
  for (int i = 0; i < 90; ++i) {
    const auto replicas = placer.next(3);
    std::set<int> racks;
    for (const NodeId id : replicas) {
      racks.insert(id.v % 3);
      ++holds[id];
    }
    CHECK(racks.size() == 3);
    ++leads[replicas.front()];
  }
  for (int i = 0; i < 9; ++i) {
    CHECK(leads[NodeId(i)] >= 5);
    CHECK(leads[NodeId(i)] <= 15);
    CHECK(holds[NodeId(i)] == 30);
  }
}

TEST_CASE("a fenced broker never leads, and is taken only where the others do not suffice") {
  Rng rng(4);
  Placer placer({{NodeId(1), "a", true},
                 {NodeId(2), "b", false},
                 {NodeId(3), "b", false},
                 {NodeId(4), "a", true}},
                rng);
  for (int i = 0; i < 40; ++i) {
    for (const std::int32_t factor : {1, 2, 4}) {
      const auto replicas = placer.next(factor);
      CHECK(std::set<NodeId>(replicas.begin(), replicas.end()).size() ==
            static_cast<std::size_t>(factor));
      CHECK((replicas.front() == NodeId(2) || replicas.front() == NodeId(3)));
    }
  }
}

TEST_CASE("with delete.topic.enable=false no topic is deleted") {
  ControllerConfig config = lab_config();
  config.delete_topics = false;
  Lab lab(config);
  lab.start(1);
  lab.create("orders", {{1}});
  DeleteTopicsRequest request;
  request.topics.push_back({"orders", Uuid{}});
  const auto reply = lab.take(lab.controller.delete_topics(request));
  CHECK(error_code(reply.responses.at(0).error_code) == ErrorCode::topic_deletion_disabled);
  CHECK(lab.controller.image().topic("orders") != nullptr);
}
