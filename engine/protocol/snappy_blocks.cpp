// See snappy_blocks.h.
#include "engine/protocol/snappy_blocks.h"

#include <fmt/format.h>
#include <snappy.h>

#include <algorithm>

namespace lab::protocol {
namespace {

// Magic, then version 1 and the oldest compatible version 1, both 32 bit.
constexpr std::uint8_t frame_header[] = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0,
                                         0,    0,   0,   1,   0,   0,   0,   1};
constexpr std::size_t magic_size = 8;
constexpr std::size_t block_size = 32 * 1024;
// Three bytes of a snappy copy give at most 64: a block that claims more is lying.
constexpr std::size_t most_ratio = 22;

const char* chars(ByteView bytes) { return reinterpret_cast<const char*>(bytes.data()); }

}  // namespace

SnappyBlocks::SnappyBlocks(ByteView bytes)
    : left_(bytes),
      framed_(bytes.size() >= sizeof(frame_header) &&
              std::equal(frame_header, frame_header + magic_size, bytes.begin())) {
  if (framed_) left_ = left_.subspan(sizeof(frame_header));
}

Result<void> SnappyBlocks::next_block() {
  ByteView block = left_;
  if (framed_) {
    if (left_.size() < 4) return Error{"snappy: a block's length is cut"};
    const std::size_t size = std::size_t{left_[0]} << 24 | std::size_t{left_[1]} << 16 |
                             std::size_t{left_[2]} << 8 | left_[3];
    left_ = left_.subspan(4);
    if (size > left_.size()) {
      return Error{fmt::format("snappy: a block claims {} bytes, {} are left", size, left_.size())};
    }
    block = left_.first(size);
  }
  left_ = left_.subspan(block.size());
  std::size_t claimed = 0;
  if (!snappy::GetUncompressedLength(chars(block), block.size(), &claimed) ||
      claimed > block.size() * most_ratio) {
    return Error{"snappy: a block's size is wrong"};
  }
  block_.resize(claimed);
  at_ = 0;
  if (!snappy::RawUncompress(chars(block), block.size(), reinterpret_cast<char*>(block_.data()))) {
    return Error{"snappy: a block is damaged"};
  }
  return {};
}

Result<std::size_t> SnappyBlocks::read(std::span<std::uint8_t> out) {
  while (at_ == block_.size()) {
    if (left_.empty()) return std::size_t{0};
    if (auto block = next_block(); !block) return block.error();
  }
  const std::size_t count = std::min(out.size(), block_.size() - at_);
  std::copy_n(block_.begin() + static_cast<std::ptrdiff_t>(at_), count, out.begin());
  at_ += count;
  return count;
}

ByteBuffer compress_snappy(ByteView bytes) {
  ByteBuffer out(std::begin(frame_header), std::end(frame_header));
  ByteBuffer block(snappy::MaxCompressedLength(block_size));
  for (std::size_t at = 0; at < bytes.size(); at += block_size) {
    const ByteView part = bytes.subspan(at, std::min(block_size, bytes.size() - at));
    std::size_t size = 0;
    snappy::RawCompress(chars(part), part.size(), reinterpret_cast<char*>(block.data()), &size);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.push_back(static_cast<std::uint8_t>(size >> shift));
    }
    out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return out;
}

}  // namespace lab::protocol
