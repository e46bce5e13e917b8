// A cluster's directory (DESIGN §3): server-N.properties, broker-N/data and broker-N/logs, run/
// with pids and sockets. Made and completed by prepare(), held against a second lab by a lock, read
// by `status` and `snapshot`, which only look. It starts no broker, never overwrites a properties
// file unasked, except for the lines that the caller names, and removes nothing but what is below
// it and formatted for this very cluster.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/sources/broker_files.h"
#include "app/sources/command.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/host/files.h"

namespace lab::sources {

struct ClusterOptions {
  std::string directory;                   // empty: default_directory()
  std::optional<int> brokers;              // none: as many as there are; three in a new directory
  std::optional<std::uint16_t> base_port;  // of broker 1; none: as the files say; 9092 in a new one
  std::vector<std::pair<std::string, std::string>> set;  // --set NAME=VALUE, in all files
};
constexpr int max_brokers = 100;
constexpr std::uint16_t default_base_port = 9092;

// ${XDG_DATA_HOME:-~/.local/share}/brokerlab/default
std::string default_directory();

class ClusterDirectory {
 public:
  // Locks the directory, writes what is missing, sets what `options` names, formats the log
  // directories of new brokers. Errors: a lab has it already (with its pid), fewer brokers than
  // there are, a name or value that no broker would take.
  static Result<ClusterDirectory> prepare(const ClusterOptions& options);
  // Only looks: the directory of a cluster that may be running. An error where it is none.
  static Result<ClusterDirectory> look(const std::string& directory);

  const std::string& path() const { return path_; }
  const std::vector<BrokerFiles>& brokers() const { return brokers_; }
  const BrokerFiles* broker(NodeId id) const;
  // Reads its properties file again: a broker is started with what the file says now.
  void read_again(NodeId id);
  // True where prepare() made the first file.
  bool is_new() const { return new_; }
  // What the user should know: a setting without effect, a file that is not below the directory.
  const std::vector<std::string>& notices() const { return notices_; }
  // All client and controller ports.
  std::vector<std::uint16_t> ports() const;

  // ---- What a person asks for: each answers in one line, or says why not. Whether a broker runs
  // is the caller's to know; a log directory that any process holds is left alone.
  // Sets one line of a broker's file, or takes it out.
  Result<std::string> change(const PropertyCommand& command, bool running);
  // The file as it was generated, with what --set named.
  Result<std::string> reset_properties(NodeId id);
  // Empties the log directory that its file names now: one below path() whose meta.properties has
  // this cluster's id; anything else is refused with its path.
  Result<std::string> wipe(NodeId id);
  // kafka-storage format with this cluster's id.
  Result<std::string> format(NodeId id);
  // Files of one broker more, of the next id.
  Result<NodeId> add();
  // A fresh cluster of as many brokers as prepare() left: properties generated anew, log
  // directories emptied under the same rule as wipe (all or none) and formatted with a new id.
  Result<> reset();

  // The pid of the lab that holds the directory; 0 where none does.
  static std::int64_t holder(const std::string& directory);

 private:
  explicit ClusterDirectory(std::string path) : path_(std::move(path)) {}
  Result<> lock();
  int present() const;
  BrokerFiles files_of(int id) const;
  std::string socket_path(int id) const;
  Result<> generate(int id, int brokers, std::uint16_t base);
  std::string voters(int brokers, std::uint16_t base) const;
  std::uint16_t base_port(const ClusterOptions& options, int present) const;
  Result<> set_ports(int brokers, std::uint16_t base);
  Result<> set_all(const ClusterOptions& options, int brokers);
  Result<std::string> cluster_id() const;
  std::string generated(int id, int brokers, std::uint16_t base) const;
  Result<> check_own(const std::string& log_dir) const;
  Result<std::size_t> empty(const std::string& log_dir) const;

  std::string path_;
  std::string cluster_id_, voters_;  // once known, whatever a hand does to the files
  std::uint16_t base_ = 0;
  int size_ = 0;  // brokers when it was prepared
  std::vector<std::pair<std::string, std::string>> set_;
  std::vector<BrokerFiles> brokers_;
  std::vector<std::string> notices_;
  bool new_ = false;
  host::Descriptor lock_;
};

}  // namespace lab::sources
