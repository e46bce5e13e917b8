// kafka-dump-log of .index, .timeindex, .snapshot and .txnindex files. Indexes are held against
// their log.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/commands/kafka/dump_log.h"
#include "app/commands/kafka/log_file.h"
#include "engine/protocol/batch.h"
#include "engine/storage/producer_state.h"

namespace lab::commands::kafka {
namespace {

constexpr std::size_t entries_in_a_step = 256;
constexpr std::uint64_t largest_index = 256ULL << 20;
constexpr std::size_t offset_entry = 8, time_entry = 12;

std::int64_t number_at(const ByteBuffer& bytes, std::size_t at, std::size_t width) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < width; ++i) number = number << 8 | bytes[at + i];
  if (width == 4) return static_cast<std::int32_t>(number);
  return static_cast<std::int64_t>(number);
}

// What both indexes have: their file, its log, and the check by their size and last offset.
class IndexDump : public FileDump {
 public:
  struct Opened {
    std::string path;
    std::int64_t base = 0;
    ByteBuffer bytes;
    LogFile log;
  };
  static Result<Opened> open(const std::string& path) {
    const auto base = offset_of_name(path);
    if (!base) return base.error();
    auto bytes = read_bytes(path, largest_index);
    if (!bytes) return bytes.error();
    const std::string name = name_of(path);
    const std::string folder = path.substr(0, path.size() - name.size());
    auto log = LogFile::open(folder + name.substr(0, name.find('.')) + ".log");
    if (!log) return log.error();
    return Opened{path, *base, std::move(*bytes), std::move(*log)};
  }

  IndexDump(const DumpLogCommand& command, Opened opened, std::size_t entry_size, Output output)
      : command_(command),
        opened_(std::move(opened)),
        entry_size_(entry_size),
        output_(std::move(output)) {}

  Result<bool> step() override {
    if (command_.index_sanity_check) {
      if (auto sane = check_sanity(); !sane) return sane.error();
      output_.out(fmt::format("{} passed sanity check.\n", opened_.path));
      return false;
    }
    for (std::size_t i = 0; i < entries_in_a_step; ++i, ++next_) {
      // An index that was preallocated ends in zeros.
      if (next_ >= count() || (next_ > 0 && offset(next_) == opened_.base)) return false;
      if (auto shown = show(next_); !shown) return shown.error();
    }
    return true;
  }

 protected:
  std::size_t count() const { return opened_.bytes.size() / entry_size_; }
  virtual std::int64_t offset(std::size_t entry) const = 0;
  virtual Result<> show(std::size_t entry) = 0;

  Result<> check_sanity() const {
    if (opened_.bytes.size() % entry_size_ != 0) {
      return Error{
          fmt::format("Index file {} is corrupt, found {} bytes which is neither positive nor a "
                      "multiple of {}.",
                      absolute(opened_.path), opened_.bytes.size(), entry_size_)};
    }
    if (count() == 0 || offset(count() - 1) >= opened_.base) return {};
    return Error{fmt::format(
        "Corrupt index found, index file ({}) has non-zero size but the last offset is {} which "
        "is less than the base offset {}",
        absolute(opened_.path), offset(count() - 1), opened_.base)};
  }

  DumpLogCommand command_;
  Opened opened_;
  std::size_t entry_size_, next_ = 0;
  Output output_;
};

class OffsetIndexDump final : public IndexDump {
 public:
  using IndexDump::IndexDump;
  Result<bool> step() override {
    if (count() > 0) return IndexDump::step();
    output_.out(fmt::format("{} is empty.\n", opened_.path));
    return false;
  }
  std::string findings() const override {
    if (mismatches_.empty()) return {};
    std::string text = fmt::format("Mismatches in :{}\n", absolute(opened_.path));
    for (const auto& [indexed, logged] : mismatches_) {
      text += fmt::format("  Index offset: {}, log offset: {}\n", indexed, logged);
    }
    return text;
  }

 private:
  std::int64_t offset(std::size_t entry) const override {
    return opened_.base + number_at(opened_.bytes, entry * offset_entry, 4);
  }
  Result<> show(std::size_t entry) override {
    const std::int64_t position = number_at(opened_.bytes, entry * offset_entry + 4, 4);
    opened_.log.seek(static_cast<std::uint64_t>(std::max<std::int64_t>(position, 0)));
    const auto batch = opened_.log.next();
    if (!batch) return batch.error();
    const std::int64_t logged = *batch ? (*batch)->header.last_offset().v : -1;
    if (logged != offset(entry)) mismatches_[offset(entry)] = logged;
    if (!command_.verify_index_only) {
      output_.out(fmt::format("offset: {} position: {}\n", offset(entry), position));
    }
    return {};
  }
  std::map<std::int64_t, std::int64_t, std::greater<>> mismatches_;
};

