// See writer.h.
#include "engine/protocol/writer.h"

#include <bit>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/varint.h"

namespace lab::protocol {
namespace {
constexpr std::size_t shared_from = 512;  // bytes; below, a copy is cheaper than one more slice
}

ByteBuffer& Writer::own() {
  if (pieces_.empty() || !pieces_.back().shared.empty()) pieces_.emplace_back();
  return pieces_.back().own;
}

void Writer::fixed(std::uint64_t x, int width) {
  std::uint8_t bytes[8];
  for (int i = 0; i < width; ++i) bytes[i] = static_cast<std::uint8_t>(x >> (8 * (width - 1 - i)));
  raw(ByteView(bytes, static_cast<std::size_t>(width)));
}

void Writer::float64(double x) { fixed(std::bit_cast<std::uint64_t>(x), 8); }

void Writer::uvarint(std::uint32_t x) {
  ByteBuffer& out = own();
  const std::size_t before = out.size();
  put_uvarint(out, x);
  size_ += out.size() - before;
}

void Writer::varint(std::int32_t x) { uvarint(static_cast<std::uint32_t>(zigzag(x))); }

void Writer::varlong(std::int64_t x) {
  ByteBuffer& out = own();
  const std::size_t before = out.size();
  put_varint(out, x);
  size_ += out.size() - before;
}

void Writer::raw(ByteView bytes) {
  ByteBuffer& out = own();
  out.insert(out.end(), bytes.begin(), bytes.end());
  size_ += bytes.size();
}

void Writer::slice(const Slice& bytes) {
  if (bytes.size() < shared_from) return raw(bytes.view());
  pieces_.push_back({{}, bytes});
  size_ += bytes.size();
}

void Writer::append(Writer other) {
  for (const Piece& piece : other.pieces_) {
    if (piece.shared.empty()) {
      raw(piece.own);
    } else {
      slice(piece.shared);
    }
  }
}

void Writer::patch_int32(std::size_t at, std::int32_t x) {
  LAB_CHECK(!pieces_.empty() && at + 4 <= pieces_.front().own.size());
  for (std::size_t i = 0; i < 4; ++i) {
    pieces_.front().own[at + i] =
        static_cast<std::uint8_t>(static_cast<std::uint32_t>(x) >> (8 * (3 - i)));
  }
}

Slices Writer::take() {
  Slices out;
  out.reserve(pieces_.size());
  for (Piece& piece : pieces_) {
    if (!piece.shared.empty()) {
      out.push_back(std::move(piece.shared));
    } else if (!piece.own.empty()) {
      out.push_back(Slice::take(std::move(piece.own)));
    }
  }
  pieces_.clear();
  size_ = 0;
  return out;
}

}  // namespace lab::protocol
