#include <fmt/format.h>

#include <algorithm>

#include "engine/base/crc32c.h"
#include "engine/base/varint.h"
#include "engine/trace/codec.h"
#include "engine/trace/recording.h"
#include "engine/trace/recording_format.h"

namespace lab::trace {

Error RecordingReader::bad(std::uint64_t position, const std::string& what) const {
  return Error{fmt::format("{}, byte {}: {}", source_->name(), position, what)};
}

Result<RecordingReader> RecordingReader::open(const ByteSource& source) {
  RecordingReader reader(source);
  if (const Result<> done = reader.read_head(); !done.ok()) return done.error();
  if (!reader.read_index()) reader.walk();
  return reader;
}

Result<> RecordingReader::read_head() {
  if (source_->size() < format::head_size) return bad(0, "this is no Brokerlab recording");
  const Result<ByteBuffer> head = source_->read(0, format::head_size);
  if (!head.ok()) return bad(0, head.error().message);
  if (text_of(ByteView(*head).first(8)) != format::file_magic) {
    return bad(0, "this is no Brokerlab recording");
  }
  const std::uint32_t version = format::get_u32(*head, 8);
  if (version != format::version) {
    return bad(8, fmt::format("the recording has version {}, this lab reads version {}", version,
                              format::version));
  }
  const std::uint32_t size = format::get_u32(*head, 12);
  if (size > format::max_meta_bytes || size > source_->size() - format::head_size) {
    return bad(12, fmt::format("meta data of {} bytes cannot be", size));
  }
  const Result<ByteBuffer> json = source_->read(format::head_size, size);
  if (!json.ok()) return bad(format::head_size, json.error().message);
  if (crc32c(*json) != format::get_u32(*head, 16)) {
    return bad(format::head_size, "the meta data are damaged (CRC)");
  }
  Result<RecordingMeta> meta = format::meta_from_json(text_of(*json));
  if (!meta.ok()) return bad(format::head_size, meta.error().message);
  meta_ = std::move(*meta);
  blocks_begin_ = format::head_size + size;
  return {};
}

Result<ByteBuffer> RecordingReader::part(std::uint64_t& position, const char* magic) const {
  const std::uint64_t left = source_->size() - position;
  if (left < format::part_head_size) return bad(position, "a block is cut");
  const Result<ByteBuffer> head = source_->read(position, format::part_head_size);
  if (!head.ok()) return bad(position, head.error().message);
  if (text_of(ByteView(*head).first(4)) != std::string_view(magic, 4)) {
    return bad(position, "no block begins here");
  }
  const std::uint32_t size = format::get_u32(*head, 4);
  if (size > format::max_part_bytes) {
    return bad(position, fmt::format("a block of {} bytes cannot be", size));
  }
  if (size > left - format::part_head_size) return bad(position, "a block is cut");
  Result<ByteBuffer> payload = source_->read(position + format::part_head_size, size);
  if (!payload.ok()) return bad(position, payload.error().message);
  if (crc32c(*payload) != format::get_u32(*head, 8)) {
    return bad(position, "a block is damaged (CRC)");
  }
  position += format::part_head_size + size;
  return payload;
}

bool RecordingReader::read_index() {
  const std::uint64_t size = source_->size();
  if (size < blocks_begin_ + format::tail_size) return false;
  const std::uint64_t end = size - format::tail_size;
  const Result<ByteBuffer> tail = source_->read(end, format::tail_size);
  if (!tail.ok() || text_of(ByteView(*tail).subspan(8)) != format::end_magic) return false;
  std::uint64_t position = format::get_u64(*tail, 0);
  if (position < blocks_begin_ || position >= end) return false;
  const std::uint64_t begin = position;
  const Result<ByteBuffer> payload = part(position, format::index_magic);
  if (!payload.ok() || position != end) return false;
  Result<std::vector<BlockRef>> blocks = format::parse_index(*payload);
  if (!blocks.ok()) return false;
  const bool inside = std::all_of(blocks->begin(), blocks->end(), [&](const BlockRef& block) {
    return block.position >= blocks_begin_ && block.position < begin;
  });
  if (!inside) return false;
  blocks_ = std::move(*blocks);
  return true;
}

void RecordingReader::walk() {
  std::uint64_t position = blocks_begin_;
  while (position < source_->size()) {
    BlockRef block;
    block.position = position;
    const Result<ByteBuffer> payload = part(position, format::events_magic);
    std::size_t at = 0;
    format::BlockHead head;
    if (!payload.ok() || !format::get_block_head(*payload, at, head)) {
      notes_.push_back(
          fmt::format("{}: the last {} bytes, from byte {}, are no whole block and were cut",
                      source_->name(), source_->size() - block.position, block.position));
      break;
    }
    block.first = head.first;
    block.last = head.last;
    block.count = head.count;
    blocks_.push_back(block);
  }
  notes_.push_back(fmt::format("{}: it has no index; {} blocks were found by walking through it",
                               source_->name(), blocks_.size()));
}

std::uint64_t RecordingReader::events() const {
  std::uint64_t count = 0;
  for (const BlockRef& block : blocks_) count += block.count;
  return count;
}

Instant RecordingReader::first() const {
  if (blocks_.empty()) return {};
  return std::min_element(blocks_.begin(), blocks_.end(),
                          [](const auto& a, const auto& b) { return a.first < b.first; })
      ->first;
}

Instant RecordingReader::last() const {
  if (blocks_.empty()) return {};
  return std::max_element(blocks_.begin(), blocks_.end(),
                          [](const auto& a, const auto& b) { return a.last < b.last; })
      ->last;
}

std::size_t RecordingReader::seek(Instant at) const {
  const auto found = std::find_if(blocks_.begin(), blocks_.end(),
                                  [&](const BlockRef& block) { return block.last >= at; });
  return static_cast<std::size_t>(found - blocks_.begin());
}

Result<std::vector<Event>> RecordingReader::block(std::size_t index) {
  LAB_CHECK(index < blocks_.size());
  std::uint64_t position = blocks_[index].position;
  const std::uint64_t begin = position;
  const Result<ByteBuffer> payload = part(position, format::events_magic);
  if (!payload.ok()) return payload.error();
  std::size_t at = 0;
  format::BlockHead head;
  if (!format::get_block_head(*payload, at, head)) return bad(begin, "a block has a bad head");
  std::vector<Event> events;
  events.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(head.count, 4096)));
  for (std::uint64_t i = 0; i < head.count; ++i) {
    const std::uint64_t where = begin + format::part_head_size + at;
    std::uint64_t size = 0;
    if (!get_uvarint(*payload, at, size) || size > payload->size() - at) {
      return bad(where, "an event is cut");
    }
    const ByteView bytes = ByteView(*payload).subspan(at, static_cast<std::size_t>(size));
    at += bytes.size();
    if (!bytes.empty() && !knows_kind(bytes)) {
      ++skipped_;
      continue;
    }
    Result<Event> event = decode(bytes);
    if (!event.ok()) return bad(where, event.error().message);
    events.push_back(std::move(*event));
  }
  return events;
}

}  // namespace lab::trace
