// Stories of a log that is opened again: after a clean close, a crash, a power loss, and damage.
#include <algorithm>

#include "tests/engine/storage/log_world.h"

using namespace lab;
using namespace lab::storage;

namespace {

constexpr const char* first_log = "orders-0/00000000000000000000.log";

bool is_prefix(const std::vector<Slice>& shorter, const std::vector<Slice>& longer) {
  return shorter.size() <= longer.size() &&
         std::equal(shorter.begin(), shorter.end(), longer.begin());
}

// A disk on which `count` batches lie in small segments, each epoch ten batches long.
LogWorld& filled(LogWorld& world, int count) {
  world.create();
  for (int i = 0; i < count; ++i) world.append({.timestamp = 100 * i}, Epoch(i / 10));
  return world;
}

}  // namespace

TEST_CASE("after a clean close nothing is scanned and all is as it was") {
  LogWorld world(small_segments());
  filled(world, 45);
  const auto before = world.all();
  const auto id = world.log->topic_id();
  const auto segments = world.log->segment_count();
  world.close_and_open();
  CHECK(world.log->recovery().segments_scanned == 0);
  CHECK(world.log->recovery().notes.empty());
  CHECK(world.all() == before);
  CHECK(world.log->topic_id() == id);
  CHECK(world.log->segment_count() == segments);
  CHECK(world.log->synced_end() == Offset(45));
  CHECK(world.log->max_timestamp() == 4400);
  CHECK(world.log->epochs().entries().size() == 5);
  CHECK(world.append({}, Epoch(9)).base == Offset(45));

  SUBCASE("and closing it a second time writes nothing that a power loss could take") {
    world.close_and_open();
    world.disk.lose_power();
    world.die();
    world.open({true, Offset(0), Offset(0)});
    CHECK(world.log->log_end() == Offset(46));
    CHECK(world.log->recovery().segments_scanned == 0);
  }
}

TEST_CASE("an index entry points at the start of a batch, in Kafka's format") {
  LogWorld world(small_segments());
  filled(world, 9);
  world.close_and_open();
  const auto index = world.disk.content(world.file("00000000000000000000.index"));
  const auto log = world.disk.content(first_log);
  const auto entries = decode_index(index, log.size());
  REQUIRE(entries.has_value());
  CHECK(entries->size() == 2);
  for (const auto& entry : *entries) {
    const auto at = static_cast<std::size_t>(entry.position);
    const auto batch = protocol::check_batch(ByteView(log).subspan(at));
    REQUIRE(batch.ok());
    CHECK(batch->last_offset() == Offset(entry.relative));
  }
  const auto times = decode_times(world.disk.content(world.file("00000000000000000000.timeindex")));
  REQUIRE(times.has_value());
  CHECK(times->back() == TimeEntry{800, 8});
}

TEST_CASE(
    "a last write torn at any byte leaves whole batches, and nothing that was synced is lost") {
  for (int torn = 0;; ++torn) {
    LogWorld world;
    world.create();
    for (int i = 0; i < 3; ++i) world.append({.records = 2});
    REQUIRE(world.flush());
    // Two batches in one write, which is torn.
    world.hold = true;
    world.append({.records = 2});
    world.append({.records = 3});
    world.append({.records = 1});
    world.hold = false;
    world.let_go();
    const auto before = world.all();
    const auto synced = world.log->synced_end();
    REQUIRE(synced == Offset(6));
    REQUIRE(world.disk.unsynced() == 2);
    const auto last_write = make_batch({.records = 3}).size() + make_batch({}).size();
    if (torn > static_cast<int>(last_write)) break;
    world.die();
    world.disk.lose_power(1, static_cast<std::size_t>(torn));
    world.open({false, synced, Offset(0)});
    const auto after = world.all();
    const auto end = world.log->log_end();
    CHECK(is_prefix(after, before));
    CHECK(end >= Offset(8));
    CHECK((torn == static_cast<int>(last_write)) == (end == Offset(12)));
    CHECK(world.log->size_bytes() == world.disk.content(first_log).size());

    // Recovering twice gives the same, and the log goes on.
    world.die();
    world.disk.lose_power();
    world.open({false, Offset(0), Offset(0)});
    CHECK(world.log->log_end() == end);
    CHECK(world.log->recovery().bytes_truncated == 0);
    CHECK(world.append({}, Epoch(1)).base == end);
  }
}

TEST_CASE("a crash of the process alone loses nothing that was written") {
  LogWorld world(small_segments());
  filled(world, 45);
  const auto before = world.all();
  world.die();
  world.open({});
  CHECK(world.all() == before);
  CHECK(world.log->recovery().segments_scanned == static_cast<int>(world.log->segment_count()));
  CHECK(world.log->max_timestamp() == 4400);
}

TEST_CASE("only segments from the recovery point on are scanned") {
  LogWorld world(small_segments());
  filled(world, 45);
  REQUIRE(world.flush());
  const auto point = world.log->synced_end();
  world.append({}, Epoch(9));
  world.die();
  world.open({false, point, Offset(0)});
  CHECK(world.log->recovery().segments_scanned == 1);
  CHECK(world.log->log_end() == Offset(46));
  CHECK(world.log->synced_end() == point);
  CHECK(world.flush());
  CHECK(world.log->synced_end() == Offset(46));
}

