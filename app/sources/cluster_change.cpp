// How a cluster's directory is changed while the lab has it: lines of properties files, log
// directories, one broker more, a fresh cluster. Members of ClusterDirectory. What is removed lies
// below the directory and bears this cluster's id, and no process holds it.
#include <fmt/format.h>

#include <filesystem>
#include <set>

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

constexpr const char* lock_name = ".lock";

// Links are followed: where it really is.
bool lies_below(const std::string& path, const std::string& root) {
  std::error_code error;
  const fs::path it = fs::weakly_canonical(path, error), above = fs::weakly_canonical(root, error);
  const fs::path relative = it.lexically_relative(above);
  return !error && !relative.empty() && relative != "." && *relative.begin() != "..";
}

bool has_nothing(const std::string& directory) {
  std::error_code error;
  return !fs::exists(directory, error) || fs::is_empty(directory, error);
}

std::size_t files_in(const fs::path& path) {
  std::error_code error;
  std::size_t count = 0;
  for (fs::recursive_directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file(error) && it->path().filename() != lock_name) ++count;
  }
  return count;
}

Error no_broker(NodeId id) { return Error{fmt::format("there is no broker {}", id)}; }

}  // namespace

// ---- Properties

Result<std::string> ClusterDirectory::change(const PropertyCommand& command, bool running) {
  const auto* files = broker(command.node);
  if (files == nullptr) return no_broker(command.node);
  if (auto fine = check_property_line(command.name, command.value.value_or("")); !fine) {
    return fine.error();
  }
  const auto text = host::read_properties_file(files->properties);
  if (!text) return text.error();
  const auto written = write_text_file(
      files->properties, command.value ? with_property(*text, command.name, *command.value)
                                       : without_property(*text, command.name));
  if (!written) return written.error();
  return property_set_text(fs::path(files->properties).filename().string(), command, running);
}

Result<std::string> ClusterDirectory::reset_properties(NodeId id) {
  const auto* files = broker(id);
  if (files == nullptr) return no_broker(id);
  const int brokers = std::max(size_, static_cast<int>(id.v));
  const auto written = write_text_file(files->properties, generated(id.v, brokers, base_));
  if (!written) return written.error();
  return fmt::format("{} is as it was generated", fs::path(files->properties).filename().string());
}

// ---- Log directories

Result<> ClusterDirectory::check_own(const std::string& log_dir) const {
  if (!lies_below(log_dir, path_)) {
    return Error{fmt::format("{} is left alone: it is not below this cluster's directory {}",
                             log_dir, path_)};
  }
  host::RealDisk disk(log_dir);
  const auto meta = host::read_meta_properties(disk);
  if (!meta) {
    return Error{fmt::format(
        "{} is left alone: it has no meta.properties that says it is this cluster's ({})", log_dir,
        meta.error().message)};
  }
  if (cluster_id_.empty() || meta->cluster_id != cluster_id_) {
    return Error{
        fmt::format("{} is left alone: its meta.properties is of another cluster (cluster.id {})",
                    log_dir, meta->cluster_id)};
  }
  return {};
}

// How many files there were.
Result<std::size_t> ClusterDirectory::empty(const std::string& log_dir) const {
  if (has_nothing(log_dir)) return std::size_t{0};
  if (auto own = check_own(log_dir); !own) return own.error();
  host::RealDisk disk(log_dir);
  if (auto held = disk.lock(); !held) return held.error();
  const std::size_t count = files_in(log_dir);
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(log_dir, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(it->path());
  }
  for (const auto& entry : entries) {
    if (!error) fs::remove_all(entry, error);  // a link goes, never what it points to
  }
  if (error) return Error{fmt::format("{}: {}", log_dir, error.message())};
  return count;
}

Result<std::string> ClusterDirectory::wipe(NodeId id) {
  if (broker(id) == nullptr) return no_broker(id);
  const std::string log_dir = files_of(id.v).log_dir;
  if (log_dir.empty()) return Error{fmt::format("broker {}'s file names no log.dirs", id)};
  const auto count = empty(log_dir);
  if (!count) return count.error();
  return fmt::format("{} is wiped ({} files)", log_dir, *count);
}

Result<std::string> ClusterDirectory::format(NodeId id) {
  const auto* files = broker(id);
  if (files == nullptr) return no_broker(id);
  const auto cluster = cluster_id();
  if (!cluster) return cluster.error();
  auto told = host::kafka_storage({"format", "-t", *cluster, "-c", files->properties});
  std::string& text = told.exit_code == 0 ? told.out : told.err;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (told.exit_code != 0) return Error{text};
  return text;
}

// ---- The whole cluster

Result<NodeId> ClusterDirectory::add() {
  const int id = present() + 1;
  if (id > max_brokers) return Error{fmt::format("a cluster has at most {} brokers", max_brokers)};
  if (base_ + id - 1 + controller_port_distance > 65535) {
    return Error{fmt::format("there is no port for broker {}", id)};
  }
  if (auto made = generate(id, id, base_); !made) return made.error();
  brokers_.push_back(files_of(id));
  return NodeId{id};
}

Result<> ClusterDirectory::reset() {
  const int brokers = present();
  std::set<std::string> log_dirs;
  for (int id = 1; id <= brokers; ++id) {
    log_dirs.insert(fmt::format("{}/broker-{}/data", path_, id));
    if (const auto named = files_of(id).log_dir; !named.empty()) log_dirs.insert(named);
  }
  for (const auto& log_dir : log_dirs) {
    if (has_nothing(log_dir)) continue;
    if (auto own = check_own(log_dir); !own) return own;
  }
  for (const auto& log_dir : log_dirs) {
    if (const auto gone = empty(log_dir); !gone) return gone.error();
  }
  for (int id = 1; id <= brokers; ++id) {
    const BrokerFiles files = files_of(id);
    std::error_code ignored;
    for (const auto& file : {files.properties, files.exit_file, files.output,
                             fmt::format("{}/broker-{}/logs/server.log", path_, id)}) {
      fs::remove(file, ignored);
    }
  }
  Rng rng(host::random_bits());
  cluster_id_ = Uuid::random(rng).text();
  voters_.clear();
  brokers_.clear();
  for (int id = 1; id <= size_; ++id) {
    if (auto made = generate(id, size_, base_); !made) return made;
    brokers_.push_back(files_of(id));
  }
  voters_ = voters(size_, base_);
  return {};
}

}  // namespace lab::sources
