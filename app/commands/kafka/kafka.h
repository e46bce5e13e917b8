// Kafka's command-line tools as commands of the lab: kafka-topics, kafka-console-producer,
// kafka-console-consumer, kafka-get-offsets, kafka-metadata-quorum and kafka-dump-log, with the
// options, output and exit codes of Apache Kafka 4.3. A command is parsed into plain data and then
// run by a state machine on a ClientMachine: no thread, no clock, no blocking, nothing printed but
// through its Sink. So the command line, the console, lessons and simulated clusters run the same
// code. kafka-storage is engine/host's own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/commands/kafka/console_consumer.h"
#include "app/commands/kafka/console_producer.h"
#include "app/commands/kafka/dump_log.h"
#include "app/commands/kafka/get_offsets.h"
#include "app/commands/kafka/metadata_quorum.h"
#include "app/commands/kafka/session.h"
#include "app/commands/kafka/topics.h"
#include "engine/base/result.h"

namespace lab::commands::kafka {

// --help and --version: there is nothing to run.
struct Say {
  std::string out, err;
  int exit_code = 0;
  bool operator==(const Say&) const = default;
};

struct Command {
  std::string tool;
  std::string notices;  // printed first: deprecated options, settings without effect
  std::variant<Say, TopicsCommand, ProducerCommand, ConsumerCommand, OffsetsCommand, QuorumCommand,
               DumpLogCommand>
      what;
  // Whether it reads lines: kafka-console-producer.
  bool reads_input() const { return std::holds_alternative<ProducerCommand>(what); }
};

// "kafka-topics", …; what parse() knows.
const std::vector<std::string>& tool_names();
// The tool that `word` names, with or without ".sh" and a path before it; empty where it is none.
std::string tool_named(std::string_view word);

// Reads a file that an option names (--command-config). Errors name it.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

// `arguments` without the tool's name. `bootstrap` is taken where --bootstrap-server is not given;
// empty: it must be. An error is one line or more for the person, exit code 1.
Result<Command> parse(const std::string& tool, const std::vector<std::string>& arguments,
                      const ReadFile& read_file, const std::string& bootstrap = {});

// Runs a command on `machine`. To be called, as all of Session, within machine.run(). `sink` is
// called within inputs of the machine, this one too, and never after its done(), which comes once,
// not from within this call. Destroying the session (within machine.run() too, in a later input
// than done()) ends it silently.
std::unique_ptr<Session> run(const Command& command, client::ClientMachine& machine, Sink sink);

}  // namespace lab::commands::kafka
