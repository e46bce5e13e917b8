#include "app/commands/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "app/commands/kafka/client_settings.h"
#include "app/commands/kafka/kafka.h"
#include "app/sources/set_checks.h"
#include "engine/base/nearest.h"
#include "engine/base/utf8.h"

namespace lab::commands {
namespace {

using namespace sources;
using Words = std::vector<std::string>;
using Parsed = Result<ConsoleCommand>;

std::string shortened(const std::string& text) { return std::string(utf8_start(text, 40)); }

template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

Parsed takes(const std::string& usage) { return Error{"it takes: " + usage}; }

// ---- Options: "--topic orders --rate 10"

struct Options {
  std::map<std::string, std::string> values;  // "--topic" -> "orders"
  std::set<std::string> flags;                // "--from-beginning"
  Words rest;
  std::string get(const std::string& name, const std::string& otherwise = {}) const {
    const auto at = values.find(name);
    return at == values.end() ? otherwise : at->second;
  }
};

Result<Options> options_of(const Words& words, const Words& with_value, const Words& flags) {
  Options options;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--") || word == "--") {
      options.rest.push_back(word);
    } else if (std::count(flags.begin(), flags.end(), word) != 0) {
      options.flags.insert(word);
    } else if (std::count(with_value.begin(), with_value.end(), word) == 0) {
      Words all = with_value;
      all.insert(all.end(), flags.begin(), flags.end());
      const std::string near = nearest(word, all, word.size() / 2 + 1);
      return Error{fmt::format("{} has no option {}{}. There are: {}", words[0], shortened(word),
                               near.empty() ? "" : fmt::format(" (did you mean {}?)", near),
                               fmt::join(all, ", "))};
    } else if (i + 1 == words.size()) {
      return Error{fmt::format("{} needs a value", word)};
    } else {
      options.values[word] = words[++i];
    }
  }
  return options;
}

template <class Number>
Result<Number> option_number(const Options& options, const std::string& name, Number otherwise,
                             Number least, Number most) {
  const auto at = options.values.find(name);
  if (at == options.values.end()) return otherwise;
  const auto value = number_of<Number>(at->second);
  if (value && *value >= least && *value <= most) return *value;
  return Error{
      fmt::format("{} {}: a number from {} to {}", name, shortened(at->second), least, most)};
}

Result<client::Acks> acks_of(const Options& options) {
  const std::string text = options.get("--acks", "all");
  if (text == "all" || text == "-1") return client::Acks::all;
  if (text == "1") return client::Acks::leader;
  if (text == "0") return client::Acks::none;
  return Error{fmt::format("--acks {}: all, 1 or 0", shortened(text))};
}

Result<std::optional<PartitionIndex>> partition_of(const Options& options) {
  const auto index = option_number<std::int32_t>(options, "--partition", -1, 0, 1'000'000);
  if (!index) return index.error();
  if (*index < 0) return std::optional<PartitionIndex>();
  return std::optional(PartitionIndex(*index));
}

// The addresses that a client begins with; none: the cluster's.
Result<std::vector<Address>> bootstrap_of(const Options& options) {
  const auto at = options.values.find("--bootstrap-server");
  if (at == options.values.end()) return std::vector<Address>{};
  return kafka::parse_bootstrap(at->second);
}

// ---- Brokers, links, files

Result<NodeId> broker_of(const std::string& text, const std::string& example) {
  const auto id = number_of<std::int32_t>(text);
  if (id && *id >= 1) return NodeId{*id};
  return Error{fmt::format("\"{}\" is no broker's number: {}", shortened(text), example)};
}

// "2", or "clients".
Result<NodeId> end_of(const std::string& text, const std::string& example) {
  if (text == "clients") return clients_end;
  return broker_of(text, example);
}

