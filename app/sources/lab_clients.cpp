#include "app/sources/lab_clients.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/sources/ledger_check.h"
#include "engine/host/clock.h"
#include "engine/protocol/error_codes.h"

namespace lab::sources {
namespace {

constexpr auto disk_look = std::chrono::seconds(1);
constexpr auto least_tick = std::chrono::milliseconds(5);
constexpr auto most_tick = std::chrono::milliseconds(100);
constexpr std::uint64_t most_in_one_tick = 10'000;

std::string acks_text(client::Acks acks) {
  return acks == client::Acks::all ? "all" : acks == client::Acks::leader ? "1" : "0";
}

std::string value_of(const ProducePlan& plan, std::uint64_t number) {
  std::string value = fmt::format("{} record {}", plan.client, number);
  if (value.size() < plan.value_bytes) value.append(plan.value_bytes - value.size(), '.');
  return value;
}

}  // namespace

// A producer, and the numbers of its records that were acknowledged.
struct LabClients::Producing {
  ProducePlan plan;
  std::string run;               // RecordIdentity::producer
  client::Producer* producer{};  // null: it has ended
  std::uint64_t next = 0;        // number of the next record
  NumberSet promised;
  std::vector<std::string> topics;
  // At a rate.
  bool at_rate = false;
  Instant begun{};
  std::uint64_t due_before = 0;  // records that were due at the last tick
  std::unique_ptr<host::asio::steady_timer> timer;
};

LabClients::LabClients(host::asio::io_context& io, std::vector<Address> bootstrap, std::string data,
                       Handlers handlers)
    : io_(io),
      bootstrap_(std::move(bootstrap)),
      data_(std::move(data)),
      handlers_(std::move(handlers)),
      machine_(std::make_unique<client::ClientMachine>(true)),
      disk_timer_(io) {
  host::RunnerOptions options;
  options.on_trace = [this](const trace::Event& event) { handlers_.on_event(event); };
  runner_ = std::make_unique<host::Runner>(io, *machine_, std::move(options));
  runner_->start();
  call([this] {
    const auto backoff = to_ms(client::NetworkOptions{}.retry_backoff);
    machine_->context().trace(trace::PropertySeen{"retry.backoff.ms", std::to_string(backoff), ""});
  });
}

LabClients::~LabClients() { runner_.reset(); }

void LabClients::call(std::function<void()> action) {
  runner_->post([this, action = std::move(action)](const Now& now, Effects& effects) {
    machine_->run(now, effects, action);
  });
}

client::NetworkOptions LabClients::network() const {
  client::NetworkOptions options;
  options.bootstrap = bootstrap_;
  return options;
}

client::Admin& LabClients::admin() {
  if (auto* there = machine_->admin("lab-admin")) return *there;
  client::AdminOptions options;
  options.network = network();
  options.timeout = seconds(10);
  machine_->context().trace(trace::ClientStarted{"lab-admin", "admin", "", "", {}});
  return machine_->add_admin("lab-admin", options);
}

// ---- Topics

void LabClients::create_topic(client::NewTopic topic, Then then) {
  call([this, topic = std::move(topic), then = std::move(then)] {
    admin().create_topics({topic}, false, [then, name = topic.name](auto answer) {
      if (!answer) return then(answer.error());
      if (answer->topics.empty()) return then(Error{"an empty answer"});
      const auto& told = answer->topics.front();
      if (told.error_code == 0) {
        return then(fmt::format("Created topic {}.", name));
      }
      const auto code = protocol::error_code(told.error_code);
      then(Error{told.error_message.value_or(std::string(protocol::name(code)))});
    });
  });
}

// ---- Producers

LabClients::Producing& LabClients::producing(const std::string& client, client::Acks acks,
                                             bool idempotence, const std::string& topic) {
  auto& slot = producers_[client];
  if (slot && slot->producer != nullptr) return *slot;
  if (!slot) slot = std::make_shared<Producing>();
  if (slot->run.empty()) {
    slot->run = fmt::format("{}/{:08x}", client, host::random_bits() & 0xffffffffU);
  }
  client::ProducerOptions options;
  options.network = network();
  options.acks = acks;
  options.idempotence = idempotence && acks == client::Acks::all;
  machine_->context().trace(trace::ClientStarted{client, "producer", acks_text(acks), "", {topic}});
  slot->producer = &machine_->add_producer(client, options);
  return *slot;
}

// Within an input of the machine.
void LabClients::produce(const std::shared_ptr<Producing>& producer, client::ProducerRecord record,
                         std::function<void(const client::Delivery&)> then) {
  const std::uint64_t number = producer->next;
  const std::string identity = RecordIdentity{producer->run, number}.text();
  record.headers.push_back({std::string(identity_header), Slice::copy(identity)});
  const std::string topic = record.topic;
  auto taken = producer->producer->send(std::move(record),
                                        [producer, number, then](const client::Delivery& delivery) {
                                          if (delivery.ok()) producer->promised.add(number);
                                          if (then) then(delivery);
                                        });
  if (!taken) {
    client::Delivery refused;
    refused.topic = topic;
    refused.error = taken.error().message;
    if (then) then(refused);
    return;
  }
  ++producer->next;
  auto& topics = producer->topics;
  if (std::find(topics.begin(), topics.end(), topic) == topics.end()) topics.push_back(topic);
}

void LabClients::send(HandRecord record, Then then) {
  if (disk_is_full()) return then(Error{"less than 2 GiB of disk are free: nothing is written"});
  call([this, record = std::move(record), then = std::move(then)] {
    const std::string name =
        record.acks == client::Acks::all ? "by-hand" : "by-hand-acks-" + acks_text(record.acks);
    producing(name, record.acks, true, record.topic);
    client::ProducerRecord out;
    out.topic = record.topic;
    out.partition = record.partition;
    if (record.key) out.key = Slice::copy(*record.key);
    out.value = Slice::copy(record.value);
    produce(producers_[name], std::move(out), [then](const client::Delivery& delivery) {
      if (!delivery.ok()) return then(Error{delivery.error});
      if (delivery.offset == no_offset) {
        return then(fmt::format("{}-{}, sent", delivery.topic, delivery.partition));
      }
      then(fmt::format("{}-{}, offset {}", delivery.topic, delivery.partition, delivery.offset));
    });
  });
}

Result<> LabClients::start_producer(ProducePlan plan) {
  if (!(plan.per_second > 0) || plan.per_second > 1e6) {
    return Error{
        fmt::format("{} records a second: more than 0, at most a million", plan.per_second)};
  }
  const auto names = running();
  if (std::find(names.begin(), names.end(), plan.client) != names.end()) {
    return Error{fmt::format("there is a client \"{}\" already", plan.client)};
  }
  if (disk_is_full()) return Error{"less than 2 GiB of disk are free: no producer is started"};
  auto& slot = producers_[plan.client];
  if (!slot) slot = std::make_shared<Producing>();
  slot->plan = plan;
  slot->at_rate = true;
  slot->begun = host::monotonic_now();
  slot->due_before = 0;
  slot->timer = std::make_unique<host::asio::steady_timer>(io_);
  call([this, plan] { producing(plan.client, plan.acks, plan.idempotence, plan.topic); });
  tick_later(slot);
  watch_disk();
  return {};
}

void LabClients::tick_later(const std::shared_ptr<Producing>& producer) {
  const auto period = std::chrono::duration_cast<milliseconds>(
      std::chrono::duration<double>(1.0 / producer->plan.per_second));
  producer->timer->expires_after(std::clamp<milliseconds>(period, least_tick, most_tick));
  producer->timer->async_wait([this, producer](const host::error_code& cancelled) {
    if (cancelled || !producer->at_rate) return;
    tick(producer);
    tick_later(producer);
  });
}

void LabClients::tick(const std::shared_ptr<Producing>& producer) {
  const std::chrono::duration<double> passed = host::monotonic_now() - producer->begun;
  const auto due = static_cast<std::uint64_t>(passed.count() * producer->plan.per_second);
  const std::uint64_t count = std::min(due - producer->due_before, most_in_one_tick);
  producer->due_before = due;  // what the cluster could not take in time is not made up for
  if (count == 0) return;
  call([this, producer, count] {
    if (producer->producer == nullptr) return;
    for (std::uint64_t i = 0; i < count; ++i) {
      client::ProducerRecord record;
      record.topic = producer->plan.topic;
      record.partition = producer->plan.partition;
      record.key = Slice::copy(fmt::format("key-{}", producer->next % 100));
      record.value = Slice::copy(value_of(producer->plan, producer->next));
      produce(producer, std::move(record), {});
    }
  });
}

// ---- Readers

Result<> LabClients::start_reader(ReadPlan plan, client::Consumer::OnRecord on_record) {
  const auto names = running();
  if (std::find(names.begin(), names.end(), plan.client) != names.end()) {
    return Error{fmt::format("there is a client \"{}\" already", plan.client)};
  }
  readers_[plan.client] = plan.topic;
  call([this, plan, on_record = std::move(on_record)] {
    admin().describe_topics(std::vector<std::string>{plan.topic}, [this, plan,
                                                                   on_record](auto answer) {
      if (!readers_.contains(plan.client)) return;  // stopped meanwhile
      const bool found =
          answer && !answer->topics.empty() && answer->topics.front().error_code == 0;
      if (!found) {
        readers_.erase(plan.client);
        const std::string why = answer ? "there is no such topic" : answer.error().message;
        return handlers_.on_notice(
            fmt::format("{} cannot read {}: {}", plan.client, plan.topic, why));
      }
      client::ConsumerOptions options;
      options.network = network();
      machine_->context().trace(
          trace::ClientStarted{plan.client, "consumer", "", "", {plan.topic}});
      auto& consumer = machine_->add_consumer(
          plan.client, options, on_record, [this, plan](const client::ConsumerTrouble& trouble) {
            handlers_.on_notice(fmt::format("{}: {}-{}: {}", plan.client, trouble.topic,
                                            trouble.partition, trouble.what));
          });
      for (const auto& partition : answer->topics.front().partitions) {
        consumer.assign(plan.topic, PartitionIndex{partition.partition_index}, plan.start);
      }
    });
  });
  return {};
}

std::vector<std::string> LabClients::running() const {
  std::vector<std::string> names;
  for (const auto& [name, producer] : producers_) {
    if (producer->at_rate || producer->producer != nullptr) names.push_back(name);
  }
  for (const auto& [name, topic] : readers_) names.push_back(name);
  return names;
}

void LabClients::stop(const std::string& client, std::function<void()> stopped) {
  const auto at = producers_.find(client);
  if (at == producers_.end()) {
    readers_.erase(client);
    return call([this, client, stopped] { forget(client, stopped); });
  }
  const auto producer = at->second;
  producer->at_rate = false;
  if (producer->timer) producer->timer->cancel();
  call([this, client, producer, stopped = std::move(stopped)] {
    if (producer->producer == nullptr) return stopped ? stopped() : void();
    producer->producer->flush([this, client, producer, stopped] {
      producer->producer = nullptr;
      forget(client, stopped);
    });
  });
}

void LabClients::forget(const std::string& client, const std::function<void()>& stopped) {
  machine_->remove(client, "stopped");
  machine_->context().trace(trace::ClientStopped{client});
  if (stopped) host::asio::post(io_, stopped);
}

// ---- The disk

bool LabClients::disk_is_full() {
  struct statvfs disk {};
  if (::statvfs(data_.c_str(), &disk) != 0) return false;
  const auto free =
      static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
  return free < stop_below_;
}

void LabClients::watch_disk() {
  disk_timer_.expires_after(disk_look);
  disk_timer_.async_wait([this](const host::error_code& cancelled) {
    if (cancelled) return;
    const bool full = disk_is_full();
    bool writing = false;
    for (const auto& [name, producer] : producers_) {
      if (!producer->at_rate) continue;
      writing = true;
      if (!full) continue;
      stop(name);
      const std::string why = "less than 2 GiB of disk are free";
      call([this, client = name, topic = producer->plan.topic, why] {
        machine_->context().trace(
            trace::ProducerFailed{client, topic, PartitionIndex{0}, 0, why, false});
      });
      handlers_.on_notice(fmt::format("producer {} has stopped: {}", name, why));
    }
    if (writing) watch_disk();
  });
}

// ---- The ledger

void LabClients::check_ledger(const std::string& client,
                              std::function<void(Result<trace::LedgerChecked>)> then) {
  const auto at = producers_.find(client);
  if (at == producers_.end() || at->second->topics.empty()) {
    return then(Error{fmt::format("{} has written nothing", client)});
  }
  const auto& producer = *at->second;
  LedgerQuestion question;
  question.reader = fmt::format("ledger-check-{}", ++checks_);
  question.client = client;
  question.run = producer.run;
  question.topics = producer.topics;
  question.promised = producer.promised;
  question.network = network();
  call([this, question = std::move(question), then = std::move(then)] {
    start_ledger_check(*machine_, admin(), question, then);
  });
}

}  // namespace lab::sources
