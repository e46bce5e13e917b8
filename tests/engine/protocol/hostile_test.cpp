// What strangers may send inside a well-formed frame: lengths and counts that lie, nulls where
// there are none, tag buffers bent in every way, and the error codes' names.
#include <doctest/doctest.h>

#include "engine/protocol/codec_impl.h"
#include "engine/protocol/error_codes.h"
#include "engine/protocol/messages/control_records.h"
#include "engine/protocol/messages/create_topics.h"
#include "engine/protocol/messages/describe_topic_partitions.h"
#include "engine/protocol/messages/metadata.h"
#include "engine/protocol/messages/metadata_records.h"

namespace lab::protocol {
namespace {

// One of everything that may be tagged, and an array whose elements are short.
struct Bag {
  static constexpr std::string_view message_name = "Bag";
  static constexpr std::int16_t min_version = 0;
  static constexpr std::int16_t max_version = 1;
  static constexpr std::int16_t flexible_version = 1;
  struct Item {
    std::int8_t x = 0;
    std::string text, more, words, notes;
    bool operator==(const Item&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&Item::x, "X"));
      visit(field(&Item::text, "Text").since(2));
      visit(field(&Item::more, "More").since(2));
      visit(field(&Item::words, "Words").since(2));
      visit(field(&Item::notes, "Notes").since(2));
    }
  };
  std::vector<Item> items;
  std::int32_t late = 5;
  std::string early = "none";
  std::optional<Item> item;
  bool operator==(const Bag&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&Bag::items, "Items"));
    visit(field(&Bag::late, "Late").tagged(3).since(1));
    visit(field(&Bag::early, "Early").tagged(1).since(1));
    visit(field(&Bag::item, "Item").tagged(4).since(1).nullable());
  }
};

