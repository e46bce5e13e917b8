// What a topic's own configuration changes of the broker's settings.
#include "engine/replication/topic_settings.h"

#include <doctest/doctest.h>

using namespace lab;
using namespace lab::replication;

namespace {

controller::Image image_with(
    const std::vector<std::pair<std::string, std::optional<std::string>>>& configs) {
  controller::Image image;
  protocol::TopicRecord topic;
  topic.name = "orders";
  topic.topic_id.bytes[0] = 1;
  REQUIRE(image.apply(topic).ok());
  for (const auto& [name, value] : configs) {
    protocol::ConfigRecord record;
    record.resource_type = 2;
    record.resource_name = "orders";
    record.name = name;
    record.value = value;
    REQUIRE(image.apply(record).ok());
  }
  return image;
}

}  // namespace

TEST_CASE("a topic's own settings go before the broker's, and only where it has them") {
  TopicSettings broker;
  broker.log.retention_ms = 1000;
  broker.log.segment_bytes = 5'000'000;
  broker.max_message_bytes = 700;
  CHECK(topic_settings(image_with({}), "orders", broker) == broker);

  const auto image = image_with({{"retention.ms", "-1"},
                                 {"retention.bytes", "123456789012"},
                                 {"segment.ms", "60000"},
                                 {"segment.index.bytes", "4000"},
                                 {"index.interval.bytes", "0"},
                                 {"max.message.bytes", "99"}});
  const auto own = topic_settings(image, "orders", broker);
  CHECK(own.log.retention_ms == -1);
  CHECK(own.log.retention_bytes == 123456789012);
  CHECK(own.log.segment_ms == 60000);
  CHECK(own.log.segment_index_bytes == 4000);
  CHECK(own.log.index_interval_bytes == 0);
  CHECK(own.max_message_bytes == 99);
  CHECK(own.log.segment_bytes == 5'000'000);
  CHECK(topic_settings(image, "payments", broker) == broker);
}

TEST_CASE("times, flushing and the policy of cleaning are a topic's own too") {
  const auto own = topic_settings(image_with({{"message.timestamp.type", "LogAppendTime"},
                                              {"message.timestamp.before.max.ms", "5"},
                                              {"message.timestamp.after.max.ms", "6"},
                                              {"flush.messages", "1"},
                                              {"cleanup.policy", "compact"}}),
                                  "orders", TopicSettings{});
  CHECK(own.log_append_time);
  CHECK(own.timestamp_before_max_ms == 5);
  CHECK(own.timestamp_after_max_ms == 6);
  CHECK(own.log.flush_messages == 1);
  CHECK_FALSE(own.log.delete_old);
}

TEST_CASE("what is no valid value changes nothing") {
  const TopicSettings broker;
  const auto image = image_with({{"retention.ms", "-2"},
                                 {"segment.bytes", "many"},
                                 {"segment.ms", ""},
                                 {"max.message.bytes", "4294967296"}});
  CHECK(topic_settings(image, "orders", broker) == broker);
}
