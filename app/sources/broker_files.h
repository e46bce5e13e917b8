// One live broker's files, by absolute paths; what a hand has changed in its properties file
// counts. Made by ClusterDirectory, shown by views; nothing else is in this file.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/ids.h"

namespace lab::sources {

struct BrokerFiles {
  NodeId id = no_node;
  std::string properties;                       // DIR/server-1.properties
  std::uint16_t port = 0, controller_port = 0;  // 0: none, or not to be read
  std::string log_dir, logs_dir;
  std::string socket;     // empty: the file has no lab.socket, the lab sees only the process
  std::string pid_file;   // DIR/run/broker-1.pid, while it runs
  std::string exit_file;  // DIR/run/broker-1.exit: how its last process ended
  std::string output;     // DIR/broker-1/logs/kafkaServer.out: what the process prints
  std::string server_log() const { return logs_dir + "/server.log"; }
};

}  // namespace lab::sources
