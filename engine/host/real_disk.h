// storage::Disk over a directory of the file system: what recovery and kafka-storage use before
// the listeners open. Blocking; afterwards FileExecutor does the work. Paths never leave the root.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/host/files.h"
#include "engine/storage/disk.h"

namespace lab::host {

class RealDisk final : public storage::Disk {
 public:
  // `root`: the log directory. It need not exist; the first write makes it.
  explicit RealDisk(std::string root) : files_(std::move(root)) {}

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
  // flock on ROOT/.lock, which then holds this process's pid. The error has Kafka's words and the
  // holder's pid and command.
  Result<void> lock() override;

  const std::string& root() const { return files_.root(); }

 private:
  Files files_;
  Descriptor lock_;
};

}  // namespace lab::host
