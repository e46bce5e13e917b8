// A machine of one part for the tests of this room: a PartitionLog on a MemoryDisk, whose file
// effects are carried out and completed in inputs of their own, at once or when the test says.
#pragma once

#include <doctest/doctest.h>

#include <deque>

#include "engine/protocol/batch.h"
#include "engine/storage/memory_disk.h"
#include "engine/storage/partition_log.h"

namespace lab::storage {

// Segments of a few batches, with an index entry for nearly each.
inline LogConfig small_segments() {
  LogConfig config;
  config.segment_bytes = 1000;
  config.index_interval_bytes = 200;
  return config;
}

struct BatchSpec {
  int records = 1;
  std::size_t value_bytes = 20;
  std::int64_t timestamp = 1000;
  std::int64_t producer = -1;
  std::int16_t producer_epoch = 0;
  std::int32_t sequence = 0;
  Offset base{0};
  Epoch epoch = no_epoch;
};

inline Slice make_batch(const BatchSpec& spec) {
  protocol::BatchOptions options;
  options.base_offset = spec.base;
  options.leader_epoch = spec.epoch;
  if (spec.producer >= 0) {
    options.producer_id = ProducerId(spec.producer);
    options.producer_epoch = spec.producer_epoch;
    options.base_sequence = spec.sequence;
  }
  protocol::BatchBuilder builder(options);
  for (int i = 0; i < spec.records; ++i) {
    const std::string value(spec.value_bytes, static_cast<char>('a' + i % 26));
    builder.append(spec.timestamp + i, std::nullopt, bytes_of(value));
  }
  return builder.build();
}

class LogWorld {
 public:
  static constexpr const char* directory = "orders-0";

  explicit LogWorld(LogConfig settings = {}) : config(settings) {}

  LogConfig config;
  MemoryDisk disk;
  Context context{NodeId(1), false};
  std::unique_ptr<PartitionLog> log;
  WallTime wall{milliseconds(1000000)};
  Instant monotonic{};
  bool hold = false;  // file effects wait for let_go()
  std::deque<Effect> held;
  std::string halted;
  std::vector<std::string> writes;  // files of the Write effects, in order

  // Runs `fn` within an input; then what follows from it.
  template <class Fn>
  void input(Fn fn) {
    Effects effects;
    context.begin({monotonic, wall}, effects);
    fn();
    context.end();
    for (auto& effect : effects) take(std::move(effect));
    if (!hold) let_go();
  }
  // Carries out the next held effect and completes it.
  void step() {
    const Effect effect = std::move(held.front());
    held.pop_front();
    const auto done = disk.apply(effect);
    if (!done) return;
    Effects effects;
    context.begin({monotonic, wall}, effects);
    context.complete(*done);
    context.end();
    for (auto& each : effects) take(std::move(each));
  }
  void let_go() {
    while (!held.empty()) step();
  }

  void create(Offset start = Offset(0)) {
    Rng rng(7);
    const Uuid id = Uuid::random(rng);
    input([&] { log = PartitionLog::create(context, directory, config, id, start); });
  }
  Result<void> try_open(const RecoveryHints& hints) {
    Result<void> result;
    input([&] {
      auto opened = PartitionLog::open(context, disk, directory, config, hints);
      if (opened) {
        log = std::move(*opened);
      } else {
        result = opened.error();
      }
    });
    return result;
  }
  void open(const RecoveryHints& hints) {
    const auto opened = try_open(hints);
    REQUIRE_MESSAGE(opened.ok(), (opened.ok() ? "" : opened.error().message));
  }
  // The machine dies; what it had asked for and was not done is lost.
  void die() {
    log.reset();
    held.clear();
    hold = false;
  }
  void close_and_open() {
    bool closed = false;
    input([&] { log->close([&](bool ok) { closed = ok; }); });
    REQUIRE(closed);
    const Offset start = log->log_start();
    die();
    open({true, Offset(0), start});
  }

  AppendResult append(const BatchSpec& spec, Epoch epoch = Epoch(0)) {
    AppendResult result;
    input([&] { result = log->append_as_leader({make_batch(spec)}, epoch); });
    return result;
  }
  bool flush() {
    bool flushed = false;
    input([&] { log->flush([&](bool ok) { flushed = ok; }); });
    return flushed;
  }
  ReadResult read(Offset from, std::size_t max_bytes = 1 << 20, bool whole_first = true,
                  Offset limit = Offset(1LL << 60)) {
    std::optional<ReadResult> result;
    input([&] {
      log->read(from, limit, max_bytes, whole_first,
                [&](ReadResult found) { result = std::move(found); });
    });
    REQUIRE(result.has_value());
    return *result;
  }
  // All batches from log start to log end, read step by step.
  std::vector<Slice> all(std::size_t max_bytes = 1 << 20) {
    std::vector<Slice> batches;
    for (Offset at = log->log_start(); at < log->log_end();) {
      const ReadResult found = read(at, max_bytes);
      REQUIRE_MESSAGE(found.ok(), found.message);
      REQUIRE(found.next > at);
      const auto walked = protocol::for_each_batch(
          join(found.slices),
          [&](const auto&, const Slice& batch) { batches.push_back(Slice::copy(batch.view())); });
      REQUIRE(walked.ok());
      at = found.next;
    }
    return batches;
  }
  std::string file(const std::string& name) const { return std::string(directory) + "/" + name; }

 private:
  void take(Effect effect) {
    if (const auto* halt = std::get_if<Halt>(&effect)) halted = halt->reason;
    if (const auto* write = std::get_if<Write>(&effect)) writes.push_back(write->file);
    const bool is_file =
        std::holds_alternative<Create>(effect) || std::holds_alternative<Write>(effect) ||
        std::holds_alternative<Truncate>(effect) || std::holds_alternative<Rename>(effect) ||
        std::holds_alternative<Remove>(effect) || std::holds_alternative<Read>(effect) ||
        std::holds_alternative<Sync>(effect);
    if (is_file) held.push_back(std::move(effect));
  }
};

}  // namespace lab::storage
