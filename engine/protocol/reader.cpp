// See reader.h.
#include "engine/protocol/reader.h"

#include <algorithm>
#include <bit>

#include "engine/base/varint.h"

namespace lab::protocol {
namespace {
constexpr std::size_t copied_below = 16 * 1024;         // bytes; a larger part is always shared
constexpr std::size_t pin_ratio = 4;                    // a part smaller than a quarter is copied
constexpr std::size_t least_budget = 64 * 1024 * 1024;  // bytes of memory for decoded elements
constexpr std::size_t budget_ratio = 16;
}  // namespace

Reader::Reader(Slice bytes)
    : bytes_(std::move(bytes)),
      end_(bytes_.size()),
      budget_(std::max(least_budget, bytes_.size() * budget_ratio)) {}

Error Reader::error() const {
  LAB_CHECK(error_.has_value());
  return Error{*error_};
}

void Reader::fail(std::string message) {
  if (error_) return;
  error_ = fmt::format("{} (at byte {} of {})", message, at_, bytes_.size());
}

std::size_t Reader::narrow(std::size_t count) {
  const std::size_t before = end_;
  if (count > left()) {
    fail(fmt::format("a part claims {} bytes and {} are left", count, left()));
  } else {
    end_ = at_ + count;
  }
  return before;
}

ByteView Reader::view(std::size_t count) {
  if (error_) return {};
  if (count > left()) {
    fail(fmt::format("{} bytes are needed and {} are left", count, left()));
    return {};
  }
  const ByteView part = bytes_.view().subspan(at_, count);
  at_ += count;
  return part;
}

std::uint64_t Reader::fixed(std::size_t width) {
  std::uint64_t x = 0;
  for (const std::uint8_t byte : view(width)) x = x << 8 | byte;
  return x;
}

double Reader::float64() { return std::bit_cast<double>(fixed(8)); }

Uuid Reader::uuid() {
  Uuid id;
  const ByteView part = view(id.bytes.size());
  std::copy(part.begin(), part.end(), id.bytes.begin());
  return id;
}

std::uint32_t Reader::uvarint() {
  std::uint64_t x = 0;
  if (!error_ && !get_uvarint(bytes_.view().first(end_), at_, x, 5))
    fail("a varint is cut or too long");
  return static_cast<std::uint32_t>(x);
}

std::int32_t Reader::varint() { return static_cast<std::int32_t>(unzigzag(uvarint())); }

std::int64_t Reader::varlong() {
  std::int64_t x = 0;
  if (!error_ && !get_varint(bytes_.view().first(end_), at_, x))
    fail("a varlong is cut or too long");
  return x;
}

std::string Reader::text(std::size_t count) { return std::string(text_of(view(count))); }

Slice Reader::slice(std::size_t count) {
  const std::size_t from = at_;
  const ByteView part = view(count);
  if (part.empty()) return {};
  const bool pins = count < copied_below && bytes_.pinned() / pin_ratio > count;
  return pins ? Slice::copy(part) : bytes_.sub(from, count);
}

bool Reader::charge(std::size_t memory) {
  if (error_) return false;
  if (memory > budget_) {
    fail("the message would take more memory than a message of its size may");
    return false;
  }
  budget_ -= memory;
  return true;
}

}  // namespace lab::protocol
