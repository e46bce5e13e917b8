#include "engine/host/file_executor.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/host/clock.h"

namespace lab::host {
namespace {

Done done_of(Ticket ticket, FileOutcome outcome) {
  return {ticket, outcome.status, std::move(outcome.error), {}};
}

}  // namespace

FileExecutor::FileExecutor(std::string root, OnDone on_done, std::int64_t write_bytes_per_second)
    : files_(std::move(root)),
      on_done_(std::move(on_done)),
      write_bytes_per_second_(write_bytes_per_second),
      thread_([this] { run(); }) {}

FileExecutor::~FileExecutor() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wanted_.notify_one();
  thread_.join();
}

void FileExecutor::submit(std::vector<FileEffect> effects) {
  if (effects.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      waiting_ = std::move(effects);
    } else {
      std::move(effects.begin(), effects.end(), std::back_inserter(waiting_));
    }
  }
  wanted_.notify_one();
}

void FileExecutor::drain() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return waiting_.empty() && !working_; });
}

std::uint64_t FileExecutor::merged() const {
  const std::lock_guard lock(mutex_);
  return merged_;
}

void FileExecutor::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto effects = std::exchange(waiting_, {});
    working_ = true;
    lock.unlock();
    std::vector<Done> done;
    carry_out(effects, done);
    effects.clear();
    if (!done.empty()) on_done_(std::move(done));
    lock.lock();
    working_ = false;
    if (waiting_.empty()) idle_.notify_all();
  }
}

void FileExecutor::carry_out(std::vector<FileEffect>& effects, std::vector<Done>& done) {
  for (std::size_t i = 0; i < effects.size();) {
    std::size_t end = i;
    while (end < effects.size() && std::holds_alternative<Write>(effects[end])) ++end;
    if (end > i) {
      write_run(effects, i, end, done);
      i = end;
      continue;
    }
    auto& effect = effects[i++];
    if (const auto* create = std::get_if<Create>(&effect)) {
      files_.create(create->file);  // a failure shows with the write that follows
    } else if (const auto* truncate = std::get_if<Truncate>(&effect)) {
      done.push_back(done_of(truncate->ticket, files_.truncate(truncate->file, truncate->size)));
    } else if (const auto* rename = std::get_if<Rename>(&effect)) {
      done.push_back(done_of(rename->ticket, files_.rename(rename->from, rename->to)));
    } else if (const auto* remove = std::get_if<Remove>(&effect)) {
      done.push_back(done_of(remove->ticket, files_.remove(remove->path)));
    } else if (const auto* sync = std::get_if<Sync>(&effect)) {
      done.push_back(done_of(sync->ticket, files_.sync(sync->path)));
    } else if (const auto* read = std::get_if<Read>(&effect)) {
      Slice data;
      done.push_back(done_of(read->ticket, files_.read(read->file, read->at, read->size, data)));
      done.back().data = std::move(data);
    }
  }
}

void FileExecutor::write_run(std::vector<FileEffect>& effects, std::size_t from, std::size_t to,
                             std::vector<Done>& done) {
  std::map<std::string_view, std::vector<std::size_t>> by_file;
  for (std::size_t i = from; i < to; ++i) {
    by_file[std::get<Write>(effects[i]).file].push_back(i);
  }
  std::vector<FileOutcome> outcomes(to - from);
  std::uint64_t merged = 0;
  for (const auto& [file, places] : by_file) {
    for (std::size_t p = 0; p < places.size();) {
      auto& first = std::get<Write>(effects[places[p]]);
      Slices slices = std::move(first.slices);
      std::uint64_t size = total_size(slices);
      std::size_t next = p + 1;
      for (; next < places.size(); ++next) {
        auto& write = std::get<Write>(effects[places[next]]);
        if (write.at != first.at + size) break;
        size += total_size(write.slices);
        std::move(write.slices.begin(), write.slices.end(), std::back_inserter(slices));
        ++merged;
      }
      throttle(size);
      const auto outcome = files_.write(first.file, first.at, slices);
      for (; p < next; ++p) outcomes[places[p] - from] = outcome;
    }
  }
  for (std::size_t i = from; i < to; ++i) {
    done.push_back(done_of(std::get<Write>(effects[i]).ticket, std::move(outcomes[i - from])));
  }
  const std::lock_guard lock(mutex_);
  merged_ += merged;
}

// A disk of a given speed (lab.disk.write.bytes.per.second): each write takes as long as its bytes.
void FileExecutor::throttle(std::uint64_t bytes) {
  if (write_bytes_per_second_ <= 0) return;
  const double taken_s = static_cast<double>(bytes) / static_cast<double>(write_bytes_per_second_);
  const auto taken = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(taken_s));
  throttle_until_ = std::max(throttle_until_, monotonic_now()) + taken;
  std::this_thread::sleep_for(throttle_until_ - monotonic_now());
}

}  // namespace lab::host
