// Any bytes as the files of a partition's directory, then recovery as after an unclean shutdown:
// the log is refused, or it ends on a batch boundary, nothing with a bad CRC is readable, its index
// entries point at batch starts, and recovering again finds nothing more to mend.
#include <optional>

#include "engine/base/crc32c.h"
#include "engine/protocol/batch.h"
#include "engine/storage/memory_disk.h"
#include "engine/storage/partition_log.h"
#include "engine/storage/segment.h"
#include "tests/fuzz/target.h"

namespace lab::fuzz {
namespace {

using namespace storage;

constexpr const char* directory = "orders-0";
constexpr std::string_view names[] = {
    "00000000000000000000.log",      "00000000000000000000.index", "00000000000000000000.timeindex",
    "00000000000000000006.log",      "00000000000000000006.index", "00000000000000000006.timeindex",
    "00000000000000000006.snapshot", "leader-epoch-checkpoint",    "partition.metadata",
    "00000000000000000009.log"};

// One opening of the log on a disk, driven by hand: each file effect is done at once.
class Opened {
 public:
  Opened(MemoryDisk& disk, const RecoveryHints& hints) : disk_(disk) {
    LogConfig config;
    config.segment_bytes = 4000;
    config.index_interval_bytes = 100;
    input([&] {
      auto log = PartitionLog::open(context_, disk_, directory, config, hints);
      if (log) log_ = std::move(*log);
    });
  }
  bool ok() const { return log_ != nullptr; }
  const PartitionLog& log() const { return *log_; }

  std::vector<Slice> batches() {
    std::vector<Slice> out;
    for (Offset at = log_->log_start(); at < log_->log_end();) {
      std::optional<ReadResult> found;
      input([&] {
        log_->read(at, log_->log_end(), 2000, true,
                   [&](ReadResult result) { found = std::move(result); });
      });
      promise(found && found->ok() && found->next > at, "all up to the end can be read");
      const auto walked = protocol::for_each_batch(
          join(found->slices), [&](const auto& header, const Slice& batch) {
            promise(out.empty() || header.base_offset >= at, "offsets rise");
            out.push_back(Slice::copy(batch.view()));
          });
      promise(walked.ok(), "nothing with a bad CRC is readable");
      at = found->next;
    }
    return out;
  }

 private:
  template <class Fn>
  void input(Fn fn) {
    Effects effects;
    context_.begin({Instant{}, WallTime(milliseconds(1000000))}, effects);
    fn();
    context_.end();
    while (!effects.empty()) {
      Effects next;
      for (const Effect& effect : effects) {
        promise(!std::holds_alternative<Halt>(effect), "reading never halts a broker");
        const auto done = disk_.apply(effect);
        if (!done) continue;
        context_.begin({Instant{}, WallTime(milliseconds(1000000))}, next);
        context_.complete(*done);
        context_.end();
      }
      effects = std::move(next);
    }
  }

