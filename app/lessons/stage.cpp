#include "app/lessons/stage.h"

#include <chrono>
#include <thread>

namespace lab::lessons {
namespace {

// Between two looks at a cluster in real time.
constexpr auto rest = std::chrono::milliseconds(4);
// Of simulated time, from one look to the next.
constexpr Duration tick = milliseconds(10);

const sources::BrokerFiles* files_of(const std::vector<sources::BrokerFiles>& all, NodeId broker) {
  for (const auto& one : all) {
    if (one.id == broker) return &one;
  }
  return nullptr;
}

}  // namespace

void Stage::turn(const std::function<void(const trace::Event&)>& see) {
  if (world_.source == nullptr) return;
  if (world_.pass) world_.pass(tick);
  events_.clear();
  world_.source->take(events_);
  if (world_.source->generation() != generation_) {
    generation_ = world_.source->generation();
    model_ = model::ClusterModel();
  }
  for (const trace::Event& event : events_) {
    model_.apply(event);
    see(event);
  }
  if (!world_.pass && events_.empty()) std::this_thread::sleep_for(rest);
}

void Stage::fresh(const ClusterKind& kind, sources::Then then) {
  console_.reset();
  world_ = World{};
  model_ = model::ClusterModel();
  auto made = make_(kind, live_);
  if (!made) return then(made.error());
  world_ = std::move(made).value();
  generation_ = world_.source->generation();
  console_ = std::make_unique<commands::Console>(
      *world_.source, commands::Console::Surroundings{
                          [this]() -> const model::ClusterModel& { return model_; }, [] {}});
  then(std::string());
}

void Stage::run(const std::string& line, sources::Then then) {
  if (console_ == nullptr) return then(Error{"there is no cluster"});
  run_line(*console_, line, std::move(then));
}

double Stage::desk_seconds() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

std::vector<Address> Stage::bootstrap() const {
  return world_.source ? world_.source->bootstrap() : std::vector<Address>{};
}

std::string Stage::properties(NodeId broker) const {
  if (world_.source == nullptr) return {};
  auto text = world_.source->properties(broker);
  return text ? *text : std::string();
}

std::string Stage::properties_file(NodeId broker) const {
  return world_.source ? properties_file_of(*world_.source, broker) : std::string();
}

std::string Stage::log_file(NodeId broker) const {
  return world_.source ? log_file_of(*world_.source, broker) : std::string();
}

std::vector<std::string> Stage::log_tail(NodeId broker, std::size_t lines) const {
  return world_.source ? world_.source->log_tail(broker, lines) : std::vector<std::string>{};
}

void run_line(commands::Console& console, const std::string& line, sources::Then then) {
  struct Said {
    std::string out, err;
  };
  const auto said = std::make_shared<Said>();
  constexpr std::size_t most = 64 * 1024;
  commands::Output output;
  output.out = [said](std::string_view text) {
    if (said->out.size() < most) said->out += text;
  };
  output.err = [said](std::string_view text) {
    if (said->err.size() < most) said->err += text;
  };
  output.done = [said, then = std::move(then)](int exit_code) {
    if (exit_code == 0) return then(said->out);
    then(Error{said->err.empty() ? said->out : said->err});
  };
  console.run(line, std::move(output));
}

std::string properties_file_of(const sources::Source& source, NodeId broker) {
  const auto all = source.files();
  const auto* files = files_of(all, broker);
  return files ? files->properties : std::string();
}

std::string log_file_of(const sources::Source& source, NodeId broker) {
  const auto all = source.files();
  const auto* files = files_of(all, broker);
  return files ? files->server_log() : std::string();
}

}  // namespace lab::lessons
