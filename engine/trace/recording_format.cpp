#include "engine/trace/recording_format.h"

#include <nlohmann/json.hpp>

#include "engine/base/crc32c.h"
#include "engine/base/varint.h"
#include "engine/trace/json.h"

namespace lab::trace::format {

void put_u32(ByteBuffer& out, std::uint32_t x) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(x >> shift));
}
void put_u64(ByteBuffer& out, std::uint64_t x) {
  put_u32(out, static_cast<std::uint32_t>(x >> 32));
  put_u32(out, static_cast<std::uint32_t>(x));
}
std::uint32_t get_u32(ByteView bytes, std::size_t at) {
  std::uint32_t x = 0;
  for (std::size_t i = 0; i < 4; ++i) x = (x << 8) | bytes[at + i];
  return x;
}
std::uint64_t get_u64(ByteView bytes, std::size_t at) {
  return (std::uint64_t{get_u32(bytes, at)} << 32) | get_u32(bytes, at + 4);
}
void put_bytes(ByteBuffer& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

ByteBuffer part(const char* magic, ByteView payload) {
  ByteBuffer out;
  out.reserve(part_head_size + payload.size());
  put_bytes(out, bytes_of(std::string_view(magic, 4)));
  put_u32(out, static_cast<std::uint32_t>(payload.size()));
  put_u32(out, crc32c(payload));
  put_bytes(out, payload);
  return out;
}

std::string meta_to_json(const RecordingMeta& meta) {
  JsonWriter out;
  out.open('{').key("cluster").text(meta.cluster).key("source").text(meta.source);
  out.key("made_by").text(meta.made_by);
  out.key("mono_ns").number(std::int64_t{meta.mono.time_since_epoch().count()});
  out.key("wall_us").number(meta.wall_us).key("nodes").open('{');
  for (const auto& [id, name] : meta.nodes) out.key(std::to_string(id)).text(name);
  out.close('}').key("settings").open('{');
  for (const auto& [name, value] : meta.settings) out.key(name).text(value);
  return out.close('}').close('}').take();
}

namespace {

using Json = nlohmann::json;

void get_text(const Json& json, const char* key, std::string& value) {
  if (const auto at = json.find(key); at != json.end() && at->is_string()) {
    value = at->get<std::string>();
  }
}
std::int64_t get_integer(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_number_integer() ? at->get<std::int64_t>() : 0;
}

}  // namespace

Result<RecordingMeta> meta_from_json(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return Error{"the meta data are no JSON object"};
  RecordingMeta meta;
  get_text(json, "cluster", meta.cluster);
  get_text(json, "source", meta.source);
  get_text(json, "made_by", meta.made_by);
  meta.mono = Instant(Duration(get_integer(json, "mono_ns")));
  meta.wall_us = get_integer(json, "wall_us");
  if (const auto nodes = json.find("nodes"); nodes != json.end() && nodes->is_object()) {
    for (const auto& [id, name] : nodes->items()) {
      const bool digits =
          !id.empty() && id.size() <= 9 && id.find_first_not_of("0123456789") == std::string::npos;
      if (!digits || !name.is_string()) return Error{"the meta data name a node wrongly"};
      meta.nodes[std::stoi(id)] = name.get<std::string>();
    }
  }
  if (const auto all = json.find("settings"); all != json.end() && all->is_object()) {
    for (const auto& [name, value] : all->items()) {
      if (value.is_string()) meta.settings[name] = value.get<std::string>();
    }
  }
  return meta;
}

ByteBuffer index_payload(const std::vector<BlockRef>& blocks) {
  ByteBuffer out;
  put_uvarint(out, blocks.size());
  for (const BlockRef& block : blocks) {
    put_varint(out, block.first.time_since_epoch().count());
    put_varint(out, block.last.time_since_epoch().count());
    put_uvarint(out, block.position);
    put_uvarint(out, block.count);
  }
  return out;
}

Result<std::vector<BlockRef>> parse_index(ByteView payload) {
  std::size_t at = 0;
  std::uint64_t count = 0;
  if (!get_uvarint(payload, at, count) || count > (payload.size() - at) / 4) {
    return Error{"the index has a count that cannot be"};
  }
  std::vector<BlockRef> blocks;
  blocks.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    BlockRef block;
    std::int64_t first = 0, last = 0;
    if (!get_varint(payload, at, first) || !get_varint(payload, at, last) ||
        !get_uvarint(payload, at, block.position) || !get_uvarint(payload, at, block.count)) {
      return Error{"the index is cut"};
    }
    block.first = Instant(Duration(first));
    block.last = Instant(Duration(last));
    const bool goes_on = blocks.empty() || block.position > blocks.back().position;
    if (!goes_on) return Error{"the index goes back in the file"};
    blocks.push_back(block);
  }
  if (at != payload.size()) return Error{"the index has more bytes than entries"};
  return blocks;
}

bool get_block_head(ByteView payload, std::size_t& at, BlockHead& head) {
  std::int64_t first = 0, last = 0;
  if (!get_uvarint(payload, at, head.count) || !get_varint(payload, at, first) ||
      !get_varint(payload, at, last)) {
    return false;
  }
  head.first = Instant(Duration(first));
  head.last = Instant(Duration(last));
  return head.count <= payload.size() - at;
}

}  // namespace lab::trace::format
