// That the checks of a recovered log can fail: a disk with one thing wrong names it.
#include <doctest/doctest.h>

#include "engine/protocol/batch.h"
#include "engine/sim/log_scan.h"
#include "engine/sim/violation.h"
#include "engine/storage/segment.h"

using namespace lab;

namespace {
const std::string directory = "orders-0";
const std::string log_file = directory + "/00000000000000000000.log";
const std::string index_file = directory + "/00000000000000000000.index";

// A batch without records' content that matters: a header whose checksum is right.
ByteBuffer batch(std::int64_t base, std::int32_t records) {
  protocol::BatchHeader header;
  header.base_offset = Offset(base);
  header.batch_length =
      static_cast<std::int32_t>(protocol::batch_header_size - protocol::batch_prefix_size);
  header.partition_leader_epoch = Epoch(1);
  header.last_offset_delta = records - 1;
  header.record_count = records;
  ByteBuffer bytes = protocol::encode_batch_header(header);
  protocol::set_log_append_time(bytes, 1'700'000'000'000);  // makes the checksum anew
  return bytes;
}

storage::MemoryDisk disk_with(const std::vector<ByteBuffer>& batches) {
  storage::MemoryDisk disk;
  REQUIRE(disk.make_directory(directory).ok());
  std::uint64_t at = 0;
  for (const auto& bytes : batches) {
    REQUIRE(disk.write(log_file, at, bytes).ok());
    at += bytes.size();
  }
  return disk;
}

std::string broken(const storage::MemoryDisk& before, const storage::MemoryDisk& after,
                   std::int64_t synced = 0) {
  try {
    sim::check_recovered("orders-0", sim::scan_log(before, directory),
                         sim::scan_log(after, directory), Offset(synced));
  } catch (const sim::Violation& violation) {
    CHECK(violation.invariant == 35);
    return violation.what();
  }
  return "";
}

bool has(const std::string& text, const char* words) { return text.find(words) != text.npos; }
}  // namespace

TEST_CASE("a log that recovery cut to whole batches breaks nothing") {
  auto torn = batch(3, 1);
  torn.resize(30);
  const auto before = disk_with({batch(0, 3), torn});
  CHECK(has(sim::scan_log(before, directory).damage, "at byte 61"));
  CHECK(broken(before, disk_with({batch(0, 3)}), 3) == "");
}

TEST_CASE("a torn batch that recovery leaves is seen") {
  auto torn = batch(3, 1);
  torn.resize(30);
  const auto before = disk_with({batch(0, 3), torn});
  CHECK(has(broken(before, before), "left damage"));
}

TEST_CASE("a batch with a wrong checksum that recovery leaves is seen") {
  auto damaged = batch(3, 1);
  damaged[40] ^= 1;
  const auto before = disk_with({batch(0, 3), damaged});
  CHECK(has(broken(before, before), "left damage"));
}

TEST_CASE("records that were synced and that recovery cut are seen") {
  const auto before = disk_with({batch(0, 3), batch(3, 1)});
  const auto after = disk_with({batch(0, 3)});
  CHECK(broken(before, after, 3) == "");
  CHECK(has(broken(before, after, 4), "recovery kept 3"));
}

TEST_CASE("records that were not there before recovery are seen") {
  CHECK(has(broken(disk_with({batch(0, 3)}), disk_with({batch(0, 3), batch(3, 2)})), "made 3..4"));
  CHECK(has(broken(disk_with({batch(0, 3)}), disk_with({batch(0, 2)})), "made 0..1"));
}

TEST_CASE("an index entry that points at no batch is seen") {
  auto disk = disk_with({batch(0, 3), batch(3, 1)});
  REQUIRE(disk.write(index_file, 0, storage::encode_index({{3, 61}}, 0)).ok());
  CHECK(broken(disk, disk) == "");
  REQUIRE(disk.write(index_file, 0, storage::encode_index({{3, 60}}, 0)).ok());
  CHECK(has(broken(disk, disk), "an index that is wrong"));
  REQUIRE(disk.write(index_file, 0, storage::encode_index({{2, 61}}, 0)).ok());
  CHECK(has(broken(disk, disk), "an index that is wrong"));
}

TEST_CASE("what a cut left in a file behind the begin of the next one is no part of the log") {
  auto disk = disk_with({batch(0, 3), batch(3, 5)});
  REQUIRE(disk.write(directory + "/00000000000000000003.log", 0, batch(3, 2)).ok());
  const auto scan = sim::scan_log(disk, directory);
  CHECK(scan.damage == "");
  CHECK(scan.end() == Offset(5));
  CHECK(broken(disk, disk, 5) == "");
}
