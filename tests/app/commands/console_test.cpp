// What one can type at a running cluster.
#include "app/commands/console.h"

#include <doctest/doctest.h>

namespace lab::commands {

using sources::NodeAction;
using sources::NodeCommand;

TEST_CASE("console: each command is read, spaces and line ends do not matter") {
  const auto node = [](const char* line) {
    return std::get<NodeCommand>(parse_console(line).value());
  };
  CHECK(node("kill 1") == NodeCommand{NodeAction::kill, NodeId{1}});
  CHECK(node("  stop\t2 \r") == NodeCommand{NodeAction::stop, NodeId{2}});
  CHECK(node("start 3") == NodeCommand{NodeAction::start, NodeId{3}});
  CHECK(node("freeze 4") == NodeCommand{NodeAction::freeze, NodeId{4}});
  CHECK(node("thaw 12") == NodeCommand{NodeAction::thaw, NodeId{12}});
  CHECK(std::holds_alternative<Status>(parse_console("status").value()));
  CHECK(std::holds_alternative<Quit>(parse_console("quit").value()));
  CHECK(std::holds_alternative<Quit>(parse_console("exit").value()));
  CHECK(std::holds_alternative<Help>(parse_console("?").value()));
  CHECK(is_blank(""));
  CHECK(is_blank("  # a comment"));
  CHECK_FALSE(is_blank("quit"));
}

TEST_CASE("console: what is wrong is said, with what was probably meant") {
  const auto error = [](const std::string& line) {
    const auto parsed = parse_console(line);
    REQUIRE_FALSE(parsed.ok());
    return parsed.error().message;
  };
  CHECK(error("klil 2").find("did you mean kill?") != std::string::npos);
  CHECK(error("frezee 2").find("did you mean freeze?") != std::string::npos);
  CHECK(error("xyzzyplugh").find("did you mean") == std::string::npos);
  CHECK(error("xyzzyplugh").find("There are: kill N") != std::string::npos);
  CHECK(error("kill").find("kill 2") != std::string::npos);
  CHECK(error("kill 1 2").find("the broker's number") != std::string::npos);
  CHECK(error("kill two").find("\"two\"") != std::string::npos);
  CHECK(error("kill 0").find("no broker's number") != std::string::npos);
  CHECK(error("kill 99999999999").find("no broker's number") != std::string::npos);
  CHECK(error("quit now") == "quit takes nothing behind it");
  CHECK(error(std::string(100'000, 'x')).size() < 300);
}

}  // namespace lab::commands
