// Stories of a log that is open: appending, reading, rolling, cutting, failing, ending.
#include "tests/engine/storage/log_world.h"

using namespace lab;
using namespace lab::storage;
using Status = AppendResult::Status;

TEST_CASE("what a leader appends gets its offsets and can be read before it is written") {
  LogWorld world;
  world.create();
  world.hold = true;
  int told = 0;
  world.log->on_written([&] { ++told; });

  CHECK(world.append({.records = 3, .timestamp = 500}, Epoch(4)).base == Offset(0));
  const auto second = world.append({.records = 2}, Epoch(4));
  CHECK(second.base == Offset(3));
  CHECK(second.last == Offset(4));
  CHECK(second.max_timestamp == 1001);
  CHECK(world.log->log_end() == Offset(5));
  CHECK(world.log->written_end() == Offset(0));

  const auto found = world.read(Offset(4));
  REQUIRE(found.ok());
  const auto header = protocol::check_batch(join(found.slices).view());
  REQUIRE(header.ok());
  CHECK(header->base_offset == Offset(3));
  CHECK(header->partition_leader_epoch == Epoch(4));
  CHECK(found.next == Offset(5));

  world.hold = false;
  world.let_go();
  CHECK(world.log->written_end() == Offset(5));
  CHECK(told == 2);
  CHECK(world.log->synced_end() == Offset(0));
  CHECK(world.flush());
  CHECK(world.log->synced_end() == Offset(5));
}

TEST_CASE("batches that arrive while a write is in work go to the disk in one write") {
  LogWorld world;
  world.create();
  world.writes.clear();
  world.hold = true;
  for (int i = 0; i < 10; ++i) world.append({});
  CHECK(world.writes.size() == 2);  // the first, and the epoch checkpoint
  world.hold = false;
  world.let_go();
  CHECK(std::count(world.writes.begin(), world.writes.end(),
                   world.file("00000000000000000000.log")) == 2);
  CHECK(world.log->written_end() == Offset(10));
}

TEST_CASE("a read gives whole batches within its bounds, the first one whatever its size") {
  LogWorld world;
  world.create();
  for (int i = 0; i < 5; ++i) world.append({.records = 2});
  const std::size_t one = make_batch({.records = 2}).size();

  CHECK(total_size(world.read(Offset(1), 2 * one).slices) == 2 * one);
  CHECK(world.read(Offset(1), 2 * one).next == Offset(4));
  CHECK(total_size(world.read(Offset(0), 1).slices) == one);
  CHECK(world.read(Offset(0), 1, false).slices.empty());
  CHECK(world.read(Offset(2), 1 << 20, true, Offset(5)).next == Offset(4));
  CHECK(world.read(Offset(4), 1 << 20, true, Offset(4)).slices.empty());
  CHECK(world.read(Offset(10)).ok());
  CHECK(world.read(Offset(10)).slices.empty());
  CHECK(world.read(Offset(11)).status == ReadResult::Status::out_of_range);
  CHECK(world.read(Offset(-1)).status == ReadResult::Status::out_of_range);
}

TEST_CASE("segments roll, and what has left the memory is read from their files") {
  auto config = small_segments();
  config.tail_cache_bytes = 300;
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 60; ++i) world.append({.records = 1 + i % 3, .value_bytes = 30});
  CHECK(world.log->segment_count() > 5);
  CHECK(world.log->cached_bytes() <= 300);
  for (const std::size_t max_bytes : {std::size_t{1}, std::size_t{400}, std::size_t{1} << 20}) {
    CHECK(world.all(max_bytes).size() == 60);
  }
  // A read at each offset begins with the batch that holds it.
  for (Offset at(0); at < world.log->log_end(); at = at + 1) {
    const auto found = world.read(at);
    REQUIRE(found.ok());
    const auto header = protocol::parse_batch_header(join(found.slices).view());
    CHECK(header->base_offset <= at);
    CHECK(header->last_offset() >= at);
  }
}

