// What goes to the disk and when it is there: writes, index and snapshot files, flushing, closing.
#include <fmt/format.h>

#include "engine/base/planted.h"
#include "engine/storage/partition_log_internal.h"

namespace lab::storage {

namespace {
constexpr const char* write_logger = "storage.log";
// Small writes wait for the one in work and go together, up to this many bytes.
constexpr std::uint64_t most_waiting = 1 << 20;
}  // namespace

void PartitionLog::send_writes(bool at_once) {
  if (unsent_.empty() || failed_) return;
  if (!at_once && !writing_.empty() && unsent_bytes_ < most_waiting) return;
  const std::string file = path(active().log());
  const std::uint64_t at = active().size - unsent_bytes_;
  const auto writing = std::make_shared<Writing>(Writing{log_end_});
  writing_.push_back(writing);
  context_.write(file, at, std::move(unsent_),
                 guarded(fmt::format("writing {} at byte {}", file, at),
                         [this, writing](const Done&) { written(writing); }));
  unsent_.clear();
  unsent_bytes_ = 0;
}

void PartitionLog::written(const std::shared_ptr<Writing>& writing) {
  writing->done = true;
  // Two segments' files may be done in either order; what counts is the prefix.
  while (!writing_.empty() && writing_.front()->done) {
    in_files_ = std::max(in_files_, writing_.front()->end);
    writing_.pop_front();
  }
  send_writes(false);
  publish();
}

void PartitionLog::publish() {
  const Offset before = written_end_;
  const bool must_sync = in_files_ - synced_end_ >= config_.flush_messages;
  written_end_ = std::max(written_end_, must_sync ? synced_end_ : in_files_);
  tail_.trim(config_.tail_cache_bytes, written_end_);
  if (must_sync && next_flush_.empty()) flush({});
  if (written_end_ > before && on_written_) on_written_();
}

void PartitionLog::write_indexes(Segment& segment) {
  const auto put = [&](const std::string& name, std::size_t at, ByteBuffer bytes) {
    if (bytes.empty()) return;
    const std::string file = path(name);
    context_.write(file, at, {Slice::take(std::move(bytes))}, guarded("writing " + file));
  };
  put(segment.offset_index(), segment.index_written * Segment::index_entry_size,
      encode_index(segment.index, segment.index_written));
  put(segment.time_index(), segment.times_written * Segment::time_entry_size,
      encode_times(segment.times, segment.times_written));
  segment.index_written = segment.index.size();
  segment.times_written = segment.times.size();
}

void PartitionLog::write_producer_snapshot() {
  if (rebuild_ || !snapshots_.insert(log_end_).second) return;
  const std::string file = path(offset_file(log_end_, ".snapshot"));
  context_.truncate(file, 0, guarded("truncating " + file));
  context_.write(file, 0, {Slice::take(producers_.encode())}, guarded("writing " + file));
  to_sync_.insert({file, directory_});
}

void PartitionLog::write_epochs() {
  if (epochs_writing_) {
    epochs_changed_ = true;  // written again when the present one is done
    return;
  }
  epochs_writing_ = true;
  epochs_changed_ = false;
  const std::string file = path("leader-epoch-checkpoint");
  context_.replace_file(file, Slice::copy(epochs_.text()),
                        guarded("writing " + file, [this](const Done&) {
                          epochs_writing_ = false;
                          if (epochs_changed_ && !removing_) write_epochs();
                        }));
}

// ---- Flushing: one round at a time; whoever asks meanwhile shares the next one.

void PartitionLog::flush(OnFlushed on_flushed) {
  if (failed_) {
    if (on_flushed) on_flushed(false);
    return;
  }
  if (!flushing_ && synced_end_ >= log_end_ && to_sync_.empty() && cuts_sought_ == 0) {
    if (on_flushed) on_flushed(true);
    return;
  }
  next_flush_.push_back(std::move(on_flushed));
  if (!flushing_) start_flush();
}

void PartitionLog::start_flush() {
  if (cuts_sought_ > 0) return;  // it comes back when the cut is made
  send_writes(true);
  std::set<std::string> files = std::move(to_sync_);
  to_sync_.clear();
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const bool last = i + 1 == segments_.size();
    const Offset end = last ? log_end_ : segments_[i + 1].base;
    if (end > synced_end_) files.insert(path(segments_[i].log()));
  }
  const auto flush = std::make_shared<Flushing>(Flushing{log_end_, files.size(), {}});
  flush->callbacks.swap(next_flush_);
  flushing_ = flush;
  if (files.empty() || planted(Bug::sync_skipped)) return finish_flush(flush);
  for (const auto& file : files) {
    context_.sync(file, guarded("syncing " + file, [this, flush](const Done&) {
                    if (--flush->waiting == 0) finish_flush(flush);
                  }));
  }
}

