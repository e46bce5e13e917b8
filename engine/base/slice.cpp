#include "engine/base/slice.h"

#include "engine/base/check.h"

namespace lab {

Slice Slice::take(ByteBuffer buffer) {
  Slice slice;
  if (buffer.empty()) return slice;
  slice.owner_ = std::make_shared<const ByteBuffer>(std::move(buffer));
  slice.data_ = slice.owner_->data();
  slice.size_ = slice.owner_->size();
  return slice;
}

Slice Slice::copy(ByteView bytes) { return take(ByteBuffer(bytes.begin(), bytes.end())); }

Slice Slice::sub(std::size_t at, std::size_t count) const {
  LAB_CHECK(at <= size_ && count <= size_ - at);
  Slice part;
  if (count == 0) return part;
  part.owner_ = owner_;
  part.data_ = data_ + at;
  part.size_ = count;
  return part;
}

std::size_t total_size(const Slices& slices) {
  std::size_t size = 0;
  for (const auto& slice : slices) size += slice.size();
  return size;
}

Slice join(const Slices& slices) {
  if (slices.empty()) return {};
  if (slices.size() == 1) return slices.front();
  ByteBuffer all;
  all.reserve(total_size(slices));
  for (const auto& slice : slices) all.insert(all.end(), slice.view().begin(), slice.view().end());
  return Slice::take(std::move(all));
}

}  // namespace lab