TEST_CASE("a large batch is found on disk though it is larger than one read") {
  LogConfig config;
  config.tail_cache_bytes = 0;
  LogWorld world(config);
  world.create();
  world.append({.value_bytes = 10});
  world.append({.value_bytes = 3 << 20});
  world.append({.value_bytes = 10});
  CHECK(world.log->cached_bytes() == 0);
  CHECK(world.all(100).size() == 3);
  CHECK(world.read(Offset(1), 100, false).slices.empty());
  CHECK(world.read(Offset(2)).next == Offset(3));
}

TEST_CASE("a follower takes batches as they are, and only where they follow its log") {
  LogWorld world;
  world.create();
  const auto follow = [&](Slices records) {
    AppendResult result;
    world.input([&] { result = world.log->append_as_follower(records); });
    return result;
  };
  const Slice first = make_batch({.records = 5, .epoch = Epoch(2)});
  const Slice second = make_batch({.records = 1, .base = Offset(5), .epoch = Epoch(3)});
  CHECK(follow({first, second}).last == Offset(5));
  CHECK(world.log->latest_epoch() == Epoch(3));
  CHECK(world.log->end_offset_for(Epoch(2)) == EpochEnd{Epoch(2), Offset(5)});
  CHECK(join(world.read(Offset(0)).slices) == join({first, second}));

  CHECK(follow({second}).status == Status::not_contiguous);
  CHECK(follow({make_batch({.base = Offset(6), .epoch = Epoch(2)})}).status == Status::corrupt);
  // A reply may end with a batch that was cut: what is whole is taken.
  const Slice third = make_batch({.base = Offset(6), .epoch = Epoch(3)});
  const Slice fourth = make_batch({.base = Offset(7), .epoch = Epoch(3)});
  CHECK(follow({third, fourth.sub(0, fourth.size() - 1)}).last == Offset(6));
  CHECK(follow({fourth.sub(0, 70)}).ok());
  CHECK(world.log->log_end() == Offset(7));
}

TEST_CASE("a leader refuses what is no batch, what does not fit, and half an append") {
  auto config = small_segments();
  LogWorld world(config);
  world.create();
  const auto lead = [&](Slices records) {
    AppendResult result;
    world.input([&] { result = world.log->append_as_leader(records, Epoch(0)); });
    return result.status;
  };
  const Slice good = make_batch({});
  CHECK(lead({}) == Status::corrupt);
  CHECK(
      lead({Slice::copy("no batch at all, but long enough to be looked at as if it were one!")}) ==
      Status::corrupt);
  CHECK(lead({good, good.sub(0, 65)}) == Status::corrupt);
  CHECK(lead({make_batch({.value_bytes = 1000})}) == Status::too_large);
  ByteBuffer lying(good.view().begin(), good.view().end());
  lying[26] = 7;  // last offset delta
  CHECK(lead({Slice::take(lying)}) == Status::invalid_record);
  CHECK(world.log->log_end() == Offset(0));
}

TEST_CASE("an epoch starts with its leader, before its first record") {
  LogWorld world;
  world.create();
  world.append({.records = 10}, Epoch(1));
  world.input([&] { world.log->begin_epoch(Epoch(3)); });
  CHECK(world.log->latest_epoch() == Epoch(3));
  CHECK(world.log->end_offset_for(Epoch(1)) == EpochEnd{Epoch(1), Offset(10)});
  CHECK(world.log->end_offset_for(Epoch(2)) == EpochEnd{Epoch(1), Offset(10)});
  CHECK(world.log->end_offset_for(Epoch(3)) == EpochEnd{Epoch(3), Offset(10)});
  CHECK(world.log->end_offset_for(Epoch(4)) == EpochEnd{});
  CHECK(world.log->end_offset_for(Epoch(0)) == EpochEnd{Epoch(0), Offset(0)});
  CHECK(world.log->epoch_at(Offset(9)) == Epoch(1));
  CHECK(world.log->epoch_at(Offset(10)) == no_epoch);

  // Deposed without a record: the entry goes when the new leader says where to cut.
  world.input([&] { world.log->truncate_to(Offset(10)); });
  CHECK(world.log->latest_epoch() == Epoch(1));
  CHECK(text_of(world.disk.content(world.file("leader-epoch-checkpoint"))) == "0\n1\n1 0\n");
}

