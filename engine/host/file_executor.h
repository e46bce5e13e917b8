// Carries out a machine's file effects on one thread of its own, in order, and tells how each
// ended. Neighbouring writes that wait together are merged into one system call. Used by the
// runner. It never repeats what failed.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "engine/host/files.h"
#include "engine/machine/machine.h"

namespace lab::host {

using FileEffect = std::variant<Create, Write, Truncate, Rename, Remove, Read, Sync>;

class FileExecutor {
 public:
  // Called on the disk thread, in the order of the effects; a Create has no Done.
  using OnDone = std::function<void(std::vector<Done>)>;

  // `write_bytes_per_second` 0: as fast as the disk is.
  FileExecutor(std::string root, OnDone on_done, std::int64_t write_bytes_per_second = 0);
  // Carries out all that was submitted, then ends. OnDone is still called.
  ~FileExecutor();
  FileExecutor(const FileExecutor&) = delete;
  FileExecutor& operator=(const FileExecutor&) = delete;

  void submit(std::vector<FileEffect> effects);
  // Waits until all that was submitted is done.
  void drain();
  // Writes that were merged into another one so far (for tests and the inspector).
  std::uint64_t merged() const;

 private:
  void run();
  void carry_out(std::vector<FileEffect>& effects, std::vector<Done>& done);
  // A run of writes effects[from, to): each file's in order, neighbours merged.
  void write_run(std::vector<FileEffect>& effects, std::size_t from, std::size_t to,
                 std::vector<Done>& done);
  void throttle(std::uint64_t bytes);

  Files files_;
  OnDone on_done_;
  std::int64_t write_bytes_per_second_;
  Instant throttle_until_{};

  mutable std::mutex mutex_;
  std::condition_variable wanted_, idle_;
  std::vector<FileEffect> waiting_;
  bool working_ = false, ending_ = false;
  std::uint64_t merged_ = 0;
  std::thread thread_;
};

}  // namespace lab::host
