#include "engine/host/port_holder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>

namespace lab::host {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view listening = "0A";  // TCP_LISTEN in /proc/net/tcp

// "socket:[inode]" of all sockets that listen on `port`.
void collect_sockets(const char* table, std::uint16_t port, std::set<std::string>& sockets) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // the heading
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >>
        timeout >> inode;
    const auto colon = local.rfind(':');
    unsigned number = 0;
    if (state != listening || colon == std::string::npos) continue;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(), number, 16);
    if (number == port) sockets.insert("socket:[" + inode + "]");
  }
}

bool holds_one(const fs::path& process, const std::set<std::string>& sockets) {
  std::error_code error;
  for (fs::directory_iterator it(process / "fd", error), end; !error && it != end;
       it.increment(error)) {
    std::error_code gone;
    const auto target = fs::read_symlink(it->path(), gone);
    if (!gone && sockets.count(target.string()) > 0) return true;
  }
  return false;
}

}  // namespace

std::string ProcessName::text() const {
  return command.empty() ? fmt::format("pid {}", pid) : fmt::format("pid {}: {}", pid, command);
}

std::string command_of(std::int64_t pid) {
  std::ifstream file(fmt::format("/proc/{}/cmdline", pid));
  std::string command((std::istreambuf_iterator<char>(file)), {});
  while (!command.empty() && command.back() == '\0') command.pop_back();
  std::replace(command.begin(), command.end(), '\0', ' ');
  constexpr std::size_t longest = 120;
  if (command.size() > longest) command = command.substr(0, longest) + "...";
  return command;
}

std::optional<ProcessName> port_holder(std::uint16_t port) {
  std::set<std::string> sockets;
  collect_sockets("/proc/net/tcp", port, sockets);
  collect_sockets("/proc/net/tcp6", port, sockets);
  if (sockets.empty()) return std::nullopt;
  std::error_code error;
  for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::int64_t pid = 0;
    const auto [stop, status] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (status != std::errc{} || stop != name.data() + name.size()) continue;
    if (holds_one(it->path(), sockets)) return ProcessName{pid, command_of(pid)};
  }
  return std::nullopt;
}

}  // namespace lab::host