TEST_CASE("truncation cuts file, index, epochs and what is readable, from memory or from disk") {
  for (const bool cached : {true, false}) {
    CAPTURE(cached);
    auto config = small_segments();
    LogWorld world(config);
    world.create();
    std::vector<Slice> before;
    for (int i = 0; i < 40; ++i) world.append({.records = 2, .timestamp = i * 10}, Epoch(i / 10));
    before = world.all();
    if (!cached) world.close_and_open();
    REQUIRE(world.log->segment_count() > 3);

    world.input([&] { world.log->truncate_to(Offset(26)); });
    CHECK(world.log->log_end() == Offset(26));
    CHECK(world.log->written_end() == Offset(26));
    CHECK(world.log->latest_epoch() == Epoch(1));
    CHECK(world.log->max_timestamp() < 140);
    world.append({.records = 4, .timestamp = 999}, Epoch(7));
    auto expected = std::vector<Slice>(before.begin(), before.begin() + 13);
    auto now = world.all(1);
    REQUIRE(now.size() == 14);
    CHECK(std::equal(expected.begin(), expected.end(), now.begin()));

    // The files say the same.
    REQUIRE(world.flush());
    const auto expected_bytes = world.log->size_bytes();
    world.die();
    world.disk.lose_power();
    world.open({});
    CHECK(world.log->recovery().bytes_truncated == 0);
    CHECK(world.log->size_bytes() == expected_bytes);
    CHECK(world.all() == now);
    CHECK(world.log->end_offset_for(Epoch(1)) == EpochEnd{Epoch(1), Offset(26)});
  }
}

TEST_CASE("truncating twice from disk, the second time into what is still being cut") {
  LogWorld world(small_segments());
  world.create();
  for (int i = 0; i < 30; ++i) world.append({}, Epoch(1));
  const auto before = world.all();
  world.close_and_open();
  world.hold = true;
  world.input([&] { world.log->truncate_to(Offset(20)); });
  world.append({}, Epoch(2));
  world.input([&] { world.log->truncate_to(Offset(5)); });
  world.append({}, Epoch(3));
  world.hold = false;
  world.let_go();
  const auto after = world.all();
  REQUIRE(after.size() == 6);
  CHECK(std::equal(after.begin(), after.begin() + 5, before.begin()));
  CHECK(world.halted.empty());
}

TEST_CASE("a read that was on its way when the log was cut sees the log as it is now") {
  LogConfig config;
  config.tail_cache_bytes = 0;
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 10; ++i) world.append({}, Epoch(1));
  world.hold = true;
  std::optional<ReadResult> found, gone;
  world.input([&] {
    world.log->read(Offset(0), Offset(10), 1 << 20, true, [&](ReadResult r) { found = r; });
    world.log->read(Offset(7), Offset(10), 1 << 20, true, [&](ReadResult r) { gone = r; });
    world.log->truncate_to(Offset(4));
  });
  CHECK_FALSE(found.has_value());
  world.hold = false;
  world.let_go();
  CHECK(found->next == Offset(4));
  CHECK(gone->status == ReadResult::Status::out_of_range);
}