std::string error_of(ByteBuffer bytes, std::int16_t version) {
  const auto bag = decode<Bag>(Slice::take(std::move(bytes)), version);
  return bag ? "" : bag.error().message;
}
bool says(const std::string& message, std::string_view what) {
  CAPTURE(message);
  return message.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("tags are written in order, and only where they differ from their defaults") {
  CHECK(join(encode(Bag{}, 1)) == Slice::take({1, 0}));
  Bag bag;
  bag.late = 6;
  bag.early = "";
  CHECK(join(encode(bag, 1)) == Slice::take({1, 2, 1, 1, 1, 3, 4, 0, 0, 0, 6}));
  CHECK(join(encode(bag, 0)) == Slice::take({0, 0, 0, 0}));
  bag.item = Bag::Item{9, {}, {}, {}, {}};
  CHECK(*decode<Bag>(join(encode(bag, 1)), 1) == bag);
}

TEST_CASE("tags in another order and unknown tags are read; twice, too long or too short is not") {
  CHECK(decode<Bag>(Slice::take({1, 2, 3, 4, 0, 0, 0, 6, 1, 1, 1}), 1)->late == 6);
  CHECK(decode<Bag>(Slice::take({1, 2, 9, 3, 1, 2, 3, 3, 4, 0, 0, 0, 7}), 1)->late == 7);
  CHECK(says(error_of({1, 2, 1, 1, 1, 1, 1, 1}, 1), "tag 1 comes twice"));
  CHECK(says(error_of({1, 1, 3, 5, 0, 0, 0, 6, 0}, 1), "tag 3 is too long"));
  CHECK(says(error_of({1, 1, 3, 3, 0, 0, 0, 6}, 1), "4 bytes are needed and 3 are left"));
  CHECK(says(error_of({1, 1, 1, 2, 3, 'a', 'b'}, 1), "2 bytes are needed"));  // not beyond its tag
  CHECK(says(error_of({1, 1, 9, 200, 1, 0}, 1), "claims 200 bytes"));
  CHECK(says(error_of({1, 0xff, 0xff, 0xff, 0xff, 0x0f}, 1), "varint"));
  CHECK(says(error_of({1, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f}, 1), "varint"));
}

TEST_CASE("a count is held against the bytes that are left") {
  CHECK(says(error_of({0x7f, 0xff, 0xff, 0xff, 1, 2}, 0), "claims 2147483647 elements"));
  CHECK(says(error_of({0xff, 0xff, 0xff, 0xfe}, 0), "has the length -2"));
  CHECK(says(error_of({0xff, 0xff, 0xff, 0xff}, 0), "Items is null"));
  CHECK(says(error_of({0}, 1), "Items is null"));
  CHECK(says(error_of({4, 1, 0, 2}, 1), "claims 3 elements"));  // an element has two bytes or more
}

TEST_CASE("decoded elements may not take far more memory than the message") {
  // 8 MiB of elements of one byte, each over a hundred bytes large when decoded.
  constexpr std::size_t count = 8 * 1024 * 1024;
  static_assert(sizeof(Bag::Item) > 100);
  ByteBuffer bytes = {0, 0x80, 0, 0};
  bytes.resize(4 + count);
  CHECK(says(error_of(std::move(bytes), 0), "more memory"));
}

TEST_CASE("null is taken only in the versions that have it") {
  CHECK_FALSE(decode<MetadataRequest>(Slice::take({0xff, 0xff, 0xff, 0xff}), 0).ok());
  const auto all = decode<MetadataRequest>(Slice::take({0xff, 0xff, 0xff, 0xff}), 1);
  REQUIRE(all.ok());
  CHECK_FALSE(all->topics.has_value());
  MetadataRequest m;
  m.topics.reset();
  CHECK_THROWS_AS((void)encode(m, 0), CheckFailed);
}

TEST_CASE("a nullable struct has a marker byte") {
  DescribeTopicPartitionsRequest m;
  const Slice without = join(encode(m, 0));
  CHECK(without == Slice::take({1, 0, 0, 0x07, 0xd0, 0xff, 0}));
  m.cursor = DescribeTopicPartitionsRequest::Cursor{"t", 3};
  const Slice with = join(encode(m, 0));
  CHECK(with == Slice::take({1, 0, 0, 0x07, 0xd0, 1, 2, 't', 0, 0, 0, 3, 0, 0}));
  CHECK(*decode<DescribeTopicPartitionsRequest>(with, 0) == m);
}

TEST_CASE("a string too long for its classic length is cut, never a broken frame") {
  CreateTopicsRequest m;
  m.topics.emplace_back().name = std::string(40'000, 'x');
  CHECK(decode<CreateTopicsRequest>(join(encode(m, 4)), 4)->topics.at(0).name.size() == 32767);
  CHECK(*decode<CreateTopicsRequest>(join(encode(m, 5)), 5) == m);
}

TEST_CASE("a version that is not declared is refused") {
  CHECK_FALSE(decode<Bag>(Slice::take({1, 0}), 2).ok());
  CHECK_FALSE(decode<Bag>(Slice::take({1, 0}), -1).ok());
  CHECK_THROWS_AS((void)encode(Bag{}, 2), CheckFailed);
}

TEST_CASE("metadata records carry their frame, type and version") {
  TopicRecord topic;
  topic.name = "orders";
  const Slice value = encode_metadata_record(topic);
  CHECK(value.view()[0] == 1);
  CHECK(value.view()[1] == 2);
  CHECK(value.view()[2] == 0);
  CHECK(std::get<TopicRecord>(*decode_metadata_record(value)) == topic);

  PartitionRecord partition;
  partition.replicas = {1, 2, 3};
  partition.eligible_leader_replicas = std::vector<std::int32_t>{2};
  const Slice newest = encode_metadata_record(partition);
  CHECK(std::get<PartitionRecord>(*decode_metadata_record(newest)) == partition);
  const Slice oldest = encode_metadata_record(partition, 0);
  CHECK_FALSE(std::get<PartitionRecord>(*decode_metadata_record(oldest)).eligible_leader_replicas);

  for (std::size_t n = 0; n < newest.size(); ++n) {
    CHECK_FALSE(decode_metadata_record(newest.sub(0, n)).ok());
  }
  CHECK_FALSE(decode_metadata_record(Slice::take({2, 2, 0, 1})).ok());      // frame version
  CHECK_FALSE(decode_metadata_record(Slice::take({1, 99, 0, 1})).ok());     // type
  CHECK_FALSE(decode_metadata_record(Slice::take({1, 20, 9, 0})).ok());     // version
  CHECK(decode_metadata_record(Slice::take({1, 20, 0, 0})).ok());           // NoOpRecord
  CHECK_FALSE(decode_metadata_record(Slice::take({1, 20, 0, 0, 0})).ok());  // left over
}

TEST_CASE("control records of types and versions that are not known are refused") {
  CHECK_FALSE(decode_control_value(ControlType::commit, Slice::take({0, 0})).ok());
  CHECK_FALSE(decode_control_value(static_cast<ControlType>(77), Slice::take({0, 0})).ok());
  CHECK_FALSE(decode_control_value(ControlType::leader_change, Slice::take({0, 9})).ok());
  CHECK_FALSE(decode_control_value(ControlType::snapshot_footer, Slice{}).ok());
  CHECK(decode_control_value(ControlType::snapshot_footer, Slice::take({0, 0, 0})).ok());
  CHECK_FALSE(decode_control_key(Slice::take({0, 0, 0})).ok());
}

TEST_CASE("error codes have Kafka's names") {
  CHECK(name(ErrorCode::none) == "NONE");
  CHECK(name(ErrorCode::unknown_server_error) == "UNKNOWN_SERVER_ERROR");
  CHECK(name(ErrorCode::not_leader_or_follower) == "NOT_LEADER_OR_FOLLOWER");
  CHECK(wire(ErrorCode::duplicate_broker_registration) == 101);
  CHECK(name(error_code(5000)) == "UNKNOWN");
  CHECK(is_retriable(ErrorCode::not_leader_or_follower));
  CHECK_FALSE(is_retriable(ErrorCode::message_too_large));
}

}  // namespace lab::protocol
