// Command lines of Kafka's tools: what they mean, and what is said of those that mean nothing.
#include <doctest/doctest.h>

#include "app/commands/kafka/kafka.h"

namespace lab::commands::kafka {
namespace {

Result<std::string> no_files(const std::string& path) {
  return Error{path + " (No such file or directory)"};
}

Result<Command> parse_line(const std::string& line, const std::string& bootstrap = "") {
  auto words = split_words(line);
  REQUIRE(words.ok());
  const std::string tool = tool_named(words->front());
  words->erase(words->begin());
  return parse(tool, *words, no_files, bootstrap);
}

template <class What>
What meaning(const std::string& line) {
  const auto command = parse_line(line + " --bootstrap-server localhost:9092");
  REQUIRE_MESSAGE(command.ok(), command.error().message);
  return std::get<What>(command->what);
}

std::string refusal(const std::string& line) {
  const auto command = parse_line(line);
  return command ? "parsed" : command.error().message;
}

bool says(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the tutorial's command, word for word") {
  const auto command = parse_line(
      "kafka-topics --bootstrap-server localhost:9092 --create --topic orders --partitions 3 "
      "--replication-factor 2");
  REQUIRE(command.ok());
  const auto& topics = std::get<TopicsCommand>(command->what);
  CHECK(topics.action == TopicsCommand::Action::create);
  CHECK(topics.client.bootstrap == std::vector<Address>{{"localhost", 9092}});
  CHECK(topics.topic == "orders");
  CHECK(topics.partitions == 3);
  CHECK(topics.replication_factor == 2);
  CHECK(command->notices.empty());
}

TEST_CASE("tools are known by their names, also with .sh and a path") {
  CHECK(tool_named("/opt/kafka/bin/kafka-topics.sh") == "kafka-topics");
  CHECK(tool_named("kafka-dump-log") == "kafka-dump-log");
  CHECK(tool_named("kafka-reassign-partitions").empty());
}

TEST_CASE("options in any order and manner") {
  const auto same = meaning<TopicsCommand>("kafka-topics --create --topic a --partitions 2");
  for (const char* line :
       {"kafka-topics --partitions=2 --topic=a --create", "kafka-topics -topic a -create --part 2",
        "kafka-topics --topic a --crea --partitions 2 passed-over"}) {
    if (std::string(line).find("--part ") != std::string::npos) {
      CHECK(says(refusal(line), "part is not a recognized option"));  // two options begin so
      continue;
    }
    CHECK(meaning<TopicsCommand>(line) == same);
  }
}

TEST_CASE("what is no option is named, with the nearest one and what older tutorials mean") {
  CHECK(says(refusal("kafka-topics --bootstrap-server a:1 --liste"),
             "liste is not a recognized option (did you mean --list?)"));
  CHECK(says(refusal("kafka-topics --zookeeper localhost:2181 --list"),
             "zookeeper is not a recognized option (Kafka 4 has no ZooKeeper"));
  CHECK(says(refusal("kafka-console-producer --broker-list localhost:9092 --topic a"),
             "say --bootstrap-server instead"));
  CHECK(says(refusal("kafka-get-offsets --bootstrap-server a:1 --topik a"),
             "Error occurred: topik is not a recognized option (did you mean --topic?)"));
}

TEST_CASE("kafka-topics: what must be and what cannot be together, in Kafka's words") {
  const std::pair<const char*, const char*> cases[] = {
      {"--list --create --topic a", "Command must include exactly one action"},
      {"--topic a", "Command must include exactly one action"},
      {"--create", "Missing required argument \"[topic]\""},
      {"--alter --topic a", "Missing required argument \"[partitions]\""},
      {"--create --topic a --partitions", "Option partitions requires an argument"},
      {"--create --topic a --partitions x", "Cannot parse argument 'x' of option partitions"},
      {"--create --topic a --partitions 0", "The partitions must be greater than 0"},
      {"--create --topic a --replication-factor 0", "must be between 1 and 32767 inclusive"},
      {"--create --topic a --topic b", "Found multiple arguments for option topic"},
      {"--list --partitions 3", "Option \"[partitions]\" can't be used with option \"[list]\""},
      {"--describe --if-not-exists",
       "\"[if-not-exists]\" can't be used with option \"[describe]\""},
      {"--create --topic a --replica-assignment 1:2 --partitions 1",
       "\"[replica-assignment]\" can't be used with option \"[partitions]\""},
      {"--create --topic a --replica-assignment 1:1", "may not contain duplicate entries: 1"},
      {"--create --topic a --replica-assignment 1:2,3",
       "Partition 1 has different replication factor: [3]"},
      {"--create --topic a --config retention.ms", "must be in the format \"key=val\""},
      {"--describe --topic a(", "is an invalid regex"},
      {"--describe --topic-id nonsense", "is no topic id"},
  };
  for (const auto& [line, part] : cases) {
    CHECK(says(refusal(std::string("kafka-topics --bootstrap-server a:1 ") + line), part));
  }
  CHECK(says(refusal("kafka-topics --list"), "--bootstrap-server must be specified"));
  const auto assigned = meaning<TopicsCommand>(
      "kafka-topics --create --topic a --replica-assignment 1:2,2:3 --config a.b=c=d --config x=1");
  CHECK(assigned.assignment == std::vector<std::vector<std::int32_t>>{{1, 2}, {2, 3}});
  CHECK(assigned.configs == std::map<std::string, std::string>{{"a.b", "c=d"}, {"x", "1"}});
}

TEST_CASE("bootstrap servers") {
  CHECK(parse_bootstrap("a:1, b:2,,PLAINTEXT://c:3,[::1]:4")->size() == 4);
  CHECK((*parse_bootstrap("[::1]:4"))[0].host == "::1");
  for (const char* wrong :
       {"localhost", "localhost:", ":9092", "localhost:99999", "", ",", "a b/c:1"}) {
    CHECK(!parse_bootstrap(wrong).ok());
  }
  CHECK(says(refusal("kafka-topics --list --bootstrap-server localhost"),
             "Invalid url in bootstrap.servers: localhost"));
  // The console of a lab fills in its own cluster.
  const auto command = parse_line("kafka-topics --list", "localhost:9092,localhost:9093");
  REQUIRE(command.ok());
  CHECK(std::get<TopicsCommand>(command->what).client.bootstrap.size() == 2);
}

TEST_CASE("client settings: obeyed, without effect, refused") {
  const auto read = [](const std::string&) -> Result<std::string> {
    return std::string("request.timeout.ms=1234\nsend.buffer.bytes=5\nclient.id=me\n");
  };
  const auto command =
      parse("kafka-topics",
            {"--list", "--bootstrap-server", "a:1", "--command-config", "client.properties"}, read);
  REQUIRE(command.ok());
  const auto& settings = std::get<TopicsCommand>(command->what).client;
  CHECK(admin_options(settings).network.request_timeout == milliseconds(1234));
  CHECK(settings.client_id("x") == "me");
  CHECK(command->notices == "send.buffer.bytes=5 is without effect here\n");
  const std::string tool = "kafka-console-producer --bootstrap-server a:1 --topic t ";
  CHECK(says(refusal(tool + "--command-property sasl.mechanism=PLAIN"), "there is no SASL"));
  CHECK(says(refusal(tool + "--command-property transactional.id=x"), "no transactions"));
  CHECK(
      says(refusal(tool + "--request-required-acks 2"), "Invalid value 2 for configuration acks"));
  CHECK(says(refusal(tool + "--command-config none.properties"), "No such file"));
}

TEST_CASE("kafka-console-producer: options become the producer's properties") {
  const auto plain = meaning<ProducerCommand>("kafka-console-producer --topic t");
  client::ProducerOptions options;
  apply(plain.client, options);
  CHECK(options.acks == client::Acks::all);
  CHECK(options.linger == milliseconds(1000));
  CHECK(options.network.request_timeout == milliseconds(1500));
  CHECK(options.compression == protocol::Compression::none);
  const auto set = meaning<ProducerCommand>(
      "kafka-console-producer --topic t --request-required-acks 1 --compression-codec --timeout 5 "
      "--command-property linger.ms=7 --command-property buffer.memory=1000 --sync");
  apply(set.client, options);
  CHECK(options.acks == client::Acks::leader);
  CHECK(options.compression == protocol::Compression::gzip);
  CHECK(options.linger == milliseconds(5));
  CHECK(options.buffer_memory == 1000);
  CHECK(set.sync);
  const auto old = parse_line(
      "kafka-console-producer --bootstrap-server a:1 --topic t --property parse.key=true "
      "--property key.separator=:");
  REQUIRE(old.ok());
  CHECK(says(old->notices, "--property is deprecated"));
  CHECK(std::get<ProducerCommand>(old->what).reader.key_separator == ":");
}

TEST_CASE("kafka-console-consumer: where reading starts, and what is refused by name") {
  using Kind = client::StartAt::Kind;
  const auto start = [](const std::string& options) {
    return meaning<ConsumerCommand>("kafka-console-consumer --topic t " + options).start;
  };
  CHECK(start("").kind == Kind::end);
  CHECK(start("--from-beginning").kind == Kind::beginning);
  CHECK(start("--partition 0 --offset earliest").kind == Kind::beginning);
  CHECK(start("--partition 0").kind == Kind::end);
  CHECK(start("--partition 0 --offset 17").value == 17);
  const std::string tool = "kafka-console-consumer --bootstrap-server a:1 ";
  CHECK(says(refusal(tool + "--topic t --group g"), "no consumer groups"));
  CHECK(says(refusal(tool + "--topic t --command-property group.id=g"), "no consumer groups"));
  CHECK(says(refusal(tool + "--topic t --offset 3"), "The partition is required"));
  CHECK(says(refusal(tool + "--topic t --partition 0 --offset x"), "'x' is incorrect"));
  CHECK(says(refusal(tool), "Exactly one of --topic and --include"));
  CHECK(says(refusal(tool + "--topic t --formatter a.b.C"), "--formatter a.b.C"));
}

TEST_CASE("kafka-get-offsets: rules of partitions and times") {
  const auto rules =
      meaning<OffsetsCommand>("kafka-get-offsets --topic-partitions a:1,b:0-3,c,d:5-,e:-3,:2")
          .rules;
  REQUIRE(rules.size() == 6);
  CHECK(rules[0].partitions == std::vector<std::int32_t>{1});
  CHECK(rules[1].from == 0);
  CHECK(rules[1].below == 3);
  CHECK(rules[3].from == 5);
  CHECK(rules[4].below == 3);
  CHECK(rules[5].topic == ".*");
  CHECK(meaning<OffsetsCommand>("kafka-get-offsets").time == -1);
  CHECK(meaning<OffsetsCommand>("kafka-get-offsets --time earliest").time == -2);
  CHECK(meaning<OffsetsCommand>("kafka-get-offsets --time -3").time == -3);
  const std::string tool = "kafka-get-offsets --bootstrap-server a:1 ";
  CHECK(says(refusal(tool + "--time x"), "Malformed time argument x."));
  CHECK(says(refusal(tool + "--topic a --topic-partitions b"), "cannot be used with --topic"));
  CHECK(says(refusal(tool + "--partitions 1,x"), "comma separated list of numeric"));
}

TEST_CASE("kafka-metadata-quorum") {
  const auto parsed = [](const std::string& rest) {
    return refusal("kafka-metadata-quorum --bootstrap-server a:1 " + rest);
  };
  CHECK(parsed("describe --status") == "parsed");
  CHECK(parsed("describe --replication --human-readable") == "parsed");
  CHECK(says(parsed("describe"), "One of --status or --replication must be specified"));
  CHECK(says(parsed("describe --status --replication"), "Only one of --status or --replication"));
  CHECK(says(parsed("describe --status --human-readable"), "only supported along with"));
  CHECK(says(parsed("describe --statsu"), "did you mean --status?"));
  CHECK(says(parsed(""), "too few arguments"));
  CHECK(says(parsed("add-controller"), "no dynamic quorum"));
  CHECK(says(refusal("kafka-metadata-quorum describe --status"), "--bootstrap-server is required"));
}

TEST_CASE("kafka-dump-log") {
  const auto command =
      parse_line("kafka-dump-log --files a.log,b.index --cluster-metadata-decoder");
  REQUIRE(command.ok());
  const auto& dump = std::get<DumpLogCommand>(command->what);
  CHECK(dump.files == std::vector<std::string>{"a.log", "b.index"});
  CHECK(dump.deep);
  CHECK(dump.print_data);
  CHECK(says(refusal("kafka-dump-log --files a.log --offsets-decoder"), "no consumer groups"));
  CHECK(says(refusal("kafka-dump-log --print-data-log"), "Missing required argument \"[files]\""));
}

TEST_CASE("help and version") {
  for (const auto& tool : tool_names()) {
    const auto help = parse(tool, {"--help"}, no_files);
    REQUIRE(help.ok());
    const auto& say = std::get<Say>(help->what);
    CHECK(says(say.out + say.err, tool));
    CHECK(std::get<Say>(parse(tool, {"--version"}, no_files)->what).out.starts_with("4.3.1 "));
  }
  CHECK(std::get<Say>(parse("kafka-topics", {}, no_files)->what).exit_code == 1);  // as Kafka
}

TEST_CASE("words of a line, as a shell splits them") {
  CHECK(*split_words("a  'b c' \"d \\\" e\" f\\ g ''") ==
        std::vector<std::string>{"a", "b c", "d \" e", "f g", ""});
  CHECK(!split_words("a 'b").ok());
}

}  // namespace lab::commands::kafka
