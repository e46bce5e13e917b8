// Random commands from a seed: whatever comes, the invariants of FAULTS.md hold after each of them.
#include "tests/engine/controller/lab.h"

using namespace lab;
using namespace lab::controller;
using namespace lab::protocol;

namespace {

void check_partition(const Image& image, const Partition& p) {
  for (const NodeId id : p.isr) {
    REQUIRE(p.has_replica(id));
    REQUIRE_FALSE(p.in_elr(id));
    REQUIRE(image.broker(id) != nullptr);
    REQUIRE(image.broker(id)->active());
  }
  for (const NodeId id : p.elr) REQUIRE(p.has_replica(id));
  REQUIRE((p.leader == no_node || p.in_isr(p.leader)));
  REQUIRE(p.isr.empty() == (p.leader == no_node));
}

class Run {
 public:
  explicit Run(std::uint64_t seed) : lab_(lab_config(), seed), rng_(seed * 77 + 1) {
    for (std::int32_t id = 1; id <= 5; ++id) lab_.start(id);
  }

  void step() {
    switch (rng_.below(14)) {
      case 0:
        return create();
      case 1:
        return alter_isr();
      case 2:
        return alter_isr();
      case 3:
        return restart();
      case 4:
        return shut_down();
      case 5:
        return erase();
      case 6:
        return elect();
      case 7:
        return enlarge();
      case 8:
        return configure();
      case 9:
        return fail_over();
      default:
        return go_on();
    }
  }

  void check() {
    const Image& image = lab_.controller.image();
    REQUIRE(lab_.replayed.digest() == image.digest());
    for (const auto& [name, topic] : image.topics()) {
      for (const auto& [index, p] : topic.partitions) {
        check_partition(image, p);
        auto& [leader_epoch, partition_epoch] = epochs_[{topic.id, index}];
        REQUIRE(p.leader_epoch.v >= leader_epoch);
        REQUIRE(p.partition_epoch >= partition_epoch);
        leader_epoch = p.leader_epoch.v;
        partition_epoch = p.partition_epoch;
      }
    }
  }

  void check_rebuilt() {
    Image again;
    for (const auto& record : lab_.controller.image().records()) REQUIRE(again.apply(record).ok());
    REQUIRE(again == lab_.controller.image());
    REQUIRE(lab_.replayed == again);
  }

  std::uint64_t digest() const { return lab_.replayed.digest(); }

  // What happened so far, by the reasons that were traced.
  void count(std::map<std::string, int>& seen) {
    for (const auto& e : lab_.traced<trace::LeaderElected>()) ++seen["leader " + e.why];
    for (const auto& e : lab_.traced<trace::IsrChanged>()) ++seen["isr " + e.why];
    for (const auto& e : lab_.traced<trace::BrokerFenced>()) ++seen["broker " + e.reason];
    for (const auto& e : lab_.traced<trace::RegistrationRefused>()) ++seen[e.error];
    for (const auto& [name, topic] : lab_.controller.image().topics()) {
      for (const auto& [index, p] : topic.partitions) {
        if (!p.elr.empty()) ++seen["elr"];
        if (p.recovering) ++seen["recovering"];
        if (p.leader == no_node) ++seen["offline"];
      }
    }
    lab_.effects.clear();
  }

 private:
  std::int32_t some_broker() { return static_cast<std::int32_t>(rng_.between(1, 5)); }
  const Topic* some_topic() {
    const auto& topics = lab_.controller.image().topics();
    if (topics.empty()) return nullptr;
    return &std::next(topics.begin(), rng_.between(0, std::ssize(topics) - 1))->second;
  }