TEST_CASE("damage in the middle ends the log there; what is behind it goes") {
  LogWorld world(small_segments());
  filled(world, 45);
  const auto before = world.all();
  REQUIRE(world.flush());
  const auto segments = world.disk.list("orders-0");
  std::vector<std::string> logs;
  for (const auto& entry : *segments) {
    if (entry.name.ends_with(".log")) logs.push_back(entry.name);
  }
  REQUIRE(logs.size() > 4);
  REQUIRE(world.disk.write(world.file(logs[2]), 300, bytes_of("damage")).ok());
  world.die();
  world.open({});
  CHECK(is_prefix(world.all(), before));
  CHECK(world.log->segment_count() == 3);
  CHECK(world.log->log_end() > offset_of_file(logs[2], ".log").value());
  CHECK(world.log->log_end() < offset_of_file(logs[3], ".log").value());
  CHECK(world.log->recovery().bytes_truncated > 1000);
  REQUIRE_FALSE(world.log->recovery().notes.empty());
  CHECK(world.log->recovery().notes[0].find(logs[2]) != std::string::npos);
  const auto end = world.log->log_end();
  for (const auto& entry : world.log->epochs().entries()) CHECK(entry.start < end);
  world.die();
  world.open({});
  CHECK(world.log->log_end() == end);
  CHECK(world.log->recovery().bytes_truncated == 0);
}

TEST_CASE("a batch too far from its segment's first offset for the indexes ends the log") {
  LogWorld world(small_segments());
  filled(world, 4);
  REQUIRE(world.flush());
  const Slice far = make_batch({.base = Offset(std::int64_t{1} << 31), .epoch = Epoch(0)});
  const auto size = world.disk.content(first_log).size();
  REQUIRE(world.disk.write(first_log, size, far.view()).ok());
  world.die();
  world.open({});
  CHECK(world.log->log_end() == Offset(4));
  CHECK(world.log->recovery().bytes_truncated == far.size());
  REQUIRE_FALSE(world.log->recovery().notes.empty());
}

TEST_CASE("indexes that are missing or damaged are rebuilt, byte for byte") {
  for (const auto& [file, damage] : std::vector<std::pair<std::string, int>>{
           {".index", 0}, {".timeindex", 0}, {".index", 1}, {".timeindex", 1}, {".index", 2}}) {
    CAPTURE(file);
    CAPTURE(damage);
    LogWorld world(small_segments());
    filled(world, 45);
    bool closed = false;
    world.input([&] { world.log->close([&](bool ok) { closed = ok; }); });
    REQUIRE(closed);
    world.die();
    for (const auto& name : world.disk.files()) {
      if (!name.ends_with(file)) continue;
      const auto good = world.disk.content(name);
      if (good.empty()) continue;
      if (damage == 0) REQUIRE(world.disk.remove(name).ok());
      if (damage == 1) REQUIRE(world.disk.truncate(name, good.size() - 1).ok());
      if (damage == 2) REQUIRE(world.disk.write(name, 0, ByteBuffer(8, 0xff)).ok());
      world.open({true, Offset(0), Offset(0)});
      CHECK(world.log->recovery().segments_scanned == 1);
      CHECK(world.log->log_end() == Offset(45));
      CHECK(world.disk.content(name) == good);
      world.die();
    }
  }
}

TEST_CASE("epochs are read from the batches where their file is lost or damaged") {
  for (const bool lost : {true, false}) {
    LogWorld world(small_segments());
    filled(world, 45);
    const auto epochs = world.log->epochs();
    bool closed = false;
    world.input([&] { world.log->close([&](bool ok) { closed = ok; }); });
    REQUIRE(closed);
    world.die();
    const std::string file = world.file("leader-epoch-checkpoint");
    if (lost) {
      REQUIRE(world.disk.remove(file).ok());
    } else {
      REQUIRE(world.disk.write(file, 2, bytes_of("x")).ok());
    }
    world.open({true, Offset(0), Offset(0)});
    CHECK(world.log->epochs() == epochs);
    CHECK(world.log->log_end() == Offset(45));
    world.die();
    world.open({true, Offset(0), Offset(0)});
    CHECK(world.log->recovery().segments_scanned == 0);
  }
}

TEST_CASE("batches of another history behind a torn end are not taken for the log's own") {
  // An old batch of the same size, whose offset would fit, but whose epoch is lower.
  LogWorld world;
  world.create();
  for (int i = 0; i < 3; ++i) world.append({}, Epoch(1));
  const auto old_bytes = world.disk.content(first_log);
  world.input([&] { world.log->truncate_to(Offset(1)); });
  world.append({}, Epoch(2));
  REQUIRE(world.flush());
  const auto end = world.disk.content(first_log).size();
  REQUIRE(world.disk.write(first_log, end, ByteView(old_bytes).subspan(end)).ok());
  world.die();
  world.open({});
  CHECK(world.log->log_end() == Offset(2));
  CHECK(world.log->latest_epoch() == Epoch(2));
}

