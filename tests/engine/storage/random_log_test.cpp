// Random operations on a log, drawn from a seed and compared with a plain list of batches; now and
// then the power goes and the log must be a prefix of that list that is not shorter than its last
// sync.
#include <algorithm>
#include <map>

#include "tests/engine/storage/log_world.h"

using namespace lab;
using namespace lab::storage;

namespace {

class RandomLog {
 public:
  explicit RandomLog(std::uint64_t seed) : rng_(seed) {
    LogConfig config;
    config.segment_bytes = rng_.between(1500, 6000);
    config.index_interval_bytes = rng_.between(50, 500);
    config.tail_cache_bytes = rng_.below(3) * 1000;
    world_ = std::make_unique<LogWorld>(config);
    world_->create();
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      if (rng_.one_in(4)) world_->hold = !world_->hold;
      while (!world_->held.empty() && (!world_->hold || rng_.one_in(2))) world_->step();
      step();
      CHECK(world_->halted.empty());
      CHECK(log().log_end() == end());
      CHECK(log().written_end() <= end());
      if (!world_->hold) CHECK(log().written_end() == end());
      CHECK(log().synced_end() <= end());
      CHECK(log().latest_epoch() >= (batches_.empty() ? no_epoch : batches_.back().epoch));
    }
    compare_all();
  }

 private:
  struct Batch {
    Slice bytes;
    Offset base, last;
    Epoch epoch;
    std::int64_t producer;
    std::int32_t sequence;
    int records;
  };

  PartitionLog& log() { return *world_->log; }
  Offset end() const { return batches_.empty() ? start_ : batches_.back().last + 1; }

  void step() {
    switch (rng_.below(20)) {
      case 0:
        return power_loss();
      case 1:
        return restart();
      case 2:
        return truncate();
      case 3:
        return delete_records();
      case 4:
        return read_one();
      case 5:
        return retry();
      case 6:
        if (rng_.one_in(6)) start_anew();
        return;
      case 7:
        epoch_ = Epoch(epoch_.v + 1);
        return world_->input([&] { log().begin_epoch(epoch_); });
      case 8:
      case 9:
        flushed();
        return;
      default:
        return append();
    }
  }

  // From here on all that was asked of the disk is done, and effects are no longer held.
  void release() {
    world_->hold = false;
    world_->let_go();
  }
  void flushed() {
    release();
    CHECK(world_->flush());
  }

  void append() {
    const auto producer = rng_.between(-1, 2);
    auto& sequence = sequences_[producer];
    const int records = static_cast<int>(rng_.between(1, 4));
    const BatchSpec spec{.records = records,
                         .value_bytes = static_cast<std::size_t>(rng_.between(0, 300)),
                         .timestamp = rng_.between(0, 100000),
                         .producer = producer,
                         .sequence = sequence};
    const auto result = world_->append(spec, epoch_);
    REQUIRE_MESSAGE(result.ok(), result.message);
    CHECK(result.base == end());
    const Slice bytes = join(protocol::with_offset_and_epoch(make_batch(spec), end(), epoch_));
    batches_.push_back({bytes, result.base, result.last, epoch_, producer, sequence, records});
    history_.push_back(batches_.back());
    if (producer >= 0) sequence += records;
  }

  // The last batch of a producer is sent again.
  void retry() {
    if (batches_.empty() || batches_.back().producer < 0) return;
    const Batch& last = batches_.back();
    const auto result = world_->append({.records = last.records,
                                        .value_bytes = 1,
                                        .producer = last.producer,
                                        .sequence = last.sequence},
                                       epoch_);
    CHECK(result.status == AppendResult::Status::duplicate);
    CHECK(result.base == last.base);
  }

  void read_one() {
    release();
    const Offset from = start_ + rng_.between(0, end() - start_);
    const auto found = world_->read(from, static_cast<std::size_t>(rng_.between(1, 2000)));
    REQUIRE_MESSAGE(found.ok(), found.message);
    auto batch = std::find_if(batches_.begin(), batches_.end(),
                              [&](const Batch& each) { return each.last >= from; });
    CHECK(found.slices.empty() == (batch == batches_.end()));
    const auto walked =
        protocol::for_each_batch(join(found.slices), [&](const auto&, const Slice& bytes) {
          REQUIRE(batch != batches_.end());
          CHECK(bytes == batch->bytes);
          ++batch;
        });
    CHECK(walked.ok());
  }