TEST_CASE("a log starts anew where a snapshot ends") {
  LogWorld world(small_segments());
  world.create();
  for (int i = 0; i < 30; ++i) world.append({.producer = 5, .sequence = i}, Epoch(1));
  for (const Offset at : {Offset(1000), Offset(7)}) {
    world.input([&] { world.log->restart_at(at); });
    CHECK(world.log->log_start() == at);
    CHECK(world.log->log_end() == at);
    CHECK(world.log->written_end() == at);
    CHECK(world.log->latest_epoch() == no_epoch);
    CHECK(world.log->segment_count() == 1);
    CHECK(world.append({.producer = 5, .sequence = 77}, Epoch(4)).base == at);
    CHECK(world.all().size() == 1);
  }
  CHECK(world.disk.files().size() == 5);  // three of the segment, epochs, topic id
}

TEST_CASE("deleting records moves the start and removes whole segments only") {
  LogWorld world(small_segments());
  world.create();
  for (int i = 0; i < 40; ++i) world.append({.records = 2}, Epoch(i / 10));
  const auto segments = world.log->segment_count();
  world.input([&] { world.log->delete_records_before(Offset(33)); });
  CHECK(world.log->log_start() == Offset(33));
  CHECK(world.log->segment_count() < segments);
  CHECK(world.read(Offset(32)).status == ReadResult::Status::out_of_range);
  CHECK(world.read(Offset(33)).ok());
  CHECK(world.log->end_offset_for(Epoch(0)) == EpochEnd{Epoch(0), Offset(33)});
  world.close_and_open();
  CHECK(world.log->log_start() == Offset(33));
  world.input([&] { world.log->delete_records_before(Offset(5000)); });
  CHECK(world.log->log_start() == Offset(80));
  CHECK(world.log->size_bytes() == 0);
  CHECK(world.append({}, Epoch(9)).base == Offset(80));
}

TEST_CASE("retention removes old segments by size and by time") {
  auto config = small_segments();
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 50; ++i) world.append({.timestamp = 1000 + i});
  world.input([&] { world.log->maintain(Offset(50)); });
  CHECK(world.log->log_start() == Offset(0));

  config.retention_bytes = 2500;
  world.log->set_config(config);
  world.input([&] { world.log->maintain(Offset(3)); });
  CHECK(world.log->log_start() == Offset(0));  // nothing above the high watermark
  world.input([&] { world.log->maintain(Offset(50)); });
  CHECK(world.log->size_bytes() >= 2500);
  CHECK(world.log->size_bytes() < 3500);

  world.wall = WallTime(milliseconds(1000 + 25 + config.retention_ms));
  world.input([&] { world.log->maintain(Offset(50)); });
  world.wall += seconds(10);
  world.input([&] { world.log->maintain(Offset(50)); });
  CHECK(world.log->segment_count() == 1);
  CHECK(world.log->log_end() == Offset(50));
}

