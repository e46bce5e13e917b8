// Stories of idempotent producers: what is a duplicate, what a gap, and who remembers it how long.
#include <limits>

#include "tests/engine/storage/log_world.h"

using namespace lab;
using namespace lab::storage;
using Status = AppendResult::Status;

namespace {

AppendResult send(LogWorld& world, std::int32_t sequence, int records = 1,
                  std::int16_t producer_epoch = 0, std::int64_t producer = 9) {
  return world.append({.records = records,
                       .producer = producer,
                       .producer_epoch = producer_epoch,
                       .sequence = sequence},
                      Epoch(1));
}

}  // namespace

TEST_CASE("the last five batches of a producer are known; older ones and gaps are out of order") {
  LogWorld world;
  world.create();
  for (int i = 0; i < 8; ++i) CHECK(send(world, 2 * i, 2).base == Offset(2 * i));
  for (int i = 3; i < 8; ++i) {
    const auto again = send(world, 2 * i, 2);
    CHECK(again.status == Status::duplicate);
    CHECK(again.base == Offset(2 * i));
    CHECK(again.last == Offset(2 * i + 1));
  }
  CHECK(send(world, 4, 2).status == Status::out_of_order_sequence);
  CHECK(send(world, 18).status == Status::out_of_order_sequence);
  CHECK(send(world, 14, 1).status == Status::out_of_order_sequence);  // another cut of the records
  CHECK(world.log->log_end() == Offset(16));
  CHECK(send(world, 16).ok());
}

TEST_CASE("a new epoch of a producer starts with 0, an old one is refused") {
  LogWorld world;
  world.create();
  CHECK(send(world, 0).ok());
  CHECK(send(world, 5, 1, 1).status == Status::out_of_order_sequence);
  CHECK(send(world, 0, 1, 1).ok());
  const auto old = send(world, 1, 1, 0);
  CHECK(old.status == Status::invalid_producer_epoch);
  CHECK(old.message.find("producer 9") != std::string::npos);
}

TEST_CASE("a producer that is not known may start anywhere") {
  LogWorld world;
  world.create();
  CHECK(send(world, 77).ok());
  CHECK(send(world, 79).status == Status::out_of_order_sequence);
}

TEST_CASE("sequence numbers go round after 2^31 - 1") {
  constexpr std::int32_t largest = 2147483647;
  CHECK(sequence_plus(largest, 1) == 0);
  CHECK(sequence_plus(0, -1) == largest);
  LogWorld world;
  world.create();
  CHECK(send(world, largest - 1, 4).ok());
  CHECK(send(world, largest - 1, 4).status == Status::duplicate);
  CHECK(send(world, 2).ok());
}

TEST_CASE("several batches in one append are judged one after the other, all or none") {
  LogWorld world;
  world.create();
  const auto two = [&](std::int32_t first, std::int32_t second) {
    AppendResult result;
    world.input([&] {
      result = world.log->append_as_leader({make_batch({.producer = 9, .sequence = first}),
                                            make_batch({.producer = 9, .sequence = second})},
                                           Epoch(1));
    });
    return result.status;
  };
  CHECK(two(0, 1) == Status::ok);
  CHECK(two(2, 4) == Status::out_of_order_sequence);
  CHECK(world.log->log_end() == Offset(2));
  CHECK(two(2, 3) == Status::ok);
}

TEST_CASE("a retry is known after a clean restart, a crash, and on the follower that took over") {
  LogWorld world;
  world.create();
  for (int i = 0; i < 8; ++i) send(world, i);
  const auto same = [&] {
    CHECK(send(world, 7).status == Status::duplicate);
    CHECK(send(world, 3).base == Offset(3));
    CHECK(send(world, 2).status == Status::out_of_order_sequence);
    CHECK(send(world, 9).status == Status::out_of_order_sequence);
  };
  const auto batches = world.all();
  world.close_and_open();
  CHECK(world.log->recovery().segments_scanned == 0);
  same();
  world.die();
  world.open({});
  same();

  LogWorld follower;
  follower.create();
  follower.input([&] { follower.log->append_as_follower(batches); });
  CHECK(send(follower, 7).status == Status::duplicate);
  CHECK(send(follower, 8).ok());
}

TEST_CASE("what is cut off is forgotten, and what came before is remembered from the log") {
  LogConfig config;
  config.segment_bytes = 400;
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 20; ++i) send(world, i);
  send(world, 0, 1, 0, 50);  // a producer with one batch only
  REQUIRE(world.log->segment_count() > 4);

  world.hold = true;
  world.input([&] { world.log->truncate_to(Offset(12)); });
  CHECK_FALSE(world.log->producers_ready());
  CHECK(send(world, 12).status == Status::not_ready);
  CHECK(world.append({}, Epoch(2)).ok());  // others are not kept waiting
  world.hold = false;
  world.let_go();
  REQUIRE(world.log->producers_ready());
  CHECK(world.append({.producer = 9, .sequence = 11}, Epoch(2)).status == Status::duplicate);
  CHECK(world.append({.producer = 9, .sequence = 13}, Epoch(2)).status ==
        Status::out_of_order_sequence);
  CHECK(world.append({.producer = 9, .sequence = 12}, Epoch(2)).base == Offset(13));
  CHECK(world.append({.producer = 50, .sequence = 0}, Epoch(2)).ok());
}

