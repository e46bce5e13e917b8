// kafka-dump-log of .log and .checkpoint files: batches, and with --deep-iteration their records.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <variant>

#include "app/commands/kafka/dump_log.h"
#include "app/commands/kafka/log_file.h"
#include "app/commands/kafka/message_json.h"
#include "engine/protocol/batch.h"
#include "engine/protocol/messages/metadata_records.h"

namespace lab::commands::kafka {
namespace {

constexpr int batches_in_a_step = 64;
constexpr std::int16_t has_delete_horizon = 64;  // of the attributes (KIP-534)

std::string_view type_text(const protocol::BatchHeader& header) {
  return header.timestamp_type() == protocol::TimestampType::log_append_time ? "LogAppendTime"
                                                                             : "CreateTime";
}

std::string batch_line(const LogFile::Batch& batch, std::uint64_t position) {
  const auto& header = batch.header;
  const std::string horizon = (header.attributes & has_delete_horizon) != 0
                                  ? fmt::format("OptionalLong[{}]", header.base_timestamp)
                                  : "OptionalLong.empty";
  return fmt::format(
      "baseOffset: {} lastOffset: {} count: {} baseSequence: {} lastSequence: {} producerId: {} "
      "producerEpoch: {} partitionLeaderEpoch: {} isTransactional: {} isControl: {} "
      "deleteHorizonMs: {} position: {} {}: {} size: {} magic: {} compresscodec: {} crc: {} "
      "isvalid: {}\n",
      header.base_offset, header.last_offset(), header.record_count, header.base_sequence,
      header.last_sequence(), header.producer_id, header.producer_epoch,
      header.partition_leader_epoch, header.is_transactional(), header.is_control(), horizon,
      position, type_text(header), header.max_timestamp, header.size_in_bytes(), header.magic,
      protocol::name(header.compression()), header.crc, batch.valid);
}

std::int32_t sequence_of(const protocol::BatchHeader& header, Offset offset) {
  if (header.base_sequence < 0) return -1;
  const auto delta = static_cast<std::uint32_t>(offset.v - header.base_offset.v);
  return static_cast<std::int32_t>((static_cast<std::uint32_t>(header.base_sequence) + delta) &
                                   0x7fffffffU);
}

std::string control_text(const protocol::RecordView& record) {
  using protocol::ControlType;
  const auto type = protocol::decode_control_key(Slice::copy(record.key.value_or(ByteView{})));
  if (!type) return fmt::format(" ({})", type.error().message);
  const ByteView value = record.value.value_or(ByteView{});
  if (*type == ControlType::abort || *type == ControlType::commit) {
    std::uint32_t epoch = 0;
    for (std::size_t i = 2; i < 6 && i < value.size(); ++i) epoch = epoch << 8 | value[i];
    return fmt::format(" endTxnMarker: {} coordinatorEpoch: {}",
                       *type == ControlType::commit ? "COMMIT" : "ABORT",
                       static_cast<std::int32_t>(epoch));
  }
  const auto decoded = protocol::decode_control_value(*type, Slice::copy(value));
  if (!decoded) return fmt::format(" controlType: UNKNOWN({})", static_cast<int>(*type));
  static constexpr std::string_view words[] = {
      " LeaderChange: ", " SnapshotHeader ", " SnapshotFooter ", " KRaftVersion ", " KRaftVoters "};
  return std::visit(
      [&](const auto& message) {
        return std::string(words[decoded->index()]) + message_json(message, message.version);
      },
      *decoded);
}

// "FEATURE_LEVEL_RECORD"
std::string constant_name(std::string_view name) {
  std::string constant;
  for (const char c : name) {
    const bool big = c >= 'A' && c <= 'Z';
    if (big && !constant.empty()) constant += '_';
    constant += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  }
  return constant;
}

std::string metadata_text(const protocol::RecordView& record) {
  const Slice value = Slice::copy(record.value.value_or(ByteView{}));
  const auto decoded = protocol::decode_metadata_record(value);
  if (!decoded) {
    return fmt::format("Error at {}, skipping. {}", record.offset, decoded.error().message);
  }
  // The frame: its version, the type and the version, all small.
  const auto version = static_cast<std::int16_t>(value.size() > 2 ? value.data()[2] : 0);
  return std::visit(
      [&](const auto& message) {
        return fmt::format("{{\"type\":\"{}\",\"version\":{},\"data\":{}}}",
                           constant_name(message.message_name), version,
                           message_json(message, version));
      },
      *decoded);
}

class BatchDump final : public FileDump {
 public:
  BatchDump(const DumpLogCommand& command, std::string path, LogFile log, Output output)
      : command_(command),
        path_(std::move(path)),
        log_(std::move(log)),
        output_(std::move(output)) {
    if (!whole()) log_.limit(command_.max_bytes);
  }

