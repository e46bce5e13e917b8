// What one can type at a running cluster.
#include "app/commands/console.h"

#include <doctest/doctest.h>

#include "app/i18n/heard.h"

namespace lab::commands {

using sources::NodeAction;
using sources::NodeCommand;

TEST_CASE("console: each command is read, spaces and line ends do not matter") {
  const auto node = [](const char* line) {
    return std::get<NodeCommand>(std::get<sources::Command>(parse_console(line).value()));
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

TEST_CASE("console: words as a shell reads them, and nothing of what a shell would do") {
  const auto words = [](const char* line) { return shell_words(line).value(); };
  using Words = std::vector<std::string>;
  CHECK(words(R"(send --topic t 'two words' "a \"b\"" c\ d '' $HOME `ls`)") ==
        Words{"send", "--topic", "t", "two words", "a \"b\"", "c d", "", "$HOME", "`ls`"});
  CHECK(words(R"(a"b c"'d e'f "\n")") == Words{"ab cd ef", "\\n"});
  CHECK_FALSE(shell_words("send 'open").ok());
  CHECK_FALSE(shell_words("send \"open").ok());
}

TEST_CASE("console: links, files, clients and Kafka's tools") {
  const auto asked = [](const char* line) {
    return std::get<sources::Command>(parse_console(line).value());
  };
  using namespace sources;
  CHECK(asked("cut 1 2") == Command{LinkCommand{LinkAction::cut, NodeId{1}, NodeId{2}}});
  CHECK(asked("cut clients 2 --one-way") ==
        Command{LinkCommand{LinkAction::cut, clients_end, NodeId{2}, false}});
  CHECK(asked("heal all") == Command{LinkCommand{LinkAction::heal}});
  CHECK(asked("delay 1 3 50") ==
        Command{LinkCommand{LinkAction::delay, NodeId{1}, NodeId{3}, true, milliseconds(50)}});
  CHECK(asked("set 2 'log.dirs=/a b'") == Command{PropertyCommand{NodeId{2}, "log.dirs", "/a b"}});
  CHECK(asked("unset 2 log.dirs") == Command{PropertyCommand{NodeId{2}, "log.dirs", std::nullopt}});
  CHECK(asked("wipe 2") == Command{FilesCommand{FilesAction::wipe, NodeId{2}}});
  CHECK(asked("reset-file 2") == Command{FilesCommand{FilesAction::reset_properties, NodeId{2}}});
  CHECK(asked("add-broker") == Command{ClusterCommand{ClusterAction::add_broker}});

  const auto plan = std::get<ProducePlan>(
      parse_console("produce --topic orders --rate 2.5 --records 10 --acks 1 --client shop "
                    "--partition 2 --size 100")
          .value());
  CHECK(plan.topic == "orders");
  CHECK(plan.per_second == 2.5);
  CHECK(plan.records == 10);
  CHECK(plan.acks == client::Acks::leader);
  CHECK(plan.client == "shop");
  CHECK(plan.partition == PartitionIndex{2});
  CHECK(plan.value_bytes == 100);
  CHECK(plan.bootstrap.empty());
  const auto begins = std::get<ProducePlan>(
      parse_console("produce --topic orders --bootstrap-server localhost:9092,localhost:9094")
          .value());
  CHECK(begins.bootstrap == std::vector<Address>{{"localhost", 9092}, {"localhost", 9094}});
  CHECK(std::get<ReadPlan>(
            parse_console("consume --topic orders --bootstrap-server localhost:9093").value())
            .bootstrap == std::vector<Address>{{"localhost", 9093}});
  CHECK_FALSE(parse_console("produce --topic orders --bootstrap-server nonsense").ok());
  const auto record =
      std::get<HandRecord>(parse_console("send --topic t --key k hello 'big  world'").value());
  CHECK(record.value == "hello big  world");
  CHECK(record.key == "k");
  const auto read = std::get<ReadPlan>(parse_console("consume --topic t --from-beginning").value());
  CHECK(read.start.kind == client::StartAt::Kind::beginning);
  CHECK(std::get<EndClient>(parse_console("end shop").value()).client == "shop");
  CHECK(std::get<CheckLedger>(parse_console("check shop").value()).client == "shop");
  const auto tool =
      std::get<KafkaLine>(parse_console("kafka-topics.sh --create --topic 'a b'").value());
  CHECK(tool == KafkaLine{"kafka-topics", {"--create", "--topic", "a b"}});

  const auto error = [](const char* line) { return parse_console(line).error().message; };
  CHECK(error("produce --topics t").find("did you mean --topic?") != std::string::npos);
  CHECK(error("produce").find("--topic") != std::string::npos);
  CHECK(error("produce --topic t --acks 2").find("all, 1 or 0") != std::string::npos);
  CHECK(error("produce --topic t --rate fast").find("--rate fast") != std::string::npos);
  CHECK(error("cut 1").find("cut 1 2") != std::string::npos);
  CHECK(error("set 2 x").find("NAME=VALUE") != std::string::npos);
  CHECK(error("kafka-topic --list").find("did you mean kafka-topics?") != std::string::npos);
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
  CHECK(error(std::string(100'000, 'x')).size() < 1000);
}

namespace {
bool in_korean(const std::string& text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead >= 0xEA && lead <= 0xED) return true;
  }
  return false;
}
}  // namespace

TEST_CASE("console: all that it answers to a line that it does not understand is heard in Korean") {
  for (const char* line : {"sned",
                           "kill",
                           "kill two",
                           "kil 2",
                           "produce",
                           "produce --topic t --rate fast",
                           "produce --topic t --acks 7",
                           "produce --topic t --size",
                           "produce --topik t",
                           "send",
                           "send --topic t",
                           "consume",
                           "consume --frm-beginning",
                           "end",
                           "check",
                           "cut 1",
                           "cut 1 x",
                           "delay 1 2",
                           "delay 1 2 soon",
                           "heal",
                           "set 2",
                           "set 2 name",
                           "set x a=b",
                           "unset 2",
                           "unset two a",
                           "reset-file",
                           "wipe",
                           "format x",
                           "status now",
                           "help me",
                           "quit it",
                           "add-broker 4",
                           "reset all"}) {
    CAPTURE(line);
    const auto parsed = parse_console(line);
    REQUIRE_FALSE(parsed.ok());
    const std::string& message = parsed.error().message;
    CAPTURE(message);
    CHECK(in_korean(i18n::heard(message, i18n::Lang::ko)));
  }
}

TEST_CASE("console: each line of help is heard in Korean, how it is written stays") {
  const std::string help = console_help();
  for (std::size_t at = 0; at < help.size();) {
    const std::size_t end = help.find('\n', at);
    const std::string line = help.substr(at, end - at);
    CAPTURE(line);
    const std::string heard = i18n::heard(line, i18n::Lang::ko);
    CHECK(in_korean(heard));
    CHECK(heard.substr(0, 10) == line.substr(0, 10));
    at = end + 1;
  }
}

}  // namespace lab::commands
