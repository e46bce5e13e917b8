#include "engine/host/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "engine/base/check.h"

namespace lab::host {
namespace {

constexpr std::size_t max_parts = 256;  // of one pwritev

FileOutcome failure(const char* what, const std::string& path, int reason) {
  const bool full = reason == ENOSPC || reason == EDQUOT;
  return {full ? IoStatus::disk_full : IoStatus::failed,
          fmt::format("{} {}: {}", what, path, std::generic_category().message(reason))};
}

FileOutcome unsafe(const std::string& path) {
  return {IoStatus::failed, fmt::format("{} leaves the log directory", path)};
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

// Moves on by `count` bytes that were written.
void advance(std::vector<iovec>& parts, std::size_t& first, std::size_t count) {
  while (count > 0 && count >= parts[first].iov_len) count -= parts[first++].iov_len;
  if (count == 0) return;
  parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + count;
  parts[first].iov_len -= count;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Files::Files(std::string root, std::size_t max_open) : root_(std::move(root)), max_open_(max_open) {
  LAB_CHECK(!root_.empty() && max_open_ > 0);
}

bool Files::safe(const std::string& path) {
  if (path == ".") return true;
  if (path.empty() || path.find('\0') != std::string::npos) return false;
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    const auto part = path.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

FileOutcome Files::make_directories(const std::string& directory) {
  if (!safe(directory)) return unsafe(directory);
  std::error_code error;
  std::filesystem::create_directories(full(directory), error);
  if (error) return failure("making directory", full(directory), error.value());
  return {};
}

int Files::descriptor(const std::string& file, bool make, FileOutcome& outcome) {
  if (!safe(file)) {
    outcome = unsafe(file);
    return -1;
  }
  if (const auto it = by_path_.find(file); it != by_path_.end()) {
    open_.splice(open_.begin(), open_, it->second);
    return it->second->descriptor.get();
  }
  const int flags = O_RDWR | O_CLOEXEC | (make ? O_CREAT : 0);
  int fd = ::open(full(file).c_str(), flags, 0644);
  if (fd < 0 && errno == ENOENT && make) {
    outcome = make_directories(parent_of(file));
    if (!outcome.ok()) return -1;
    fd = ::open(full(file).c_str(), flags, 0644);
  }
  if (fd < 0) {
    outcome = failure("opening", full(file), errno);
    return -1;
  }
  if (open_.size() >= max_open_) {
    by_path_.erase(open_.back().path);
    open_.pop_back();
  }
  open_.push_front({file, Descriptor(fd)});
  by_path_[file] = open_.begin();
  return fd;
}

void Files::forget(const std::string& path) {
  const std::string below = path + "/";
  for (auto it = open_.begin(); it != open_.end();) {
    if (path == "." || it->path == path || it->path.compare(0, below.size(), below) == 0) {
      by_path_.erase(it->path);
      it = open_.erase(it);
    } else {
      ++it;
    }
  }
}

FileOutcome Files::create(const std::string& file) {
  FileOutcome outcome;
  descriptor(file, true, outcome);
  return outcome;
}

FileOutcome Files::write(const std::string& file, std::uint64_t at, const Slices& slices) {
  FileOutcome outcome;
  const int fd = descriptor(file, true, outcome);
  if (fd < 0) return outcome;
  std::vector<iovec> parts;
  parts.reserve(slices.size());
  for (const auto& slice : slices) {
    if (slice.empty()) continue;
    // pwritev only reads what iov_base points at.
    parts.push_back({const_cast<std::uint8_t*>(slice.data()), slice.size()});
  }
  for (std::size_t first = 0; first < parts.size();) {
    const auto count = static_cast<int>(std::min(parts.size() - first, max_parts));
    const ssize_t written = ::pwritev(fd, &parts[first], count, static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failure("writing", full(file), written < 0 ? errno : EIO);
    at += static_cast<std::uint64_t>(written);
    advance(parts, first, static_cast<std::size_t>(written));
  }
  return outcome;
}

FileOutcome Files::truncate(const std::string& file, std::uint64_t size) {
  FileOutcome outcome;
  const int fd = descriptor(file, true, outcome);
  if (fd < 0) return outcome;
  if (::ftruncate(fd, static_cast<off_t>(size)) != 0) {
    return failure("truncating", full(file), errno);
  }
  return outcome;
}

FileOutcome Files::rename(const std::string& from, const std::string& to) {
  if (!safe(from)) return unsafe(from);
  if (!safe(to)) return unsafe(to);
  forget(from);
  forget(to);
  int status = ::rename(full(from).c_str(), full(to).c_str());
  if (status != 0 && errno == ENOENT && parent_of(to) != ".") {
    if (auto made = make_directories(parent_of(to)); !made.ok()) return made;
    status = ::rename(full(from).c_str(), full(to).c_str());
  }
  if (status != 0) return failure("renaming", full(from) + " to " + full(to), errno);
  return {};
}

FileOutcome Files::remove(const std::string& path) {
  if (!safe(path) || path == ".") return unsafe(path);
  forget(path);
  std::error_code error;
  std::filesystem::remove_all(full(path), error);
  if (error) return failure("removing", full(path), error.value());
  return {};
}

FileOutcome Files::read(const std::string& file, std::uint64_t at, std::uint64_t size, Slice& out) {
  FileOutcome outcome;
  const int fd = descriptor(file, false, outcome);
  if (fd < 0) return outcome;
  struct stat status {};
  if (::fstat(fd, &status) != 0) return failure("reading", full(file), errno);
  const auto length = static_cast<std::uint64_t>(status.st_size);
  ByteBuffer buffer(at >= length ? 0 : std::min(size, length - at));
  std::size_t have = 0;
  while (have < buffer.size()) {
    const ssize_t got =
        ::pread(fd, buffer.data() + have, buffer.size() - have, static_cast<off_t>(at + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("reading", full(file), errno);
    if (got == 0) break;  // it became shorter meanwhile
    have += static_cast<std::size_t>(got);
  }
  buffer.resize(have);
  out = Slice::take(std::move(buffer));
  return outcome;
}

FileOutcome Files::sync(const std::string& path) {
  if (!safe(path)) return unsafe(path);
  if (const auto it = by_path_.find(path); it != by_path_.end()) {
    if (::fdatasync(it->second->descriptor.get()) == 0) return {};
    return failure("syncing", full(path), errno);
  }
  const Descriptor fd(::open(full(path).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return failure("syncing", full(path), errno);
  if (::fsync(fd.get()) != 0) return failure("syncing", full(path), errno);
  return {};
}

}  // namespace lab::host
