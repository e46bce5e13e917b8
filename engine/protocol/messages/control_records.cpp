// See control_records.h.
#include "engine/protocol/messages/control_records.h"

#include <fmt/format.h>

#include "engine/protocol/codec_impl.h"

namespace lab::protocol {
namespace {

constexpr std::int16_t key_version = 0;

template <class Record>
Result<ControlRecord> read_value(const Slice& value) {
  Reader peek(value);
  const std::int16_t version = peek.int16();
  if (!peek.ok()) return peek.error().in(std::string(Record::message_name));
  auto record = decode<Record>(value, version);
  if (!record) return record.error();
  return ControlRecord(std::move(*record));
}

}  // namespace

ControlType control_type(const ControlRecord& record) {
  static constexpr ControlType types[] = {ControlType::leader_change, ControlType::snapshot_header,
                                          ControlType::snapshot_footer, ControlType::kraft_version,
                                          ControlType::kraft_voters};
  static_assert(std::size(types) == std::variant_size_v<ControlRecord>);
  return types[record.index()];
}

Slice encode_control_key(ControlType type) {
  Writer out;
  out.int16(key_version);
  out.int16(static_cast<std::int16_t>(type));
  return join(out.take());
}

Slice encode_control_value(const ControlRecord& record) {
  return std::visit([](const auto& r) { return join(encode(r, r.version)); }, record);
}

Result<ControlType> decode_control_key(const Slice& key) {
  Reader in(key);
  const std::int16_t version = in.int16();
  const std::int16_t type = in.int16();
  if (!in.ok()) return in.error().in("control record key");
  if (version < key_version) return Error{fmt::format("control key version {}", version)};
  return static_cast<ControlType>(type);
}

Result<ControlRecord> decode_control_value(ControlType type, const Slice& value) {
  switch (type) {
    case ControlType::leader_change:
      return read_value<LeaderChangeMessage>(value);
    case ControlType::snapshot_header:
      return read_value<SnapshotHeaderRecord>(value);
    case ControlType::snapshot_footer:
      return read_value<SnapshotFooterRecord>(value);
    case ControlType::kraft_version:
      return read_value<KRaftVersionRecord>(value);
    case ControlType::kraft_voters:
      return read_value<VotersRecord>(value);
    case ControlType::abort:
    case ControlType::commit:
      break;
  }
  return Error{fmt::format("control record type {} has no value that is known here",
                           static_cast<int>(type))};
}

// For who encodes one record without its frame.
template void write_message(Writer&, const LeaderChangeMessage&, std::int16_t);
template LeaderChangeMessage read_message(Reader&, std::int16_t);
template void write_message(Writer&, const SnapshotHeaderRecord&, std::int16_t);
template SnapshotHeaderRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const SnapshotFooterRecord&, std::int16_t);
template SnapshotFooterRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const KRaftVersionRecord&, std::int16_t);
template KRaftVersionRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const VotersRecord&, std::int16_t);
template VotersRecord read_message(Reader&, std::int16_t);

}  // namespace lab::protocol
