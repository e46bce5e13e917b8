#include "app/commands/demo_program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "app/commands/demo_text.h"
#include "app/commands/exit_codes.h"
#include "app/model/narration.h"
#include "app/sources/live_clients.h"
#include "app/sources/live_cluster.h"
#include "app/sources/port_pairs.h"
#include "engine/host/clock.h"

namespace lab::commands {
namespace {

namespace asio = host::asio;
constexpr int broker_count = 3;
constexpr auto step_limit = std::chrono::seconds(20);
const model::TopicPartition watched{"orders", PartitionIndex{0}};
const std::string producer = "shop";

// One step of the story: how it begins, and whether it has come about.
struct Step {
  std::string what;  // for the message where it does not
  std::function<void()> begin;
  std::function<bool()> reached;
  std::function<void()> then;  // once reached
};

// A moment that becomes a picture when all is over: drawing takes longer than a failover.
struct Moment {
  std::string name;
  model::ClusterModel model;
  Instant now;
  std::string title;  // empty: what just happened
};

class Demo {
 public:
  Demo(const DemoOptions& options, const Pictures& pictures)
      : options_(options),
        pictures_(pictures),
        text_(pictures.lang),
        signals_(io_, SIGINT, SIGTERM),
        limit_(io_),
        pause_(io_) {}

  int run() {
    if (auto ready = prepare(); !ready) return give_up(ready.error().message);
    make_steps();
    signals_.async_wait([this](const host::error_code& error, int) {
      if (!error) fail("interrupted");
    });
    begin_step();
    io_.run();
    clients_.reset();
    cluster_.reset();
    if (exit_code_ == exit_code::done) draw();
    clean_up();
    return exit_code_;
  }

 private:
  // ---- Before and after
  Result<> prepare() {
    std::error_code error;
    std::filesystem::create_directories(options_.out, error);
    if (error) return Error{fmt::format("{}: {}", options_.out, error.message())};
    std::string data = (std::filesystem::temp_directory_path() / "brokerlab-demo-XXXXXX").string();
    if (::mkdtemp(data.data()) == nullptr) return Error{data + " cannot be made"};
    data_ = data;
    sources::ClusterOptions cluster;
    cluster.directory = data_;
    cluster.brokers = broker_count;
    cluster.base_port =
        options_.base_port ? options_.base_port : sources::random_base_port(broker_count);
    if (!cluster.base_port) return Error{"there are no free ports between 20000 and 31000"};
    auto directory = sources::ClusterDirectory::prepare(cluster);
    if (!directory) return directory.error();
    sources::LiveCluster::Handlers handlers;
    handlers.on_event = [this](const trace::Event& event) { see(event); };
    handlers.on_ready = [this] { ready_ = true; };
    cluster_ = std::make_unique<sources::LiveCluster>(io_, std::move(directory).value(),
                                                      sources::beside_own_executable("brokerd"),
                                                      std::move(handlers));
    return {};
  }

  int give_up(const std::string& why) {
    fmt::print(stderr, "brokerlab demo: {}\n", why);
    return exit_code::failed;
  }

  void clean_up() {
    std::error_code ignored;
    if (exit_code_ == exit_code::done) {
      std::filesystem::remove_all(data_, ignored);
    } else {
      fmt::print(stderr, "The cluster's directory is kept: {}\n", data_);
    }
  }

  void draw() {
    int number = 0;
    for (const auto& moment : moments_) {
      const std::string base = fmt::format("{}/{:02}-{}", options_.out, ++number, moment.name);
      for (const char* extension : {".png", ".svg"}) {
        const auto written =
            pictures_.write(moment.model, moment.now, base + extension, moment.title);
        if (written) continue;
        exit_code_ = give_up(written.error().message);
        return;
      }
      say(fmt::format("{}.png, .svg", base));
    }
  }

  void say(const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
  }

