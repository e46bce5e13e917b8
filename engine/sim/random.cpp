#include "engine/sim/random.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/sim/branches.h"
#include "engine/sim/checkers.h"
#include "engine/sim/faults.h"
#include "engine/sim/healing.h"
#include "engine/sim/recovery_check.h"
#include "engine/sim/wire.h"
#include "engine/sim/workload.h"
#include "engine/trace/codec.h"

namespace lab::sim {
namespace {

constexpr std::uint64_t plan_salt = 0x706c616e;

ClusterOptions cluster_options(const Plan& plan, const RunOptions& run) {
  ClusterOptions options;
  options.brokers = plan.brokers;
  options.traced = options.keep_logs = run.keep_logs;
  options.keep_events = false;
  options.on_told = run.on_told;
  options.properties = {{"replica.lag.time.max.ms", "1000"},
                        {"min.insync.replicas", std::to_string(plan.min_isr)},
                        {"replica.high.watermark.checkpoint.interval.ms", "1000"},
                        {"replica.fetch.backoff.ms", "200"},
                        {"replica.socket.timeout.ms", "2000"}};
  if (plan.small_snapshots) {
    options.properties["metadata.log.max.record.bytes.between.snapshots"] = "4000";
  }
  if (plan.small_caches) {
    options.properties["lab.log.cache.budget.bytes"] = "4096";
    options.properties["log.segment.bytes"] = "1048576";
  }
  if (plan.slow_links) {
    options.timing.link.min = milliseconds(1);
    options.timing.link.max = milliseconds(15);
  }
  if (plan.slow_disks) {
    options.timing.disk_max = milliseconds(5);
    options.timing.sync_max = milliseconds(30);
  }
  return options;
}

// One run, from the seed to the report.
class Run {
 public:
  explicit Run(const RunOptions& options)
      : options_(options),
        plan_(draw_plan(options.seed)),
        cluster_(options.seed, cluster_options(plan_, options)),
        checkers_(cluster_),
        workload_(cluster_, plan_, history_, Rng(options.seed ^ 0x776f726b)),
        faults_(cluster_, plan_, workload_.topics(), options.groups, options.faults,
                Rng(options.seed ^ 0x6661756c)) {
    watch_cluster();
    workload_.on_acked = [this](const std::string& topic, int partition, Offset offset) {
      checkers_.acknowledged(topic, partition, offset);
    };
    workload_.on_read = [this](const std::string& topic, int partition, Offset offset) {
      checkers_.seen(topic, partition, offset);
    };
    if (options.keep_logs) tell_events();
    cluster_.on_halt = [](int broker, const std::string& reason) {
      if (reason != "stopped")
        throw std::runtime_error(fmt::format("broker {} halted: {}", broker, reason));
    };
  }

  Report run() {
    Report report;
    try {
      if (auto missed = live()) {
        report.kind = Report::Kind::liveness;
        report.what = *missed;
      }
    } catch (const Violation& violation) {
      report.kind = Report::Kind::safety;
      report.what = violation.what();
    } catch (const std::exception& failed) {  // a failed check within a machine, most likely
      report.kind = Report::Kind::crash;
      report.what = failed.what();
    }
    sum_up(report);
    return report;
  }

 private:
  void watch_cluster() {
    cluster_.on_start = [this](int broker) { recovery_.starting(broker); };
    cluster_.on_end = [this](int broker) { wire_.ended(broker); };
    cluster_.on_input = [this](int broker) {
      recovery_.after_input(broker);
      checkers_.after_input(broker);
    };
    cluster_.on_arrival = [this](int broker, const Input& input) {
      wire_.arrived(broker, input, cluster_.world().now());
    };
    cluster_.on_send = [this](int broker, const Send& send) { wire_.sent(broker, send); };
    cluster_.on_line = [this](int, const std::string& line) { branches_.line(line); };
    wire_.on_produce = [this](int broker, const protocol::ProduceRequest& request) {
      look_for_retries(broker, request);
    };
    checkers_.on_branch = [this](std::string_view name) { branches_.reached(name); };
  }

  // Batches that the leader knows already: it answers them from what it remembers (KIP-98).
  void look_for_retries(int broker, const protocol::ProduceRequest& request) {
    for (const auto& topic : request.topic_data) {
      for (const auto& data : topic.partition_data) {
        const auto* replica = cluster_.replica(broker, topic.name, data.index);
        if (replica == nullptr || !replica->leads() || !data.records) continue;
        const Slice bytes = join(data.records->slices);
        const auto header = protocol::parse_batch_header(bytes.view());
        if (!header || !header->has_producer_id()) continue;
        storage::ProducedBatch batch;
        batch.producer = header->producer_id;
        batch.epoch = header->producer_epoch;
        batch.base_sequence = header->base_sequence;
        batch.last_sequence = header->last_sequence();
        if (replica->log().producers().check(batch).verdict ==
            storage::ProducerState::Verdict::duplicate) {
          branches_.reached(Branches::batch_again);
        }
      }
    }
  }

  void tell_events() {
    cluster_.on_event = [this](MemberId id, const trace::Event& event) {
      const bool frames = std::holds_alternative<trace::Frame>(event.payload);
      if (frames) return;
      const std::string line = trace::to_json(event);
      const auto kind = line.find("\"kind\"");  // its number and time are told already
      cluster_.tell(cluster_.world().name(id), line.substr(std::min(kind, line.size())));
    };
  }