TEST_CASE("a cut that a power loss undoes is made again, whatever the recovery point says") {
  // The cut lies outside the cache, so that a segment of its own begins at 10. Its file survives,
  // the cut of the first one does not: ten batches of the old history lie behind offset 9.
  LogConfig config;
  config.tail_cache_bytes = 0;
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 20; ++i) world.append({}, Epoch(0));
  REQUIRE(world.flush());
  const auto whole = world.disk.content(first_log);
  world.input([&] { world.log->truncate_to(Offset(10)); });
  for (int i = 0; i < 8; ++i) world.append({}, Epoch(1));
  REQUIRE(world.flush());
  const auto good = world.all();
  world.die();
  REQUIRE(world.disk.write(first_log, 0, whole).ok());
  for (const std::int64_t point : {10, 18, 20}) {  // 20: the checkpoint is from before the cut
    CAPTURE(point);
    MemoryDisk before = world.disk.clone();
    world.open({false, Offset(point), Offset(0)});
    CHECK(world.all() == good);
    CHECK(world.log->epochs().entries().size() == 2);
    CHECK(world.log->size_bytes() == 18 * whole.size() / 20);
    CHECK(world.disk.content(first_log).size() == whole.size() / 2);
    world.die();
    world.disk = std::move(before);
  }
}

TEST_CASE("a segment that ends before the next one begins ends the log, below the recovery point") {
  LogWorld world(small_segments());
  filled(world, 45);
  const auto before = world.all();
  REQUIRE(world.flush());
  world.die();
  const auto size = world.disk.content(first_log).size();
  REQUIRE(world.disk.truncate(first_log, size - 5).ok());
  world.open({false, Offset(45), Offset(0)});
  CHECK(is_prefix(world.all(), before));
  CHECK(world.log->segment_count() == 1);
}

TEST_CASE("a flush and a close wait for a cut that is still being looked for in the file") {
  bool close = false;
  SUBCASE("flush") {}
  SUBCASE("close") { close = true; }
  LogConfig config;
  config.tail_cache_bytes = 0;
  LogWorld world(config);
  world.create();
  for (int i = 0; i < 20; ++i) world.append({}, Epoch(0));
  REQUIRE(world.flush());
  world.hold = true;
  bool flushed = false;
  world.input([&] {
    world.log->truncate_to(Offset(10));
    const auto done = [&](bool ok) { flushed = ok; };
    close ? world.log->close(done) : world.log->flush(done);
  });
  while (!flushed) {
    REQUIRE_FALSE(world.held.empty());
    world.step();
  }
  world.die();
  world.disk.lose_power();
  world.open({close, Offset(10), Offset(0)});
  CHECK(world.log->log_end() == Offset(10));
  CHECK(world.log->size_bytes() == world.disk.content(first_log).size());
  CHECK(world.log->recovery().bytes_truncated == 0);
}

TEST_CASE("a log start behind the log's end makes it start anew; an older hint is of no account") {
  LogWorld world(small_segments());
  filled(world, 20);
  world.die();
  world.open({false, Offset(0), Offset(500)});
  CHECK(world.log->log_start() == Offset(500));
  CHECK(world.log->log_end() == Offset(500));
  CHECK(world.append({}, Epoch(3)).base == Offset(500));
  world.die();
  world.open({});
  CHECK(world.log->log_start() == Offset(500));
  CHECK(world.log->log_end() == Offset(501));
}

TEST_CASE("an empty directory becomes an empty log; what a crash left lying is removed") {
  LogWorld world;
  REQUIRE(world.disk.make_directory("orders-0").ok());
  for (const char* name : {"leader-epoch-checkpoint.tmp", "00000000000000000007.index",
                           "00000000000000000000.log.deleted"}) {
    REQUIRE(world.disk.write(world.file(name), 0, bytes_of("x")).ok());
  }
  world.open({});
  CHECK(world.log->log_end() == Offset(0));
  CHECK(world.disk.files().size() == 3);
  CHECK(world.append({}).base == Offset(0));
}

TEST_CASE("what only a person can mend is refused with file and line") {
  LogWorld world;
  filled(world, 3);
  world.die();
  REQUIRE(world.disk.truncate(world.file("partition.metadata"), 0).ok());
  REQUIRE(world.disk.write(world.file("partition.metadata"), 0, bytes_of("version: 0\ntopic_id: x"))
              .ok());
  const auto opened = world.try_open({});
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().message.find("orders-0/partition.metadata:2:") != std::string::npos);

  LogWorld none;
  CHECK_FALSE(none.try_open({}).ok());
}

TEST_CASE("a disk that fails while a log is opened is an error, not a shorter log") {
  LogWorld world(small_segments());
  filled(world, 20);
  REQUIRE(world.flush());
  const auto end = world.disk.content(first_log).size();
  REQUIRE(world.disk.truncate(first_log, end - 1).ok());
  world.die();
  world.disk.fail_next(IoStatus::failed);
  CHECK_FALSE(world.try_open({}).ok());
}
