// Who listens on a TCP port: found in /proc, for the message of a start that fails because the port
// is taken. It never fails: what cannot be read is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lab::host {

struct ProcessName {
  std::int64_t pid = 0;
  std::string command;  // its command line, cut to 120 characters
  // "pid 4711: java -Xmx1G kafka.Kafka ..."
  std::string text() const;
};

// nullopt where nobody is seen to listen there, or the process belongs to someone else.
std::optional<ProcessName> port_holder(std::uint16_t port);
// The command line of a process; empty where there is none.
std::string command_of(std::int64_t pid);

}  // namespace lab::host
