// A log directory in memory, for tests of whatever keeps files: it is a Disk for recovery, carries
// out the file effects of a machine, and can lose what was not synced as a power loss would. It
// fails on demand. Not for the running broker.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/machine/machine.h"
#include "engine/storage/disk.h"

namespace lab::storage {

class MemoryDisk : public Disk {
 public:
  Result<std::vector<Entry>> list(const std::string& directory) override;
  bool exists(const std::string& path) override;
  Result<std::uint64_t> size(const std::string& file) override;
  Result<Slice> read(const std::string& file, std::uint64_t at, std::uint64_t size) override;
  Result<void> write(const std::string& file, std::uint64_t at, ByteView bytes) override;
  Result<void> truncate(const std::string& file, std::uint64_t size) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync(const std::string& path) override;
  Result<void> make_directory(const std::string& directory) override;
  Result<void> lock() override { return {}; }

  // Carries out a file effect; its Done, or nullopt where the effect is no file effect (or a
  // Create, which has no Done).
  std::optional<Done> apply(const Effect& effect);

  // A power loss. Of the writes and truncations since the last syncs the first `kept` stay, and of
  // the next one, if it is a write, its first `torn` bytes. Names that were not synced are undone.
  void lose_power(std::size_t kept = 0, std::size_t torn = 0);
  // The same, but of each of them (oldest first) stays as many bytes as the list says; all of a
  // truncation where that is not 0.
  void lose_power(const std::vector<std::size_t>& bytes_kept);
  // Writes and truncations that a power loss may undo.
  std::size_t unsynced() const { return journal_.size(); }

  // The next `count` effects or calls that write or sync fail with this status.
  void fail_next(IoStatus status, int count = 1);
  // The whole content of a file; empty where there is none.
  ByteBuffer content(const std::string& file) const;
  // The same as a power loss that keeps nothing unsynced would leave it.
  ByteBuffer durable(const std::string& file) const;
  // All files by path.
  std::vector<std::string> files() const;
  // A copy that shares nothing: what another run may do to the same disk.
  MemoryDisk clone() const;

 private:
  struct File {
    ByteBuffer data, synced;
  };
  struct Change {
    std::shared_ptr<File> file;
    std::string path;
    bool is_write = false;
    std::uint64_t at = 0;  // for a truncation the new size
    ByteBuffer bytes;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;

  std::shared_ptr<File>& make(const std::string& file);
  void make_parents(const std::string& path);
  Result<void> failing(const std::string& what);

  Names names_, synced_names_;
  std::set<std::string> directories_{"."};
  std::vector<Change> journal_;
  IoStatus fail_status_ = IoStatus::ok;
  int fail_count_ = 0;
};

}  // namespace lab::storage
