// The control files of a log directory: written as Kafka writes them, refused with file and line.
#include <doctest/doctest.h>

#include "engine/storage/checkpoint.h"
#include "engine/storage/epoch_cache.h"
#include "engine/storage/memory_disk.h"
#include "engine/storage/meta_properties.h"
#include "engine/storage/segment.h"

using namespace lab;
using namespace lab::storage;

namespace {
template <class T>
std::string error_of(const Result<T>& result) {
  return result.ok() ? "" : result.error().message;
}
}  // namespace

TEST_CASE("an offset checkpoint is read back, and damage is named with its line") {
  const OffsetCheckpoint offsets{{{"orders", PartitionIndex(1)}, Offset(42)},
                                 {{"a-b.c", PartitionIndex(0)}, Offset(0)}};
  const std::string text = offset_checkpoint_text(offsets);
  CHECK(text == "0\n2\na-b.c 0 0\norders 1 42\n");
  const auto again = parse_offset_checkpoint("f", text);
  REQUIRE(again.ok());
  CHECK(*again == offsets);
  CHECK(parse_offset_checkpoint("f", "0\n0\n").ok());

  const auto refused = [](const char* bad) { return error_of(parse_offset_checkpoint("f", bad)); };
  CHECK(refused("") == "f:1: the file ends too early");
  CHECK(refused("1\n0\n") == "f:1: version 0 expected, found \"1\"");
  CHECK(refused("0\nx\n") == "f:2: \"x\" is not a number");
  CHECK(refused("0\n2\na 0 1\n") == "f:2: 2 entries announced, found 1");
  CHECK(refused("0\n1\na 0\n") == "f:3: 3 words expected, found 2");
  CHECK(refused("0\n1\na 0 -1\n").starts_with("f:3: -1 is not within"));
  CHECK(refused("0\n2\na 0 1\na 0 2\n") == "f:4: a-0 is here twice");
}

TEST_CASE("epochs are read back and must rise") {
  const auto epochs = EpochCache::parse("f", "0\n2\n3 0\n5 20\n");
  REQUIRE(epochs.ok());
  CHECK(epochs->text() == "0\n2\n3 0\n5 20\n");
  CHECK(epochs->end_offset_for(Epoch(4), Offset(30)) == EpochEnd{Epoch(3), Offset(20)});
  CHECK(epochs->end_offset_for(Epoch(5), Offset(30)) == EpochEnd{Epoch(5), Offset(30)});
  CHECK(epochs->end_offset_for(Epoch(6), Offset(30)) == EpochEnd{});
  CHECK(epochs->end_offset_for(no_epoch, Offset(30)) == EpochEnd{});
  CHECK_FALSE(EpochCache::parse("f", "0\n2\n3 0\n3 20\n").ok());
  CHECK_FALSE(EpochCache::parse("f", "0\n2\n3 5\n4 5\n").ok());
}

TEST_CASE("an epoch that contradicts later entries drives them out") {
  EpochCache epochs;
  CHECK(epochs.assign(Epoch(1), Offset(0)));
  CHECK(epochs.assign(Epoch(4), Offset(10)));
  CHECK_FALSE(epochs.assign(Epoch(4), Offset(12)));
  CHECK(epochs.assign(Epoch(5), Offset(10)));
  CHECK(epochs.entries().size() == 2);
  CHECK(epochs.assign(Epoch(1), Offset(10)));  // epoch 1 goes on: 5 had no record
  CHECK(epochs.entries() == std::vector<EpochStart>{{Epoch(1), Offset(0)}});
  CHECK(epochs.start_at(Offset(7)));
  CHECK(epochs.entries() == std::vector<EpochStart>{{Epoch(1), Offset(7)}});
  CHECK(epochs.truncate_to(Offset(7)));
  CHECK(epochs.latest() == no_epoch);
}

