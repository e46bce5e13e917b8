// Files below one root directory: the system calls that RealDisk and FileExecutor share. Every path
// is checked to stay below the root; every descriptor closes on exec. Not shared between threads.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>
#include <utility>

#include "engine/base/result.h"
#include "engine/base/slice.h"
#include "engine/machine/machine.h"

namespace lab::host {

// An open descriptor, closed at its end.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// How a file operation ended. `bytes` has what a read read.
struct FileOutcome {
  IoStatus status = IoStatus::ok;
  std::string error;  // what was tried on which path, and the system's reason
  bool ok() const { return status == IoStatus::ok; }
};

class Files {
 public:
  // `max_open` descriptors are kept open for files in use.
  explicit Files(std::string root, std::size_t max_open = 128);
  const std::string& root() const { return root_; }

  // True for a path that stays below the root: relative, no "..", no empty part, no NUL.
  static bool safe(const std::string& path);

  FileOutcome create(const std::string& file);
  // Writes all slices one after the other from `at` on.
  FileOutcome write(const std::string& file, std::uint64_t at, const Slices& slices);
  FileOutcome truncate(const std::string& file, std::uint64_t size);
  FileOutcome rename(const std::string& from, const std::string& to);
  FileOutcome remove(const std::string& path);
  FileOutcome read(const std::string& file, std::uint64_t at, std::uint64_t size, Slice& out);
  FileOutcome sync(const std::string& path);
  FileOutcome make_directories(const std::string& directory);
  std::string full(const std::string& path) const { return root_ + "/" + path; }

 private:
  struct OpenFile {
    std::string path;
    Descriptor descriptor;
  };
  // The descriptor of a file, opened for reading and writing; made with the directories above it
  // where `make` and it is missing. -1: `outcome` says why.
  int descriptor(const std::string& file, bool make, FileOutcome& outcome);
  // Forgets descriptors of `path` and of all below it.
  void forget(const std::string& path);

  std::string root_;
  std::size_t max_open_;
  std::list<OpenFile> open_;  // the one used last is in front
  std::unordered_map<std::string, std::list<OpenFile>::iterator> by_path_;
};

}  // namespace lab::host