  MemoryDisk& disk_;
  Context context_{NodeId(1), false};
  std::unique_ptr<PartitionLog> log_;
};

// Gives each batch the checksum that its bytes have, so that mutations get behind it.
void checksums_made_right(ByteBuffer& bytes) {
  for (std::size_t at = 0; at + protocol::batch_header_size <= bytes.size();) {
    const auto header = protocol::parse_batch_header(ByteView(bytes).subspan(at));
    if (!header || header->size_in_bytes() > bytes.size() - at) return;
    const std::size_t size = header->size_in_bytes();
    protocol::set_max_timestamp(std::span(bytes).subspan(at, size), header->max_timestamp);
    at += size;
  }
}

void check_indexes(MemoryDisk& disk) {
  for (const auto& file : disk.files()) {
    if (!file.ends_with(".index")) continue;
    const std::string log = file.substr(0, file.size() - 6) + ".log";
    const ByteBuffer bytes = disk.content(log);
    const auto index = decode_index(disk.content(file), bytes.size());
    if (!index) continue;  // rebuilt when it is needed
    for (const auto& entry : *index) {
      const auto header =
          protocol::check_batch(ByteView(bytes).subspan(static_cast<std::size_t>(entry.position)));
      promise(header.ok(), "an index entry points at the start of a batch");
      const auto base = offset_of_file(log.substr(log.rfind('/') + 1), ".log");
      promise(header->last_offset() == *base + entry.relative, "and names its last offset");
    }
  }
}

std::vector<ByteBuffer> contents(const MemoryDisk& disk) {
  std::vector<ByteBuffer> out;
  for (const auto& file : disk.files()) out.push_back(disk.content(file));
  return out;
}

}  // namespace

void run_recovery(ByteView input) {
  Input in(input);
  const std::uint8_t how = in.byte();  // bit 0: checksums as they are; bit 1: a clean shutdown
  MemoryDisk disk;
  LAB_CHECK(disk.make_directory(directory).ok());
  while (!in.empty()) {
    const std::string_view name = names[in.byte() % std::size(names)];
    const ByteView part = in.take(in.number16());
    ByteBuffer bytes(part.begin(), part.end());
    if ((how & 1) == 0 && name.ends_with(".log")) checksums_made_right(bytes);
    LAB_CHECK(disk.write(fmt::format("{}/{}", directory, name), 0, bytes).ok());
  }
  if ((how & 2) != 0) {  // then nothing is scanned, and only harm is looked for
    Opened trusting(disk, {true, Offset(0), Offset(0)});
    return;
  }
  Opened first(disk, {false, Offset(0), Offset(0)});
  if (!first.ok()) return;
  const std::vector<Slice> batches = first.batches();
  const Offset end = first.log().log_end();
  if (!batches.empty()) {
    promise(protocol::parse_batch_header(batches.back().view())->next_offset() == end,
            "the log ends on a batch boundary");
  }
  promise(first.log().log_start() <= end, "a log starts before its end");
  check_indexes(disk);
  const auto files = disk.files();
  const auto bytes = contents(disk);
  Opened second(disk, {false, Offset(0), Offset(0)});
  promise(second.ok(), "a recovered log opens again");
  promise(second.log().log_end() == end, "recovering twice gives the same end");
  promise(second.log().recovery().bytes_truncated == 0, "and cuts nothing more");
  promise(second.log().epochs() == first.log().epochs(), "the same epochs");
  promise(second.log().producers() == first.log().producers(), "the same producers");
  promise(second.batches() == batches, "the same batches");
  promise(disk.files() == files && contents(disk) == bytes, "and the same files");
}

std::vector<ByteBuffer> seeds_recovery() {
  using protocol::BatchBuilder;
  using protocol::BatchOptions;
  ByteBuffer log[2];
  Segment segments[2];
  segments[1].base = Offset(6);
  LogConfig config;
  config.index_interval_bytes = 100;
  ProducerState producers;
  for (int i = 0; i < 12; ++i) {
    BatchOptions options;
    options.base_offset = Offset(i);
    options.leader_epoch = Epoch(i / 4);
    options.producer_id = ProducerId(i % 3 == 0 ? -1 : 5);
    options.producer_epoch = i % 3 == 0 ? std::int16_t{-1} : std::int16_t{0};
    options.base_sequence = i % 3 == 0 ? -1 : i;
    BatchBuilder builder(options);
    builder.append(1000 * i, std::nullopt, bytes_of("some value of a record"));
    const Slice batch = builder.build();
    const std::size_t which = i < 6 ? 0 : 1;
    segments[which].add(Offset(i), 1000 * i, batch.size(), config);
    log[which].insert(log[which].end(), batch.view().begin(), batch.view().end());
  }
  const auto seed = [&](std::uint8_t how, bool indexes, const std::string& epochs) {
    ByteBuffer out = {how};
    const auto file = [&](std::uint8_t name, ByteView bytes) {
      out.insert(out.end(), {name, static_cast<std::uint8_t>(bytes.size() >> 8),
                             static_cast<std::uint8_t>(bytes.size())});
      out.insert(out.end(), bytes.begin(), bytes.end());
    };
    file(0, log[0]);
    file(3, log[1]);
    if (indexes) {
      file(1, encode_index(segments[0].index, 0));
      file(2, encode_times(segments[0].times, 0));
      file(4, encode_index(segments[1].index, 0));
      file(5, encode_times(segments[1].times, 0));
      file(6, producers.encode());
    }
    if (!epochs.empty()) file(7, bytes_of(epochs));
    return out;
  };
  EpochCache epochs;
  for (int i = 0; i < 3; ++i) epochs.assign(Epoch(i), Offset(4 * i));
  return {seed(0, true, epochs.text()), seed(1, true, epochs.text()), seed(2, true, epochs.text()),
          seed(0, false, ""), seed(0, true, "0\n1\n0 0\n")};
}

}  // namespace lab::fuzz