class TimeIndexDump final : public IndexDump {
 public:
  using IndexDump::IndexDump;
  // Entries rise, so each is looked for from where the one before it was found.
  std::string findings() const override {
    std::string text;
    const std::string path = absolute(opened_.path);
    if (!wrong_time_.empty()) {
      text += fmt::format("Found timestamp mismatch in :{}\n{}", path, wrong_time_);
    }
    if (!out_of_order_.empty()) {
      text += fmt::format("Found out of order timestamp in :{}\n{}", path, out_of_order_);
    }
    if (!not_found_.empty()) {
      text += "The following indexed offsets are not found in the log.\n" + not_found_;
    }
    return text;
  }

 private:
  std::int64_t timestamp(std::size_t entry) const {
    return number_at(opened_.bytes, entry * time_entry, 8);
  }
  std::int64_t offset(std::size_t entry) const override {
    return opened_.base + number_at(opened_.bytes, entry * time_entry + 8, 4);
  }

  Result<> show(std::size_t entry) override {
    if (auto found = find(offset(entry)); !found) return found;
    if (last_offset_ != offset(entry)) {
      not_found_ +=
          fmt::format("Indexed offset: {}, found log offset: {}\n", offset(entry), last_offset_);
    } else {
      if (largest_ != timestamp(entry)) {
        wrong_time_ +=
            fmt::format("  Index timestamp: {}, log timestamp: {}\n", timestamp(entry), largest_);
      }
      if (before_ >= timestamp(entry)) {
        out_of_order_ += fmt::format("  Index timestamp: {}, Previously indexed timestamp: {}\n",
                                     timestamp(entry), before_);
      }
    }
    before_ = timestamp(entry);
    if (!command_.verify_index_only) {
      output_.out(fmt::format("timestamp: {} offset: {}\n", timestamp(entry), offset(entry)));
    }
    return {};
  }

  // The first batch that reaches `offset`; last_offset_ is -1 where there is none.
  Result<> find(std::int64_t wanted) {
    if (last_offset_ >= wanted) {
      opened_.log.seek(0);
      last_offset_ = -1;
    }
    while (last_offset_ < wanted) {
      const auto batch = opened_.log.next();
      if (!batch) return batch.error();
      last_offset_ = *batch ? (*batch)->header.last_offset().v : -1;
      if (!*batch) break;
      largest_ = -1;
      if (last_offset_ < wanted) continue;
      auto read = protocol::for_each_record((*batch)->bytes.view(),
                                            [this](const protocol::RecordView& record) {
                                              largest_ = std::max(largest_, record.timestamp_ms);
                                            });
      if (!read) return read;
    }
    return {};
  }

  std::int64_t before_ = -1, last_offset_ = -1, largest_ = -1;
  std::string wrong_time_, out_of_order_, not_found_;
};

template <class Dump>
Result<std::unique_ptr<FileDump>> open_index(const DumpLogCommand& command, const std::string& file,
                                             std::size_t entry_size, FileDump::Output output) {
  auto opened = IndexDump::open(file);
  if (!opened) return opened.error();
  return std::unique_ptr<FileDump>(
      std::make_unique<Dump>(command, std::move(*opened), entry_size, std::move(output)));
}

}  // namespace

Result<std::unique_ptr<FileDump>> dump_offset_index(const DumpLogCommand& command,
                                                    const std::string& file,
                                                    FileDump::Output output) {
  return open_index<OffsetIndexDump>(command, file, offset_entry, std::move(output));
}

Result<std::unique_ptr<FileDump>> dump_time_index(const DumpLogCommand& command,
                                                  const std::string& file,
                                                  FileDump::Output output) {
  return open_index<TimeIndexDump>(command, file, time_entry, std::move(output));
}

Result<std::string> dump_producer_snapshot(const std::string& file) {
  const auto bytes = read_bytes(file, largest_index);
  if (!bytes) return bytes.error();
  const auto state = storage::ProducerState::decode(*bytes);
  if (!state) return state.error().in(file);
  std::string text;
  for (const auto& [id, producer] : state->producers()) {
    const auto& last = producer.batches.back();
    text += fmt::format(
        "producerId: {} producerEpoch: {} coordinatorEpoch: -1 currentTxnFirstOffset: "
        "OptionalLong.empty lastTimestamp: {} firstSequence: {} lastSequence: {} lastOffset: {} "
        "offsetDelta: {} timestamp: {}\n",
        id, producer.epoch, last.timestamp, last.base_sequence, last.last_sequence, last.last,
        last.last.v - last.base.v, last.timestamp);
  }
  return text;
}

Result<std::string> dump_transaction_index(const std::string& file) {
  constexpr std::size_t entry = 34;
  const auto bytes = read_bytes(file, largest_index);
  if (!bytes) return bytes.error();
  std::string text;
  for (std::size_t at = 0; at + entry <= bytes->size(); at += entry) {
    text += fmt::format(
        "version: {} producerId: {} firstOffset: {} lastOffset: {} lastStableOffset: {}\n",
        number_at(*bytes, at, 2), number_at(*bytes, at + 2, 8), number_at(*bytes, at + 10, 8),
        number_at(*bytes, at + 18, 8), number_at(*bytes, at + 26, 8));
  }
  return text;
}

}  // namespace lab::commands::kafka
