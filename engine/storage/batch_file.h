// Walks the batches of a segment's file during recovery, in bounded pieces. Never used once the log
// is open.
#pragma once

#include <optional>
#include <string>

#include "engine/protocol/batch_header.h"
#include "engine/storage/disk.h"

namespace lab::storage {

class BatchFile {
 public:
  // Reads `file` from byte `position` up to byte `size`; with `whole` each batch's checksum too.
  BatchFile(Disk& disk, std::string file, std::uint64_t position, std::uint64_t size, bool whole)
      : disk_(disk), file_(std::move(file)), position_(position), size_(size), whole_(whole) {}

  // The next batch; nullopt at the end or where the bytes are no batch: then problem() says why.
  // An error: the disk could not be read.
  Result<std::optional<protocol::BatchHeader>> next();
  // Where the batch that next() gave starts; behind the last good one after nullopt.
  std::uint64_t position() const { return at_; }
  bool damaged() const { return !problem_.empty(); }
  const std::string& problem() const { return problem_; }

 private:
  // Has `bytes` from position_ on in buffer_, or all there is.
  Result<void> want(std::uint64_t bytes);

  Disk& disk_;
  std::string file_;
  std::uint64_t position_;  // of the batch to come
  std::uint64_t size_;
  bool whole_;
  std::uint64_t at_ = position_;
  Slice buffer_;
  std::uint64_t buffer_at_ = 0;
  std::string problem_;
};

}  // namespace lab::storage