  // ---- The story
  void make_steps() {
    steps_.push_back({"three brokers are ready", [this] { start(); }, [this] { return ready_; },
                      [this] { say(text_.ready(host::monotonic_now() - begun_, model_)); }});
    steps_.push_back({"topic orders has its leaders", [this] { create_topic(); },
                      [this] { return all_in_sync(); }, [this] { say(text_.topic(model_)); }});
    steps_.push_back({"records flow", [this] { start_producing(); },
                      [this] { return acknowledged() >= flowing_; },
                      [this] {
                        say(text_.flowing(acknowledged()));
                        keep("healthy", narrate_state(model_, pictures_.lang).text());
                      }});
    steps_.push_back({"the leader of orders-0 is killed", [this] { kill_leader(); },
                      [this] { return !cluster_->broker(victim_)->running(); },
                      [this] { keep_in(milliseconds(300), "leader-killed"); }});
    steps_.push_back({"orders-0 has a new leader, and writing goes on", [] {},
                      [this] { return failover() != nullptr && failover()->acked.at.has_value(); },
                      [this] {
                        say(text_.failover(*failover()));
                        keep_in(milliseconds(250), "new-leader");
                      }});
    steps_.push_back({"a thousand records more are acknowledged",
                      [this] { goal_ = acknowledged() + more_; },
                      [this] { return acknowledged() >= goal_; },
                      {}});
    steps_.push_back({"the broker runs again", [this] { start_again(); },
                      [this] { return returning_.has_value(); },
                      [this] { moments_.push_back(std::move(*returning_)); }});
    steps_.push_back({"it has caught up", [] {},
                      [this] { return failover()->caught_up.at && all_in_sync(); },
                      [this] {
                        say(text_.caught_up(*failover(), restarted_));
                        keep_in(milliseconds(250), "caught-up");
                      }});
    steps_.push_back({"every acknowledged record is read back", [this] { check(); },
                      [this] { return checked_.has_value(); }, [this] { judge(); }});
  }

  void begin_step() {
    limit_.expires_after(step_limit);
    limit_.async_wait([this](const host::error_code& cancelled) {
      if (!cancelled) fail(fmt::format("not within 20 s: {}", steps_[step_].what));
    });
    steps_[step_].begin();
    advance_later();
  }

  void advance_later() {
    if (std::exchange(advancing_, true)) return;
    asio::post(io_, [this] {
      advancing_ = false;
      advance();
    });
  }

  void advance() {
    if (ending_ || pausing_ || !steps_[step_].reached()) return;
    limit_.cancel();
    if (steps_[step_].then) steps_[step_].then();
    if (++step_ == steps_.size()) return end();
    if (!ending_ && !pausing_) begin_step();
  }

  void see(const trace::Event& event) {
    model_.apply(event);
    const bool back = event.node == victim_ && restarted_ != Instant{} &&
                      std::holds_alternative<trace::BecameFollower>(event.payload);
    if (back && !returning_ &&
        std::get<trace::BecameFollower>(event.payload).topic == watched.topic) {
      returning_ = {"comes-back", model_, event.at, {}};  // before it has copied anything
    }
    const auto* exited = std::get_if<trace::ProcessExited>(&event.payload);
    if (exited != nullptr && !ending_ && event.node != victim_) {
      fail(fmt::format("broker {} has ended: {}", event.node, exited->last_error));
    }
    advance_later();
  }

  void start() {
    begun_ = host::monotonic_now();
    if (auto started = cluster_->start_all(); !started) return fail(started.error().message);
    std::vector<Address> bootstrap;
    for (const auto& broker : cluster_->directory().brokers()) {
      bootstrap.push_back({"localhost", broker.port});
    }
    sources::LiveClients::Handlers handlers;
    handlers.on_event = [this](const trace::Event& event) { cluster_->publish(event); };
    handlers.on_notice = [this](const std::string& notice) { fail(notice); };
    clients_ = std::make_unique<sources::LiveClients>(io_, std::move(bootstrap), data_,
                                                      std::move(handlers));
  }

  void create_topic() {
    client::NewTopic topic;
    topic.name = watched.topic;
    topic.partitions = 3;
    topic.replication_factor = 2;
    clients_->call([this, topic](sources::LabClients& clients) {
      clients.create_topic(topic, [this](const sources::Answer& answer) {
        if (!answer) fail(answer.error().message);
      });
    });
  }

