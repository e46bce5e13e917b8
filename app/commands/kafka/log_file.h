// The batches of a log file, one after the other, read as Kafka's tools read them: a batch that is
// not whole ends the walk, one with a wrong checksum does not. Used by kafka-dump-log.
#pragma once

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "engine/base/slice.h"
#include "engine/protocol/batch_header.h"

namespace lab::commands::kafka {

class LogFile {
 public:
  static Result<LogFile> open(const std::string& path);
  std::uint64_t size() const { return size_; }
  // Reads on from here.
  void seek(std::uint64_t position) { next_ = position; }
  // Where the last batch begins, and where the next one does.
  std::uint64_t position() const { return at_; }
  std::uint64_t next_position() const { return next_; }
  // Nothing beyond this byte.
  void limit(std::uint64_t bytes) { size_ = std::min(size_, bytes); }

  struct Batch {
    protocol::BatchHeader header;
    Slice bytes;
    bool valid = false;  // its checksum is right
  };
  // nullopt: the end, or bytes that are no whole batch. An error: a length that cannot be, records
  // of before Kafka 0.11, or a file that cannot be read.
  Result<std::optional<Batch>> next();

 private:
  std::string path_;
  std::ifstream file_;
  std::uint64_t size_ = 0, at_ = 0, next_ = 0;
};

// The whole file, at most `limit` bytes.
Result<ByteBuffer> read_bytes(const std::string& path, std::uint64_t limit);
// The number that its name begins with: "00000000000000000042.log".
Result<std::int64_t> offset_of_name(const std::string& path);
// Without its directories.
std::string name_of(const std::string& path);
std::string absolute(const std::string& path);

}  // namespace lab::commands::kafka
