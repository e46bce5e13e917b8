// Configurations that change while the cluster runs.
#include "tests/engine/controller/lab.h"

using namespace lab;
using namespace lab::controller;
using namespace lab::protocol;

namespace {

using Operation = ConfigChange::Operation;

struct ConfigStory : Lab {
  ConfigStory() {
    start_three();
    create("orders", {{1, 2, 3}}, 2);
  }
  Refusal set(ConfigType type, const std::string& name, const std::string& key,
              std::optional<std::string> value, Operation operation = Operation::set) {
    return take(controller.alter_configs({{{type, name}, {{key, operation, value}}}}, false)).at(0);
  }
  std::string value(const std::string& key) {
    return controller.image().topic_config("orders", key).value_or("none");
  }
};

}  // namespace

TEST_CASE("a topic's configuration is set, removed, and falls back to the cluster level") {
  ConfigStory lab;
  CHECK(lab.set(ConfigType::topic, "orders", "retention.ms", "5").error == ErrorCode::none);
  CHECK(lab.value("retention.ms") == "5");
  const std::size_t before = lab.log.size();
  lab.set(ConfigType::topic, "orders", "retention.ms", "5");
  CHECK(lab.log.size() == before);
  lab.set(ConfigType::topic, "orders", "retention.ms", {}, Operation::remove);
  CHECK(lab.value("retention.ms") == "none");
  lab.set(ConfigType::topic, "orders", "min.insync.replicas", {}, Operation::remove);
  CHECK(lab.value("min.insync.replicas") == "1");
  CHECK(lab.controller.image().min_insync_replicas("orders") == 1);
}

TEST_CASE("lists are appended to and subtracted from") {
  ConfigStory lab;
  lab.set(ConfigType::topic, "orders", "cleanup.policy", "compact", Operation::append);
  CHECK(lab.value("cleanup.policy") == "delete,compact");
  lab.set(ConfigType::topic, "orders", "cleanup.policy", "delete", Operation::subtract);
  CHECK(lab.value("cleanup.policy") == "compact");
  CHECK(lab.set(ConfigType::topic, "orders", "retention.ms", "1", Operation::append).message ==
        "Can't APPEND to key retention.ms because its type is not LIST.");
}

TEST_CASE("a new min.insync.replicas forgets who was eligible by the old one") {
  ConfigStory lab;
  lab.die(3);
  lab.die(2);
  CHECK(lab.partition("orders").elr == nodes({2}));
  SUBCASE("of the topic") { lab.set(ConfigType::topic, "orders", "min.insync.replicas", "3"); }
  SUBCASE("of the cluster") { lab.set(ConfigType::broker, "", "min.insync.replicas", "2"); }
  CHECK(lab.partition("orders").elr.empty());
}

TEST_CASE("what is refused") {
  ConfigStory lab;
  using E = ErrorCode;
  CHECK(lab.set(ConfigType::topic, "none", "retention.ms", "1").error ==
        E::unknown_topic_or_partition);
  CHECK(lab.set(ConfigType::topic, "orders", "nonsense", "1").error == E::invalid_config);
  CHECK(lab.set(ConfigType::topic, "orders", "nonsense", {}, Operation::remove).error ==
        E::invalid_config);
  CHECK(lab.set(ConfigType::topic, "orders", "retention.ms", {}).error == E::invalid_request);
  CHECK(lab.set(ConfigType::broker, "1", "min.insync.replicas", "1").message ==
        "Broker-level min.insync.replicas cannot be altered while ELR is enabled.");
  CHECK(lab.set(ConfigType::broker, "", "min.insync.replicas", {}, Operation::remove).message ==
        "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.");
  CHECK(lab.set(ConfigType::broker, "", "num.network.threads", "3").error == E::invalid_config);
  CHECK(lab.set(ConfigType::group, "g", "x", "3").error == E::invalid_request);
  const ConfigCommand twice{{ConfigType::topic, "orders"}, {{"retention.ms", Operation::set, "1"}}};
  const auto reply = lab.take(lab.controller.alter_configs({twice, twice}, false));
  CHECK(reply[0].error == E::invalid_request);
  CHECK(reply[1].error == E::invalid_request);
  CHECK(lab.take(lab.controller.alter_configs({twice}, true)).at(0).error == E::none);
  CHECK(lab.value("retention.ms") == "none");
}

TEST_CASE("IncrementalAlterConfigs answers for each resource, in order, and changes what it may") {
  ConfigStory lab;
  IncrementalAlterConfigsRequest request;
  request.resources.push_back({2, "orders", {{"retention.ms", 0, "5"}, {"segment.ms", 0, "70"}}});
  request.resources.push_back({2, "nobody", {{"retention.ms", 0, "5"}}});
  request.resources.push_back({8, "1", {{"kafka", 0, "INFO"}}});
  const auto reply = lab.take(lab.controller.incremental_alter_configs(request));
  REQUIRE(reply.responses.size() == 3);
  CHECK(error_code(reply.responses[0].error_code) == ErrorCode::none);
  CHECK_FALSE(reply.responses[0].error_message.has_value());
  CHECK(error_code(reply.responses[1].error_code) == ErrorCode::unknown_topic_or_partition);
  CHECK(reply.responses[1].resource_name == "nobody");
  CHECK(error_code(reply.responses[2].error_code) == ErrorCode::invalid_request);
  CHECK(lab.value("retention.ms") == "5");

  IncrementalAlterConfigsRequest strange;
  strange.resources.push_back({2, "orders", {{"retention.ms", 9, "5"}}});
  CHECK(error_code(
            lab.take(lab.controller.incremental_alter_configs(strange)).responses[0].error_code) ==
        ErrorCode::invalid_request);
  IncrementalAlterConfigsRequest trial;
  trial.validate_only = true;
  trial.resources.push_back({2, "orders", {{"retention.ms", 1, std::nullopt}}});
  lab.take(lab.controller.incremental_alter_configs(trial));
  CHECK(lab.value("retention.ms") == "5");
}

TEST_CASE("AlterConfigs takes away what it does not name") {
  ConfigStory lab;
  lab.set(ConfigType::topic, "orders", "retention.ms", "5");
  lab.set(ConfigType::topic, "orders", "segment.ms", "70");
  AlterConfigsRequest request;
  request.resources.push_back({2, "orders", {{"retention.ms", "6"}}});
  const auto reply = lab.take(lab.controller.alter_configs(request));
  REQUIRE(reply.responses.size() == 1);
  CHECK(error_code(reply.responses[0].error_code) == ErrorCode::none);
  CHECK(lab.value("retention.ms") == "6");
  CHECK(lab.value("segment.ms") == "none");
  request.resources[0].configs[0].value.reset();
  CHECK(error_code(lab.take(lab.controller.alter_configs(request)).responses[0].error_code) ==
        ErrorCode::invalid_request);
}
