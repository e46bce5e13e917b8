// Stories of a producer and brokers that fail.
#include <doctest/doctest.h>

#include "tests/engine/client/fake_cluster.h"

namespace lab::client {

namespace {

using protocol::ApiKey;
using protocol::ErrorCode;
using Act = FakeCluster::Act;
using Seen = FakeCluster::Seen;

// A producer at work, and what became of each of its records.
struct WriteStory {
  explicit WriteStory(int partitions = 1) { cluster.add_topic("orders", partitions); }

  Producer& begin(ProducerOptions options = {}) {
    if (options.network.bootstrap.empty()) options.network = cluster.network();
    cluster.run([&] { producer = &cluster.machine.add_producer("p", options); });
    return *producer;
  }
  void send(const std::string& value, std::optional<PartitionIndex> partition = PartitionIndex(0)) {
    cluster.run([&] {
      ProducerRecord record;
      record.topic = "orders";
      record.partition = partition;
      record.value = Slice::copy(value);
      const auto sent = producer->send(std::move(record), [this, value](const Delivery& delivery) {
        told.emplace_back(value, delivery);
      });
      REQUIRE_MESSAGE(sent.ok(), (sent.ok() ? "" : sent.error().message));
    });
  }
  // Sends each in a batch of its own, in flight together.
  void send_each(int from, int to) {
    for (int i = from; i < to; ++i) send("v" + std::to_string(i));
  }
  bool all_told(std::size_t count, Duration limit = seconds(300)) {
    return cluster.run_until([&] { return told.size() >= count; }, limit);
  }
  std::size_t acked() const {
    std::size_t n = 0;
    for (const auto& [value, delivery] : told) n += delivery.ok();
    return n;
  }

  FakeCluster cluster;
  Producer* producer = nullptr;
  std::vector<std::pair<std::string, Delivery>> told;
};

ProducerOptions without_linger() {
  ProducerOptions options;
  options.linger = {};
  options.batch_size = 1;  // each record is a batch
  return options;
}

}  // namespace

TEST_CASE("a record is delivered, and its offset told") {
  WriteStory story;
  story.begin();
  story.send("a");
  story.send("b");
  REQUIRE(story.all_told(2));
  CHECK(story.told[0].second.ok());
  CHECK(story.told[0].second.offset == Offset(0));
  CHECK(story.told[1].second.offset == Offset(1));
  CHECK(story.cluster.values("orders") == std::vector<std::string>{"a", "b"});
  CHECK(story.cluster.partition("orders").log.size() == 1);  // lingering made one batch of them
  CHECK(story.cluster.partition("orders").producers.size() == 1);
  CHECK(story.producer->buffered_bytes() == 0);
  const auto acked = story.cluster.events<trace::ProducerAcked>();
  REQUIRE(acked.size() == 1);
  CHECK(acked[0].client == "p");
  CHECK(acked[0].count == 2);
  CHECK(acked[0].latency_us >= 5000);
}

TEST_CASE("the first bootstrap address is dead") {
  WriteStory story;
  story.cluster.kill(1);
  story.cluster.add_topic("orders", 1, 2);
  story.begin();
  story.send("a");
  REQUIRE(story.all_told(1, seconds(2)));
  CHECK(story.told[0].second.ok());
  CHECK(story.cluster.opens[0] == FakeCluster::address(1));
}

TEST_CASE("all bootstrap addresses are dead: the error names each and why") {
  WriteStory story;
  for (int i = 1; i <= 3; ++i) story.cluster.kill(i);
  story.begin();
  story.send("a");
  REQUIRE(story.all_told(1));
  const Delivery& delivery = story.told[0].second;
  CHECK(!delivery.ok());
  for (const char* part :
       {"b1:9092: connecting failed: connection refused", "b2:9093", "b3:9094"}) {
    CHECK_MESSAGE(delivery.error.find(part) != std::string::npos, delivery.error);
  }
}

TEST_CASE("the leader moves in mid-flight: retried at the new one, order kept") {
  WriteStory story;
  story.begin(without_linger());
  story.send("v0");
  REQUIRE(story.all_told(1));
  story.send_each(1, 6);  // five in flight to broker 1
  story.cluster.move_leader("orders", 0, 2);
  // The new leader knows what the old one knew.
  REQUIRE(story.all_told(6));
  CHECK(story.acked() == 6);
  CHECK(story.cluster.values("orders") == numbered(0, 6));
  bool again = false;
  for (const auto& failed : story.cluster.events<trace::ProducerFailed>()) {
    CHECK(failed.error == "NOT_LEADER_OR_FOLLOWER");
    again = failed.again;
  }
  CHECK(again);
}

TEST_CASE("the connection breaks with five in flight: no duplicates, sequences are the same") {
  for (int lost_answer = 1; lost_answer <= 5; ++lost_answer) {
    CAPTURE(lost_answer);
    WriteStory story;
    story.begin(without_linger());
    story.send("v0");
    REQUIRE(story.all_told(1));
    story.cluster.script = [&](const Seen& seen) {
      const bool it = seen.header.api_key == ApiKey::produce && seen.nth == 1 + lost_answer;
      return it ? Act{Act::Kind::serve_then_cut, {}, {}} : Act{};
    };
    story.send_each(1, 6);
    REQUIRE(story.all_told(6));
    CHECK(story.acked() == 6);
    CHECK(story.cluster.values("orders") == numbered(0, 6));
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK(story.told[i].second.offset == Offset(static_cast<std::int64_t>(i)));
    }
    std::map<std::int32_t, int> attempts;
    for (const auto& sent : story.cluster.events<trace::ProducerSent>()) ++attempts[sent.sequence];
    CHECK(attempts.size() == 6);  // no sequence but 0 to 5 was ever used
  }
}

