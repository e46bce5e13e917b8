#include "engine/raft/snapshot_file.h"

#include <algorithm>
#include <charconv>

#include "engine/protocol/batch.h"
#include "engine/raft/record_values.h"

namespace lab::raft {
namespace {

constexpr std::size_t offset_digits = 20, epoch_digits = 10;
constexpr std::string_view suffix = ".checkpoint";
constexpr std::size_t batch_target = 1 << 20;  // bytes

template <class T>
bool digits(std::string_view text, T& value) {
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

std::int64_t ms(WallTime time) { return time.time_since_epoch().count(); }

}  // namespace

std::string snapshot_name(const OffsetAndEpoch& id) {
  return fmt::format("{:020}-{:010}{}", id.offset.v, id.epoch.v, suffix);
}

std::string snapshot_path(const OffsetAndEpoch& id) {
  return fmt::format("{}/{}", metadata_directory, snapshot_name(id));
}

std::optional<OffsetAndEpoch> parse_snapshot_name(std::string_view name) {
  if (name.size() != offset_digits + 1 + epoch_digits + suffix.size() ||
      name[offset_digits] != '-' || !name.ends_with(suffix))
    return std::nullopt;
  OffsetAndEpoch id;
  if (!digits(name.substr(0, offset_digits), id.offset.v) ||
      !digits(name.substr(offset_digits + 1, epoch_digits), id.epoch.v))
    return std::nullopt;
  return id;
}

Slices snapshot_bytes(const OffsetAndEpoch& id, WallTime last_append, WallTime now,
                      const std::vector<Slice>& values) {
  using namespace protocol;
  Slices out;
  Offset next(0);
  const auto control = [&](ControlRecord record) {
    out.push_back(build_control_batch(next, id.epoch, ms(now), std::span(&record, 1)));
    next = next + 1;
  };
  SnapshotHeaderRecord header;
  header.last_contained_log_timestamp = ms(last_append);
  control(header);
  for (std::size_t i = 0; i < values.size();) {
    BatchOptions options;
    options.base_offset = next;
    options.leader_epoch = id.epoch;
    BatchBuilder batch(options);
    do {
      batch.append(ms(now), std::nullopt, values[i].view());
      ++i;
    } while (i < values.size() && batch.size_in_bytes() + values[i].size() < batch_target);
    next = next + batch.record_count();
    out.push_back(batch.build());
  }
  control(SnapshotFooterRecord{});
  return out;
}

Result<SnapshotContent> parse_snapshot(const Slice& bytes) {
  using namespace protocol;
  SnapshotContent content;
  bool begun = false, ended = false;
  std::optional<Error> wrong;
  const auto whole = for_each_batch(bytes, [&](const BatchHeader& header, const Slice& batch) {
    if (wrong) return;
    if (ended) {
      wrong = Error{"batches after its footer"};
    } else if (header.is_control()) {
      auto records = control_records(batch);
      if (!records) {
        wrong = records.error();
        return;
      }
      for (const ControlRecord& record : *records) {
        if (const auto* first = std::get_if<SnapshotHeaderRecord>(&record)) {
          begun = true;
          content.last_append = WallTime(milliseconds(first->last_contained_log_timestamp));
        }
        if (std::holds_alternative<SnapshotFooterRecord>(record)) ended = true;
      }
    } else if (!begun) {
      wrong = Error{"records before its header"};
    } else {
      auto values = record_values(header, batch);
      if (!values)
        wrong = values.error();
      else
        content.values.insert(content.values.end(), values->begin(), values->end());
    }
  });
  if (!whole) return whole.error();
  if (wrong) return *wrong;
  if (!begun || !ended) return Error{"its header or footer is missing"};
  return content;
}

}  // namespace lab::raft
