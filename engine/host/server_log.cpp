#include "engine/host/server_log.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "engine/host/clock.h"

namespace lab::host {

Result<ServerLog> ServerLog::open(const std::string& directory) {
  ServerLog log;
  if (directory.empty()) return log;
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return Error{fmt::format("lab.logs.dir={}: {}", directory, error.message())};
  const std::string path = directory + "/server.log";
  log.file_.reset(std::fopen(path.c_str(), "ae"));
  if (!log.file_) {
    return Error{fmt::format("{}: {}", path, std::generic_category().message(errno))};
  }
  return log;
}

std::string ServerLog::format(const LogLine& line, WallTime at) {
  const char* level = line.level == Level::debug  ? "DEBUG"
                      : line.level == Level::info ? "INFO"
                      : line.level == Level::warn ? "WARN"
                                                  : "ERROR";
  return fmt::format("[{}] {} {} ({})", log_time(at), level, line.text, line.logger);
}

void ServerLog::write(const LogLine& line, WallTime at) {
  const std::string text = format(line, at) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  if (!file_) return;
  std::fwrite(text.data(), 1, text.size(), file_.get());
  std::fflush(file_.get());
}

}  // namespace lab::host