Parsed parse_node(NodeAction action, const Words& words) {
  const std::string name(name_of(action));
  if (words.size() != 2) return Error{fmt::format("{0} takes the broker's number: {0} 2", name)};
  const auto node = broker_of(words[1], name + " 2");
  if (!node) return node.error();
  return ConsoleCommand{Command{NodeCommand{action, *node}}};
}

Parsed parse_files(FilesAction action, const Words& words) {
  const std::string name(name_of(action));
  if (words.size() != 2) return Error{fmt::format("{0} takes the broker's number: {0} 2", name)};
  const auto node = broker_of(words[1], name + " 2");
  if (!node) return node.error();
  return ConsoleCommand{Command{FilesCommand{action, *node}}};
}

Parsed parse_link(LinkAction action, const Words& words) {
  const std::string name(name_of(action));
  const bool delayed = action == LinkAction::delay;
  const std::string example = name + (delayed ? " 1 2 50" : " 1 2");
  const auto options = options_of(words, {}, {"--one-way"});
  if (!options) return options.error();
  const Words& ends = options->rest;
  LinkCommand link;
  link.action = action;
  link.both_ways = !options->flags.contains("--one-way");
  if (action == LinkAction::heal && ends == Words{"all"}) return ConsoleCommand{Command{link}};
  if (ends.size() != (delayed ? 3U : 2U)) {
    return takes(fmt::format("two brokers, or \"clients\"{}: {} [--one-way]",
                             delayed ? ", and the milliseconds" : "", example));
  }
  const auto from = end_of(ends[0], example), to = end_of(ends[1], example);
  if (!from) return from.error();
  if (!to) return to.error();
  link.from = *from;
  link.to = *to;
  if (!delayed) return ConsoleCommand{Command{link}};
  const auto ms = number_of<std::int64_t>(ends[2]);
  if (!ms || *ms < 0 || *ms > 600'000) {
    return Error{
        fmt::format("\"{}\" is no number of milliseconds: {}", shortened(ends[2]), example)};
  }
  link.delay = milliseconds(*ms);
  return ConsoleCommand{Command{link}};
}

Parsed parse_set(const Words& words) {
  if (words.size() != 3) return takes("a broker and a property: set 2 num.partitions=3");
  const auto node = broker_of(words[1], "set 2 NAME=VALUE");
  if (!node) return node.error();
  const auto equals = words[2].find('=');
  if (equals == std::string::npos || equals == 0) {
    return Error{fmt::format("\"{}\" is not NAME=VALUE", shortened(words[2]))};
  }
  return ConsoleCommand{
      Command{PropertyCommand{*node, words[2].substr(0, equals), words[2].substr(equals + 1)}}};
}

Parsed parse_unset(const Words& words) {
  if (words.size() != 3) return takes("a broker and a property's name: unset 2 num.partitions");
  const auto node = broker_of(words[1], "unset 2 NAME");
  if (!node) return node.error();
  return ConsoleCommand{Command{PropertyCommand{*node, words[2], std::nullopt}}};
}

// ---- Clients

