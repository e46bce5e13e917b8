// Reading: from the tail cache at once, from a segment's file through the host.
#include <algorithm>

#include "engine/storage/partition_log_internal.h"

namespace lab::storage {

namespace {
using Status = ReadResult::Status;
constexpr std::size_t most_from_disk = 1 << 20;  // bytes of one read
constexpr std::size_t slack = 4096;              // for the batch header behind an index interval
}  // namespace

struct PartitionLog::Job {
  Offset from, limit;
  std::size_t max_bytes = 0;
  bool whole_first = false;
  OnRead on_read;

  std::uint64_t cuts = 0;      // cuts_ when it began
  Offset segment = no_offset;  // base of the segment that is read
  std::uint64_t position = 0;  // byte in its file from which is read
  std::uint64_t wanted = 0;    // bytes at least, where a batch turned out to be larger
  std::size_t taken = 0;       // bytes in result
  ReadResult result;

  void finish() {
    if (result.slices.empty()) result.next = from;
    on_read(std::move(result));
  }
  void fail(std::string message) {
    result = ReadResult{Status::failed, {}, from, std::move(message)};
    on_read(std::move(result));
  }
  // May a batch that ends with `last` be added? Otherwise the read is complete.
  bool takes(Offset last, std::size_t size) const {
    if (last >= limit) return false;
    if (taken == 0 && whole_first) return true;
    return size <= max_bytes - taken;
  }
  void add(Offset last, std::size_t size, const Slice& head, const Slice& rest) {
    result.slices.push_back(head);
    if (!rest.empty()) result.slices.push_back(rest);
    result.next = last + 1;
    taken = taken + size;
    if (taken > max_bytes) max_bytes = taken;  // the first one, whole
  }
};

void PartitionLog::read(Offset from, Offset limit, std::size_t max_bytes, bool whole_first_batch,
                        OnRead on_read) {
  if (from < log_start_ || from > log_end_) {
    on_read({Status::out_of_range,
             {},
             from,
             fmt::format("offset {} of {}, which has {} to {}", from, directory_, log_start_,
                         log_end_)});
    return;
  }
  const auto job = std::make_shared<Job>();
  job->from = job->result.next = from;
  job->limit = std::min(limit, log_end_);
  job->max_bytes = max_bytes;
  job->whole_first = whole_first_batch;
  job->on_read = std::move(on_read);
  job->cuts = cuts_;
  read_step(job);
}

void PartitionLog::read_step(const std::shared_ptr<Job>& job) {
  const Offset next = job->result.next;
  if (next >= job->limit || (job->max_bytes == 0 && !job->whole_first)) return job->finish();
  if (read_memory(*job)) return job->finish();
  const std::size_t i = segment_of(next);
  const Segment& segment = segments_[i];
  if (job->segment == segment.base && job->position >= segment.size && i + 1 < segments_.size()) {
    job->result.next = segments_[i + 1].base;  // records that a cleaner removed
    return read_step(job);
  }
  if (job->segment != segment.base) {
    job->segment = segment.base;
    job->position = segment.position_before(next);
    job->wanted = 0;
  }
  const std::uint64_t usual = std::min(job->max_bytes, most_from_disk) +
                              static_cast<std::uint64_t>(config_.index_interval_bytes) + slack;
  const std::uint64_t left = segment.size - std::min(segment.size, job->position);
  const std::string file = path(segment.log());
  ++effects_in_work_;
  context_.read(file, job->position, std::min(left, std::max(job->wanted, usual)),
                [this, alive = std::weak_ptr<bool>(alive_), job](const Done& done) {
                  if (alive.expired()) return;
                  --effects_in_work_;
                  read_arrived(job, done);
                  if (alive.expired() || !when_idle_ || effects_in_work_ > 0) return;
                  std::exchange(when_idle_, nullptr)(true);
                });
}

bool PartitionLog::read_memory(Job& job) const {
  const Offset next = job.result.next;
  if (tail_.first() == no_offset || next < tail_.first()) return false;
  for (std::size_t i = tail_.find(next); i < tail_.size(); ++i) {
    const CachedBatch& batch = tail_.at(i);
    if (!job.takes(batch.last, batch.size())) break;
    job.add(batch.last, batch.size(), batch.head, batch.rest);
  }
  return true;
}

void PartitionLog::read_arrived(const std::shared_ptr<Job>& job, const Done& done) {
  if (job->cuts != cuts_) {  // what was read may be of the log before it was cut
    return read(job->from, job->limit, job->max_bytes, job->whole_first, job->on_read);
  }
  const std::string file = path(offset_file(job->segment, ".log"));
  if (done.status != IoStatus::ok) {
    return job->fail(fmt::format("reading {}: {}", file, done.error));
  }
  const std::uint64_t before = job->position;
  const std::uint64_t wanted_before = job->wanted;
  if (take_batches(*job, done.data)) return;
  if (job->taken > 0) return job->finish();
  if (job->position == before && job->wanted == wanted_before) {
    return job->fail(fmt::format("{} has no whole batch at byte {}", file, before));
  }
  read_step(job);
}

// Takes from `data`, which was read at job.position, what belongs to the answer. True where the job
// was finished; else job.position and job.wanted say what to read next.
bool PartitionLog::take_batches(Job& job, const Slice& data) {
  const std::size_t i = segment_of(job.segment);
  const Offset end = segment_end(i);
  std::size_t at = 0;
  const auto damaged = [&](const std::string& why) {
    if (job.taken > 0) return job.finish(), true;  // the next read tells it
    job.fail(fmt::format("{} is damaged at byte {}: {}", path(segments_[i].log()),
                         job.position + at, why));
    return true;
  };
  while (data.size() - at >= protocol::batch_header_size) {
    const ByteView left = data.view().subspan(at);
    const auto header = protocol::parse_batch_header(left);
    if (!header) return damaged(header.error().message);
    const std::size_t size = header->size_in_bytes();
    const Offset last = header->last_offset();
    const bool is_wanted = last >= job.result.next;
    if (header->base_offset >= end) {  // a cut that has not reached the file yet
      job.position = segments_[i].size;
      return false;
    }
    if (is_wanted && !job.takes(last, size)) return job.finish(), true;
    if (job.position + at + size > segments_[i].size) return damaged("a batch without an end");
    if (size > left.size() && is_wanted) {  // read again from its start
      job.wanted = size;
      break;
    }
    if (is_wanted) {
      if (const auto whole = protocol::check_batch(left); !whole) {
        return damaged(whole.error().message);
      }
      job.add(last, size, data.sub(at, size), {});
    }
    at += size;
    if (at >= data.size()) break;
  }
  job.position += at;
  return false;
}

std::size_t PartitionLog::segment_of(Offset offset) const {
  const auto above =
      std::upper_bound(segments_.begin(), segments_.end(), offset,
                       [](Offset wanted, const Segment& each) { return wanted < each.base; });
  LAB_CHECK(above != segments_.begin());
  return static_cast<std::size_t>(above - segments_.begin()) - 1;
}

Offset PartitionLog::segment_end(std::size_t i) const {
  return i + 1 < segments_.size() ? segments_[i + 1].base : log_end_;
}

}  // namespace lab::storage
