#include "engine/host/properties_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "engine/host/files.h"

namespace lab::host {

Result<std::string> read_properties_file(const std::string& path) {
  constexpr std::size_t largest = 1024 * 1024;
  const auto failed = [&](int reason) {
    return Error{fmt::format("{}: {}", path, std::generic_category().message(reason))};
  };
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return failed(errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return failed(errno);
  if (S_ISDIR(status.st_mode)) return failed(EISDIR);
  std::string text(largest + 1, '\0');
  std::size_t have = 0;
  for (;;) {
    const ssize_t got = ::read(file.get(), text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(errno);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
    if (have > largest) return Error{path + ": larger than 1 MiB"};
  }
  text.resize(have);
  return text;
}

Result<broker::LoadedConfig> load_properties_file(const std::string& path) {
  const auto text = read_properties_file(path);
  if (!text) return text.error();
  return broker::load_config(*text, path);
}

}  // namespace lab::host