Parsed parse_produce(const Words& words) {
  const auto options = options_of(words,
                                  {"--topic", "--rate", "--records", "--acks", "--client",
                                   "--partition", "--size", "--bootstrap-server"},
                                  {});
  if (!options) return options.error();
  ProducePlan plan;
  plan.topic = options->get("--topic");
  if (plan.topic.empty() || !options->rest.empty()) {
    return takes(
        "produce --topic orders [--rate 10] [--records 100] [--acks all|1|0] "
        "[--client NAME] [--partition 0] [--size BYTES] [--bootstrap-server HOST:PORT,...]");
  }
  plan.client = options->get("--client");
  const auto rate = option_number<double>(*options, "--rate", 10, 0, 1e6);
  const auto records = option_number<std::uint64_t>(*options, "--records", 0, 1, 1'000'000'000);
  const auto size = option_number<std::uint32_t>(*options, "--size", 0, 1, 1'000'000);
  const auto acks = acks_of(*options);
  const auto partition = partition_of(*options);
  const auto bootstrap = bootstrap_of(*options);
  if (!bootstrap) return bootstrap.error();
  if (!rate) return rate.error();
  if (!records) return records.error();
  if (!size) return size.error();
  if (!acks) return acks.error();
  if (!partition) return partition.error();
  plan.per_second = *rate;
  plan.records = *records;
  plan.value_bytes = *size;
  plan.acks = *acks;
  plan.partition = *partition;
  plan.bootstrap = *bootstrap;
  return ConsoleCommand{plan};
}

Parsed parse_send(const Words& words) {
  const auto options =
      options_of(words, {"--topic", "--key", "--partition", "--acks", "--client"}, {});
  if (!options) return options.error();
  HandRecord record;
  record.topic = options->get("--topic");
  if (record.topic.empty() || options->rest.empty()) {
    return takes("send --topic orders [--key K] [--partition 0] [--acks all|1|0] VALUE");
  }
  record.value = fmt::format("{}", fmt::join(options->rest, " "));
  if (options->values.contains("--key")) record.key = options->get("--key");
  record.client = options->get("--client");
  const auto acks = acks_of(*options);
  const auto partition = partition_of(*options);
  if (!acks) return acks.error();
  if (!partition) return partition.error();
  record.acks = *acks;
  record.partition = *partition;
  return ConsoleCommand{record};
}

Parsed parse_consume(const Words& words) {
  const auto options =
      options_of(words, {"--topic", "--client", "--bootstrap-server"}, {"--from-beginning"});
  if (!options) return options.error();
  ReadPlan plan;
  plan.topic = options->get("--topic");
  if (plan.topic.empty() || !options->rest.empty()) {
    return takes(
        "consume --topic orders [--client NAME] [--from-beginning] "
        "[--bootstrap-server HOST:PORT,...]");
  }
  const auto bootstrap = bootstrap_of(*options);
  if (!bootstrap) return bootstrap.error();
  plan.bootstrap = *bootstrap;
  plan.client = options->get("--client");
  plan.start = options->flags.contains("--from-beginning") ? client::StartAt::beginning()
                                                           : client::StartAt::end();
  return ConsoleCommand{plan};
}

template <class Named>
Parsed parse_named(const Words& words) {
  if (words.size() != 2) return Error{fmt::format("{0} takes a client's name: {0} shop", words[0])};
  return ConsoleCommand{Named{words[1]}};
}

template <class Alone>
Parsed parse_alone(const Words& words) {
  if (words.size() != 1) return Error{fmt::format("{} takes nothing behind it", words[0])};
  return ConsoleCommand{Alone{}};
}

template <ClusterAction action>
Parsed parse_cluster(const Words& words) {
  if (words.size() != 1) return Error{fmt::format("{} takes nothing behind it", words[0])};
  return ConsoleCommand{Command{ClusterCommand{action}}};
}

template <NodeAction action>
Parsed node(const Words& words) {
  return parse_node(action, words);
}
template <LinkAction action>
Parsed link(const Words& words) {
  return parse_link(action, words);
}
template <FilesAction action>
Parsed files(const Words& words) {
  return parse_files(action, words);
}

// ---- All

struct Entry {
  const char* word;
  Parsed (*parse)(const Words&);
  const char* usage;  // nullptr: another word for the one before
  const char* what;
};

constexpr Entry entries[] = {
    {"kill", node<NodeAction::kill>, "kill N", "end broker N at once (SIGKILL)"},
    {"stop", node<NodeAction::stop>, "stop N",
     "stop it cleanly (SIGTERM): it hands its leaders over first"},
    {"start", node<NodeAction::start>, "start N",
     "start it again, with what its server-N.properties says now"},
    {"freeze", node<NodeAction::freeze>, "freeze N", "let it stand still (SIGSTOP)"},
    {"thaw", node<NodeAction::thaw>, "thaw N", "let it go on (SIGCONT)"},
    {"produce", parse_produce, "produce --topic T",
     "a producer: [--rate N] [--records N] [--acks all|1|0] [--client NAME] [--partition P] "
     "[--size BYTES] [--bootstrap-server A,B]"},
    {"send", parse_send, "send --topic T VALUE",
     "one record: [--key K] [--partition P] [--acks A]"},
    {"consume", parse_consume, "consume --topic T",
     "a reader: [--client NAME] [--from-beginning] [--bootstrap-server A,B]"},
    {"end", parse_named<EndClient>, "end NAME", "end a producer or a reader"},
    {"check", parse_named<CheckLedger>, "check NAME",
     "read all that this producer wrote, and count what is lost"},
    {"cut", link<LinkAction::cut>, "cut A B", "cut the link between two brokers [--one-way]"},
    {"heal", link<LinkAction::heal>, "heal A B | all", "heal it, or all"},
    {"delay", link<LinkAction::delay>, "delay A B MS", "slow it down"},
    {"reset-link", link<LinkAction::reset>, "reset-link A B", "break its connections"},
    {"set", parse_set, "set N NAME=VALUE", "change a line of server-N.properties"},
    {"unset", parse_unset, "unset N NAME", "take a line out of it"},
    {"reset-file", files<FilesAction::reset_properties>, "reset-file N",
     "server-N.properties as it was generated"},
    {"wipe", files<FilesAction::wipe>, "wipe N",
     "empty the log directory of a broker that is down"},
    {"format", files<FilesAction::format>, "format N", "format it (kafka-storage format)"},
    {"add-broker", parse_cluster<ClusterAction::add_broker>, "add-broker", "one broker more"},
    {"reset", parse_cluster<ClusterAction::reset>, "reset", "a fresh cluster: everything goes"},
    {"status", parse_alone<Status>, "status", "how the cluster stands"},
    {"help", parse_alone<Help>, "help", "this list"},
    {"?", parse_alone<Help>, nullptr, nullptr},
    {"quit", parse_alone<Quit>, "quit", "end all brokers"},
    {"exit", parse_alone<Quit>, nullptr, nullptr},
};

Words all_words() {
  Words words = kafka::tool_names();
  for (const auto& entry : entries) words.emplace_back(entry.word);
  return words;
}

std::string what_there_is() {
  std::string list = "There are: ";
  for (const auto& entry : entries) {
    if (entry.usage != nullptr) list += fmt::format("{}, ", entry.usage);
  }
  return list + "and Kafka's tools (kafka-topics and so on)";
}

}  // namespace

