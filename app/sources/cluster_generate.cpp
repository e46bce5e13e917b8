// How a cluster's directory is filled: properties files, formatted log directories, ports and
// settings in files that are there already. Members of ClusterDirectory.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "app/sources/cluster_directory.h"
#include "app/sources/server_properties.h"
#include "app/sources/text_file.h"
#include "engine/base/rng.h"
#include "engine/base/uuid.h"
#include "engine/host/clock.h"
#include "engine/host/kafka_storage.h"
#include "engine/host/properties_file.h"
#include "engine/host/real_disk.h"

namespace lab::sources {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t longest_socket_path = 107;  // sockaddr_un
constexpr int max_voters = 3;

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

}  // namespace

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
  if (!voters_.empty()) return voters_;
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

std::string ClusterDirectory::generated(int id, int brokers, std::uint16_t base) const {
  NewServer server;
  server.id = id;
  server.brokers = brokers;
  server.port = static_cast<std::uint16_t>(base + id - 1);
  server.voters = voters(brokers, base);
  server.is_voter = is_voter(server.voters, id);
  server.log_dir = fmt::format("{}/broker-{}/data", path_, id);
  server.logs_dir = fmt::format("{}/broker-{}/logs", path_, id);
  server.socket = socket_path(id);
  std::string text = server_properties(server);
  for (const auto& [name, value] : set_) text = with_property(text, name, value);
  return text;
}

Result<> ClusterDirectory::generate(int id, int brokers, std::uint16_t base) {
  const std::string file = fmt::format("{}/server-{}.properties", path_, id);
  std::error_code ignored;
  if (fs::exists(file, ignored)) return {};
  if (auto made = make_directories(fmt::format("{}/broker-{}/logs", path_, id)); !made) return made;
  const std::string socket = socket_path(id);
  if (socket != fmt::format("{}/run/broker-{}.sock", path_, id)) {
    const std::string parent = fs::path(socket).parent_path().string();
    if (::mkdir(parent.c_str(), 0700) != 0 && errno != EEXIST) return system_error(parent, errno);
    const std::string named = fmt::format("{}/run/broker-{}.sock.path", path_, id);
    if (auto written = write_text_file(named, socket + "\n"); !written) return written;
  }
  const std::string data = fmt::format("{}/broker-{}/data", path_, id);
  host::RealDisk disk(data);
  if (!disk.exists(storage::meta_properties_file)) {
    const auto cluster = cluster_id();
    if (!cluster) return cluster.error();
    Rng rng(host::random_bits());
    auto formatted = host::write_meta_properties(disk, {*cluster, NodeId{id}, Uuid::random(rng)});
    if (!formatted) return formatted.error().in("formatting " + data);
  }
  return write_text_file(file, generated(id, brokers, base));
}

// Of the first log directory that is formatted; a new one where none is.
Result<std::string> ClusterDirectory::cluster_id() const {
  if (!cluster_id_.empty()) return cluster_id_;
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
    if (auto written = write_text_file(files.properties, now); !written) return written;
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
    if (auto written = write_text_file(file, now); !written) return written;
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
