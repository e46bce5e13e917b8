// Stories of a consumer and brokers that fail.
#include <doctest/doctest.h>

#include "tests/engine/client/fake_cluster.h"

namespace lab::client {

namespace {

using protocol::ApiKey;
using protocol::ErrorCode;
using Act = FakeCluster::Act;
using Seen = FakeCluster::Seen;

const PartitionIndex p0{0};

struct ReadStory {
  explicit ReadStory(int count = 1) : partitions(count) { cluster.add_topic("t", count); }

  Consumer& begin(StartAt start = StartAt::beginning(), ConsumerOptions options = {}) {
    options.network = cluster.network();
    cluster.run([&] {
      consumer = &cluster.machine.add_consumer(
          "c", options,
          [this](const ConsumerRecord& record) {
            read.push_back(std::string(record.value->text()));
            offsets.push_back(record.offset.v);
            if (on_record) on_record(record);
          },
          [this](const ConsumerTrouble& trouble) { troubles.push_back(trouble); });
      for (int i = 0; i < partitions; ++i) consumer->assign("t", PartitionIndex(i), start);
    });
    return *consumer;
  }
  bool reads(std::size_t count, Duration limit = seconds(60)) {
    return cluster.run_until([&] { return read.size() >= count; }, limit);
  }

  int partitions;
  FakeCluster cluster;
  Consumer* consumer = nullptr;
  std::vector<std::string> read;
  std::vector<std::int64_t> offsets;
  std::vector<ConsumerTrouble> troubles;
  std::function<void(const ConsumerRecord&)> on_record;
};

}  // namespace

TEST_CASE("it reads from the begin, waits at the end, and knows the high watermark") {
  ReadStory story;
  story.cluster.append("t", 0, numbered(0, 3));
  story.cluster.append("t", 0, numbered(3, 5));
  Consumer& consumer = story.begin();
  REQUIRE(story.reads(5));
  CHECK(story.read == numbered(0, 5));
  CHECK(consumer.position("t", p0) == Offset(5));
  CHECK(consumer.high_watermark("t", p0) == Offset(5));
  CHECK(consumer.log_start("t", p0) == Offset(0));
  story.cluster.run_for(seconds(3));
  CHECK(story.cluster.count(ApiKey::fetch) < 10);  // it waits at the broker
  story.cluster.append("t", 0, numbered(5, 6));
  REQUIRE(story.reads(6, seconds(1)));
  const auto events = story.cluster.events<trace::ConsumerRead>();
  REQUIRE(events.size() == 3);
  CHECK(events[1].base == Offset(3));
  CHECK(events[1].count == 2);
}

TEST_CASE("it starts where it is told") {
  for (const auto& [start, from] : std::vector<std::pair<StartAt, int>>{
           {StartAt::beginning(), 0}, {StartAt::offset(Offset(3)), 3}, {StartAt::end(), 6}}) {
    ReadStory story;
    story.cluster.append("t", 0, numbered(0, 6));
    story.begin(start);
    story.cluster.run_for(seconds(1));
    story.cluster.append("t", 0, numbered(6, 8));
    REQUIRE(story.reads(static_cast<std::size_t>(8 - from)));
    CHECK(story.read == numbered(from, 8));
  }
}

TEST_CASE("an offset that is gone: reset to the begin, to the end, or trouble") {
  using Reset = ConsumerOptions::Reset;
  for (const Reset reset : {Reset::earliest, Reset::latest, Reset::none}) {
    ReadStory story;
    story.cluster.append("t", 0, numbered(0, 4));
    story.cluster.append("t", 0, numbered(4, 6));
    auto& log = story.cluster.partition("t").log;
    log.erase(log.begin());
    story.cluster.partition("t").start = Offset(4);
    ConsumerOptions options;
    options.reset = reset;
    story.begin(StartAt::offset(Offset(1)), options);
    story.cluster.run_for(seconds(1));
    story.cluster.append("t", 0, numbered(6, 7));
    story.cluster.run_for(seconds(1));
    REQUIRE(story.troubles.size() == 1);
    CHECK(story.troubles[0].code == ErrorCode::offset_out_of_range);
    CHECK(story.troubles[0].final == (reset == Reset::none));
    if (reset == Reset::earliest) CHECK(story.read == numbered(4, 7));
    if (reset == Reset::latest) CHECK(story.read == numbered(6, 7));
    if (reset == Reset::none) CHECK(story.read.empty());
  }
}

TEST_CASE("it follows the leader: when it moves, when it dies, and when it freezes") {
  for (const std::string how : {"moves", "dies", "freezes"}) {
    CAPTURE(how);
    ReadStory story;
    story.cluster.append("t", 0, numbered(0, 2));
    story.begin();
    REQUIRE(story.reads(2));
    if (how == "dies") story.cluster.kill(1);
    if (how == "freezes") {
      story.cluster.script = [](const Seen& seen) {
        return seen.broker == 1 ? Act{Act::Kind::hold, {}, {}} : Act{};
      };
      story.cluster.run_for(milliseconds(600));
    }
    story.cluster.move_leader("t", 0, 3);
    story.cluster.append("t", 0, numbered(2, 4));
    REQUIRE(story.reads(4, seconds(3)));
    CHECK(story.read == numbered(0, 4));
    CHECK(story.troubles.empty());
  }
}

TEST_CASE("a grant bounds what is handed over, to the record") {
  ReadStory story;
  story.cluster.append("t", 0, numbered(0, 10));
  Consumer& consumer = story.begin();
  story.cluster.run([&] { consumer.grant(3); });
  story.cluster.run_for(seconds(2));
  CHECK(story.read == numbered(0, 3));
  CHECK(consumer.position("t", p0) == Offset(3));
  story.cluster.run([&] { consumer.grant(4); });
  story.cluster.run_for(seconds(1));
  CHECK(story.read == numbered(0, 7));
  story.cluster.run([&] { consumer.no_limit(); });
  REQUIRE(story.reads(10));
  CHECK(story.read == numbered(0, 10));
}

TEST_CASE("pause, resume, seek and unassign may be called for within a record") {
  ReadStory story;
  story.cluster.append("t", 0, numbered(0, 6));
  story.on_record = [&](const ConsumerRecord& record) {
    if (record.offset == Offset(1)) story.consumer->pause("t", p0);
    if (record.offset == Offset(2) && story.read.size() == 3) {
      story.consumer->seek("t", p0, StartAt::offset(Offset(5)));
    }
    if (record.offset == Offset(5)) story.consumer->unassign("t", p0);
  };
  Consumer& consumer = story.begin();
  story.cluster.run_for(seconds(2));
  CHECK(story.offsets == std::vector<std::int64_t>{0, 1});
  story.cluster.run([&] { consumer.resume("t", p0); });
  story.cluster.append("t", 0, numbered(6, 7));
  story.cluster.run_for(seconds(2));
  CHECK(story.offsets == std::vector<std::int64_t>{0, 1, 2, 5});
  CHECK(!consumer.position("t", p0));
}

TEST_CASE("several partitions are read in turn, none starves under a small grant") {
  ReadStory story(3);
  for (int p = 0; p < 3; ++p) {
    story.cluster.move_leader("t", p, p + 1);
    for (int i = 0; i < 4; ++i) story.cluster.append("t", p, {"p" + std::to_string(p)});
  }
  Consumer& consumer = story.begin();
  story.cluster.run([&] { consumer.grant(0); });
  story.cluster.run_for(seconds(1));
  for (int i = 0; i < 6; ++i) {
    story.cluster.run([&] { consumer.grant(1); });
    story.cluster.run_for(milliseconds(10));
  }
  REQUIRE(story.read.size() == 6);
  for (const char* name : {"p0", "p1", "p2"}) {
    CHECK(std::count(story.read.begin(), story.read.end(), name) == 2);
  }
}

TEST_CASE("a broker without topic ids is asked by name") {
  ReadStory story;
  for (int i = 1; i <= 3; ++i) story.cluster.broker(i).most = {{ApiKey::metadata, 9}};
  std::int16_t version = 0;
  story.cluster.script = [&](const Seen& seen) {
    if (seen.header.api_key == ApiKey::fetch) version = seen.header.api_version;
    return Act{};
  };
  story.cluster.append("t", 0, numbered(0, 2));
  story.begin();
  REQUIRE(story.reads(2));
  CHECK(version == 12);
}

TEST_CASE("answers cut at every byte, and a damaged batch is never handed over") {
  ReadStory story;
  story.cluster.chunk = 1;
  story.cluster.append("t", 0, numbered(0, 3));
  story.cluster.append("t", 0, numbered(3, 6));
  auto& stored = story.cluster.partition("t").log[1];
  const Slice whole = stored.batch;
  ByteBuffer bytes(whole.view().begin(), whole.view().end());
  bytes.back() ^= 1;
  stored.batch = Slice::take(bytes);
  story.begin();
  story.cluster.run_for(seconds(2));
  CHECK(story.read == numbered(0, 3));
  REQUIRE(story.troubles.size() == 1);
  CHECK(story.troubles[0].code == ErrorCode::corrupt_message);
  stored.batch = whole;
  REQUIRE(story.reads(6));
}

TEST_CASE("a log that was truncated below what was read is told (KIP-320)") {
  ReadStory story;
  story.cluster.append("t", 0, numbered(0, 4));
  ConsumerOptions options;
  options.reset = ConsumerOptions::Reset::earliest;
  Consumer& consumer = story.begin(StartAt::beginning(), options);
  REQUIRE(story.reads(4));
  bool once = false;
  story.cluster.script = [&](const Seen& seen) {
    if (seen.header.api_key != ApiKey::fetch || std::exchange(once, true)) return Act{};
    const auto asked = protocol::decode<protocol::FetchRequest>(seen.body, seen.header.api_version);
    CHECK(asked->topics[0].partitions[0].last_fetched_epoch == 0);
    protocol::FetchResponse answer;
    auto& topic = answer.responses.emplace_back();
    topic.topic_id = asked->topics[0].topic_id;
    auto& told = topic.partitions.emplace_back();
    told.diverging_epoch = {0, 2};
    told.records = protocol::Records{};
    return Act{
        Act::Kind::raw,
        {},
        protocol::encode_response(seen.header.correlation_id, seen.header.api_version, answer)};
  };
  story.cluster.run_for(seconds(2));
  REQUIRE(story.troubles.size() == 1);
  CHECK(story.troubles[0].what.find("truncated to offset 2") != std::string::npos);
  CHECK(!story.troubles[0].final);
  CHECK(story.offsets == std::vector<std::int64_t>{0, 1, 2, 3, 2, 3});
  CHECK(consumer.position("t", p0) == Offset(4));
}

}  // namespace lab::client