  void compare_all() {
    release();
    const auto all = world_->all(static_cast<std::size_t>(rng_.between(1, 3000)));
    std::vector<Slice> expected;
    for (const auto& batch : batches_) {
      if (batch.last >= log().log_start()) expected.push_back(batch.bytes);
    }
    CHECK(all == expected);
  }

  // After batches fell off: each producer goes on behind its last batch that is left, or was there
  // when records were deleted.
  void settle() {
    const Offset now = end();
    std::erase_if(history_, [&](const Batch& each) { return each.last >= now; });
    for (auto& [producer, sequence] : sequences_) {
      const auto last = std::find_if(history_.rbegin(), history_.rend(),
                                     [&](const Batch& each) { return each.producer == producer; });
      if (last != history_.rend()) sequence = last->sequence + last->records;
    }
    epoch_ = Epoch(epoch_.v + 1);
  }

  void truncate() {
    if (batches_.empty()) return;
    const auto keep = static_cast<std::ptrdiff_t>(rng_.below(batches_.size()));
    const Offset at = batches_[static_cast<std::size_t>(keep)].base;
    if (at < start_) return;
    world_->input([&] { log().truncate_to(at); });
    batches_.erase(batches_.begin() + keep, batches_.end());
    if (batches_.empty()) start_ = at;
    flushed();  // so that a power loss cannot undo it
    settle();
  }

  void delete_records() {
    if (batches_.empty()) return;
    const Offset at = start_ + rng_.between(0, (end() - start_) / 2);
    world_->input([&] { log().delete_records_before(at); });
    start_ = at;
    drop_below_start();
  }

  void drop_below_start() {
    std::erase_if(batches_, [&](const Batch& each) { return each.last < start_; });
  }

  void start_anew() {
    const Offset at = start_ + rng_.between(0, 2 * (end() - start_));
    world_->input([&] { log().restart_at(at); });
    batches_.clear();
    history_.clear();
    start_ = at;
    flushed();
    settle();
  }

  void restart() {
    release();
    world_->close_and_open();
    CHECK(log().recovery().segments_scanned == 0);
    CHECK(log().log_start() == start_);
    compare_all();
  }

  void power_loss() {
    const Offset synced = log().synced_end();
    world_->die();
    std::vector<std::size_t> kept;  // each of the last writes stays, goes, or is torn
    for (std::size_t i = 0; i < world_->disk.unsynced(); ++i) {
      const auto fate = rng_.below(3);
      kept.push_back(fate == 0 ? 0 : fate == 1 ? rng_.below(400) : std::string::npos);
    }
    if (rng_.one_in(2)) kept.clear();
    world_->disk.lose_power(kept);
    const Offset point = start_ + rng_.between(0, std::max<std::int64_t>(0, synced - start_));
    world_->open({false, rng_.one_in(3) ? Offset(0) : point, start_});
    CHECK(log().log_end() >= synced);
    CHECK(log().log_end() <= end());
    CHECK(log().log_start() == start_);
    const Offset now = log().log_end();
    std::erase_if(batches_, [&](const Batch& each) { return each.last >= now; });
    CHECK(now == end());
    settle();
    compare_all();
    const auto epochs = log().epochs();
    const auto producers = log().producers();
    world_->die();
    world_->disk.lose_power();
    world_->open({false, Offset(0), start_});
    CHECK(log().log_end() == now);
    CHECK(log().recovery().bytes_truncated == 0);
    CHECK(log().epochs() == epochs);
    flushed();
  }

  Rng rng_;
  std::unique_ptr<LogWorld> world_;
  std::vector<Batch> batches_;
  std::vector<Batch> history_;  // those below start_ too
  std::map<std::int64_t, std::int32_t> sequences_;
  Offset start_{0};
  Epoch epoch_{0};
};

}  // namespace

TEST_CASE("random operations and power losses leave a log that agrees with a plain list") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    RandomLog(seed).run(120);
  }
}
