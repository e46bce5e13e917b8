#include "app/views/source_actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "app/sources/lab_clients.h"

namespace lab::views {
namespace {
constexpr const char* producer = "producer-1";
constexpr const char* consumer = "consumer-1";
constexpr std::string_view consumer_tool = "kafka-console-consumer";
constexpr std::size_t records_kept = 30, longest_value = 120;
constexpr std::size_t lines_kept = 1000, longest_line = 4000;
}  // namespace

SourceActions::SourceActions(commands::Console::Surroundings around,
                             std::function<void()> export_picture)
    : export_(std::move(export_picture)), around_(std::move(around)) {}

void SourceActions::use(sources::Source& source) {
  source_ = &source;
  console_ = std::make_unique<commands::Console>(source, around_);
  rate_ = 0;
  read_.clear();
  line_open_ = tool_runs_ = false;
  after_tool_.clear();
  inbox_ = sources::Mailbox<std::string>::make(
      source, records_kept, [this](std::deque<std::string> lines, std::uint64_t) {
        for (auto& line : lines) read_.push_back(std::move(line));
        while (read_.size() > records_kept) read_.pop_front();
      });
}

std::string SourceActions::bootstrap() const {
  std::string text;
  for (const auto& address : source_->bootstrap()) {
    text += (text.empty() ? "" : ",") + address.text();
  }
  return text;
}

void SourceActions::tell(const sources::Answer& answer) {
  source_->say(answer ? *answer : answer.error().message, !answer);
}

void SourceActions::node(const sources::NodeCommand& command) {
  source_->command(command, [this](const sources::Answer& answer) {
    if (!answer) tell(answer);
  });
}

void SourceActions::create_topic(const NewTopic& topic) {
  client::NewTopic wanted;
  wanted.name = topic.name;
  wanted.partitions = topic.partitions;
  wanted.replication_factor = static_cast<std::int16_t>(topic.replication_factor);
  const auto then = source_->back([this](const sources::Answer& answer) { tell(answer); });
  source_->with_clients(
      [wanted, then](sources::LabClients& clients) { clients.create_topic(wanted, then); });
}

void SourceActions::produce(const std::string& topic, const std::string& value) {
  sources::HandRecord record;
  record.topic = topic;
  record.value = value;
  const auto then = source_->back([this](const sources::Answer& answer) { tell(answer); });
  source_->with_clients(
      [record, then](sources::LabClients& clients) { clients.send(record, then); });
}

void SourceActions::produce_at(const std::string& topic, double per_second) {
  rate_ = per_second;
  ++asked_;
  if (per_second <= 0) {
    return source_->with_clients([](sources::LabClients& clients) { clients.stop(producer); });
  }
  sources::ProducePlan plan;
  plan.client = producer;
  plan.topic = topic;
  plan.per_second = per_second;
  source_->with_clients([this, plan, asked = asked_](sources::LabClients& clients) {
    clients.stop(producer, [this, plan, asked, &clients] { start(clients, plan, asked); });
  });
}

// Where the clients live. `asked`: the how manieth wish it is; only the last one's end counts.
void SourceActions::start(sources::LabClients& clients, const sources::ProducePlan& plan,
                          std::uint64_t asked) {
  const auto ended = source_->back([this, asked](const sources::Answer& answer) {
    if (!answer) tell(answer);
    if (asked == asked_) rate_ = 0;
  });
  if (const auto started = clients.start_producer(plan, ended); !started) ended(started.error());
}

void SourceActions::read(const std::string& topic) {
  read_.clear();
  source_->with_clients([this, topic](sources::LabClients& clients) {
    clients.stop(consumer, [this, topic, &clients] { start_reader(clients, topic); });
  });
}

void SourceActions::start_reader(sources::LabClients& clients, const std::string& topic) {
  sources::ReadPlan plan;
  plan.client = consumer;
  plan.topic = topic;
  const auto started = clients.start_reader(plan, [inbox = inbox_](
                                                      const client::ConsumerRecord& record) {
    inbox->put(fmt::format("{}-{} @{}  {}", record.topic, record.partition, record.offset,
                           record.value ? record.value->text().substr(0, longest_value) : "null"));
  });
  if (started) return;
  source_->hand_back([this, why = started.error().message] { source_->say(why, true); });
}

void SourceActions::run(const std::string& line) {
  using Kind = ConsoleLine::Kind;
  line_open_ = false;
  const auto command = commands::parse_console(line);
  // One that only prints has no use for a line: it is ended, and the line is run after it.
  if (tool_runs_ && tool_ == consumer_tool && command) {
    console_->cancel();
    after_tool_.push_back(line);
    return;
  }
  print(Kind::asked, line + "\n");
  if (tool_runs_ && console_->input(line)) return;
  const auto* kafka = command ? std::get_if<commands::KafkaLine>(&*command) : nullptr;
  const bool tool = kafka != nullptr;
  if (tool) tool_runs_ = true, tool_ = kafka->tool;
  commands::Output output;
  output.out = [this, tool](std::string_view text) { print(Kind::out, text, tool); };
  output.err = [this, tool](std::string_view text) { print(Kind::err, text, tool); };
  output.record = [this](std::string_view text) { print(Kind::out, text, true); };
  output.done = [this, tool](int) {
    if (!tool) return;
    tool_runs_ = false;
    for (const auto& next : std::exchange(after_tool_, {})) run(next);
  };
  console_->run(line, std::move(output));
}

// A line that came without its end goes on with the next text of its kind.
void SourceActions::print(ConsoleLine::Kind kind, std::string_view text, bool verbatim) {
  ++printed_;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const bool goes_on = line_open_ && !said_.empty() && said_.back().kind == kind &&
                         said_.back().verbatim == verbatim;
    if (!goes_on) said_.push_back({kind, "", verbatim});
    auto& line = said_.back().text;
    if (line.size() < longest_line) line += text.substr(0, std::min(end, longest_line));
    line_open_ = end == text.size();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (said_.size() > lines_kept) said_.pop_front();
}

Notice SourceActions::notice() const {
  const auto& notices = source_->notices();
  return notices.empty() ? Notice{} : Notice{notices.back().text, notices.back().trouble};
}

std::string SourceActions::start_command(NodeId broker) const {
  for (const auto& files : source_->files()) {
    if (files.id == broker) return "brokerd " + files.properties;
  }
  return "";
}

std::vector<std::string> SourceActions::log_tail(NodeId broker, std::size_t lines) const {
  return source_->log_tail(broker, lines);
}

}  // namespace lab::views