TEST_CASE("a dead leader is replaced while a request waits for the next attempt to connect") {
  for (int after_ms = 100; after_ms <= 2500; after_ms += 100) {
    CAPTURE(after_ms);
    WriteStory story;
    story.cluster.lists_dead = true;
    story.begin();
    story.send("before");
    REQUIRE(story.all_told(1));
    story.cluster.kill(1);
    story.send("after");
    story.cluster.run_for(milliseconds(after_ms));
    CHECK(story.acked() == 1);
    story.cluster.move_leader("orders", 0, 2);
    CHECK(story.all_told(2, milliseconds(250)));
    CHECK(story.acked() == 2);
  }
}

TEST_CASE("the broker is killed and comes back: everything arrives once") {
  WriteStory story;
  story.begin(without_linger());
  story.send_each(0, 3);
  story.cluster.kill(1);
  story.send_each(3, 12);
  story.cluster.run_for(seconds(3));
  story.cluster.start(1);
  REQUIRE(story.all_told(12, seconds(3)));
  CHECK(story.acked() == 12);
  CHECK(story.cluster.values("orders") == numbered(0, 12));
}

TEST_CASE("DUPLICATE_SEQUENCE_NUMBER counts as acknowledged") {
  WriteStory story;
  story.begin(without_linger());
  story.cluster.script = [](const Seen& seen) {
    return seen.header.api_key == ApiKey::produce
               ? Act{Act::Kind::refuse, ErrorCode::duplicate_sequence_number, {}}
               : Act{};
  };
  story.send("a");
  REQUIRE(story.all_told(1));
  CHECK(story.told[0].second.ok());
  CHECK(story.told[0].second.offset == no_offset);
}

TEST_CASE("a broker that forgot the sequence gets a new epoch, from sequence 0") {
  for (const auto code :
       {ErrorCode::out_of_order_sequence_number, ErrorCode::unknown_producer_id}) {
    WriteStory story;
    story.begin(without_linger());
    story.send_each(0, 3);
    REQUIRE(story.all_told(3));
    const std::int16_t before = story.producer->identity().epoch;
    story.cluster.script = [&](const Seen& seen) {
      const bool it = seen.header.api_key == ApiKey::produce && seen.nth == 4;
      return it ? Act{Act::Kind::refuse, code, {}} : Act{};
    };
    story.send_each(3, 8);
    REQUIRE(story.all_told(8));
    CHECK(story.acked() == 8);
    CHECK(story.cluster.values("orders") == numbered(0, 8));
    CHECK(story.producer->identity().epoch == before + 1);
  }
}

TEST_CASE("a refusal that is final fails that batch alone, and the next ones go on") {
  WriteStory story;
  story.begin(without_linger());
  story.cluster.script = [](const Seen& seen) {
    const bool it = seen.header.api_key == ApiKey::produce && seen.nth == 2;
    return it ? Act{Act::Kind::refuse, ErrorCode::message_too_large, {}} : Act{};
  };
  story.send_each(0, 5);
  REQUIRE(story.all_told(5));
  CHECK(story.acked() == 4);
  CHECK(story.cluster.values("orders") == std::vector<std::string>{"v0", "v2", "v3", "v4"});
  for (const auto& [value, delivery] : story.told) {
    if (value == "v1") CHECK(delivery.error == "MESSAGE_TOO_LARGE");
  }
}