  // nullopt where all went well, else the reason why not.
  std::optional<std::string> live() {
    World& world = cluster_.world();
    cluster_.start_all();
    Healing healing(cluster_, workload_, history_);
    if (auto missed = healing.be_ready()) return missed;
    if (auto error = workload_.create_topics()) return "topic-not-made: " + *error;
    workload_.begin();
    faults_.begin();
    const Duration safety = options_.until ? *options_.until : plan_.safety;
    for (Duration past{}; past < safety; past += seconds(5)) {
      world.run_for(std::min<Duration>(seconds(5), safety - past));
      checkers_.compare_logs();
    }
    if (options_.until) return std::nullopt;
    workload_.pause();
    if (const int dead = stays_dead(); dead != 0) {
      faults_.end(dead);
      if (auto missed = healing.core()) return missed;
      faults_.start_rest(dead);
    } else {
      faults_.end();
    }
    if (auto missed = healing.whole()) return missed;
    if (auto missed = healing.answered(wire_)) return missed;
    if (!healing.reached([&] { return !checkers_.leak(wire_); }, seconds(40))) {
      violated(37, "40 s after healing {}", *checkers_.leak(wire_));
    }
    checkers_.compare_logs();
    history_.check(workload_.idempotent());
    return std::nullopt;
  }

  // In some runs a core with a quorum has to recover while one broker is left dead (after
  // TigerBeetle's VOPR); 0: none is.
  int stays_dead() {
    Rng rng(options_.seed ^ 0x636f7265);
    const auto broker = static_cast<int>(rng.between(1, plan_.brokers));
    return rng.one_in(3) && faults_.may_stay_dead(broker) ? broker : 0;
  }

  void sum_up(Report& report) {
    const World& world = cluster_.world();
    report.plan = plan_;
    report.digest = world.digest();
    report.steps = world.steps();
    report.simulated = world.now().time_since_epoch();
    report.faults = faults_.carried_out();
    report.quorum_leaders = checkers_.quorum_leaders();
    report.partition_leaders = checkers_.partition_leaders();
    for (const auto& [name, count] : branches_.counts()) report.branches[name] = count;
    report.sent = history_.sent_count();
    report.acknowledged = history_.acked_count();
    report.failed = history_.failed_count();
    report.read = history_.read_count();
    report.lost_hasty =
        report.kind == Report::Kind::good && !options_.until ? history_.lost_hasty() : 0;
    if (options_.keep_logs) report.logs = cluster_.merged_log();
  }

  RunOptions options_;
  Plan plan_;
  Cluster cluster_;
  Checkers checkers_;
  Wire wire_;
  Branches branches_;
  RecoveryCheck recovery_{cluster_, [this](int broker, const Uuid& topic, int partition) {
                            return checkers_.synced(broker, topic, partition);
                          }};
  History history_;
  Workload workload_;
  Faults faults_;
};

}  // namespace

std::string Plan::text() const {
  return fmt::format(
      "{} brokers, {} topics of {} partitions, RF {}, min.insync.replicas {}, {}+{} producers, a "
      "fault each {} ms (crash {}, all {}, power {}, stop {}, freeze {}, isolate {}, cut {}, delay "
      "{}, reset {}, stall {}, churn {}){}{}{}{}",
      brokers, topics, partitions, replication_factor, min_isr, producers, hasty_producers,
      to_ms(between_faults), crash, crash_all, power_loss, stop, freeze, isolate, cut, delay, reset,
      stall, churn, slow_links ? ", slow links" : "", slow_disks ? ", slow disks" : "",
      small_snapshots ? ", small snapshots" : "", small_caches ? ", small caches" : "");
}

Plan draw_plan(std::uint64_t seed) {
  Rng rng(seed ^ plan_salt);
  const auto some = [&](int most) {  // half of the kinds are off in a run
    return rng.one_in(2) ? 0 : static_cast<int>(rng.between(1, most));
  };
  Plan plan;
  plan.brokers = static_cast<int>(rng.between(3, most_brokers));
  plan.topics = static_cast<int>(rng.between(1, 2));
  plan.partitions = static_cast<int>(rng.between(1, 3));
  plan.replication_factor = rng.one_in(5) ? 2 : 3;
  plan.min_isr = static_cast<int>(rng.between(1, 2));
  plan.safety = seconds(rng.between(10, 40));
  plan.between_faults = milliseconds(rng.between(100, 2000));
  plan.crash = some(10);
  plan.crash_all = some(2);
  plan.power_loss = some(6);
  plan.stop = some(4);
  plan.freeze = some(6);
  plan.isolate = some(6);
  plan.cut = some(6);
  plan.delay = some(4);
  plan.reset = some(6);
  plan.stall = some(4);
  plan.churn = some(4);
  plan.producers = static_cast<int>(rng.between(1, 3));
  plan.hasty_producers = rng.one_in(3) ? 1 : 0;
  plan.between_writes = milliseconds(rng.between(2, 60));
  plan.record_bytes = static_cast<std::size_t>(rng.one_in(4) ? rng.between(500, 3000) : 10);
  plan.slow_links = rng.one_in(4);
  plan.slow_disks = rng.one_in(4);
  plan.small_snapshots = rng.one_in(2);
  plan.small_caches = rng.one_in(3);
  return plan;
}

Report random_run(const RunOptions& options) {
  Run run(options);
  return run.run();
}

}  // namespace lab::sim