bool is_blank(std::string_view line) {
  const auto at = line.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos || line[at] == '#';
}

Result<ConsoleCommand> parse_console(std::string_view line) {
  const auto words = shell_words(line);
  if (!words) return words.error();
  if (words->empty()) return Error{what_there_is()};
  const std::string& first = words->front();
  for (const auto& entry : entries) {
    if (first == entry.word) return entry.parse(*words);
  }
  if (const std::string tool = kafka::tool_named(first); !tool.empty()) {
    return ConsoleCommand{KafkaLine{tool, {words->begin() + 1, words->end()}}};
  }
  const std::string near =
      first.size() > 64 ? "" : nearest(first, all_words(), first.size() / 2 + 1);
  return Error{fmt::format("unknown command \"{}\"{}. {}", shortened(first),
                           near.empty() ? "" : fmt::format(" (did you mean {}?)", near),
                           what_there_is())};
}

std::string console_help() {
  std::string text;
  for (const auto& entry : entries) {
    if (entry.usage != nullptr) text += fmt::format("{:<22}{}\n", entry.usage, entry.what);
  }
  return text +
         "kafka-topics, kafka-console-producer, … as Kafka's; without --bootstrap-server: "
         "this cluster\n";
}

Result<> check_settings(const std::vector<std::pair<std::string, std::string>>& settings) {
  return sources::check_settings(settings);
}

}  // namespace lab::commands
