#include "app/sources/live_session.h"

#include <fmt/format.h>

#include <utility>

#include "app/sources/text_file.h"
#include "engine/host/clock.h"
#include "engine/host/properties_file.h"

namespace lab::sources {
namespace asio = host::asio;
namespace {
constexpr const char* producer = "producer-1";
constexpr const char* consumer = "consumer-1";
constexpr std::size_t records_kept = 30;
}  // namespace

LiveSession::LiveSession(ClusterDirectory directory, std::string brokerd, const std::string& record,
                         std::function<void()> wake)
    : wake_(std::move(wake)), io_(std::make_unique<asio::io_context>()), data_(directory.path()) {
  const auto slash = directory.path().find_last_not_of('/');
  const auto path = directory.path().substr(0, slash + 1);
  name_ = path.substr(path.rfind('/') + 1);
  files_ = directory.brokers();
  for (const auto& broker : files_) {
    addresses_.push_back({"localhost", broker.port});
  }
  thread_ = std::thread(
      [this, brokerd = std::move(brokerd), record, kept = std::move(directory)]() mutable {
        run(std::move(kept), std::move(brokerd), record);
      });
}

// Brokers are children of this thread: it lives as long as they do.
void LiveSession::run(ClusterDirectory directory, std::string brokerd, std::string record) {
  const auto work = asio::make_work_guard(*io_);
  std::unique_ptr<Recorder> recorder;
  if (!record.empty()) {
    auto made =
        Recorder::create(*io_, record, name_, [this](const std::string& why) { tell(why, true); });
    if (made) {
      recorder = std::move(made).value();
    } else {
      tell(made.error().message, true);
    }
  }
  const auto on_event = [this, &recorder](const trace::Event& event) {
    if (recorder) recorder->add(event);
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(event);
    }
    wake_();
  };
  cluster_ = std::make_unique<LiveCluster>(*io_, std::move(directory), std::move(brokerd),
                                           LiveCluster::Handlers{on_event, {}});
  clients_ = std::make_unique<LabClients>(
      *io_, addresses_, data_,
      LabClients::Handlers{[this](const trace::Event& event) { cluster_->publish(event); },
                           [this](const std::string& text) { tell(text, true); }});
  if (const auto started = cluster_->start_all(); !started) tell(started.error().message, true);
  io_->run();
  clients_.reset();
  cluster_.reset();
}

LiveSession::~LiveSession() {
  asio::post(*io_, [this] { cluster_->shut_down([this] { io_->stop(); }); });
  thread_.join();
}

Capabilities LiveSession::capabilities() const {
  Capabilities can;
  can.processes = can.clients = true;
  return can;
}

void LiveSession::post(std::function<void()> action) { asio::post(*io_, std::move(action)); }

void LiveSession::take(std::vector<trace::Event>& out) {
  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(mutex_);
    out.insert(out.end(), std::make_move_iterator(events_.begin()),
               std::make_move_iterator(events_.end()));
    events_.clear();
    calls.swap(calls_);
  }
  for (const auto& call : calls) call();
}

void LiveSession::command(const Command& command, Then then) {
  post([this, command, then = std::move(then)]() mutable {
    const auto* node = std::get_if<NodeCommand>(&command);
    auto answer = node != nullptr ? cluster_->carry_out(*node)
                                  : Answer(Error{"a live cluster cannot do this"});
    hand_back([then = std::move(then), answer = std::move(answer)] {
      if (then) then(answer);
    });
  });
}

void LiveSession::with_clients(std::function<void(LabClients&)> call) {
  post([this, call = std::move(call)] { call(*clients_); });
}

void LiveSession::hand_back(std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
  }
  wake_();
}

void LiveSession::tell(const std::string& text, bool trouble) {
  hand_back([this, text, trouble] { say(text, trouble); });
}

void LiveSession::tell(const Answer& answer) {
  tell(answer ? *answer : answer.error().message, !answer);
}

std::vector<NodeId> LiveSession::brokers() const {
  std::vector<NodeId> ids;
  for (const auto& files : files_) ids.push_back(files.id);
  return ids;
}

Instant LiveSession::now() const { return host::monotonic_now(); }

const BrokerFiles* LiveSession::files_of(NodeId broker) const {
  for (const auto& files : files_) {
    if (files.id == broker) return &files;
  }
  return nullptr;
}

Result<std::string> LiveSession::properties(NodeId broker) const {
  const auto* files = files_of(broker);
  if (files == nullptr) return Error{fmt::format("there is no broker {}", broker)};
  return host::read_properties_file(files->properties);
}

std::vector<std::string> LiveSession::log_tail(NodeId broker, std::size_t lines) const {
  const auto* files = files_of(broker);
  if (files == nullptr) return {};
  return last_lines({files->server_log(), files->output}, lines);
}

std::vector<std::string> LiveSession::records_read() const {
  const std::lock_guard lock(mutex_);
  return read_;
}

void LiveSession::create_topic(const std::string& name, int partitions, int replication_factor) {
  post([this, name, partitions, replication_factor] {
    client::NewTopic topic;
    topic.name = name;
    topic.partitions = partitions;
    topic.replication_factor = static_cast<std::int16_t>(replication_factor);
    clients_->create_topic(std::move(topic), [this](Answer answer) { tell(std::move(answer)); });
  });
}

void LiveSession::produce(const std::string& topic, const std::string& value) {
  post([this, topic, value] {
    HandRecord record;
    record.topic = topic;
    record.value = value;
    clients_->send(std::move(record), [this](Answer answer) { tell(std::move(answer)); });
  });
}

void LiveSession::produce_at(const std::string& topic, double per_second) {
  rate_ = per_second;
  post([this, topic, per_second] {
    const auto begin = [this, topic, per_second] {
      if (per_second <= 0) return;
      ProducePlan plan;
      plan.client = producer;
      plan.topic = topic;
      plan.per_second = per_second;
      if (const auto started = clients_->start_producer(std::move(plan)); !started) {
        rate_ = 0;
        tell(started.error().message, true);
      }
    };
    for (const auto& running : clients_->running()) {
      if (running == producer) return clients_->stop(producer, begin);
    }
    begin();
  });
}

void LiveSession::read(const std::string& topic) {
  post([this, topic] {
    const auto begin = [this, topic] {
      {
        const std::lock_guard lock(mutex_);
        read_.clear();
      }
      ReadPlan plan;
      plan.client = consumer;
      plan.topic = topic;
      const auto started =
          clients_->start_reader(plan, [this](const client::ConsumerRecord& record) {
            {
              const std::lock_guard lock(mutex_);
              read_.push_back(
                  fmt::format("{}-{} @{}  {}", record.topic, record.partition, record.offset,
                              record.value ? record.value->text().substr(0, 120) : "null"));
              if (read_.size() > records_kept) read_.erase(read_.begin());
            }
            wake_();
          });
      if (!started) tell(started.error().message, true);
    };
    for (const auto& running : clients_->running()) {
      if (running == consumer) return clients_->stop(consumer, begin);
    }
    begin();
  });
}

}  // namespace lab::sources