void PartitionLog::finish_flush(const std::shared_ptr<Flushing>& flush) {
  synced_end_ = std::max(synced_end_, flush->end);
  flushing_.reset();
  if (!next_flush_.empty()) start_flush();
  const std::weak_ptr<bool> alive = alive_;
  publish();
  for (const auto& callback : flush->callbacks) {
    if (callback) callback(true);
    if (alive.expired()) return;
  }
}

void PartitionLog::close(OnFlushed on_closed) {
  if (!failed_ && !closed_) {
    send_writes(true);
    active().finish_times();
    if (active().index_written < active().index.size() ||
        active().times_written < active().times.size()) {
      write_indexes(active());
      to_sync_.insert({path(active().offset_index()), path(active().time_index())});
    }
    if (log_end_ > log_start_) write_producer_snapshot();
    closed_ = true;
  }
  flush([this, on_closed = std::move(on_closed)](bool ok) {
    if (ok) return when_idle(on_closed);
    if (on_closed) on_closed(false);
  });
}

void PartitionLog::remove(OnFlushed on_removed) { give_up(false, std::move(on_removed)); }

void PartitionLog::set_aside(OnFlushed on_set_aside) { give_up(true, std::move(on_set_aside)); }

void PartitionLog::give_up(bool keep, OnFlushed then) {
  closed_ = removing_ = true;
  unsent_.clear();
  unsent_bytes_ = 0;
  when_idle([this, keep, then = std::move(then)](bool ok) {
    if (ok) return leave_directory(keep, then);
    if (then) then(false);
  });
}

void PartitionLog::leave_directory(bool keep, const OnFlushed& then) {
  // Renamed first, so that the name is free at once and a crash leaves no half of a log behind.
  std::string id;
  for (const auto byte : Uuid::random(context_.rng()).bytes) id += fmt::format("{:02x}", byte);
  constexpr std::size_t longest_name = 255;
  const std::string suffix = "." + id + (keep ? "-stray" : "-delete");
  const std::string left = directory_.substr(0, longest_name - suffix.size()) + suffix;
  context_.rename(directory_, left,
                  guarded("renaming " + directory_, [this, left, keep, then](const Done&) {
                    if (!keep) context_.remove(left, guarded("removing " + left));
                    if (then) then(true);
                  }));
}

void PartitionLog::when_idle(OnFlushed then) {
  if (failed_ || effects_in_work_ == 0) {
    if (then) then(!failed_);
    return;
  }
  LAB_CHECK_MSG(!when_idle_, "a log is closed or removed twice");
  when_idle_ = then ? std::move(then) : [](bool) {};
}

// ---- Completions

Context::OnDone PartitionLog::guarded(std::string what, std::function<void(const Done&)> then) {
  ++effects_in_work_;
  return [this, alive = std::weak_ptr<bool>(alive_), what = std::move(what),
          then = std::move(then)](const Done& done) {
    if (alive.expired()) return;
    --effects_in_work_;
    if (done.status != IoStatus::ok) {
      const bool full = done.status == IoStatus::disk_full;
      fail(what, full ? "the disk is full (" + done.error + ")" : done.error);
      return;
    }
    if (then) then(done);
    if (alive.expired() || !when_idle_ || effects_in_work_ > 0) return;
    std::exchange(when_idle_, nullptr)(true);
  };
}

void PartitionLog::fail(const std::string& what, const std::string& why) {
  if (failed_) return;
  failed_ = true;
  context_.log(Level::error, write_logger, "Error while {}: {}", what, why);
  if (!context_.halted()) {
    context_.halt(
        false, fmt::format("Shutdown broker because all log dirs have failed: {}: {}", what, why));
  }
  std::vector<OnFlushed> told;
  if (flushing_) told.swap(flushing_->callbacks);
  for (auto& callback : next_flush_) told.push_back(std::move(callback));
  next_flush_.clear();
  flushing_.reset();
  if (when_idle_) told.push_back(std::exchange(when_idle_, nullptr));
  const std::weak_ptr<bool> alive = alive_;
  for (const auto& callback : told) {
    if (callback) callback(false);
    if (alive.expired()) return;
  }
}

}  // namespace lab::storage
