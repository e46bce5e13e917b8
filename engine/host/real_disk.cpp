#include "engine/host/real_disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "engine/host/port_holder.h"

namespace lab::host {
namespace {

namespace fs = std::filesystem;

Result<void> result_of(const FileOutcome& outcome) {
  if (outcome.ok()) return {};
  return Error{outcome.error};
}

Error leaves(const std::string& path) { return Error{path + " leaves the log directory"}; }

// The pid that the holder wrote into .lock, as "pid 4711: command"; empty where there is none.
std::string holder_in(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  std::int64_t pid = 0;
  if (size <= 0 || std::from_chars(text.data(), text.data() + size, pid).ec != std::errc{}) {
    return {};
  }
  return ProcessName{pid, command_of(pid)}.text();
}

}  // namespace

Result<std::vector<storage::Disk::Entry>> RealDisk::list(const std::string& directory) {
  if (!Files::safe(directory)) return leaves(directory);
  std::vector<Entry> entries;
  std::error_code error;
  for (fs::directory_iterator it(files_.full(directory), error), end; !error && it != end;
       it.increment(error)) {
    Entry entry{it->path().filename().string(), it->is_directory(error), 0};
    std::error_code gone;
    if (!entry.is_directory) entry.size = it->file_size(gone);
    if (gone) continue;
    entries.push_back(std::move(entry));
  }
  if (error) {
    return Error{fmt::format("listing {}: {}", files_.full(directory), error.message())};
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

bool RealDisk::exists(const std::string& path) {
  std::error_code error;
  return Files::safe(path) && fs::exists(files_.full(path), error);
}

Result<std::uint64_t> RealDisk::size(const std::string& file) {
  if (!Files::safe(file)) return leaves(file);
  std::error_code error;
  const auto size = fs::file_size(files_.full(file), error);
  if (error) return Error{fmt::format("{}: {}", files_.full(file), error.message())};
  return size;
}

Result<Slice> RealDisk::read(const std::string& file, std::uint64_t at, std::uint64_t size) {
  Slice slice;
  const auto outcome = files_.read(file, at, size, slice);
  if (!outcome.ok()) return Error{outcome.error};
  return slice;
}

Result<void> RealDisk::write(const std::string& file, std::uint64_t at, ByteView bytes) {
  return result_of(files_.write(file, at, {Slice::copy(bytes)}));
}
Result<void> RealDisk::truncate(const std::string& file, std::uint64_t size) {
  return result_of(files_.truncate(file, size));
}
Result<void> RealDisk::rename(const std::string& from, const std::string& to) {
  return result_of(files_.rename(from, to));
}
Result<void> RealDisk::remove(const std::string& path) { return result_of(files_.remove(path)); }
Result<void> RealDisk::sync(const std::string& path) { return result_of(files_.sync(path)); }
Result<void> RealDisk::make_directory(const std::string& directory) {
  return result_of(files_.make_directories(directory));
}

Result<void> RealDisk::lock() {
  if (lock_) return {};
  if (auto made = files_.make_directories("."); !made.ok()) return Error{made.error};
  Descriptor fd(::open(files_.full(".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd) {
    return Error{
        fmt::format("{}: {}", files_.full(".lock"), std::generic_category().message(errno))};
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = holder_in(fd.get());
    return Error{fmt::format(
        "Failed to acquire lock on file .lock in {}. A Kafka instance in another process or thread "
        "is using this directory.{}",
        root(), holder.empty() ? "" : " (" + holder + ")")};
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd.get(), 0) != 0 ||
      ::pwrite(fd.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return Error{fmt::format("writing {}: {}", files_.full(".lock"),
                             std::generic_category().message(errno))};
  }
  lock_ = std::move(fd);
  return {};
}

}  // namespace lab::host
