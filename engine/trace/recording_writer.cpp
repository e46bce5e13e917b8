#include <algorithm>

#include "engine/base/varint.h"
#include "engine/trace/codec.h"
#include "engine/trace/recording.h"
#include "engine/trace/recording_format.h"

namespace lab::trace {

Result<> MemoryFile::append(ByteView bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return {};
}

Result<ByteBuffer> MemoryFile::read(std::uint64_t at, std::size_t count) const {
  if (at > bytes_.size() || count > bytes_.size() - at) return Error{"it ends early"};
  const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(at);
  return ByteBuffer(begin, begin + static_cast<std::ptrdiff_t>(count));
}

Result<> RecordingWriter::write(ByteView bytes) {
  if (failed_) return *failed_;
  const Result<> done = sink_->append(bytes);
  if (!done.ok()) {
    failed_ = done.error().in("writing the recording");
    return *failed_;
  }
  position_ += bytes.size();
  return {};
}

Result<RecordingWriter> RecordingWriter::create(Sink& sink, const RecordingMeta& meta) {
  const std::string json = format::meta_to_json(meta);
  if (json.size() > format::max_meta_bytes) return Error{"the recording's meta data are too long"};
  ByteBuffer head;
  format::put_bytes(head, bytes_of(format::file_magic));
  format::put_u32(head, format::version);
  const ByteBuffer part = format::part("META", bytes_of(json));
  format::put_bytes(head, ByteView(part).subspan(4));  // the meta needs no magic of its own
  RecordingWriter writer(sink);
  if (const Result<> done = writer.write(head); !done.ok()) return done.error();
  return writer;
}

Result<> RecordingWriter::add(const Event& event) {
  LAB_CHECK(!finished_);
  if (failed_) return *failed_;
  const ByteBuffer bytes = encode(event);
  put_uvarint(open_, bytes.size());
  format::put_bytes(open_, bytes);
  block_.first = block_.count == 0 ? event.at : std::min(block_.first, event.at);
  block_.last = block_.count == 0 ? event.at : std::max(block_.last, event.at);
  ++block_.count;
  ++events_;
  if (open_.size() >= block_bytes || block_.last - block_.first >= seconds(2)) return flush();
  return {};
}

Result<> RecordingWriter::flush() {
  if (failed_) return *failed_;
  if (block_.count == 0) return {};
  ByteBuffer payload;
  put_uvarint(payload, block_.count);
  put_varint(payload, block_.first.time_since_epoch().count());
  put_varint(payload, block_.last.time_since_epoch().count());
  format::put_bytes(payload, open_);
  block_.position = position_;
  const Result<> done = write(format::part(format::events_magic, payload));
  if (!done.ok()) return done;
  index_.push_back(block_);
  block_ = {};
  open_.clear();
  return {};
}

Result<> RecordingWriter::finish() {
  if (finished_) return {};
  if (const Result<> done = flush(); !done.ok()) return done;
  finished_ = true;
  const std::uint64_t at = position_;
  ByteBuffer end = format::part(format::index_magic, format::index_payload(index_));
  format::put_u64(end, at);
  format::put_bytes(end, bytes_of(format::end_magic));
  return write(end);
}

}  // namespace lab::trace
