// The image replays metadata records strictly, tells what changed, writes itself out again, and its
// digest follows the content alone.
#include "tests/engine/controller/lab.h"

using namespace lab;
using namespace lab::controller;
using namespace lab::protocol;

namespace {

Image rebuilt(const Image& image) {
  Image out;
  for (const auto& record : image.records()) REQUIRE(out.apply(record).ok());
  return out;
}

TopicRecord topic_record(const std::string& name, std::uint8_t id) {
  TopicRecord record;
  record.name = name;
  record.topic_id.bytes.fill(id);
  return record;
}

PartitionRecord partition_record(std::uint8_t id, std::int32_t index) {
  PartitionRecord record;
  record.topic_id.bytes.fill(id);
  record.partition_id = index;
  record.replicas = {1, 2};
  record.isr = {1};
  record.leader = 1;
  record.leader_epoch = 4;
  record.partition_epoch = 9;
  record.eligible_leader_replicas = {2};
  record.last_known_elr = {2};
  return record;
}

}  // namespace

TEST_CASE("a cluster with everything in it is rebuilt from its own records, digest and all") {
  Lab lab;
  lab.start_three();
  lab.create("orders", {{1, 2, 3}, {2, 3, 1}}, 2);
  lab.die(1);
  lab.die(2);
  lab.take(lab.controller.allocate_producer_ids({3, lab.epochs[3]}));
  const Image& image = lab.controller.image();
  CHECK_FALSE(image.partition("orders", PartitionIndex(0))->elr.empty());
  CHECK(rebuilt(image) == image);
  CHECK(rebuilt(image).digest() == image.digest());
  CHECK(lab.replayed == image);
  CHECK(image.digest() != Image{}.digest());
}

TEST_CASE("a change of the leader raises both epochs, any other change the partition's alone") {
  Image image;
  REQUIRE(image.apply(topic_record("t", 7)).ok());
  REQUIRE(image.apply(partition_record(7, 0)).ok());
  PartitionChangeRecord change;
  change.topic_id.bytes.fill(7);
  change.partition_id = 0;
  change.isr = {1, 2};
  const auto changed = image.apply(change);
  REQUIRE(changed.ok());
  CHECK(changed->partitions.size() == 1);
  const Partition* p = image.partition("t", PartitionIndex(0));
  CHECK(p->leader_epoch == Epoch(4));
  CHECK(p->partition_epoch == 10);
  change.leader = 1;  // the same leader said again fences its former requests
  REQUIRE(image.apply(change).ok());
  CHECK(p->leader_epoch == Epoch(5));
  CHECK(p->partition_epoch == 11);
}

TEST_CASE("a record that does not fit is an error and changes nothing") {
  Image image;
  REQUIRE(image.apply(topic_record("t", 7)).ok());
  REQUIRE(image.apply(partition_record(7, 0)).ok());
  RegisterBrokerRecord broker;
  broker.broker_id = 1;
  broker.broker_epoch = 10;
  REQUIRE(image.apply(broker).ok());
  ProducerIdsRecord ids;
  ids.next_producer_id = 1000;
  REQUIRE(image.apply(ids).ok());
  const Image before = image;

  PartitionChangeRecord no_topic;
  no_topic.topic_id.bytes.fill(8);
  no_topic.partition_id = 0;
  PartitionChangeRecord no_partition;
  no_partition.topic_id.bytes.fill(7);
  no_partition.partition_id = 5;
  BrokerRegistrationChangeRecord stale;
  stale.broker_id = 1;
  stale.broker_epoch = 9;
  stale.fenced = -1;
  BrokerRegistrationChangeRecord strange;
  strange.broker_id = 1;
  strange.broker_epoch = 10;
  strange.fenced = 3;
  UnregisterBrokerRecord unknown;
  unknown.broker_id = 2;
  RemoveTopicRecord remove;
  remove.topic_id.bytes.fill(8);
  ClearElrRecord clear;
  clear.topic_name = "u";
  const std::vector<MetadataRecord> bad = {no_topic,
                                           no_partition,
                                           stale,
                                           strange,
                                           unknown,
                                           remove,
                                           clear,
                                           ids,
                                           topic_record("t", 9),
                                           topic_record("u", 7),
                                           partition_record(8, 0)};
  for (const MetadataRecord& record : bad) {
    CHECK_FALSE(image.apply(record).ok());
    CHECK(image == before);
  }
}

TEST_CASE("a removed topic takes its partitions and configurations along") {
  Image image;
  const std::uint64_t empty = image.digest();
  ImageChange all;
  ConfigRecord config;
  config.resource_type = 2;
  config.resource_name = "t";
  config.name = "retention.ms";
  config.value = "1";
  RemoveTopicRecord remove;
  remove.topic_id.bytes.fill(7);
  const std::vector<MetadataRecord> records = {topic_record("t", 7), config, partition_record(7, 0),
                                               partition_record(7, 1), remove};
  for (const MetadataRecord& record : records) {
    auto change = image.apply(record);
    REQUIRE(change.ok());
    all.merge(std::move(*change));
  }
  CHECK(image.empty());
  CHECK(image.digest() == empty);
  CHECK(all.topics_added.empty());
  CHECK(all.partitions.empty());
  REQUIRE(all.topics_removed.size() == 1);
  CHECK(all.topics_removed.begin()->second.partitions.size() == 2);
}

TEST_CASE("ClearElrRecord forgets eligible leaders of one topic or of all") {
  Image image;
  for (const std::uint8_t id : {std::uint8_t{7}, std::uint8_t{8}}) {
    REQUIRE(image.apply(topic_record(id == 7 ? "t" : "u", id)).ok());
    REQUIRE(image.apply(partition_record(id, 0)).ok());
  }
  ClearElrRecord one;
  one.topic_name = "t";
  REQUIRE(image.apply(one).ok());
  CHECK(image.partition("t", PartitionIndex(0))->elr.empty());
  CHECK(image.partition("t", PartitionIndex(0))->partition_epoch == 10);
  CHECK_FALSE(image.partition("u", PartitionIndex(0))->elr.empty());
  REQUIRE(image.apply(ClearElrRecord{}).ok());
  CHECK(image.partition("u", PartitionIndex(0))->last_known_elr.empty());
  CHECK(image.partition("t", PartitionIndex(0))->partition_epoch == 10);
}

TEST_CASE("the digest does not depend on the order of independent records, but on each value") {
  Image a, b;
  REQUIRE(a.apply(topic_record("t", 7)).ok());
  REQUIRE(a.apply(topic_record("u", 8)).ok());
  REQUIRE(b.apply(topic_record("u", 8)).ok());
  REQUIRE(b.apply(topic_record("t", 7)).ok());
  CHECK(a.digest() == b.digest());
  PartitionRecord p = partition_record(7, 0);
  REQUIRE(a.apply(p).ok());
  p.isr = {2};
  REQUIRE(b.apply(p).ok());
  CHECK(a.digest() != b.digest());
  REQUIRE(a.apply(p).ok());
  CHECK(a.digest() == b.digest());
  REQUIRE(a.apply(NoOpRecord{}).ok());
  CHECK(a.digest() == b.digest());
}
