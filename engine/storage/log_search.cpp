// Finding records by time (ListOffsets): the time indexes say where to begin, then batches are
// read.
#include "engine/protocol/batch.h"
#include "engine/storage/partition_log_internal.h"

namespace lab::storage {

namespace {
constexpr std::size_t search_bytes = 1 << 20;
}  // namespace

struct PartitionLog::Search {
  enum class Kind : std::uint8_t {
    first_at_or_after,  // the first record at or after `timestamp`
    youngest            // the batch with the largest timestamp; then the record in it
  };
  Kind kind = Kind::first_at_or_after;
  std::int64_t timestamp = -1;
  Offset next, limit;
  Offset youngest_batch = no_offset;
  OnFound on_found;
};

void PartitionLog::offset_for_timestamp(std::int64_t timestamp, Offset limit, OnFound on_found) {
  for (const auto& segment : segments_) {
    if (segment.max_timestamp < timestamp) continue;
    const auto work = std::make_shared<Search>();
    work->timestamp = timestamp;
    work->next = std::max(log_start_, segment.offset_before(timestamp));
    work->limit = std::min(limit, log_end_);
    work->on_found = std::move(on_found);
    return search(work);
  }
  on_found(std::optional<TimestampedOffset>());
}

void PartitionLog::offset_of_max_timestamp(Offset limit, OnFound on_found) {
  const std::int64_t claimed = max_timestamp();
  if (claimed < 0) return on_found(std::optional<TimestampedOffset>());
  // The segments' largest timestamps may be too large after a truncation, or belong to records at
  // or above `limit`; then all is read once.
  const std::weak_ptr<bool> alive = alive_;
  offset_for_timestamp(claimed, limit,
                       [this, alive, limit, on_found = std::move(on_found)](auto found) {
                         if (alive.expired()) return;
                         if (!found || found->has_value()) return on_found(std::move(found));
                         const auto work = std::make_shared<Search>();
                         work->kind = Search::Kind::youngest;
                         work->next = log_start_;
                         work->limit = std::min(limit, log_end_);
                         work->on_found = on_found;
                         search(work);
                       });
}

void PartitionLog::search(const std::shared_ptr<Search>& work) {
  if (work->next >= work->limit) return finish_search(work);
  const std::weak_ptr<bool> alive = alive_;
  read(work->next, work->limit, search_bytes, true, [this, alive, work](const ReadResult& found) {
    if (!alive.expired()) searched(work, found);
  });
}

void PartitionLog::searched(const std::shared_ptr<Search>& work, const ReadResult& found) {
  if (work->next < log_start_) {  // records were deleted meanwhile
    work->next = log_start_;
    return search(work);
  }
  if (!found.ok()) return work->on_found(Error{found.message});
  if (found.slices.empty()) return finish_search(work);
  const Slice all = join(found.slices);
  for (std::size_t at = 0; at < all.size();) {
    const ByteView batch = all.view().subspan(at);
    const auto header = protocol::parse_batch_header(batch);
    if (!header) return work->on_found(header.error());
    at += header->size_in_bytes();
    if (work->kind == Search::Kind::youngest) {
      if (header->max_timestamp > work->timestamp) {
        work->timestamp = header->max_timestamp;
        work->youngest_batch = header->base_offset;
      }
      continue;
    }
    if (header->max_timestamp < work->timestamp) continue;
    std::optional<TimestampedOffset> hit;
    const auto read_all = protocol::each_record(batch, [&](const protocol::RecordView& record) {
      if (record.timestamp_ms < work->timestamp || record.offset < log_start_) return true;
      hit = {record.timestamp_ms, record.offset, header->partition_leader_epoch};
      return false;
    });
    if (!read_all) return work->on_found(read_all.error());
    if (hit) return work->on_found(hit);
  }
  work->next = found.next;
  search(work);
}

void PartitionLog::finish_search(const std::shared_ptr<Search>& work) {
  if (work->kind == Search::Kind::youngest && work->youngest_batch != no_offset) {
    work->kind = Search::Kind::first_at_or_after;
    work->next = work->youngest_batch;
    return search(work);
  }
  work->on_found(std::optional<TimestampedOffset>());
}

}  // namespace lab::storage
