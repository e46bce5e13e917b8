#include "app/sources/text_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace lab::sources {

namespace fs = std::filesystem;

Error system_error(const std::string& what, int error) {
  return Error{fmt::format("{}: {}", what, std::generic_category().message(error))};
}

Result<> write_text_file(const std::string& path, const std::string& text) {
  const std::string beside = path + ".tmp";
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return system_error("writing " + beside, errno);
  std::error_code error;
  fs::rename(beside, path, error);
  if (error) return Error{fmt::format("writing {}: {}", path, error.message())};
  return {};
}

Result<> make_directories(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Error{fmt::format("{}: {}", path, error.message())};
  return {};
}

std::vector<std::string> last_lines(const std::vector<std::string>& paths, std::size_t lines) {
  constexpr std::streamoff tail_bytes = 32 * 1024;
  std::vector<std::string> out;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) continue;
    const std::streamoff size = file.tellg();
    const std::streamoff from = size > tail_bytes ? size - tail_bytes : 0;
    file.seekg(from);
    std::string line;
    if (from > 0) std::getline(file, line);  // a cut one
    while (std::getline(file, line)) out.push_back(line);
    break;
  }
  if (out.size() > lines) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(lines));
  return out;
}

}  // namespace lab::sources
