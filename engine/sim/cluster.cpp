#include "engine/sim/cluster.h"

#include <fmt/format.h>

namespace lab::sim {
namespace {
constexpr std::uint16_t base_port = 9092;

client::NetworkOptions network(const std::string& name, const std::vector<Address>& bootstrap) {
  client::NetworkOptions options;
  options.client_id = name;
  options.bootstrap = bootstrap;
  return options;
}
}  // namespace

Cluster::Cluster(std::uint64_t seed, ClusterOptions options)
    : options_(std::move(options)), world_(seed, options_.timing) {
  cluster_id_ = Uuid::random(world_.rng()).text();
  for (int i = 0; i < options_.brokers; ++i) directories_.push_back(Uuid::random(world_.rng()));
  for (int n = 1; n <= options_.brokers; ++n) {
    const auto port = static_cast<std::uint16_t>(base_port + n - 1);
    std::map<std::string, Address> listeners{{"PLAINTEXT", {"localhost", port}}};
    if (n <= 3) {
      listeners["CONTROLLER"] = {"localhost", static_cast<std::uint16_t>(port + 1000)};
    }
    world_.add(fmt::format("broker {}", n), std::move(listeners),
               [this, n](storage::Disk& disk) { return make(n, disk); });
  }
  world_.add("clients", {}, [this](storage::Disk&) {
    return std::make_unique<client::ClientMachine>(options_.traced);
  });
  logs_.resize(world_.size());
  if (options_.on_told) {
    options_.traced = true;
    told_.emplace(world_, clients(), options_.on_told);
  }
  watch();
}

void Cluster::watch() {
  World::Watch watch;
  watch.on_trace = [this](MemberId id, const trace::Event& event) {
    if (options_.keep_events) events_.push_back(event);
    if (told_) told_->traced(id, event);
    if (on_event) on_event(id, event);
  };
  watch.on_log = [this](MemberId id, const LogLine& line, Instant) {
    if (on_line && id != clients()) on_line(static_cast<int>(id) + 1, line.text);
    if (!options_.keep_logs) return;
    logs_[id].push_back(line.text);
    tell(world_.name(id), line.text);
  };
  watch.on_end = [this](MemberId id, const std::string& reason) {
    const bool killed = reason == World::crashed || reason == World::lost_power;
    if (options_.keep_logs) tell(world_.name(id), reason);
    if (told_) told_->ended(id, reason);
    if (on_end && id != clients()) on_end(static_cast<int>(id) + 1);
    if (!killed && on_halt && id != clients()) on_halt(static_cast<int>(id) + 1, reason);
  };
  watch.after_input = [this](MemberId id) {
    if (on_input && id != clients()) on_input(static_cast<int>(id) + 1);
  };
  watch.on_input = [this](MemberId id, const Input& input) {
    if (on_arrival && id != clients()) on_arrival(static_cast<int>(id) + 1, input);
  };
  watch.on_send = [this](MemberId id, const Send& send) {
    if (on_send && id != clients()) on_send(static_cast<int>(id) + 1, send);
  };
  watch.on_start = [this](MemberId id) {
    if (told_) told_->started(id);
    if (on_start && id != clients()) on_start(static_cast<int>(id) + 1);
  };
  if (told_) {
    watch.on_freeze = [this](MemberId id, bool frozen) { told_->frozen(id, frozen); };
    watch.on_link = [this](MemberId a, MemberId b, const LinkState& before,
                           const LinkState& after) { told_->link(a, b, before, after); };
  }
  world_.watch(std::move(watch));
}

void Cluster::tell(const std::string& who, const std::string& text) {
  merged_.push_back(fmt::format("{:10.3f} {}: {}",
                                static_cast<double>(world_.now().time_since_epoch().count()) / 1e6,
                                who, text));
}

std::string Cluster::properties(int n) const {
  const auto port = base_port + n - 1;
  const bool voter = n <= 3;
  std::string voters;
  for (int v = 1; v <= std::min(3, options_.brokers); ++v) {
    voters += fmt::format("{}{}@localhost:{}", v > 1 ? "," : "", v, base_port + v - 1 + 1000);
  }
  std::map<std::string, std::string> values{
      {"node.id", std::to_string(n)},
      {"process.roles", voter ? "broker,controller" : "broker"},
      {"listeners",
       voter ? fmt::format("PLAINTEXT://localhost:{},CONTROLLER://localhost:{}", port, port + 1000)
             : fmt::format("PLAINTEXT://localhost:{}", port)},
      {"controller.listener.names", "CONTROLLER"},
      {"controller.quorum.voters", voters},
      {"log.dirs", fmt::format("broker-{}/data", n)},
      {"broker.heartbeat.interval.ms", "200"},
      {"broker.session.timeout.ms", "1000"},
      {"controller.quorum.fetch.timeout.ms", "400"},
      {"controller.quorum.election.timeout.ms", "100"},
      {"controller.quorum.election.backoff.max.ms", "100"},
      {"controller.quorum.append.linger.ms", "5"}};
  for (const auto& [name, value] : options_.properties) values[name] = value;
  std::string text;
  for (const auto& [name, value] : values) text += name + "=" + value + "\n";
  return text;
}

std::unique_ptr<Machine> Cluster::make(int n, storage::Disk& disk) {
  auto loaded = broker::load_config(properties(n), fmt::format("server-{}.properties", n));
  LAB_CHECK_MSG(loaded.ok(), loaded.ok() ? "" : loaded.error().message);
  broker::Config config = std::move(loaded->config);
  config.cluster_id = cluster_id_;
  config.directory_id = directories_[static_cast<std::size_t>(n - 1)];
  if (options_.traced) config.lab_socket = "simulated";
  return std::make_unique<broker::Node>(std::move(config), disk);
}

broker::Node* Cluster::node(int n) { return static_cast<broker::Node*>(world_.machine(member(n))); }

void Cluster::start_all() {
  for (int n = 1; n <= options_.brokers; ++n) {
    if (!alive(n)) start(n);
  }
  if (!world_.alive(clients())) world_.start(clients());
}

int Cluster::active_controller() {
  int newest = 0;
  for (int n = 1; n <= options_.brokers; ++n) {
    auto* it = node(n);
    if (it == nullptr || it->controller() == nullptr || !it->controller()->active()) continue;
    // One that was cut off may not know yet that it is deposed.
    if (newest == 0 || it->quorum().epoch() > node(newest)->quorum().epoch()) newest = n;
  }
  return newest;
}

namespace {
const controller::Partition* partition_of(Cluster& cluster, const std::string& topic,
                                          int partition) {
  const int active = cluster.active_controller();
  for (int n = 1; n <= cluster.brokers(); ++n) {
    if (active != 0 && n != active) continue;
    auto* node = cluster.node(n);
    if (node == nullptr) continue;
    if (const auto* found = node->metadata().image().partition(topic, PartitionIndex(partition))) {
      return found;
    }
  }
  return nullptr;
}
}  // namespace

int Cluster::leader(const std::string& topic, int partition) {
  const auto* found = partition_of(*this, topic, partition);
  return found == nullptr || found->leader == no_node ? 0 : found->leader.v;
}

std::vector<int> Cluster::isr(const std::string& topic, int partition) {
  std::vector<int> out;
  if (const auto* found = partition_of(*this, topic, partition)) {
    for (const NodeId id : found->isr) out.push_back(id.v);
  }
  return out;
}

bool Cluster::ready() {
  if (active_controller() == 0) return false;
  for (int n = 1; n <= options_.brokers; ++n) {
    auto* it = node(n);
    if (it == nullptr) continue;
    if (it->broker() == nullptr || !it->broker()->takes_requests()) return false;
    for (int other = 1; other <= options_.brokers; ++other) {
      if (!alive(other)) continue;
      const auto* known = it->metadata().image().broker(NodeId(other));
      if (known == nullptr || known->fenced) return false;
    }
  }
  return true;
}

replication::Partition* Cluster::replica(int n, const std::string& topic, int partition) {
  auto* it = node(n);
  if (it == nullptr || it->broker() == nullptr) return nullptr;
  return it->broker()->replicas().find({topic, PartitionIndex(partition)});
}

void Cluster::with_clients(const std::function<void(client::ClientMachine&)>& call) {
  world_.within(clients(), [&](Machine& machine, const Now& now, Effects& effects) {
    auto& host = static_cast<client::ClientMachine&>(machine);
    host.run(now, effects, [&] { call(host); });
  });
}

std::vector<Address> Cluster::bootstrap() const {
  std::vector<Address> out;
  for (int n = 1; n <= options_.brokers; ++n) {
    out.push_back({"localhost", static_cast<std::uint16_t>(base_port + n - 1)});
  }
  return out;
}

std::string Cluster::create_topic(const std::string& name, int partitions, int replication_factor,
                                  std::map<std::string, std::string> configs) {
  std::optional<std::string> answer;
  with_clients([&](client::ClientMachine& host) {
    auto* admin = host.admin("admin");
    if (admin == nullptr) {
      host.context().trace(trace::ClientStarted{"admin", "admin", "", "", {}});
      admin = &host.add_admin("admin", {network("admin", bootstrap())});
    }
    client::NewTopic topic;
    topic.name = name;
    topic.partitions = partitions;
    topic.replication_factor = static_cast<std::int16_t>(replication_factor);
    topic.configs = std::move(configs);
    admin->create_topics({topic}, false, [&](Result<protocol::CreateTopicsResponse> result) {
      if (!result) {
        answer = result.error().message;
      } else if (result->topics.empty()) {
        answer = "no answer for the topic";
      } else {
        const auto& told = result->topics.front();
        answer = told.error_code == 0 ? ""
                                      : told.error_message.value_or(std::string(
                                            protocol::name(protocol::error_code(told.error_code))));
      }
    });
  });
  if (!world_.run_until([&] { return answer.has_value(); }, seconds(90))) return "no answer";
  return *answer;
}

std::optional<std::vector<std::string>> Cluster::read_all(const std::string& topic, int partition,
                                                          Duration limit) {
  const std::string name = fmt::format("reader-{}", ++readers_);
  auto values = std::make_shared<std::vector<std::string>>();
  with_clients([&](client::ClientMachine& host) {
    auto& consumer = host.add_consumer(
        name, {network(name, bootstrap())},
        [values](const client::ConsumerRecord& record) {
          values->push_back(record.value ? std::string(record.value->text()) : "(null)");
        },
        [](const client::ConsumerTrouble&) {});
    consumer.assign(topic, PartitionIndex(partition), client::StartAt::beginning());
  });
  bool finished = false;
  world_.run_until(
      [&] {
        with_clients([&](client::ClientMachine& host) {
          auto* consumer = host.consumer(name);
          const auto at = consumer->position(topic, PartitionIndex(partition));
          const auto end = consumer->high_watermark(topic, PartitionIndex(partition));
          finished = at && end && *at >= *end;
        });
        return finished;
      },
      limit);
  with_clients([&](client::ClientMachine& host) { host.remove(name, "done reading"); });
  if (!finished) return std::nullopt;
  return *values;
}

}  // namespace lab::sim