  void create() {
    CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "t" + std::to_string(rng_.below(6));
    topic.num_partitions = static_cast<std::int32_t>(rng_.between(0, 3));
    topic.replication_factor = static_cast<std::int16_t>(rng_.between(1, 6));
    if (rng_.one_in(2)) {
      topic.configs.push_back({"min.insync.replicas", std::to_string(rng_.between(1, 3))});
    }
    if (rng_.one_in(4)) topic.configs.push_back({"unclean.leader.election.enable", "true"});
    lab_.take(lab_.controller.create_topics(request));
  }
  void enlarge() {
    CreatePartitionsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "t" + std::to_string(rng_.below(6));
    topic.count = static_cast<std::int32_t>(rng_.between(0, 5));
    topic.assignments.reset();
    lab_.take(lab_.controller.create_partitions(request));
  }
  void erase() {
    if (!rng_.one_in(3)) return;
    DeleteTopicsRequest request;
    request.topic_names = {"t" + std::to_string(rng_.below(6))};
    lab_.take(lab_.controller.delete_topics(request));
  }
  void alter_isr() {
    const Topic* topic = some_topic();
    if (topic == nullptr) return;
    AlterPartitionRequest request;
    auto& asked = request.topics.emplace_back();
    asked.topic_id = topic->id;
    for (const auto& [index, p] : topic->partitions) {
      request.broker_id = p.leader.v;
      request.broker_epoch = lab_.epochs[p.leader.v];
      auto& data = asked.partitions.emplace_back();
      data.partition_index = index.v;
      data.leader_epoch = p.leader_epoch.v;
      data.partition_epoch = p.partition_epoch - (rng_.one_in(8) ? 1 : 0);
      data.leader_recovery_state = p.recovering && rng_.one_in(3) ? 1 : 0;
      for (const NodeId id : p.replicas) {
        if (id != p.leader && rng_.one_in(2)) continue;
        data.new_isr_with_epochs.push_back({id.v, rng_.one_in(8) ? 0 : lab_.epochs[id.v]});
      }
    }
    lab_.take(lab_.controller.alter_partition(request, 3));
  }
  // kill -9 and a start, or a start after a clean stop; refused while the old session is valid.
  void restart() {
    const std::int32_t id = some_broker();
    lab_.enter(lab_.registration(id, rng_.one_in(2) ? lab_.epochs[id] : -1));
  }
  void shut_down() { lab_.beat(some_broker(), rng_.one_in(4), true); }
  void elect() {
    ElectLeadersRequest request;
    request.election_type = static_cast<std::int8_t>(rng_.below(2));
    request.topic_partitions.reset();
    lab_.take(lab_.controller.elect_leaders(request));
  }
  void configure() {
    const Topic* topic = some_topic();
    const ConfigResource resource = topic == nullptr || rng_.one_in(3)
                                        ? ConfigResource{ConfigType::broker, ""}
                                        : ConfigResource{ConfigType::topic, topic->name};
    ConfigChange change{"min.insync.replicas", ConfigChange::Operation::set,
                        std::to_string(rng_.between(1, 3))};
    lab_.take(lab_.controller.alter_configs({{resource, {change}}}, false));
  }
  void fail_over() {
    if (!rng_.one_in(4)) return;
    lab_.controller.deactivate();
    lab_.append(lab_.controller.activate(lab_.replayed, Epoch(++epoch_)));
  }
  // Time passes; some are heard of, some have read everything.
  void go_on() {
    lab_.pass(milliseconds(rng_.between(0, 500)));
    for (std::int32_t id = 1; id <= 5; ++id) {
      if (rng_.one_in(3)) continue;
      lab_.beat_at(id, lab_.end - rng_.between(1, 3), rng_.one_in(20));
    }
    while (lab_.controller.next_tick() && *lab_.controller.next_tick() <= lab_.now.monotonic) {
      lab_.append(lab_.controller.tick());
      check();
    }
  }

  Lab lab_;
  Rng rng_;
  std::int32_t epoch_ = 1;
  std::map<PartitionKey, std::pair<std::int32_t, std::int32_t>> epochs_;
};

}  // namespace

TEST_CASE("random commands keep the invariants, and the same seed decides the same") {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Run run(seed);
    for (int i = 0; i < 300; ++i) {
      run.step();
      run.check();
      run.count(seen);
    }
    run.check_rebuilt();
    if (seed > 3) continue;
    Run again(seed);
    for (int i = 0; i < 300; ++i) again.step();
    CHECK(again.digest() == run.digest());
  }
  // The rare branches were reached.
  for (const char* what :
       {"leader created", "leader deleted", "leader fenced", "leader unfenced", "leader shutdown",
        "leader unclean", "leader preferred", "isr leader", "broker session", "broker shutdown",
        "broker requested", "elr", "recovering", "offline", "DUPLICATE_BROKER_REGISTRATION"}) {
    CAPTURE(std::string(what));
    CHECK(seen[what] >= 5);
  }
}
