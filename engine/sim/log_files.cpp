#include "engine/sim/log_files.h"

#include <fmt/format.h>

#include "engine/storage/segment.h"

namespace lab::sim {

Batch Batch::of(const protocol::BatchHeader& header) {
  return {header.base_offset,   header.next_offset(),  header.partition_leader_epoch,
          header.crc,           header.producer_id,    header.producer_epoch,
          header.base_sequence, header.last_sequence()};
}

std::string Batch::text() const {
  return fmt::format("{}..{} of epoch {}, crc {:08x}", base, next - 1, epoch, crc);
}

// Names are offsets of 20 digits, so that their order is the offsets' order.
bool LogReader::next_file() {
  const auto entries = disk_->list(directory_);
  if (!entries) return false;
  for (const auto& entry : *entries) {
    if (entry.is_directory || !entry.name.ends_with(".log") || entry.name <= file_) continue;
    file_ = entry.name;
    at_ = 0;
    return true;
  }
  return false;
}

std::optional<Batch> LogReader::next(Offset end) {
  if (disk_ == nullptr) return std::nullopt;
  if (file_.empty() && !next_file()) return std::nullopt;
  for (;;) {
    const std::string path = directory_ + "/" + file_;
    const auto head = disk_->read(path, at_, protocol::batch_header_size);
    if (!head) return std::nullopt;
    if (head->empty()) {  // this segment is read to its end
      if (!next_file()) return std::nullopt;
      continue;
    }
    const auto header = protocol::parse_batch_header(head->view());
    if (!header || header->magic != 2) return std::nullopt;
    const Batch batch = Batch::of(*header);
    if (batch.next > end) return std::nullopt;
    const std::string own = storage::offset_file(batch.base, ".log");
    if (own != file_ && disk_->exists(directory_ + "/" + own)) {
      file_ = own;  // what follows here was cut off, and the cut has not reached the disk
      at_ = 0;
      continue;
    }
    at_ += header->size_in_bytes();
    return batch;
  }
}

}  // namespace lab::sim
