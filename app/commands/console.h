// The grammar of what one can type at a cluster: its brokers, links, files and clients, and every
// line of Kafka's tools. The standard input of `brokerlab cluster`, the window's console, lessons
// and scripts share it. It carries nothing out (console_run.h does).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "app/sources/lab_clients.h"
#include "app/sources/source.h"
#include "engine/base/result.h"

namespace lab::commands {

struct Status {
  bool operator==(const Status&) const = default;
};
struct Quit {
  bool operator==(const Quit&) const = default;
};
struct Help {
  bool operator==(const Help&) const = default;
};
// end NAME: ends a producer or a reader. check NAME: reads everything anew and compares with what
// that producer was promised.
struct EndClient {
  std::string client;
  bool operator==(const EndClient&) const = default;
};
struct CheckLedger {
  std::string client;
  bool operator==(const CheckLedger&) const = default;
};
// A line of one of Kafka's tools, its name and arguments as a shell would give them.
struct KafkaLine {
  std::string tool;
  std::vector<std::string> arguments;
  bool operator==(const KafkaLine&) const = default;
};

// produce is a ProducePlan, send a HandRecord, consume a ReadPlan; an empty client name is chosen
// when it is run.
using ConsoleCommand =
    std::variant<sources::Command, sources::ProducePlan, sources::HandRecord, sources::ReadPlan,
                 EndClient, CheckLedger, KafkaLine, Status, Quit, Help>;

// A line as a shell reads it: words apart by blanks, 'single' and "double" quotes, backslashes.
// Nothing is ever expanded, and no shell runs. An error for a quote that is not closed.
Result<std::vector<std::string>> shell_words(std::string_view line);

// One line. Errors say what there is, and what was probably meant.
Result<ConsoleCommand> parse_console(std::string_view line);
// True for an empty line or a comment (#): there is nothing to do.
bool is_blank(std::string_view line);
// One line for each command.
std::string console_help();

// Refuses properties that no broker would take, set for all of them as --set does; for lessons,
// which do not see the sources.
Result<> check_settings(const std::vector<std::pair<std::string, std::string>>& settings);

}  // namespace lab::commands
