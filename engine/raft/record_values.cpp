#include "engine/raft/record_values.h"

#include <algorithm>

namespace lab::raft {

using namespace protocol;

Result<std::vector<Slice>> record_values(const BatchHeader& header, const Slice& batch) {
  std::vector<Slice> values;
  // Copies: what a RecordView shows is valid for the call only, and values outlive their batch.
  values.reserve(static_cast<std::size_t>(std::min(header.record_count, 4096)));
  const auto read = for_each_record(batch.view(), [&](const RecordView& record) {
    values.push_back(record.value ? Slice::copy(*record.value) : Slice());
  });
  if (!read) return read.error();
  return values;
}

Result<std::vector<ControlRecord>> control_records(const Slice& batch) {
  std::vector<ControlRecord> records;
  std::optional<Error> wrong;
  const auto read = for_each_record(batch.view(), [&](const RecordView& record) {
    if (wrong || !record.key || !record.value) return;
    const auto type = decode_control_key(Slice::copy(*record.key));
    if (!type) {
      wrong = type.error();
      return;
    }
    if (auto value = decode_control_value(*type, Slice::copy(*record.value)))
      records.push_back(std::move(*value));
  });
  if (!read) return read.error();
  if (wrong) return *wrong;
  return records;
}

}  // namespace lab::raft