TEST_CASE("retriable refusals are repeated every retry.backoff.ms until delivery.timeout.ms") {
  WriteStory story;
  ProducerOptions options = without_linger();
  options.delivery_timeout = seconds(2);
  story.begin(options);
  story.cluster.script = [](const Seen& seen) {
    return seen.header.api_key == ApiKey::produce
               ? Act{Act::Kind::refuse, ErrorCode::not_enough_replicas, {}}
               : Act{};
  };
  const Instant from = story.cluster.now();
  story.send("a");
  REQUIRE(story.all_told(1));
  CHECK(to_ms(story.cluster.now() - from) == 2000);
  CHECK(story.told[0].second.error == "not delivered within 2000 ms: NOT_ENOUGH_REPLICAS");
  CHECK(story.told[0].second.code == ErrorCode::request_timed_out);
  CHECK(story.cluster.count(ApiKey::produce) >= 19);
  // What comes after is not lost behind it, and does not reuse its sequence.
  story.cluster.script = {};
  story.send("b");
  REQUIRE(story.all_told(2));
  CHECK(story.told[1].second.ok());
  CHECK(story.producer->identity().epoch == 1);
}

TEST_CASE("an answer that never comes: failed at the delivery timeout") {
  WriteStory story;
  ProducerOptions options = without_linger();
  options.delivery_timeout = seconds(5);
  story.begin(options);
  story.cluster.script = [](const Seen& seen) {
    return seen.header.api_key == ApiKey::produce ? Act{Act::Kind::hold, {}, {}} : Act{};
  };
  story.send("a");
  REQUIRE(story.all_told(1, seconds(6)));
  CHECK(!story.told[0].second.ok());
  // The broker wakes up: the late answer harms nothing, and the next record is written behind.
  story.cluster.release();
  story.send("b");
  REQUIRE(story.all_told(2));
  CHECK(story.told[1].second.ok());
  CHECK(story.cluster.values("orders") == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a frozen leader that was replaced is not waited for") {
  WriteStory story;
  story.begin(without_linger());
  story.send("v0");
  REQUIRE(story.all_told(1));
  story.cluster.script = [](const Seen& seen) {
    return seen.broker == 1 ? Act{Act::Kind::hold, {}, {}} : Act{};
  };
  story.send_each(1, 4);
  story.cluster.run_for(milliseconds(500));
  story.cluster.move_leader("orders", 0, 2);
  REQUIRE(story.all_told(4, seconds(2)));
  CHECK(story.acked() == 4);
  CHECK(story.cluster.values("orders") == numbered(0, 4));
}

TEST_CASE("acks=0: told when the bytes have left, without offset") {
  WriteStory story;
  ProducerOptions options = without_linger();
  options.acks = Acks::none;
  story.begin(options);
  story.send_each(0, 20);
  REQUIRE(story.all_told(20));
  CHECK(story.acked() == 20);
  CHECK(story.told[0].second.offset == no_offset);
  CHECK(story.cluster.values("orders") == numbered(0, 20));
  CHECK(story.cluster.count(ApiKey::init_producer_id) == 0);
}

TEST_CASE("acks=1 is not idempotent, and is repeated after a break") {
  WriteStory story;
  ProducerOptions options = without_linger();
  options.acks = Acks::leader;
  story.begin(options);
  story.cluster.script = [](const Seen& seen) {
    const bool it = seen.header.api_key == ApiKey::produce && seen.nth == 1;
    return it ? Act{Act::Kind::cut, {}, {}} : Act{};
  };
  story.send("a");
  REQUIRE(story.all_told(1));
  CHECK(story.acked() == 1);
  CHECK(story.cluster.partition("orders").producers.empty());
}

TEST_CASE("at most five batches of a partition are in flight") {
  WriteStory story;
  story.begin(without_linger());
  story.send("v0");
  REQUIRE(story.all_told(1));
  story.cluster.script = [](const Seen& seen) {
    return seen.header.api_key == ApiKey::produce ? Act{Act::Kind::hold, {}, {}} : Act{};
  };
  story.send_each(1, 20);
  story.cluster.run_for(milliseconds(100));
  CHECK(story.cluster.events<trace::ProducerSent>().size() == 1 + 5);
  story.cluster.release();
  REQUIRE(story.all_told(20));
  CHECK(story.cluster.values("orders") == numbered(0, 20));
}

TEST_CASE("answers cut at every byte") {
  WriteStory story;
  story.cluster.chunk = 1;
  story.begin(without_linger());
  story.send_each(0, 10);
  REQUIRE(story.all_told(10));
  CHECK(story.acked() == 10);
  CHECK(story.cluster.values("orders") == numbered(0, 10));
}

TEST_CASE("buffer.memory and max.request.size bound what is taken") {
  WriteStory story;
  ProducerOptions options;
  options.buffer_memory = 3000;
  options.max_request_size = 2000;
  Producer& producer = story.begin(options);
  const auto of = [](std::size_t size) {
    ProducerRecord record;
    record.topic = "orders";
    record.value = Slice::copy(std::string(size, 'x'));
    return record;
  };
  story.cluster.run([&] {
    CHECK(!producer.send(of(3000), {}));
    CHECK(producer.send(of(1500), {}));
    const auto refused = producer.send(of(1500), {});
    REQUIRE(!refused);
    CHECK(refused.error().message.find("buffer.memory") != std::string::npos);
  });
  REQUIRE(story.cluster.run_until([&] { return producer.pending() == 0; }));
  story.cluster.run([&] { CHECK(producer.send(of(1500), {})); });
}

TEST_CASE("a topic that does not exist fails after max.block.ms, or appears before") {
  WriteStory story;
  ProducerOptions options;
  options.max_block = seconds(3);
  Producer& producer = story.begin(options);
  std::vector<Delivery> told;
  const auto send_to = [&](const std::string& topic) {
    ProducerRecord record;
    record.topic = topic;
    CHECK(producer.send(std::move(record), [&](const Delivery& d) { told.push_back(d); }));
  };
  story.cluster.run([&] {
    send_to("never");
    send_to("later");
  });
  story.cluster.run_for(seconds(1));
  story.cluster.add_topic("later", 2);
  REQUIRE(story.cluster.run_until([&] { return told.size() == 2; }));
  CHECK(told[0].ok());
  CHECK(told[1].error.find("never not present in metadata after 3000 ms") != std::string::npos);
  CHECK(told[1].error.find("UNKNOWN_TOPIC_OR_PARTITION") != std::string::npos);
}

TEST_CASE("flush ends the lingering; close fails what is buffered") {
  WriteStory story;
  ProducerOptions options;
  options.linger = seconds(60);
  Producer& producer = story.begin(options);
  story.send("a");
  bool flushed = false;
  story.cluster.run([&] { producer.flush([&] { flushed = true; }); });
  REQUIRE(story.cluster.run_until([&] { return flushed; }, seconds(1)));
  CHECK(story.acked() == 1);
  story.send("b");
  story.cluster.run([&] { story.cluster.machine.remove("p", "enough"); });
  REQUIRE(story.told.size() == 2);
  CHECK(story.told[1].second.error == "enough");
  story.cluster.run_for(seconds(1));
}

TEST_CASE("keys go where Kafka's murmur2 sends them; others stick to a partition") {
  CHECK(murmur2(bytes_of("21")) == static_cast<std::uint32_t>(-973932308));
  CHECK(murmur2(bytes_of("foobar")) == static_cast<std::uint32_t>(-790332482));
  CHECK(murmur2(bytes_of("a-little-bit-long-string")) == static_cast<std::uint32_t>(-985981536));
  CHECK(murmur2(bytes_of("a-little-bit-longer-string")) == static_cast<std::uint32_t>(-1486304829));
  CHECK(murmur2(bytes_of("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8")) ==
        static_cast<std::uint32_t>(-58897971));
  CHECK(murmur2(bytes_of("abc")) == 479470107U);

  Rng rng(1);
  const std::vector<PartitionIndex> usable{PartitionIndex(0), PartitionIndex(1), PartitionIndex(2)};
  KeylessPartitioner sticky(KeylessPartitioner::Kind::sticky, 100);
  const auto first = sticky.next("t", usable, 60, rng);
  CHECK(sticky.next("t", usable, 60, rng) == first);
  KeylessPartitioner round(KeylessPartitioner::Kind::round_robin, 100);
  for (int i = 0; i < 6; ++i) CHECK(round.next("t", usable, 60, rng).v == i % 3);
}

TEST_CASE("compressed batches arrive whole") {
  for (const auto codec : {protocol::Compression::gzip, protocol::Compression::zstd}) {
    WriteStory story;
    ProducerOptions options;
    options.compression = codec;
    story.begin(options);
    for (int i = 0; i < 50; ++i) story.send("v" + std::to_string(i));
    REQUIRE(story.all_told(50));
    CHECK(story.cluster.values("orders") == numbered(0, 50));
  }
}

TEST_CASE("sequence numbers wrap to 0 behind 2^31 - 1") {
  CHECK(sequence_after(0, 3) == 3);
  CHECK(sequence_after(INT32_MAX, 1) == 0);
  CHECK(sequence_after(INT32_MAX - 1, 5) == 3);
}

}  // namespace lab::client
