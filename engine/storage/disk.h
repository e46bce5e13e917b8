// The log directory as recovery and kafka-storage see it: plain blocking calls, used before the
// listeners open and never afterwards (then everything goes through file effects). engine/host
// implements it with real files, engine/sim with simulated ones, MemoryDisk for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/slice.h"

namespace lab::storage {

// Paths are relative to the log directory, with '/' between parts; "." is the log directory itself.
class Disk {
 public:
  struct Entry {
    std::string name;  // the last part of the path
    bool is_directory = false;
    std::uint64_t size = 0;  // bytes; 0 for a directory
    bool operator==(const Entry&) const = default;
  };

  virtual ~Disk() = default;

  // What lies directly in `directory`, sorted by name; an error where there is no such directory.
  virtual Result<std::vector<Entry>> list(const std::string& directory) = 0;
  virtual bool exists(const std::string& path) = 0;
  virtual Result<std::uint64_t> size(const std::string& file) = 0;
  // Up to `size` bytes from byte `at`: shorter only where the file ends before.
  virtual Result<Slice> read(const std::string& file, std::uint64_t at, std::uint64_t size) = 0;
  // Makes the file and the directories above it where they are missing; a hole reads as zeros.
  virtual Result<void> write(const std::string& file, std::uint64_t at, ByteView bytes) = 0;
  // Cuts or extends to `size`; makes the file where it is missing.
  virtual Result<void> truncate(const std::string& file, std::uint64_t size) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  // A file, or a directory with all in it; one that is not there is no error.
  virtual Result<void> remove(const std::string& path) = 0;
  // Makes a file's bytes, or a directory's names, survive a power loss.
  virtual Result<void> sync(const std::string& path) = 0;
  virtual Result<void> make_directory(const std::string& directory) = 0;
  // Takes the log directory for this process until the Disk is destroyed (Kafka's .lock file); an
  // error where another process holds it.
  virtual Result<void> lock() = 0;
};

// The whole file, an error where it is larger than `limit` bytes.
Result<std::string> read_text(Disk& disk, const std::string& file, std::uint64_t limit = 16 << 20);
// A control file: written beside, synced, renamed over the old one, its directory synced.
Result<void> replace_file(Disk& disk, const std::string& file, std::string_view content);
// "a/b" for "a/b/c"; "." for a name without a directory.
std::string directory_of(const std::string& path);

}  // namespace lab::storage
