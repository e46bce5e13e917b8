#include "app/views/source_actions.h"

#include <fmt/format.h>

#include <utility>

#include "app/sources/lab_clients.h"

namespace lab::views {
namespace {
constexpr const char* producer = "producer-1";
constexpr const char* consumer = "consumer-1";
constexpr std::size_t records_kept = 30, longest_value = 120;
}  // namespace

SourceActions::SourceActions(sources::Source& source, std::function<void()> export_picture)
    : source_(source), export_(std::move(export_picture)) {
  inbox_ = sources::Mailbox<std::string>::make(
      source_, records_kept, [this](std::deque<std::string> lines, std::uint64_t) {
        for (auto& line : lines) read_.push_back(std::move(line));
        while (read_.size() > records_kept) read_.pop_front();
      });
}

std::string SourceActions::bootstrap() const {
  std::string text;
  for (const auto& address : source_.bootstrap()) {
    text += (text.empty() ? "" : ",") + address.text();
  }
  return text;
}

void SourceActions::tell(const sources::Answer& answer) {
  source_.say(answer ? *answer : answer.error().message, !answer);
}

void SourceActions::node(const sources::NodeCommand& command) {
  source_.command(command, [this](const sources::Answer& answer) {
    if (!answer) tell(answer);
  });
}

void SourceActions::create_topic(const NewTopic& topic) {
  client::NewTopic wanted;
  wanted.name = topic.name;
  wanted.partitions = topic.partitions;
  wanted.replication_factor = static_cast<std::int16_t>(topic.replication_factor);
  const auto then = source_.back([this](const sources::Answer& answer) { tell(answer); });
  source_.with_clients(
      [wanted, then](sources::LabClients& clients) { clients.create_topic(wanted, then); });
}

void SourceActions::produce(const std::string& topic, const std::string& value) {
  sources::HandRecord record;
  record.topic = topic;
  record.value = value;
  const auto then = source_.back([this](const sources::Answer& answer) { tell(answer); });
  source_.with_clients(
      [record, then](sources::LabClients& clients) { clients.send(record, then); });
}

void SourceActions::produce_at(const std::string& topic, double per_second) {
  rate_ = per_second;
  ++asked_;
  if (per_second <= 0) {
    return source_.with_clients([](sources::LabClients& clients) { clients.stop(producer); });
  }
  sources::ProducePlan plan;
  plan.client = producer;
  plan.topic = topic;
  plan.per_second = per_second;
  source_.with_clients([this, plan, asked = asked_](sources::LabClients& clients) {
    clients.stop(producer, [this, plan, asked, &clients] { start(clients, plan, asked); });
  });
}

// Where the clients live. `asked`: the how manieth wish it is; only the last one's end counts.
void SourceActions::start(sources::LabClients& clients, const sources::ProducePlan& plan,
                          std::uint64_t asked) {
  const auto ended = source_.back([this, asked](const sources::Answer& answer) {
    if (!answer) tell(answer);
    if (asked == asked_) rate_ = 0;
  });
  if (const auto started = clients.start_producer(plan, ended); !started) ended(started.error());
}

void SourceActions::read(const std::string& topic) {
  read_.clear();
  source_.with_clients([this, topic](sources::LabClients& clients) {
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
  source_.hand_back([this, why = started.error().message] { source_.say(why, true); });
}

Notice SourceActions::notice() const {
  const auto& notices = source_.notices();
  return notices.empty() ? Notice{} : Notice{notices.back().text, notices.back().trouble};
}

std::string SourceActions::start_command(NodeId broker) const {
  for (const auto& files : source_.files()) {
    if (files.id == broker) return "brokerd " + files.properties;
  }
  return "";
}

std::vector<std::string> SourceActions::log_tail(NodeId broker, std::size_t lines) const {
  return source_.log_tail(broker, lines);
}

}  // namespace lab::views