  void start_producing() {
    sources::ProducePlan plan;
    plan.client = producer;
    plan.topic = watched.topic;
    plan.per_second = options_.per_second;
    clients_->call([this, plan](sources::LabClients& clients) {
      if (auto started = clients.start_producer(plan); !started) fail(started.error().message);
    });
  }

  void kill_leader() {
    victim_ = model_.partition(watched)->agreed->leader;
    say(text_.kill(victim_, cluster_->broker(victim_)->pid()));
    const auto killed = cluster_->carry_out({sources::NodeAction::kill, victim_});
    if (!killed) fail(killed.error().message);
  }

  void start_again() {
    restarted_ = host::monotonic_now();
    const auto started = cluster_->carry_out({sources::NodeAction::start, victim_});
    if (!started) return fail(started.error().message);
    say(text_.started(victim_, cluster_->broker(victim_)->pid()));
  }

  void check() {
    clients_->call([this](sources::LabClients& clients) {
      clients.stop(producer, [this, &clients] {
        clients.check_ledger(producer, [this](Result<trace::LedgerChecked> result) {
          if (!result) return fail(result.error().message);
          checked_ = *result;
          advance_later();
        });
      });
    });
  }

  void judge() {
    say(text_.ledger(*checked_));
    if (checked_->lost != 0) exit_code_ = exit_code::failed;
  }

  // ---- What the story asks of the model
  std::int64_t acknowledged() const {
    const auto at = model_.clients().find(producer);
    return at == model_.clients().end() ? 0 : at->second.ledger.acked;
  }

  bool all_in_sync() const {
    int seen = 0;
    for (const auto& [id, partition] : model_.partitions()) {
      if (id.topic != watched.topic || partition.agreed == nullptr) continue;
      const auto& view = *partition.agreed;
      if (view.leader != no_node && !view.under_replicated()) ++seen;
    }
    return seen == 3;
  }

  const model::Failover* failover() const {
    for (auto at = model_.failovers().rbegin(); at != model_.failovers().rend(); ++at) {
      if (at->partition == watched) return &*at;
    }
    return nullptr;
  }

  void keep(const std::string& name, const std::string& title = {}) {
    moments_.push_back({name, model_, host::monotonic_now(), title});
  }

  // The picture of a little later, when what has changed is drawn to its end; the story waits.
  void keep_in(Duration delay, const std::string& name) {
    pausing_ = true;
    pause_.expires_after(delay);
    pause_.async_wait([this, name](const host::error_code& cancelled) {
      pausing_ = false;
      if (cancelled || ending_) return;
      keep(name);
      begin_step();
    });
  }

  // ---- The end
  void fail(const std::string& why) {
    if (ending_) return;
    exit_code_ = give_up(why);
    end();
  }
  void end() {
    if (std::exchange(ending_, true)) return;
    limit_.cancel();
    pause_.cancel();
    host::error_code ignored;
    signals_.cancel(ignored);
    cluster_->shut_down([this] { io_.stop(); });
  }

  static constexpr std::int64_t flowing_ = 500, more_ = 1000;

  DemoOptions options_;
  const Pictures& pictures_;
  DemoText text_;
  asio::io_context io_;
  asio::signal_set signals_;
  asio::steady_timer limit_, pause_;
  std::string data_;
  model::ClusterModel model_;
  std::unique_ptr<sources::LiveCluster> cluster_;
  std::unique_ptr<sources::LiveClients> clients_;
  std::vector<Step> steps_;
  std::size_t step_ = 0;
  std::vector<Moment> moments_;
  std::optional<Moment> returning_;
  bool ready_ = false, advancing_ = false, pausing_ = false, ending_ = false;
  NodeId victim_ = no_node;
  std::int64_t goal_ = 0;
  Instant begun_{}, restarted_{};
  std::optional<trace::LedgerChecked> checked_;
  int exit_code_ = exit_code::done;
};

}  // namespace

int run_demo(const DemoOptions& options, const Pictures& pictures) {
  Demo demo(options, pictures);
  return demo.run();
}

}  // namespace lab::commands
