#include "app/sources/lab_clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/sources/ledger_check.h"
#include "engine/protocol/error_codes.h"

namespace lab::sources {
namespace {

constexpr Duration least_tick = milliseconds(5), most_tick = milliseconds(100);
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

// A producer, and the numbers of its records that were acknowledged. It lives on when the producer
// has ended: its ledger can still be checked, and it may be started again.
struct LabClients::Producing {
  ProducePlan plan;
  std::string run;               // RecordIdentity::producer
  client::Producer* producer{};  // null: it has ended
  client::Acks acks = client::Acks::all;
  std::uint64_t next = 0;  // number of the next record
  NumberSet promised;
  std::vector<std::string> topics;
  // Since it was started last.
  std::uint64_t taken = 0, acknowledged = 0, refused = 0;
  bool ending = false;
  std::vector<std::function<void()>> stopped;
  Then ended;
  // At a rate.
  Instant begun{};
  std::uint64_t due_before = 0;  // records that were due at the last tick
  std::unique_ptr<Context::Timer> timer;

  bool at_rate() const { return producer != nullptr && !ending && plan.per_second > 0; }
  bool full() const { return plan.records != 0 && taken >= plan.records; }
};

LabClients::LabClients(client::ClientMachine& machine, std::vector<Address> bootstrap,
                       OnNotice on_notice)
    : machine_(machine), bootstrap_(std::move(bootstrap)), on_notice_(std::move(on_notice)) {
  const auto backoff = to_ms(client::NetworkOptions{}.retry_backoff);
  machine_.context().trace(trace::PropertySeen{"retry.backoff.ms", std::to_string(backoff), ""});
}

client::NetworkOptions LabClients::network() const {
  client::NetworkOptions options;
  options.bootstrap = bootstrap_;
  return options;
}

client::NetworkOptions LabClients::network_from(const std::vector<Address>& bootstrap) const {
  auto options = network();
  if (!bootstrap.empty()) options.bootstrap = bootstrap;
  return options;
}

client::Admin& LabClients::admin() {
  if (auto* there = machine_.admin("lab-admin")) return *there;
  client::AdminOptions options;
  options.network = network();
  options.timeout = seconds(10);
  machine_.context().trace(trace::ClientStarted{"lab-admin", "admin", "", "", {}});
  return machine_.add_admin("lab-admin", options);
}

// ---- Topics

void LabClients::create_topic(client::NewTopic topic, Then then) {
  admin().create_topics({topic}, false, [then = std::move(then), name = topic.name](auto answer) {
    if (!answer) return then(answer.error());
    if (answer->topics.empty()) return then(Error{"an empty answer"});
    const auto& told = answer->topics.front();
    if (told.error_code == 0) return then(fmt::format("Created topic {}.", name));
    const auto code = protocol::error_code(told.error_code);
    then(Error{told.error_message.value_or(std::string(protocol::name(code)))});
  });
}

// ---- Producers

LabClients::Producing& LabClients::producing(const std::string& client, client::Acks acks,
                                             bool idempotence, const std::string& topic,
                                             const std::vector<Address>& bootstrap) {
  auto& slot = producers_[client];
  if (!slot) slot = std::make_shared<Producing>();
  if (slot->producer != nullptr) return *slot;
  if (slot->run.empty()) {
    slot->run = fmt::format("{}/{:08x}", client, machine_.context().rng().next() & 0xffffffffU);
  }
  client::ProducerOptions options;
  options.network = network_from(bootstrap);
  options.acks = acks;
  options.idempotence = idempotence && acks == client::Acks::all;
  machine_.context().trace(trace::ClientStarted{client, "producer", acks_text(acks), "", {topic}});
  slot->producer = &machine_.add_producer(client, options);
  slot->acks = acks;
  slot->taken = slot->acknowledged = slot->refused = 0;
  slot->ending = false;
  return *slot;
}

void LabClients::produce(const std::shared_ptr<Producing>& producer, client::ProducerRecord record,
                         const Delivered& then) {
  const std::uint64_t number = producer->next;
  const std::string identity = RecordIdentity{producer->run, number}.text();
  record.headers.push_back({std::string(identity_header), Slice::copy(identity)});
  const std::string topic = record.topic;
  auto taken = producer->producer->send(
      std::move(record), [producer, number, then](const client::Delivery& delivery) {
        const bool promised = delivery.ok() && producer->acks != client::Acks::none;
        if (promised) producer->promised.add(number);
        ++(delivery.ok() ? producer->acknowledged : producer->refused);
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
  ++producer->taken;
  auto& topics = producer->topics;
  if (std::find(topics.begin(), topics.end(), topic) == topics.end()) topics.push_back(topic);
  if (producer->full()) settle(producer);
}

void LabClients::send(HandRecord record, Then then) {
  if (!refusal_.empty()) return then(Error{refusal_ + ": nothing is written"});
  std::string name = record.client;
  if (name.empty()) {
    name = record.acks == client::Acks::all ? "by-hand" : "by-hand-acks-" + acks_text(record.acks);
  }
  if (readers_.contains(name)) return then(Error{fmt::format("{} is a reader", name)});
  if (!runs(name)) {
    Producing& fresh = producing(name, record.acks, true, record.topic, {});
    fresh.plan = {};
    fresh.plan.client = name;
    fresh.plan.topic = record.topic;
    fresh.plan.per_second = 0;
  }
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
}

Result<> LabClients::start_producer(ProducePlan plan, Then ended) {
  if (!(plan.per_second >= 0) || plan.per_second > 1e6) {
    return Error{fmt::format("{} records a second: from 0 to a million", plan.per_second)};
  }
  if (plan.client.empty() || plan.topic.empty())
    return Error{"a producer needs a name and a topic"};
  if (runs(plan.client)) return Error{fmt::format("there is a client \"{}\" already", plan.client)};
  if (!refusal_.empty()) return Error{refusal_ + ": no producer is started"};
  producing(plan.client, plan.acks, plan.idempotence, plan.topic, plan.bootstrap);
  const auto& slot = producers_[plan.client];
  slot->plan = std::move(plan);
  slot->begun = machine_.context().monotonic();
  slot->due_before = 0;
  slot->ended = std::move(ended);
  if (!slot->timer) {
    slot->timer = std::make_unique<Context::Timer>(machine_.context(),
                                                   [this, weak = std::weak_ptr<Producing>(slot)] {
                                                     const auto producer = weak.lock();
                                                     if (!producer || !producer->at_rate()) return;
                                                     tick(producer);
                                                     if (producer->at_rate()) tick_later(*producer);
                                                   });
  }
  if (slot->at_rate()) tick_later(*slot);
  return {};
}

void LabClients::tick_later(Producing& producer) {
  const auto period = std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(1.0 / producer.plan.per_second));
  producer.timer->arm_in(std::clamp(period, least_tick, most_tick));
}

void LabClients::tick(const std::shared_ptr<Producing>& producer) {
  const std::chrono::duration<double> passed = machine_.context().monotonic() - producer->begun;
  const auto due = static_cast<std::uint64_t>(passed.count() * producer->plan.per_second);
  const std::uint64_t count = std::min(due - producer->due_before, most_in_one_tick);
  producer->due_before = due;  // what the cluster could not take in time is not made up for
  for (std::uint64_t i = 0; i < count && producer->at_rate(); ++i) {
    client::ProducerRecord record;
    record.topic = producer->plan.topic;
    record.partition = producer->plan.partition;
    record.key = Slice::copy(fmt::format("key-{}", producer->next % 100));
    record.value = Slice::copy(value_of(producer->plan, producer->next));
    produce(producer, std::move(record), {});
  }
}

// Nothing more is taken; what is buffered is delivered or refused, then it has ended.
void LabClients::settle(const std::shared_ptr<Producing>& producer) {
  if (producer->producer == nullptr || std::exchange(producer->ending, true)) return;
  if (producer->timer) producer->timer->cancel();
  producer->producer->flush([this, producer] { end(producer->plan.client, producer); });
}

void LabClients::end(const std::string& client, const std::shared_ptr<Producing>& producer) {
  producer->producer = nullptr;
  forget(client);
  if (const auto ended = std::exchange(producer->ended, nullptr)) {
    const std::string refused =
        producer->refused == 0 ? "" : fmt::format(", {} refused", producer->refused);
    const bool promised = producer->acks != client::Acks::none;
    ended(fmt::format("{}: {} records {}{}", client, producer->acknowledged,
                      promised ? "acknowledged" : "sent, none acknowledged (acks=0)", refused));
  }
  for (const auto& stopped : std::exchange(producer->stopped, {})) stopped();
}

// ---- Readers

Result<> LabClients::start_reader(ReadPlan plan, client::Consumer::OnRecord on_record) {
  if (plan.client.empty() || plan.topic.empty()) return Error{"a reader needs a name and a topic"};
  if (runs(plan.client)) return Error{fmt::format("there is a client \"{}\" already", plan.client)};
  readers_[plan.client] = plan.topic;
  const auto topics = std::vector<std::string>{plan.topic};
  admin().describe_topics(topics, [this, plan, on_record = std::move(on_record)](auto answer) {
    if (!readers_.contains(plan.client)) return;  // stopped meanwhile
    const bool found = answer && !answer->topics.empty() && answer->topics.front().error_code == 0;
    if (found) return read(plan, answer->topics.front(), on_record);
    readers_.erase(plan.client);
    const std::string why = answer ? "there is no such topic" : answer.error().message;
    on_notice_(fmt::format("{} cannot read {}: {}", plan.client, plan.topic, why));
  });
  return {};
}

void LabClients::read(const ReadPlan& plan,
                      const protocol::MetadataResponse::MetadataResponseTopic& topic,
                      client::Consumer::OnRecord on_record) {
  client::ConsumerOptions options;
  options.network = network_from(plan.bootstrap);
  machine_.context().trace(trace::ClientStarted{plan.client, "consumer", "", "", {plan.topic}});
  auto& consumer =
      machine_.add_consumer(plan.client, options, std::move(on_record),
                            [this, client = plan.client](const client::ConsumerTrouble& trouble) {
                              on_notice_(fmt::format("{}: {}-{}: {}", client, trouble.topic,
                                                     trouble.partition, trouble.what));
                            });
  for (const auto& partition : topic.partitions) {
    consumer.assign(plan.topic, PartitionIndex{partition.partition_index}, plan.start);
  }
}

// ---- Their ends

std::vector<RunningClient> LabClients::running() const {
  std::vector<RunningClient> list;
  for (const auto& [name, producer] : producers_) {
    if (producer->producer == nullptr) continue;
    list.push_back({name, producer->plan.topic, true, producer->plan.per_second});
  }
  for (const auto& [name, topic] : readers_) list.push_back({name, topic});
  return list;
}

bool LabClients::runs(const std::string& client) const {
  const auto at = producers_.find(client);
  return (at != producers_.end() && at->second->producer != nullptr) || readers_.contains(client);
}

std::vector<std::string> LabClients::producers() const {
  std::vector<std::string> names;
  for (const auto& [name, producer] : producers_) names.push_back(name);
  return names;
}

void LabClients::stop(const std::string& client, std::function<void()> stopped) {
  if (readers_.erase(client) != 0) {
    forget(client);
  } else if (const auto at = producers_.find(client);
             at != producers_.end() && at->second->producer != nullptr) {
    if (stopped) at->second->stopped.push_back(std::move(stopped));
    return settle(at->second);
  }
  if (stopped) stopped();
}

void LabClients::forget(const std::string& client) {
  machine_.remove(client, "stopped");
  machine_.context().trace(trace::ClientStopped{client});
}

void LabClients::refuse_writes(const std::string& why) {
  if (std::exchange(refusal_, why) == why || why.empty()) return;
  for (const auto& [name, producer] : producers_) {
    if (!producer->at_rate()) continue;
    const std::string topic = producer->plan.topic;
    settle(producer);
    machine_.context().trace(trace::ProducerFailed{name, topic, PartitionIndex{0}, 0, why, false});
    on_notice_(fmt::format("producer {} has stopped: {}", name, why));
  }
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
  start_ledger_check(machine_, admin(), std::move(question), std::move(then));
}

}  // namespace lab::sources
