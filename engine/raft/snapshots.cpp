// Snapshots (KIP-630): made of the listener's state, served to replicas whose log is too short, and
// installed from the leader.
#include <algorithm>

#include "engine/raft/quorum.h"
#include "engine/raft/snapshot_file.h"
#include "engine/raft/wire.h"

namespace lab::raft {

using protocol::ErrorCode;
using trace::Role;

// ---- Making

bool Quorum::make_snapshot(const OffsetAndEpoch& id, const std::vector<Slice>& values) {
  if (making_snapshot_ || id != delivered_ || id.offset <= snapshot_.offset) return false;
  making_snapshot_ = true;
  const Slice bytes = join(snapshot_bytes(id, delivered_time_, context_.now().wall, values));
  const auto size = static_cast<std::int64_t>(bytes.size());
  context_.replace_file(snapshot_path(id), bytes, guarded([this, id, size](const Done& done) {
                          if (done.status != IoStatus::ok)
                            return context_.halt(false,
                                                 fmt::format("writing the snapshot {} failed: {}",
                                                             snapshot_path(id), done.error));
                          // The log before it goes only when nothing in it is still on its way to
                          // the disk.
                          log_.flush(guarded([this, id, size](bool ok) {
                            if (ok) snapshot_made(id, size);
                          }));
                        }));
  return true;
}

void Quorum::snapshot_made(const OffsetAndEpoch& id, std::int64_t bytes) {
  making_snapshot_ = false;
  snapshots_on_disk_.push_back(id);
  if (id.offset <= snapshot_.offset) return remove_snapshots_before(snapshot_);
  snapshot_ = id;
  snapshot_size_ = bytes;
  log_.delete_records_before(id.offset);
  remove_snapshots_before(id);
  say(Level::info, "Snapshot {} made, {} bytes; the log starts at {}", snapshot_name(id), bytes,
      log_.log_start());
  context_.trace(trace::SnapshotMade{id.offset, id.epoch, bytes});
  trace_marks();
}

void Quorum::remove_snapshots_before(const OffsetAndEpoch& id) {
  std::erase_if(snapshots_on_disk_, [&](const OffsetAndEpoch& old) {
    if (old.offset >= id.offset) return false;
    context_.remove(snapshot_path(old), {});
    return true;
  });
}

// ---- Serving

void Quorum::fetch_snapshot(const protocol::FetchSnapshotRequest& request,
                            Reply<protocol::FetchSnapshotResponse> reply) {
  using Message = protocol::FetchSnapshotResponse;
  if (request.cluster_id && *request.cluster_id != settings_.cluster_id)
    return answer(reply, wire::refusal<Message>(ErrorCode::inconsistent_cluster_id));
  const auto* asked = wire::only_partition(request);
  if (asked == nullptr) return answer(reply, wire::refusal<Message>(ErrorCode::invalid_request));
  const OffsetAndEpoch id{Offset(asked->snapshot_id.end_offset), Epoch(asked->snapshot_id.epoch)};
  ErrorCode error = check_leader_request(Epoch(asked->current_leader_epoch));
  if (error == ErrorCode::none) {
    note_contact(NodeId(request.replica_id), asked->replica_directory_id);
    if (id != snapshot_ || id.offset.v == 0)
      error = ErrorCode::snapshot_not_found;
    else if (asked->position < 0 || asked->position >= snapshot_size_)
      error = ErrorCode::position_out_of_range;
  }
  if (error != ErrorCode::none)
    return answer(reply, snapshot_response(error, id, asked->position, {}));
  const auto bytes = std::clamp<std::int64_t>(
      std::min<std::int64_t>(request.max_bytes, settings_.snapshot_chunk_bytes), 1,
      snapshot_size_ - asked->position);
  context_.read(snapshot_path(id), static_cast<std::uint64_t>(asked->position),
                static_cast<std::uint64_t>(bytes),
                guarded([this, id, position = asked->position, reply](const Done& done) {
                  // It may have been replaced by a newer one meanwhile.
                  if (done.status != IoStatus::ok || done.data.empty() || id != snapshot_)
                    return answer(
                        reply, snapshot_response(ErrorCode::snapshot_not_found, id, position, {}));
                  answer(reply, snapshot_response(ErrorCode::none, id, position, done.data));
                }));
}

protocol::FetchSnapshotResponse Quorum::snapshot_response(ErrorCode error, const OffsetAndEpoch& id,
                                                          std::int64_t position,
                                                          const Slice& bytes) const {
  protocol::FetchSnapshotResponse::PartitionSnapshot data;
  data.error_code = wire::code(error);
  data.snapshot_id = {id.offset.v, id.epoch.v};
  data.current_leader = {known_leader().v, election_.epoch.v};
  data.size = error == ErrorCode::none ? snapshot_size_ : 0;
  data.position = position;
  if (!bytes.empty()) data.unaligned_records.slices.push_back(bytes);
  auto message = wire::with_partition<protocol::FetchSnapshotResponse>(std::move(data));
  if (error != ErrorCode::none) add_leader_endpoint(message);
  return message;
}

// ---- Installing

void Quorum::start_download(const OffsetAndEpoch& id) {
  if (id.offset <= high_watermark_ || id.offset <= snapshot_.offset || id.epoch > election_.epoch) {
    say(Level::error, "Leader {} offers the snapshot {}, but the high watermark is already {}",
        election_.leader, snapshot_name(id), high_watermark_);
    return fetch_soon(settings_.retry_backoff);
  }
  say(Level::info, "Fetching the snapshot {} from leader {}", snapshot_name(id), election_.leader);
  download_ = Download{id, -1, 0, {}};
  ask_for_chunk();
}

void Quorum::ask_for_chunk() {
  if (download_->size >= 0 && download_->position == download_->size) return;  // being written
  protocol::FetchSnapshotRequest::PartitionSnapshot partition;
  partition.current_leader_epoch = election_.epoch.v;
  partition.snapshot_id = {download_->id.offset.v, download_->id.epoch.v};
  partition.position = download_->position;
  partition.replica_directory_id = settings_.directory_id;
  auto request = wire::with_partition<protocol::FetchSnapshotRequest>(std::move(partition));
  request.cluster_id = settings_.cluster_id;
  request.replica_id = settings_.self.v;
  request.max_bytes = settings_.snapshot_chunk_bytes;
  send(election_.leader, Ask::fetch_snapshot, std::move(request));
}

void Quorum::on_chunk(const Outstanding& request, const protocol::FetchSnapshotResponse& response) {
  const auto* data = wire::only_partition(response);
  if (response.error_code != 0 || data == nullptr) {
    say(Level::error, "Node {} refuses to give a snapshot: error {}", request.to,
        response.error_code);
    return request_failed(request);
  }
  if (heard_of(NodeId(data->current_leader.leader_id), Epoch(data->current_leader.leader_epoch),
               fmt::format("node {} said so when asked for a snapshot", request.to)))
    return;
  if (role_ != Role::follower || request.epoch != election_.epoch || !download_)
    return fetch_soon(settings_.retry_backoff);
  const std::int64_t bytes = static_cast<std::int64_t>(data->unaligned_records.size());
  const OffsetAndEpoch id{Offset(data->snapshot_id.end_offset), Epoch(data->snapshot_id.epoch)};
  const bool fits = data->error_code == 0 && id == download_->id && bytes > 0 &&
                    data->position == download_->position &&
                    (download_->size < 0 || download_->size == data->size) &&
                    data->size <= settings_.snapshot_max_bytes &&
                    data->position + bytes <= data->size;
  if (!fits) {
    say(Level::warn, "The snapshot {} cannot be had from leader {}: error {}, {} bytes of {} at {}",
        snapshot_name(download_->id), request.to, data->error_code, bytes, data->size,
        data->position);
    download_.reset();
    return fetch_soon(settings_.retry_backoff);
  }
  fetched_from_leader();
  download_->size = data->size;
  download_->position += bytes;
  for (const Slice& slice : data->unaligned_records.slices)
    download_->chunks.push_back(Slice::copy(slice.view()));
  if (download_->position < download_->size) return ask_for_chunk();
  finish_download();
}

void Quorum::finish_download() {
  const OffsetAndEpoch id = download_->id;
  const Slice bytes = join(download_->chunks);
  download_->chunks.clear();
  auto content = parse_snapshot(bytes);
  if (!content) {
    say(Level::error, "The snapshot {} from leader {} is damaged: {}", snapshot_name(id),
        election_.leader, content.error().message);
    download_.reset();
    return fetch_soon(settings_.retry_backoff);
  }
  auto shared = std::make_shared<SnapshotContent>(std::move(*content));
  const auto size = static_cast<std::int64_t>(bytes.size());
  fetch_timer_.cancel();
  context_.replace_file(
      snapshot_path(id), bytes, guarded([this, id, size, shared](const Done& done) {
        if (done.status != IoStatus::ok)
          return context_.halt(false, fmt::format("writing the snapshot {} failed: {}",
                                                  snapshot_path(id), done.error));
        snapshots_on_disk_.push_back(id);
        // Where the role changed meanwhile, it is installed only if nothing can be lost by it;
        // else the file waits to be replaced.
        if ((download_ && download_->id == id) ||
            (role_ != Role::leader && log_.log_end() < id.offset))
          install_snapshot(id, size, shared->last_append, std::move(shared->values));
      }));
}

void Quorum::install_snapshot(const OffsetAndEpoch& id, std::int64_t size, WallTime last_append,
                              std::vector<Slice> values) {
  download_.reset();
  if (id.offset <= high_watermark_) return fetch_soon(Duration(0));
  ++installs_;
  log_.restart_at(id.offset);
  snapshot_ = id;
  snapshot_size_ = size;
  high_watermark_ = id.offset;
  delivered_ = id;
  delivered_time_ = last_append;
  remove_snapshots_before(id);
  say(Level::info, "Installed the snapshot {}, {} bytes", snapshot_name(id), size);
  trace_marks();
  listener_.on_snapshot(id, last_append, std::move(values));
  fetch_soon(Duration(0));
}

}  // namespace lab::raft
