// Shared, immutable bytes. A batch that a producer sent is held once and travels as slices through
// the log and into fetch replies. Copying a Slice copies a pointer; nothing writes through one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

using ByteView = std::span<const std::uint8_t>;
using ByteBuffer = std::vector<std::uint8_t>;

inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Slice {
 public:
  Slice() = default;
  // Takes the buffer over without copying.
  static Slice take(ByteBuffer buffer);
  // Bytes of its own: does not pin what `bytes` is part of.
  static Slice copy(ByteView bytes);
  static Slice copy(std::string_view text) { return copy(bytes_of(text)); }

  const std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  ByteView view() const { return {data_, size_}; }
  std::string_view text() const { return text_of(view()); }
  // A part of it that shares the bytes; at + count <= size().
  Slice sub(std::size_t at, std::size_t count) const;
  Slice sub(std::size_t at) const { return sub(at, size_ - at); }
  // How many bytes the whole buffer behind this slice holds in memory.
  std::size_t pinned() const { return owner_ ? owner_->size() : 0; }

  friend bool operator==(const Slice& a, const Slice& b) { return a.text() == b.text(); }

 private:
  std::shared_ptr<const ByteBuffer> owner_;
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

using Slices = std::vector<Slice>;

std::size_t total_size(const Slices& slices);
// One slice with all the bytes; copies unless there is at most one.
Slice join(const Slices& slices);

}  // namespace lab
