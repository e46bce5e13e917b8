#include "engine/storage/batch_file.h"

#include <algorithm>

namespace lab::storage {

namespace {
constexpr std::uint64_t piece = 1 << 20;
}  // namespace

Result<void> BatchFile::want(std::uint64_t bytes) {
  const std::uint64_t needed = std::min(bytes, size_ - position_);
  if (position_ >= buffer_at_ && position_ + needed <= buffer_at_ + buffer_.size()) return {};
  auto read = disk_.read(file_, position_, std::min(std::max(needed, piece), size_ - position_));
  if (!read) return read.error();
  buffer_ = std::move(*read);
  buffer_at_ = position_;
  if (buffer_.size() < needed) return Error{file_ + ": shorter than its size"};
  return {};
}

Result<std::optional<protocol::BatchHeader>> BatchFile::next() {
  using Next = std::optional<protocol::BatchHeader>;
  at_ = position_;
  if (damaged() || position_ >= size_) return Next();
  if (auto done = want(protocol::batch_header_size); !done) return done.error();
  const auto view = [&] { return buffer_.view().subspan(position_ - buffer_at_); };
  const auto bad = [&](std::string why) {
    problem_ = std::move(why);
    return Next();
  };
  auto header = protocol::parse_batch_header(view());
  if (!header) return bad(header.error().message);
  const std::uint64_t size = header->size_in_bytes();
  if (size > size_ - position_) return bad("the last batch is cut");
  if (whole_) {
    if (auto done = want(size); !done) return done.error();
    if (auto checked = protocol::check_batch(view()); !checked) return bad(checked.error().message);
  }
  position_ += size;
  return Next(*header);
}

}  // namespace lab::storage