TEST_CASE("meta.properties says whose directory it is, or what is wrong with it") {
  Rng rng(3);
  const MetaProperties meta{"MkU3OEVBNTcwNTJENDM2Qg", NodeId(2), Uuid::random(rng)};
  const auto again = parse_meta_properties("m", meta_properties_text(meta));
  REQUIRE(again.ok());
  CHECK(*again == meta);
  const auto java = parse_meta_properties(
      "m", "#\n#Mon Nov 23 18:00:00 UTC 2026\nnode.id = 1\nversion=1\n\ncluster.id: x\n");
  REQUIRE(java.ok());
  CHECK(java->node_id == NodeId(1));
  CHECK_FALSE(java->directory_id.has_value());

  const auto refused = [](const char* bad) { return error_of(parse_meta_properties("m", bad)); };
  CHECK(refused("cluster.id=x\nnode.id=1\n") == "m: version is missing");
  CHECK(refused("version=0\nbroker.id=1\n").starts_with("m:1: version 0 is not version 1"));
  CHECK(refused("version=1\nnode.id=1\n") == "m: cluster.id is missing");
  CHECK(refused("version=1\ncluster.id=x\nnode.id=one\n") == "m:3: \"one\" is not a number");
  CHECK(refused("version=1\ncluster.id=x\nnode.id=1\ndirectory.id=?\n").starts_with("m:4:"));
  CHECK(refused("garbage\n") == "m:1: \"garbage\" has no '='");
}

TEST_CASE("the clean shutdown mark and partition.metadata are Kafka's") {
  CHECK(clean_shutdown_text({BrokerEpoch(17)}) == R"({"version":0,"brokerEpoch":17})");
  const auto mark = parse_clean_shutdown("c", R"({"version":0,"brokerEpoch":17})");
  REQUIRE(mark.ok());
  CHECK(mark->broker_epoch == BrokerEpoch(17));
  for (const char* bad : {"", "{}", "[]", "{\"version\":1,\"brokerEpoch\":1}", "{\"version\":0"}) {
    CHECK_FALSE(parse_clean_shutdown("c", bad).ok());
  }
  Rng rng(5);
  const Uuid id = Uuid::random(rng);
  CHECK(partition_metadata_text(id) == "version: 0\ntopic_id: " + id.text());
  CHECK(*parse_partition_metadata("p", partition_metadata_text(id)) == id);
  CHECK(error_of(parse_partition_metadata("p", "version: 1\n")).starts_with("p:1:"));
  CHECK(error_of(parse_partition_metadata("p", "version: 0\n")) == "p: topic_id is missing");
  CHECK(error_of(parse_partition_metadata("p", "version: 0\ntopic_id: " + Uuid{}.text()))
            .ends_with("must not be zero"));
}

TEST_CASE("names of logs on disk") {
  CHECK(offset_file(Offset(42), ".log") == "00000000000000000042.log");
  CHECK(offset_of_file("00000000000000000042.log", ".log") == Offset(42));
  for (const char* bad : {"42.log", "00000000000000000042.index", "0000000000000000004x.log",
                          "99999999999999999999.log", "-0000000000000000001.log"}) {
    CHECK_FALSE(offset_of_file(bad, ".log").has_value());
  }
  CHECK(log_directory("a-b", PartitionIndex(3)) == "a-b-3");
  CHECK(parse_log_directory("a-b-3") == LogDirectory{"a-b", PartitionIndex(3)});
  for (const char* bad : {"ab", "-3", "ab-", "ab-x", "ab-01", "ab-99999999999"}) {
    CHECK_FALSE(parse_log_directory(bad).has_value());
  }
  CHECK(is_deleted_directory("orders-0.0123456789abcdef0123456789abcdef-delete"));
}

TEST_CASE("a control file that is replaced on the disk is whole at every power loss") {
  MemoryDisk disk;
  REQUIRE(replace_file(disk, "a/meta", "one").ok());
  disk.lose_power();
  CHECK(*read_text(disk, "a/meta") == "one");
  REQUIRE(disk.write("a/meta.tmp", 0, bytes_of("two")).ok());
  REQUIRE(disk.sync("a/meta.tmp").ok());
  REQUIRE(disk.rename("a/meta.tmp", "a/meta").ok());
  CHECK(*read_text(disk, "a/meta") == "two");
  disk.lose_power();  // the directory was not synced
  CHECK(*read_text(disk, "a/meta") == "one");
  CHECK_FALSE(read_text(disk, "a/meta", 2).ok());
}