TEST_CASE("a log whose every record has expired is empty and goes on where it ended, as Kafka's") {
  LogConfig config;
  config.retention_ms = 10'000;
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 5; ++i) world.append({.timestamp = 1000 + i, .producer = 7, .sequence = i});
  world.wall = WallTime(milliseconds(11'004));
  world.input([&] { world.log->maintain(Offset(5)); });
  CHECK(world.log->log_start() == Offset(0));  // the last record is just within its time
  world.wall += milliseconds(1);
  world.input([&] { world.log->maintain(Offset(4)); });
  CHECK(world.log->log_start() == Offset(0));  // nothing at or above the high watermark
  world.input([&] { world.log->maintain(Offset(5)); });
  CHECK(world.log->log_start() == Offset(5));
  CHECK(world.log->log_end() == Offset(5));
  CHECK(world.log->size_bytes() == 0);
  CHECK(world.log->segment_count() == 1);
  CHECK_FALSE(world.disk.exists(world.file("00000000000000000000.log")));
  world.input([&] { world.log->maintain(Offset(5)); });  // an empty one is left alone
  CHECK(world.log->segment_count() == 1);
  CHECK(world.append({.timestamp = 12'000, .producer = 7, .sequence = 4}).status ==
        AppendResult::Status::duplicate);
  CHECK(world.append({.timestamp = 12'000, .producer = 7, .sequence = 5}).base == Offset(5));
  world.close_and_open();
  CHECK(world.log->log_start() == Offset(5));
  CHECK(world.log->log_end() == Offset(6));
}

TEST_CASE("retention.bytes=0 keeps nothing below the high watermark") {
  LogConfig config;
  config.retention_bytes = 0;
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 3; ++i) world.append({.timestamp = 1000 + i});
  world.input([&] { world.log->maintain(Offset(2)); });
  CHECK(world.log->log_start() == Offset(0));
  world.input([&] { world.log->maintain(Offset(3)); });
  CHECK(world.log->log_start() == Offset(3));
  CHECK(world.append({.timestamp = 2000}).base == Offset(3));
}

TEST_CASE("without delete in cleanup.policy retention removes nothing") {
  LogConfig config;
  config.retention_bytes = 0;
  config.delete_old = false;
  LogWorld world(config);
  world.create();
  world.append({});
  world.input([&] { world.log->maintain(Offset(1)); });
  CHECK(world.log->log_start() == Offset(0));
}

TEST_CASE("with flush.messages so many records count as written only when they are synced") {
  LogConfig config;
  config.flush_messages = 3;
  LogWorld world(config);
  world.create();
  REQUIRE(world.flush());
  int told = 0;
  world.log->on_written([&] { ++told; });
  world.append({.records = 2});
  CHECK(world.log->written_end() == Offset(2));
  CHECK(world.log->synced_end() == Offset(0));
  world.hold = true;
  world.append({});
  while (world.log->written_end() < Offset(3)) {
    CHECK(world.log->synced_end() == Offset(0));
    REQUIRE_FALSE(world.held.empty());
    world.step();
  }
  CHECK(told == 2);
  CHECK(world.log->synced_end() == Offset(3));
  world.disk.lose_power();
  world.die();
  world.open({false, Offset(0), Offset(0)});
  CHECK(world.log->log_end() == Offset(3));
}

TEST_CASE("a timestamp from far away does not end a segment") {
  LogWorld world;
  world.create();
  world.append({.timestamp = 1000});
  world.append({.timestamp = std::numeric_limits<std::int64_t>::min()});
  CHECK(world.log->segment_count() == 1);
}

TEST_CASE("segments roll by time, by the records' own clock") {
  LogConfig config;
  config.segment_ms = 1000;
  LogWorld world(config);
  world.create();
  world.append({.timestamp = 5000});
  world.append({.timestamp = 6000});
  CHECK(world.log->segment_count() == 1);
  world.append({.timestamp = 6001});
  CHECK(world.log->segment_count() == 2);
}

TEST_CASE("records are found by their time") {
  for (const std::size_t cache : {std::size_t{0}, std::size_t{1} << 20}) {
    auto config = small_segments();
    config.tail_cache_bytes = cache;
    LogWorld world(config);
    world.create();
    for (int i = 0; i < 60; ++i) world.append({.records = 3, .timestamp = 100 * (i + 1)}, Epoch(2));
    const auto find = [&](std::int64_t timestamp) {
      std::optional<TimestampedOffset> found;
      world.input([&] {
        world.log->offset_for_timestamp(timestamp, Offset(1000), [&](auto result) {
          REQUIRE(result.ok());
          found = *result;
        });
      });
      return found;
    };
    CHECK(find(0)->offset == Offset(0));
    CHECK(find(100) == TimestampedOffset{100, Offset(0), Epoch(2)});
    CHECK(find(101)->offset == Offset(1));
    CHECK(find(103)->offset == Offset(3));
    CHECK(find(3002) == TimestampedOffset{3002, Offset(89), Epoch(2)});
    CHECK(find(6002)->offset == Offset(179));
    CHECK_FALSE(find(6003).has_value());

    const auto youngest = [&](Offset limit) {
      std::optional<TimestampedOffset> found;
      world.input([&] {
        world.log->offset_of_max_timestamp(limit, [&](auto result) {
          REQUIRE(result.ok());
          found = *result;
        });
      });
      return found;
    };
    CHECK(youngest(Offset(1000)) == TimestampedOffset{6002, Offset(179), Epoch(2)});
    CHECK(youngest(Offset(90))->offset == Offset(89));
    world.append({.timestamp = 5}, Epoch(2));
    CHECK(youngest(Offset(1000))->offset == Offset(179));
    world.input([&] { world.log->truncate_to(Offset(90)); });
    CHECK(youngest(Offset(1000))->offset == Offset(89));
  }
}

TEST_CASE("a write that fails halts the broker, once, and nothing counts as written") {
  LogWorld world;
  world.create();
  world.append({});
  world.disk.fail_next(IoStatus::disk_full);
  world.append({});
  CHECK(world.halted.find("all log dirs have failed") != std::string::npos);
  CHECK(world.halted.find("the disk is full") != std::string::npos);
  CHECK(world.log->failed());
  CHECK(world.log->written_end() == Offset(1));
  CHECK(world.append({}).status == Status::failed);
  CHECK_FALSE(world.flush());
}

TEST_CASE("a sync that fails is told to whoever waits for it") {
  LogWorld world;
  world.create();
  world.append({});
  world.disk.fail_next(IoStatus::failed);
  std::optional<bool> flushed;
  world.input([&] { world.log->flush([&](bool ok) { flushed = ok; }); });
  CHECK(flushed == false);
  CHECK(world.log->synced_end() == Offset(0));
  CHECK_FALSE(world.halted.empty());
}

TEST_CASE("damage in a file is told to its reader, and is never given out") {
  LogConfig config;
  config.tail_cache_bytes = 0;
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 5; ++i) world.append({});
  const auto one = make_batch({}).size();
  REQUIRE(
      world.disk.write(world.file("00000000000000000000.log"), 2 * one + 70, bytes_of("!")).ok());
  CHECK(world.read(Offset(0)).next == Offset(2));
  const auto found = world.read(Offset(2));
  CHECK(found.status == ReadResult::Status::failed);
  CHECK(found.message.find("00000000000000000000.log") != std::string::npos);
  CHECK(world.halted.empty());
}

TEST_CASE("a log is removed with its directory once nothing is in work on it") {
  LogWorld world;
  world.create();
  world.append({});
  world.hold = true;
  bool removed = false;
  world.append({});
  world.input([&] { world.log->remove([&](bool ok) { removed = ok; }); });
  world.hold = false;
  world.let_go();
  CHECK(removed);
  CHECK(world.disk.files().empty());
  CHECK_FALSE(world.disk.exists("orders-0"));
  CHECK(world.append({}).status == Status::failed);
}

TEST_CASE("a log may be forgotten while its effects are in work") {
  LogWorld world;
  world.create();
  world.hold = true;
  world.append({});
  world.input([&] { world.log->flush([](bool) { FAIL("too late"); }); });
  world.log.reset();
  world.hold = false;
  world.let_go();
}

TEST_CASE("flushes that wait share the next round") {
  LogWorld world;
  world.create();
  world.flush();
  world.hold = true;
  world.append({});
  int done = 0;
  for (int i = 0; i < 5; ++i) world.input([&] { world.log->flush([&](bool) { ++done; }); });
  std::size_t syncs = 0;
  while (!world.held.empty()) {
    const auto* sync = std::get_if<Sync>(&world.held.front());
    if (sync != nullptr && sync->path.ends_with(".log")) ++syncs;
    world.step();
  }
  CHECK(done == 5);
  CHECK(syncs == 1);
}

TEST_CASE("a hundred idle partitions cost little memory") {
  CHECK(sizeof(PartitionLog) < 2048);
  LogWorld world;
  world.create();
  world.append({.value_bytes = 5000});
  world.monotonic += seconds(120);
  world.input([&] { world.log->maintain(Offset(1)); });
  CHECK(world.log->cached_bytes() == 0);
  CHECK(world.read(Offset(0)).ok());
}
