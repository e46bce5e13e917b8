// See metadata_records.h.
#include "engine/protocol/messages/metadata_records.h"

#include <fmt/format.h>

#include "engine/protocol/codec_impl.h"

namespace lab::protocol {
namespace {

constexpr std::uint32_t frame_version = 1;

// Reads the body of alternative I if its type is `type`; tries the next one otherwise.
template <std::size_t I = 0>
Result<MetadataRecord> read_body(Reader& in, std::uint32_t type, std::uint32_t version) {
  if constexpr (I == std::variant_size_v<MetadataRecord>) {
    return Error{fmt::format("metadata record type {} is not known", type)};
  } else {
    using Record = std::variant_alternative_t<I, MetadataRecord>;
    if (Record::type != type) return read_body<I + 1>(in, type, version);
    if (version > static_cast<std::uint32_t>(Record::max_version)) {
      return Error{fmt::format("{} v{} is not known", Record::message_name, version)};
    }
    const auto v = static_cast<std::int16_t>(version);
    Record record = read_message<Record>(in, v);
    if (in.ok() && in.left() > 0) in.fail("bytes are left over");
    if (!in.ok()) return in.error().in(describe(Record::message_name, v));
    return MetadataRecord(std::move(record));
  }
}

template <class Record>
Slice encode_framed(const Record& record, std::int16_t version) {
  Writer out;
  out.uvarint(frame_version);
  out.uvarint(Record::type);
  out.uvarint(static_cast<std::uint32_t>(version));
  write_message(out, record, version);
  return join(out.take());
}

}  // namespace

Slice encode_metadata_record(const MetadataRecord& record) {
  return std::visit([](const auto& r) { return encode_framed(r, r.max_version); }, record);
}

Slice encode_metadata_record(const MetadataRecord& record, std::int16_t version) {
  return std::visit([&](const auto& r) { return encode_framed(r, version); }, record);
}

Result<MetadataRecord> decode_metadata_record(const Slice& value) {
  Reader in(value);
  const std::uint32_t frame = in.uvarint();
  const std::uint32_t type = in.uvarint();
  const std::uint32_t version = in.uvarint();
  if (!in.ok()) return in.error().in("metadata record");
  if (frame != frame_version) {
    return Error{fmt::format("metadata record frame version {} is not known", frame)};
  }
  return read_body(in, type, version);
}

std::string_view name(const MetadataRecord& record) {
  return std::visit([](const auto& r) { return r.message_name; }, record);
}

// For who encodes one record without its frame.
template void write_message(Writer&, const RegisterBrokerRecord&, std::int16_t);
template RegisterBrokerRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const UnregisterBrokerRecord&, std::int16_t);
template UnregisterBrokerRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const TopicRecord&, std::int16_t);
template TopicRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const PartitionRecord&, std::int16_t);
template PartitionRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const ConfigRecord&, std::int16_t);
template ConfigRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const PartitionChangeRecord&, std::int16_t);
template PartitionChangeRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const FenceBrokerRecord&, std::int16_t);
template FenceBrokerRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const UnfenceBrokerRecord&, std::int16_t);
template UnfenceBrokerRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const RemoveTopicRecord&, std::int16_t);
template RemoveTopicRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const FeatureLevelRecord&, std::int16_t);
template FeatureLevelRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const ProducerIdsRecord&, std::int16_t);
template ProducerIdsRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const BrokerRegistrationChangeRecord&, std::int16_t);
template BrokerRegistrationChangeRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const NoOpRecord&, std::int16_t);
template NoOpRecord read_message(Reader&, std::int16_t);
template void write_message(Writer&, const ClearElrRecord&, std::int16_t);
template ClearElrRecord read_message(Reader&, std::int16_t);

}  // namespace lab::protocol
