// The bytes of a recording's parts, shared by its writer and its reader; nobody else includes it.
#pragma once

#include <string_view>

#include "engine/base/result.h"
#include "engine/trace/recording.h"

namespace lab::trace::format {

inline constexpr std::string_view file_magic = "BLABREC\n";
inline constexpr std::string_view end_magic = "BLABEND\n";
inline constexpr char events_magic[] = "EVTS";
inline constexpr char index_magic[] = "INDX";
inline constexpr std::uint32_t version = 1;
inline constexpr std::size_t head_size = 8 + 4 + 4 + 4;  // up to the meta
inline constexpr std::size_t part_head_size = 4 + 4 + 4;
inline constexpr std::size_t tail_size = 8 + 8;
inline constexpr std::size_t max_meta_bytes = 1024 * 1024;
inline constexpr std::size_t max_part_bytes = 16 * 1024 * 1024;

void put_u32(ByteBuffer& out, std::uint32_t x);
void put_u64(ByteBuffer& out, std::uint64_t x);
std::uint32_t get_u32(ByteView bytes, std::size_t at);
std::uint64_t get_u64(ByteView bytes, std::size_t at);
void put_bytes(ByteBuffer& out, ByteView bytes);

// magic, size, CRC-32C, payload
ByteBuffer part(const char* magic, ByteView payload);

std::string meta_to_json(const RecordingMeta& meta);
Result<RecordingMeta> meta_from_json(std::string_view json);

ByteBuffer index_payload(const std::vector<BlockRef>& blocks);
Result<std::vector<BlockRef>> parse_index(ByteView payload);

// What a block's payload begins with; `at` is moved behind it.
struct BlockHead {
  std::uint64_t count = 0;
  Instant first{}, last{};
};
bool get_block_head(ByteView payload, std::size_t& at, BlockHead& head);

}  // namespace lab::trace::format
