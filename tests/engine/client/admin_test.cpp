// Stories of an admin client, and of metadata.
#include <doctest/doctest.h>

#include "tests/engine/client/fake_cluster.h"

namespace lab::client {

namespace {

using protocol::ApiKey;
using protocol::ErrorCode;
using Act = FakeCluster::Act;
using Seen = FakeCluster::Seen;

Admin& admin_of(FakeCluster& cluster, Duration timeout = seconds(60)) {
  AdminOptions options;
  options.network = cluster.network();
  options.timeout = timeout;
  Admin* admin = nullptr;
  cluster.run([&] { admin = &cluster.machine.add_admin("a", options); });
  return *admin;
}

}  // namespace

TEST_CASE("a topic is created and described") {
  FakeCluster cluster;
  Admin& admin = admin_of(cluster);
  std::optional<Result<protocol::CreateTopicsResponse>> created;
  cluster.run([&] {
    NewTopic topic;
    topic.name = "orders";
    topic.partitions = 3;
    topic.replication_factor = 3;
    admin.create_topics({topic}, false, [&](auto answer) { created = std::move(answer); });
    CHECK(!created);
  });
  REQUIRE(cluster.run_until([&] { return created.has_value(); }));
  REQUIRE(created->ok());
  CHECK((*created)->topics[0].error_code == 0);
  std::optional<Result<protocol::MetadataResponse>> described;
  cluster.run([&] {
    admin.describe_topics(std::vector<std::string>{"orders"},
                          [&](auto answer) { described = std::move(answer); });
  });
  REQUIRE(cluster.run_until([&] { return described.has_value(); }));
  CHECK((*described)->topics[0].partitions.size() == 3);
}

TEST_CASE("dead and frozen brokers are passed over") {
  FakeCluster cluster;
  cluster.kill(1);
  cluster.script = [](const Seen& seen) {
    return seen.broker == 2 ? Act{Act::Kind::hold, {}, {}} : Act{};
  };
  Admin& admin = admin_of(cluster);
  bool ok = false;
  cluster.run([&] { admin.describe_topics(std::nullopt, [&](auto answer) { ok = answer.ok(); }); });
  REQUIRE(cluster.run_until([&] { return ok; }, seconds(5)));
}

TEST_CASE("a call ends within its time, and says who was tried and why each failed") {
  FakeCluster cluster;
  for (int i = 1; i <= 3; ++i) cluster.kill(i);
  Admin& admin = admin_of(cluster, seconds(4));
  std::string error;
  const Instant from = cluster.now();
  cluster.run([&] {
    admin.describe_topics(std::nullopt, [&](auto answer) { error = answer.error().message; });
  });
  REQUIRE(cluster.run_until([&] { return !error.empty(); }));
  CHECK(to_ms(cluster.now() - from) == 4000);
  for (const char* part :
       {"4000 ms", "b1:9092: ", "b2:9093: ", "b3:9094: ", "connection refused"}) {
    CHECK_MESSAGE(error.find(part) != std::string::npos, error);
  }
}

TEST_CASE("NOT_CONTROLLER is asked again; other errors are the answer") {
  FakeCluster cluster;
  int refusals = 3;
  cluster.script = [&](const Seen& seen) {
    if (seen.header.api_key != ApiKey::create_topics || refusals == 0) return Act{};
    --refusals;
    return Act{Act::Kind::serve, ErrorCode::not_controller, {}};
  };
  Admin& admin = admin_of(cluster);
  const auto create = [&](const std::string& name) {
    std::optional<std::int16_t> code;
    cluster.run([&] {
      NewTopic topic;
      topic.name = name;
      topic.partitions = 1;
      admin.create_topics({topic}, false,
                          [&](auto answer) { code = answer->topics[0].error_code; });
    });
    cluster.run_until([&] { return code.has_value(); });
    return protocol::error_code(code.value_or(-1));
  };
  CHECK(create("a") == ErrorCode::none);
  CHECK(refusals == 0);
  cluster.script = [](const Seen& seen) {
    return seen.header.api_key == ApiKey::create_topics
               ? Act{Act::Kind::serve, ErrorCode::topic_already_exists, {}}
               : Act{};
  };
  CHECK(create("a") == ErrorCode::topic_already_exists);
}

TEST_CASE("offsets are asked of the leaders, again after one has moved") {
  FakeCluster cluster;
  cluster.add_topic("t", 2);
  cluster.move_leader("t", 1, 2);
  cluster.append("t", 0, {"a", "b"});
  cluster.append("t", 1, {"c"});
  Admin& admin = admin_of(cluster);
  const auto ask = [&] {
    std::optional<std::vector<OffsetAnswer>> answers;
    cluster.run([&] {
      admin.list_offsets({{"t", PartitionIndex(1), -1}, {"t", PartitionIndex(0), -1}},
                         [&](auto result) { answers = std::move(result).value(); });
    });
    REQUIRE(cluster.run_until([&] { return answers.has_value(); }, seconds(5)));
    return *answers;
  };
  const auto first = ask();
  CHECK(first[0].offset == Offset(1));
  CHECK(first[1].offset == Offset(2));
  cluster.move_leader("t", 0, 3);
  CHECK(ask()[1].offset == Offset(2));
}

TEST_CASE("what the broker does not speak fails at once, in Kafka's words") {
  FakeCluster cluster;
  for (int id = 1; id <= 3; ++id) cluster.broker(id).most[ApiKey::describe_configs] = 0;
  Admin& admin = admin_of(cluster);
  std::string error;
  const Instant from = cluster.now();
  cluster.run([&] {
    admin.describe_topic_configs({"orders"},
                                 [&](const auto& answer) { error = answer.error().message; });
  });
  REQUIRE(cluster.run_until([&] { return !error.empty(); }, seconds(5)));
  CHECK(error == "The node does not support DESCRIBE_CONFIGS");
  CHECK(to_ms(cluster.now() - from) < 1000);
}

TEST_CASE("partitions come in pages that are put together; pages that do not go on are an error") {
  using Response = protocol::DescribeTopicPartitionsResponse;
  FakeCluster cluster;
  bool goes_on = true;
  int asked = 0;
  cluster.script = [&](const Seen& seen) {
    if (seen.header.api_key != ApiKey::describe_topic_partitions) return Act{};
    const auto request = *protocol::decode<protocol::DescribeTopicPartitionsRequest>(
        seen.body, seen.header.api_version);
    ++asked;
    const int from = request.cursor ? request.cursor->partition_index : 0;
    Response page;
    auto& topic = page.topics.emplace_back();
    topic.name = "orders";
    for (int index = from; index < from + request.response_partition_limit && index < 5; ++index) {
      auto& partition = topic.partitions.emplace_back();
      partition.partition_index = index;
      partition.eligible_leader_replicas = std::vector<std::int32_t>{3};
    }
    const int next = from + request.response_partition_limit;
    if (next < 5) page.next_cursor = Response::Cursor{"orders", goes_on ? next : 2};
    return Act{
        Act::Kind::raw,
        {},
        protocol::encode_response(seen.header.correlation_id, seen.header.api_version, page)};
  };
  Admin& admin = admin_of(cluster);
  const auto describe = [&] {
    std::optional<Result<Response>> told;
    cluster.run([&] {
      admin.describe_topic_partitions({"orders"}, 2,
                                      [&](auto answer) { told = std::move(answer); });
    });
    REQUIRE(cluster.run_until([&] { return told.has_value(); }, seconds(5)));
    return *told;
  };
  const auto whole = describe();
  REQUIRE(whole.ok());
  REQUIRE(whole->topics.size() == 1);
  CHECK(whole->topics[0].partitions.size() == 5);
  CHECK(whole->topics[0].partitions[4].eligible_leader_replicas->front() == 3);
  CHECK(asked == 3);
  goes_on = false;
  CHECK(!describe().ok());
}

TEST_CASE("partitions are added with the replicas that were asked for") {
  FakeCluster cluster;
  std::optional<protocol::CreatePartitionsRequest> seen_request;
  cluster.script = [&](const Seen& seen) {
    if (seen.header.api_key != ApiKey::create_partitions) return Act{};
    seen_request =
        *protocol::decode<protocol::CreatePartitionsRequest>(seen.body, seen.header.api_version);
    protocol::CreatePartitionsResponse told;
    told.results.emplace_back().name = "orders";
    return Act{
        Act::Kind::raw,
        {},
        protocol::encode_response(seen.header.correlation_id, seen.header.api_version, told)};
  };
  Admin& admin = admin_of(cluster);
  bool done = false;
  cluster.run([&] {
    admin.create_partitions({{"orders", 4, {{1, 2}}}, {"payments", 6, {}}},
                            [&](const auto& answer) { done = answer.ok(); });
  });
  REQUIRE(cluster.run_until([&] { return done; }, seconds(5)));
  REQUIRE(seen_request->topics.size() == 2);
  CHECK(seen_request->topics[0].assignments->front().broker_ids == std::vector<std::int32_t>{1, 2});
  CHECK(!seen_request->topics[1].assignments);
}

TEST_CASE("closing fails what is under way, and late answers harm nothing") {
  FakeCluster cluster;
  cluster.script = [](const Seen&) { return Act{Act::Kind::hold, {}, {}}; };
  Admin& admin = admin_of(cluster);
  std::string error;
  cluster.run(
      [&] { admin.describe_cluster([&](auto answer) { error = answer.error().message; }); });
  cluster.run_for(milliseconds(100));
  cluster.run([&] { cluster.machine.remove("a", "no more"); });
  CHECK(error == "no more");
  cluster.release();
  cluster.run_for(seconds(5));
}

TEST_CASE("stop closes all clients and halts") {
  FakeCluster cluster;
  cluster.add_topic("t", 1);
  std::string error;
  Effects effects;
  cluster.run([&] {
    ProducerOptions options;
    options.network = cluster.network();
    ProducerRecord record;
    record.topic = "t";
    CHECK(cluster.machine.add_producer("p", options).send(record, [&](const Delivery& delivery) {
      error = delivery.error;
    }));
  });
  cluster.machine.handle({cluster.now(), {}}, lab::Admin{lab::Admin::Kind::stop}, effects);
  CHECK(error == "the client is stopped");
  const auto halted = std::find_if(effects.begin(), effects.end(), [](const Effect& effect) {
    return std::holds_alternative<Halt>(effect);
  });
  REQUIRE(halted != effects.end());
  CHECK(std::get<Halt>(*halted).clean);
}

}  // namespace lab::client