TEST_CASE("a producer whose batches are all kept in memory needs no reading after a truncation") {
  LogWorld world;
  world.create();
  for (int i = 0; i < 4; ++i) send(world, i);
  world.hold = true;
  world.input([&] { world.log->truncate_to(Offset(2)); });
  CHECK(world.log->producers_ready());
  CHECK(send(world, 1).status == Status::duplicate);
  CHECK(send(world, 2).ok());
}

TEST_CASE("snapshots are written when a segment rolls and when the log is closed") {
  LogConfig config;
  config.segment_bytes = 400;
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 12; ++i) send(world, i);
  std::vector<std::string> snapshots;
  const auto list = [&] {
    snapshots.clear();
    for (const auto& name : world.disk.files()) {
      if (name.ends_with(".snapshot")) snapshots.push_back(name);
    }
  };
  list();
  CHECK(snapshots.size() == world.log->segment_count() - 1);
  world.close_and_open();
  list();
  CHECK(snapshots.back() == "orders-0/00000000000000000012.snapshot");

  // A snapshot that is damaged is removed; the log knows the same.
  REQUIRE(world.disk.write(snapshots.back(), 20, bytes_of("xx")).ok());
  world.die();
  world.open({true, Offset(0), Offset(0)});
  CHECK(send(world, 11).status == Status::duplicate);
  list();
  CHECK(snapshots.back() != "orders-0/00000000000000000012.snapshot");
}

TEST_CASE("after a clean restart all five batches are known, however much came after them") {
  LogWorld world;
  world.create();
  for (int i = 0; i < 6; ++i) CHECK(send(world, i).base == Offset(i));
  for (int i = 0; i < 100; ++i) world.append({.value_bytes = 10000}, Epoch(1));
  world.close_and_open();
  for (int i = 1; i < 6; ++i) {
    const auto again = send(world, i);
    CHECK(again.status == Status::duplicate);
    CHECK(again.base == Offset(i));
  }
  CHECK(send(world, 6).ok());
}

TEST_CASE("of a producer's several entries in a snapshot the last counts; another epoch replaces") {
  ProducerState state;
  state.note({ProducerId(7), 0, 0, 4, Offset(0), Offset(4), 1}, 10);
  state.note({ProducerId(7), 0, 5, 5, Offset(9), Offset(9), 2}, 10);
  state.note({ProducerId(8), 1, 0, 0, Offset(10), Offset(10), 3}, 10);
  const auto again = ProducerState::decode(state.encode());
  REQUIRE(again.ok());
  REQUIRE(again->producers().size() == 2);
  CHECK(again->producers().at(ProducerId(7)).batches ==
        state.producers().at(ProducerId(7)).batches);
  CHECK(again->producers().at(ProducerId(8)).epoch == 1);
}

TEST_CASE("a snapshot has Kafka's bytes, and only whole ones are read") {
  ProducerState state;
  state.note({ProducerId(0x0102), 3, 10, 14, Offset(100), Offset(104), 7777}, 10);
  const ByteBuffer bytes = state.encode();
  REQUIRE(bytes.size() == 10 + 46);
  CHECK(bytes[1] == 1);      // version
  CHECK(bytes[9] == 1);      // count
  CHECK(bytes[16] == 0x01);  // producer id
  CHECK(bytes[17] == 0x02);
  CHECK(bytes[19] == 3);     // epoch
  CHECK(bytes[23] == 14);    // last sequence
  CHECK(bytes[31] == 104);   // last offset
  CHECK(bytes[35] == 4);     // offset delta
  CHECK(bytes[55] == 0xff);  // no transaction
  const auto again = ProducerState::decode(bytes);
  REQUIRE(again.ok());
  CHECK(again->producers().at(ProducerId(0x0102)).batches ==
        state.producers().at(ProducerId(0x0102)).batches);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    CHECK_FALSE(ProducerState::decode(ByteView(bytes).subspan(0, cut)).ok());
    ByteBuffer damaged = bytes;
    damaged[cut] ^= 0x40;
    CHECK_FALSE(ProducerState::decode(damaged).ok());
  }
}

TEST_CASE("a snapshot whose batches would begin below offset 0 is refused") {
  for (const std::int64_t base : {std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()}) {
    CAPTURE(base);
    ProducerState state;
    state.note({ProducerId(7), 0, 0, 4, Offset(base), Offset(base + 4), 1}, 10);
    CHECK_FALSE(ProducerState::decode(state.encode()).ok());
  }
}

TEST_CASE("producers are forgotten when they expire, and when there are too many") {
  LogConfig config;
  config.max_producers = 100;
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 500; ++i) send(world, 5, 1, 0, 1000 + i);
  CHECK(world.log->producers().producers().size() <= 100);
  CHECK(send(world, 5, 1, 0, 1499).status == Status::duplicate);
  world.wall = WallTime(milliseconds(2000 + config.producer_id_expiration_ms));
  world.input([&] { world.log->maintain(Offset(0)); });
  CHECK(world.log->producers().producers().empty());
}

TEST_CASE("raft's own batches are appended without looking at producers") {
  LogWorld world;
  world.create();
  AppendResult result;
  world.input([&] {
    result = world.log->append_raw({make_batch({.producer = 9, .sequence = 5})}, Epoch(1));
    result = world.log->append_raw({make_batch({.producer = 9, .sequence = 5})}, Epoch(1));
  });
  CHECK(result.base == Offset(1));
}
