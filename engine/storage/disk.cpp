#include "engine/storage/disk.h"

#include <fmt/format.h>

namespace lab::storage {

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

Result<std::string> read_text(Disk& disk, const std::string& file, std::uint64_t limit) {
  const auto size = disk.size(file);
  if (!size) return size.error();
  if (*size > limit) return Error{fmt::format("{}: {} bytes are too many", file, *size)};
  const auto bytes = disk.read(file, 0, *size);
  if (!bytes) return bytes.error();
  return std::string(bytes->text());
}

Result<void> replace_file(Disk& disk, const std::string& file, std::string_view content) {
  const std::string beside = file + ".tmp";
  if (auto done = disk.truncate(beside, 0); !done) return done;
  if (auto done = disk.write(beside, 0, bytes_of(content)); !done) return done;
  if (auto done = disk.sync(beside); !done) return done;
  if (auto done = disk.rename(beside, file); !done) return done;
  return disk.sync(directory_of(file));
}

}  // namespace lab::storage
