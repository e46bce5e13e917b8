// Handing what is committed to the listener, in order and once.
#include "engine/protocol/batch.h"
#include "engine/raft/quorum.h"
#include "engine/raft/record_values.h"

namespace lab::raft {

namespace {
constexpr std::size_t read_bytes = 1 << 20;  // of the log at a time
}

void Quorum::raise_high_watermark(Offset offset) {
  offset = std::min(offset, log_.log_end());
  if (offset <= high_watermark_) return;
  high_watermark_ = offset;
  trace_marks();
  deliver();
}

void Quorum::deliver() {
  if (delivering_ || context_.halted()) return;
  if (delivered_.offset >= high_watermark_) return tell_ready();
  delivering_ = true;
  log_.read(delivered_.offset, high_watermark_, read_bytes, true,
            guarded([this, installs = installs_](const storage::ReadResult& read) {
              if (installs == installs_ && !deliver_batches(read)) return;
              delivering_ = false;
              deliver();
            }));
}

// False where nothing more can be delivered: the log cannot be read, and the broker ends.
bool Quorum::deliver_batches(const storage::ReadResult& read) {
  if (!read.ok() || read.slices.empty()) {
    context_.halt(false, fmt::format("the metadata log cannot be read at offset {}: {}",
                                     delivered_.offset, read.message));
    return false;
  }
  std::optional<Error> wrong;
  const auto give = [&](const protocol::BatchHeader& header, const Slice& batch) {
    if (wrong || header.next_offset() <= delivered_.offset) return;
    CommittedBatch committed{header.base_offset,
                             header.last_offset(),
                             header.partition_leader_epoch,
                             WallTime(milliseconds(header.max_timestamp)),
                             {}};
    if (!header.is_control()) {
      auto values = record_values(header, batch);
      if (!values) {
        wrong = values.error();
        return;
      }
      committed.values = std::move(*values);
    }
    delivered_ = {header.next_offset(), header.partition_leader_epoch};
    delivered_time_ = committed.append_time;
    listener_.on_committed(committed);
  };
  const auto whole = protocol::for_each_batch(join(read.slices), give);
  if (!whole) wrong = whole.error();
  if (!wrong) return true;
  context_.halt(false, fmt::format("the metadata log is damaged behind offset {}: {}",
                                   delivered_.offset, wrong->message));
  return false;
}

void Quorum::tell_ready() {
  if (role_ != trace::Role::leader || ready_told_ || epoch_start_ == no_offset ||
      delivered_.offset <= epoch_start_)
    return;
  ready_told_ = true;
  listener_.on_leader_ready(election_.epoch);
}

}  // namespace lab::raft
