// The grammar of what one can type at a running cluster: kill|stop|start|freeze|thaw N, status,
// quit, help. The standard input of `brokerlab cluster`, the console and lessons share it. It
// carries nothing out.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

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
using ConsoleCommand = std::variant<sources::NodeCommand, Status, Quit, Help>;

// One line. Errors say what there is, and what was probably meant.
Result<ConsoleCommand> parse_console(std::string_view line);
// True for an empty line or a comment (#): there is nothing to do.
bool is_blank(std::string_view line);
// One line for each command.
std::string console_help();

}  // namespace lab::commands
