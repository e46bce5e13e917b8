#include "app/sources/cluster_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "app/sources/server_properties.h"
#include "app/sources/set_checks.h"
#include "app/sources/text_file.h"
#include "engine/host/port_holder.h"
#include "engine/host/properties_file.h"

namespace lab::sources {
namespace {

namespace fs = std::filesystem;

std::string lock_file(const std::string& directory) { return directory + "/run/lab.pid"; }

std::int64_t pid_in(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  std::int64_t pid = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, pid);
  return pid;
}

}  // namespace

std::string default_directory() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && *data == '/') return std::string(data) + "/brokerlab/default";
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.local/share/brokerlab/default";
}

Result<ClusterDirectory> ClusterDirectory::prepare(const ClusterOptions& options) {
  if (auto fine = check_settings(options.set); !fine) return fine.error().in("--set");
  const std::string given = options.directory.empty() ? default_directory() : options.directory;
  ClusterDirectory directory(fs::absolute(given).lexically_normal().string());
  if (directory.path_.size() > 1 && directory.path_.back() == '/') directory.path_.pop_back();
  if (auto made = make_directories(directory.path_ + "/run"); !made) return made.error();
  if (auto locked = directory.lock(); !locked) return locked.error();
  const int present = directory.present();
  const int brokers = options.brokers.value_or(present > 0 ? present : 3);
  if (brokers < 1 || brokers > max_brokers) {
    return Error{fmt::format("--brokers {}: from 1 to {}", brokers, max_brokers)};
  }
  if (brokers < present) {
    return Error{fmt::format(
        "{} has {} brokers; {} would leave some out. Start all of them and stop those that you do "
        "not want, or use another --data",
        directory.path_, present, brokers)};
  }
  directory.new_ = present == 0;
  const std::uint16_t base = directory.base_port(options, present);
  if (base + brokers - 1 + controller_port_distance > 65535) {
    return Error{fmt::format("--base-port {}: the controllers' ports, {} above, would not fit",
                             base, controller_port_distance)};
  }
  directory.base_ = base;
  directory.size_ = brokers;
  directory.set_ = options.set;
  for (int id = 1; id <= brokers; ++id) {
    if (auto made = directory.generate(id, brokers, base); !made) return made.error();
  }
  if (auto known = directory.cluster_id()) directory.cluster_id_ = *known;
  if (options.base_port && !directory.new_) {
    if (auto set = directory.set_ports(brokers, base); !set) return set.error();
  }
  if (auto set = directory.set_all(options, brokers); !set) return set.error();
  directory.voters_ = directory.voters(brokers, base);
  for (int id = 1; id <= brokers; ++id) directory.brokers_.push_back(directory.files_of(id));
  return directory;
}

Result<ClusterDirectory> ClusterDirectory::look(const std::string& given) {
  const std::string path = given.empty() ? default_directory() : given;
  ClusterDirectory directory(fs::absolute(path).lexically_normal().string());
  if (directory.path_.size() > 1 && directory.path_.back() == '/') directory.path_.pop_back();
  const int present = directory.present();
  if (present == 0) {
    return Error{fmt::format("{} is no cluster's directory: it has no server-1.properties",
                             directory.path_)};
  }
  for (int id = 1; id <= present; ++id) directory.brokers_.push_back(directory.files_of(id));
  return directory;
}

const BrokerFiles* ClusterDirectory::broker(NodeId id) const {
  for (const auto& broker : brokers_) {
    if (broker.id == id) return &broker;
  }
  return nullptr;
}

void ClusterDirectory::read_again(NodeId id) {
  for (auto& broker : brokers_) {
    if (broker.id == id) broker = files_of(id.v);
  }
}

std::vector<std::uint16_t> ClusterDirectory::ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& broker : brokers_) {
    ports.push_back(broker.port);
    if (broker.controller_port != 0) ports.push_back(broker.controller_port);
  }
  return ports;
}

std::int64_t ClusterDirectory::holder(const std::string& directory) {
  const host::Descriptor fd(::open(lock_file(directory).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || ::flock(fd.get(), LOCK_SH | LOCK_NB) == 0) return 0;
  return pid_in(fd.get());
}

Result<> ClusterDirectory::lock() {
  const std::string file = lock_file(path_);
  host::Descriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd) return system_error(file, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    const std::int64_t pid = pid_in(fd.get());
    const std::string who =
        pid > 0 ? host::ProcessName{pid, host::command_of(pid)}.text() : std::string("another lab");
    return Error{fmt::format(
        "{} is in use by {}. End that one, or give this one a directory of its own with --data",
        path_, who)};
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd.get(), 0) != 0 ||
      ::pwrite(fd.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return system_error("writing " + file, errno);
  }
  lock_ = std::move(fd);
  return {};
}

// The greatest N of all server-N.properties.
int ClusterDirectory::present() const {
  int greatest = 0;
  std::error_code error;
  for (fs::directory_iterator it(path_, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    constexpr std::string_view before = "server-", after = ".properties";
    if (!name.starts_with(before) || !name.ends_with(after)) continue;
    if (name.size() <= before.size() + after.size()) continue;
    int id = 0;
    const char* stop = name.data() + name.size() - after.size();
    const auto parsed = std::from_chars(name.data() + before.size(), stop, id);
    if (parsed.ec == std::errc{} && parsed.ptr == stop && id <= max_brokers) {
      greatest = std::max(greatest, id);
    }
  }
  return greatest;
}

BrokerFiles ClusterDirectory::files_of(int id) const {
  BrokerFiles files;
  files.id = NodeId{id};
  files.properties = fmt::format("{}/server-{}.properties", path_, id);
  files.pid_file = fmt::format("{}/run/broker-{}.pid", path_, id);
  files.exit_file = fmt::format("{}/run/broker-{}.exit", path_, id);
  files.output = fmt::format("{}/broker-{}/logs/kafkaServer.out", path_, id);
  const auto text = host::read_properties_file(files.properties);
  const ServerFacts facts = text ? facts_of(*text) : ServerFacts{};
  files.port = facts.port;
  files.controller_port = facts.controller_port;
  files.log_dir = facts.log_dir;
  files.logs_dir =
      facts.logs_dir.empty() ? fmt::format("{}/broker-{}/logs", path_, id) : facts.logs_dir;
  files.socket = facts.socket;
  return files;
}

}  // namespace lab::sources
