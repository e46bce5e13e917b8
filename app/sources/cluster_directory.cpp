#include "app/sources/cluster_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "app/sources/server_properties.h"
#include "app/sources/set_checks.h"
#include "engine/base/rng.h"
#include "engine/base/uuid.h"
#include "engine/host/clock.h"
#include "engine/host/kafka_storage.h"
#include "engine/host/port_holder.h"
#include "engine/host/properties_file.h"
#include "engine/host/real_disk.h"

namespace lab::sources {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t longest_socket_path = 107;  // sockaddr_un
constexpr int max_voters = 3;

Error system_error(const std::string& what, int error) {
  return Error{fmt::format("{}: {}", what, std::generic_category().message(error))};
}

// Written beside and renamed, so that no broker ever reads half a file.
Result<> write_text(const std::string& path, const std::string& text) {
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

std::string short_hash(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return fmt::format("{:012x}", hash & 0xffffffffffffULL);
}

int voters_of(int brokers) { return brokers < max_voters ? 1 : max_voters; }

bool is_voter(const std::string& voters, int id) {
  const std::string list = "," + voters;
  return list.find(fmt::format(",{}@", id)) != std::string::npos;
}

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
  for (int id = 1; id <= brokers; ++id) {
    if (auto made = directory.generate(id, brokers, base); !made) return made.error();
  }
  if (options.base_port && !directory.new_) {
    if (auto set = directory.set_ports(brokers, base); !set) return set.error();
  }
  if (auto set = directory.set_all(options, brokers); !set) return set.error();
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

std::string ClusterDirectory::socket_path(int id) const {
  const std::string usual = fmt::format("{}/run/broker-{}.sock", path_, id);
  if (usual.size() <= longest_socket_path) return usual;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  const std::string root = runtime != nullptr && *runtime == '/'
                               ? std::string(runtime)
                               : fmt::format("/tmp/brokerlab-{}", ::getuid());
  return fmt::format("{}/brokerlab-{}-{}.sock", root, short_hash(path_), id);
}

std::uint16_t ClusterDirectory::base_port(const ClusterOptions& options, int present) const {
  if (options.base_port) return *options.base_port;
  for (int id = 1; id <= present; ++id) {
    const auto port = files_of(id).port;
    if (port >= id) return static_cast<std::uint16_t>(port - id + 1);
  }
  return default_base_port;
}

// Fixed at creation: a file that is there already says who votes.
std::string ClusterDirectory::voters(int brokers, std::uint16_t base) const {
  for (int id = 1; id <= max_brokers; ++id) {
    const std::string file = fmt::format("{}/server-{}.properties", path_, id);
    const auto text = fs::exists(file) ? host::read_properties_file(file)
                                       : Result<std::string>(Error{"not there"});
    if (!text) continue;
    if (std::string written = facts_of(*text).voters; !written.empty()) return written;
  }
  std::string list;
  for (int id = 1; id <= voters_of(brokers); ++id) {
    list += fmt::format("{}{}@localhost:{}", id == 1 ? "" : ",", id,
                        base + id - 1 + controller_port_distance);
  }
  return list;
}

Result<> ClusterDirectory::generate(int id, int brokers, std::uint16_t base) {
  const std::string file = fmt::format("{}/server-{}.properties", path_, id);
  std::error_code ignored;
  if (fs::exists(file, ignored)) return {};
  NewServer server;
  server.id = id;
  server.brokers = brokers;
  server.port = static_cast<std::uint16_t>(base + id - 1);
  server.voters = voters(brokers, base);
  server.is_voter = is_voter(server.voters, id);
  server.log_dir = fmt::format("{}/broker-{}/data", path_, id);
  server.logs_dir = fmt::format("{}/broker-{}/logs", path_, id);
  server.socket = socket_path(id);
  if (auto made = make_directories(server.logs_dir); !made) return made;
  if (server.socket != fmt::format("{}/run/broker-{}.sock", path_, id)) {
    const std::string parent = fs::path(server.socket).parent_path().string();
    if (::mkdir(parent.c_str(), 0700) != 0 && errno != EEXIST) return system_error(parent, errno);
    const std::string named = fmt::format("{}/run/broker-{}.sock.path", path_, id);
    if (auto written = write_text(named, server.socket + "\n"); !written) return written;
  }
  host::RealDisk disk(server.log_dir);
  if (!disk.exists(storage::meta_properties_file)) {
    const auto cluster = cluster_id();
    if (!cluster) return cluster.error();
    Rng rng(host::random_bits());
    auto formatted = host::write_meta_properties(disk, {*cluster, NodeId{id}, Uuid::random(rng)});
    if (!formatted) return formatted.error().in("formatting " + server.log_dir);
  }
  return write_text(file, server_properties(server));
}

// Of the first log directory that is formatted; a new one where none is.
Result<std::string> ClusterDirectory::cluster_id() const {
  for (int id = 1; id <= max_brokers; ++id) {
    const std::string data = fmt::format("{}/broker-{}/data", path_, id);
    host::RealDisk disk(data);
    if (!disk.exists(storage::meta_properties_file)) continue;
    const auto meta = host::read_meta_properties(disk);
    if (!meta) return meta.error().in(data);
    return meta->cluster_id;
  }
  Rng rng(host::random_bits());
  return Uuid::random(rng).text();
}

// --base-port on a cluster that has ports: the lines that name them are written anew.
Result<> ClusterDirectory::set_ports(int brokers, std::uint16_t base) {
  std::string voters;
  for (int id = 1; id <= brokers; ++id) {
    const BrokerFiles files = files_of(id);
    const auto text = host::read_properties_file(files.properties);
    if (!text) return text.error();
    if (voters.empty()) voters = facts_of(*text).voters;
  }
  std::string moved;
  for (int id = 1; id <= brokers; ++id) {
    if (!is_voter(voters, id)) continue;
    moved += fmt::format("{}{}@localhost:{}", moved.empty() ? "" : ",", id,
                         base + id - 1 + controller_port_distance);
  }
  bool changed = false;
  for (int id = 1; id <= brokers; ++id) {
    const BrokerFiles files = files_of(id);
    const auto text = host::read_properties_file(files.properties);
    if (!text) return text.error();
    NewServer server;
    server.port = static_cast<std::uint16_t>(base + id - 1);
    server.is_voter = is_voter(voters, id);
    if (files.port == server.port && facts_of(*text).voters == moved) continue;
    changed = true;
    std::string now = with_property(*text, "listeners", listeners_value(server));
    now = with_property(now, "controller.quorum.voters", moved);
    if (auto written = write_text(files.properties, now); !written) return written;
  }
  if (changed) {
    notices_.push_back(fmt::format(
        "--base-port {}: listeners and controller.quorum.voters of all {} files are set anew", base,
        brokers));
  }
  return {};
}

Result<> ClusterDirectory::set_all(const ClusterOptions& options, int brokers) {
  for (int id = 1; id <= brokers && !options.set.empty(); ++id) {
    const std::string file = fmt::format("{}/server-{}.properties", path_, id);
    const auto text = host::read_properties_file(file);
    if (!text) return text.error();
    std::string now = *text;
    for (const auto& [name, value] : options.set) now = with_property(now, name, value);
    if (now == *text) continue;
    if (auto written = write_text(file, now); !written) return written;
  }
  for (const auto& [name, value] : options.set) {
    if (name != "min.insync.replicas" || new_) continue;
    notices_.push_back(fmt::format(
        "min.insync.replicas={}: counts only when the cluster is created, and this one exists. A "
        "topic can still have its own when it is created",
        value));
  }
  return {};
}

}  // namespace lab::sources
