// A broker's own log in Kafka's log4j line format, to standard output and, where a directory is
// given, to DIR/server.log (appended). Used by brokerd. A write that fails is dropped: a full disk
// must not stop a broker through its log.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/machine/machine.h"

namespace lab::host {

class ServerLog {
 public:
  // `directory` empty: standard output alone. The directory is made where it is missing.
  static Result<ServerLog> open(const std::string& directory);

  void write(const LogLine& line, WallTime at);
  // [2026-11-23 14:32:06,404] INFO [Broker id=1] text (kafka.server.KafkaServer)
  static std::string format(const LogLine& line, WallTime at);

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Closer> file_;
};

}  // namespace lab::host
