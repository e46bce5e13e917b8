// The small files of a log directory, one by one: the first byte chooses the kind of file. What is
// read can be written, and what was written reads the same.
#include "engine/base/crc32c.h"
#include "engine/protocol/messages/metadata_records.h"
#include "engine/raft/election_state.h"
#include "engine/raft/snapshot_file.h"
#include "engine/storage/checkpoint.h"
#include "engine/storage/epoch_cache.h"
#include "engine/storage/meta_properties.h"
#include "engine/storage/producer_state.h"
#include "engine/storage/segment.h"
#include "tests/fuzz/target.h"

namespace lab::fuzz {
namespace {

void read_metadata_record(ByteView bytes) {
  const auto record = protocol::decode_metadata_record(Slice::copy(bytes));
  if (!record) return;
  const Slice newest = protocol::encode_metadata_record(*record);
  const auto again = protocol::decode_metadata_record(newest);
  promise(again.ok() && *again == *record, "a metadata record comes back the same");
}

void read_snapshot(ByteView bytes) {
  const auto content = raft::parse_snapshot(Slice::copy(bytes));
  if (!content) return;
  const Slice again = join(raft::snapshot_bytes({Offset(9), Epoch(1)}, content->last_append,
                                                WallTime{}, content->values));
  const auto second = raft::parse_snapshot(again);
  promise(second.ok() && second->last_append == content->last_append &&
              second->values == content->values,
          "a snapshot comes back the same");
}

void read_quorum_state(ByteView bytes) {
  const auto state = raft::ElectionState::parse(text_of(bytes));
  if (!state) return;
  const auto again = raft::ElectionState::parse(state->text());
  promise(again.ok() && *again == *state, "quorum-state comes back the same");
}

void read_meta_properties(ByteView bytes) {
  const auto meta = storage::parse_meta_properties("meta.properties", text_of(bytes));
  if (!meta) return;
  const auto again =
      storage::parse_meta_properties("meta.properties", storage::meta_properties_text(*meta));
  promise(again.ok() && *again == *meta, "meta.properties comes back the same");
}

void read_small_texts(ByteView bytes) {
  if (const auto mark = storage::parse_clean_shutdown("mark", text_of(bytes))) {
    const auto again = storage::parse_clean_shutdown("mark", storage::clean_shutdown_text(*mark));
    promise(again.ok() && *again == *mark, "the mark of a clean shutdown comes back the same");
  }
  if (const auto id = storage::parse_partition_metadata("file", text_of(bytes))) {
    const auto again =
        storage::parse_partition_metadata("file", storage::partition_metadata_text(*id));
    promise(again.ok() && *again == *id, "partition.metadata comes back the same");
  }
}

void read_checkpoints(ByteView bytes) {
  if (const auto offsets = storage::parse_offset_checkpoint("offsets", text_of(bytes))) {
    const auto again =
        storage::parse_offset_checkpoint("offsets", storage::offset_checkpoint_text(*offsets));
    promise(again.ok() && *again == *offsets, "a checkpoint comes back the same");
  }
  if (const auto epochs = storage::EpochCache::parse("epochs", text_of(bytes))) {
    const auto again = storage::EpochCache::parse("epochs", epochs->text());
    promise(again.ok() && *again == *epochs, "the epochs come back the same");
  }
}

void read_producers(ByteView bytes) {
  ByteBuffer good(bytes.begin(), bytes.end());
  if (good.size() >= 6) {  // the checksum is made right, so that what lies behind it is reached
    const std::uint32_t crc = crc32c(ByteView(good).subspan(6));
    for (std::size_t i = 0; i < 4; ++i)
      good[2 + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  }
  const auto state = storage::ProducerState::decode(good);
  if (!state) return;
  for (const auto& [id, producer] : state->producers()) {
    promise(!producer.batches.empty(), "a producer has a batch");
    for (const auto& batch : producer.batches) {
      promise(batch.base <= batch.last && batch.base >= Offset(0), "a batch lies in the log");
    }
  }
  const auto again = storage::ProducerState::decode(state->encode());
  promise(again.ok() && *again == *state, "the producers come back the same");
}

void read_indexes(ByteView bytes) {
  if (const auto index = storage::decode_index(bytes, 1 << 30)) {
    promise(std::ranges::equal(storage::encode_index(*index, 0), bytes), "an index is the same");
  }
  if (const auto times = storage::decode_times(bytes)) {
    promise(std::ranges::equal(storage::encode_times(*times, 0), bytes),
            "a time index is the same");
  }
}

constexpr void (*readers[])(ByteView) = {read_metadata_record, read_snapshot,    read_quorum_state,
                                         read_meta_properties, read_small_texts, read_checkpoints,
                                         read_producers,       read_indexes};

}  // namespace

void run_files(ByteView input) {
  Input in(input);
  const std::size_t which = in.byte() % std::size(readers);
  readers[which](in.rest());
}

std::vector<ByteBuffer> seeds_files() {
  std::vector<ByteBuffer> seeds;
  const auto seed = [&](std::uint8_t which, ByteView bytes) {
    ByteBuffer one = {which};
    one.insert(one.end(), bytes.begin(), bytes.end());
    seeds.push_back(std::move(one));
  };
  protocol::TopicRecord topic;
  topic.name = "orders";
  protocol::PartitionRecord partition;
  partition.replicas = partition.isr = {1, 2, 3};
  partition.eligible_leader_replicas = std::vector<std::int32_t>{2};
  const Slice first = protocol::encode_metadata_record(topic);
  const Slice second = protocol::encode_metadata_record(partition);
  seed(0, first.view());
  seed(0, second.view());
  seed(0, protocol::encode_metadata_record(protocol::RegisterBrokerRecord{}).view());
  seed(0, protocol::encode_metadata_record(protocol::PartitionChangeRecord{}).view());
  const Slices snapshot = raft::snapshot_bytes({Offset(9), Epoch(2)}, WallTime(milliseconds(7)),
                                               WallTime(milliseconds(9)), {first, second});
  seed(1, join(snapshot).view());
  seed(2, bytes_of(raft::ElectionState{Epoch(3), NodeId(1), NodeId(2), {}}.text()));
  seed(3, bytes_of(storage::meta_properties_text({"cluster", NodeId(1), Uuid{}})));
  seed(4, bytes_of(storage::clean_shutdown_text({})));
  seed(4, bytes_of(storage::partition_metadata_text(Uuid{})));
  seed(5, bytes_of(storage::offset_checkpoint_text({{{"orders", PartitionIndex(0)}, Offset(7)},
                                                    {{"pay-1", PartitionIndex(3)}, Offset(9)}})));
  storage::EpochCache epochs;
  epochs.assign(Epoch(1), Offset(0));
  epochs.assign(Epoch(4), Offset(12));
  seed(5, bytes_of(epochs.text()));
  storage::ProducerState producers;
  storage::ProducedBatch batch;
  batch.producer = ProducerId(4);
  batch.last = Offset(3);
  batch.base = Offset(1);
  batch.last_sequence = 2;
  producers.note(batch, 10);
  seed(6, producers.encode());
  seed(7, storage::encode_index({{4, 100}, {9, 300}}, 0));
  seed(7, storage::encode_times({{1000, 4}, {2000, 9}}, 0));
  return seeds;
}

}  // namespace lab::fuzz