  Result<bool> step() override {
    for (int i = 0; i < batches_in_a_step; ++i) {
      const auto batch = log_.next();
      if (!batch) return batch.error();
      if (!*batch) {
        const std::uint64_t left = log_.size() - log_.next_position();
        if (left > 0 && whole()) {
          output_.out(
              fmt::format("Found {} invalid bytes at the end of {}\n", left, name_of(path_)));
        }
        return false;
      }
      output_.out(batch_line(**batch, log_.position()));
      if (!command_.deep) continue;
      const auto read = protocol::for_each_record(
          (*batch)->bytes.view(),
          [&](const protocol::RecordView& record) { dump((*batch)->header, record); });
      if (!read) return read.error().in(path_);
    }
    return true;
  }

  std::string findings() const override {
    std::string text;
    for (const auto& [before, after] : jumps_) {
      text += fmt::format("  {} is followed by {}\n", before, after);
    }
    return text.empty() ? text
                        : fmt::format("Non-consecutive offsets in {}\n{}", absolute(path_), text);
  }

 private:
  bool whole() const { return command_.max_bytes == INT32_MAX; }

  void dump(const protocol::BatchHeader& header, const protocol::RecordView& record) {
    if (record.offset != last_ + 1) jumps_[last_.v] = record.offset.v;
    last_ = record.offset;
    std::string line;
    if (!command_.skip_record_metadata) line = record_text(header, record);
    if (command_.print_data && !header.is_control()) {
      std::string prefix = command_.skip_record_metadata ? "| " : " ";
      if (record.key && !command_.metadata) {
        line += prefix + "key: " + std::string(text_of(*record.key));
        prefix = " ";
      }
      if (command_.metadata) {
        line += prefix + "payload: " + metadata_text(record);
      } else if (record.value) {
        line += prefix + "payload: " + std::string(text_of(*record.value));
      }
    }
    output_.out(line + "\n");
  }

  std::string record_text(const protocol::BatchHeader& header,
                          const protocol::RecordView& record) const {
    std::string keys;
    for (const auto& one : record.headers) {
      if (!keys.empty()) keys += ',';
      keys += one.key;
    }
    const auto size = [](const std::optional<ByteView>& bytes) {
      return bytes ? static_cast<std::int64_t>(bytes->size()) : -1;
    };
    std::string text =
        fmt::format("| offset: {} {}: {} keySize: {} valueSize: {} sequence: {} headerKeys: [{}]",
                    record.offset, type_text(header), record.timestamp_ms, size(record.key),
                    size(record.value), sequence_of(header, record.offset), keys);
    if (header.is_control()) text += control_text(record);
    return text;
  }

  DumpLogCommand command_;
  std::string path_;
  LogFile log_;
  Output output_;
  Offset last_{-1};
  std::map<std::int64_t, std::int64_t> jumps_;
};

// "Snapshot end offset: 42, epoch: 3" of 00000000000000000042-0000000003.checkpoint
Result<std::string> snapshot_line(const std::string& path) {
  const std::string name = name_of(path);
  if (name == "bootstrap.checkpoint") return std::string("KRaft bootstrap snapshot\n");
  const std::size_t dash = name.find('-');
  if (dash == std::string::npos) return Error{path + ": its name is not that of a snapshot"};
  const auto offset = offset_of_name(name.substr(0, dash) + ".");
  const auto epoch = offset_of_name(name.substr(dash + 1));
  if (!offset || !epoch) return Error{path + ": its name is not that of a snapshot"};
  return fmt::format("Snapshot end offset: {}, epoch: {}\n", *offset, *epoch);
}

}  // namespace

Result<std::unique_ptr<FileDump>> dump_batches(const DumpLogCommand& command,
                                               const std::string& file, FileDump::Output output) {
  if (file.ends_with(".log")) {
    const auto offset = offset_of_name(file);
    if (!offset) return offset.error();
    output.out(fmt::format("Log starting offset: {}\n", *offset));
  } else {
    const auto line = snapshot_line(file);
    if (!line) return line.error();
    output.out(*line);
  }
  auto log = LogFile::open(file);
  if (!log) return log.error();
  return std::unique_ptr<FileDump>(
      std::make_unique<BatchDump>(command, file, std::move(*log), std::move(output)));
}

}  // namespace lab::commands::kafka
