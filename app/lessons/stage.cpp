#include "app/lessons/stage.h"

#include <chrono>
#include <thread>

namespace lab::lessons {
namespace {

// Between two looks at a cluster in real time.
constexpr auto rest = std::chrono::milliseconds(4);

const sources::BrokerFiles* files_of(const std::vector<sources::BrokerFiles>& all, NodeId broker) {
  for (const auto& one : all) {
    if (one.id == broker) return &one;
  }
  return nullptr;
}

}  // namespace

void Stage::turn(const std::function<void(const trace::Event&)>& see) {
  if (source_ == nullptr) return;
  events_.clear();
  source_->take(events_);
  if (source_->generation() != generation_) {
    generation_ = source_->generation();
    model_ = model::ClusterModel();
  }
  for (const trace::Event& event : events_) {
    model_.apply(event);
    see(event);
  }
  if (live_ && events_.empty()) std::this_thread::sleep_for(rest);
}

void Stage::fresh(const ClusterKind& kind, sources::Then then) {
  source_.reset();
  model_ = model::ClusterModel();
  auto made = worlds_.make(kind, live_);
  if (!made) return then(made.error());
  source_ = std::move(made).value();
  generation_ = source_->generation();
  then(std::string());
}

void Stage::run(const std::string& line, sources::Then then) {
  if (source_ == nullptr) return then(Error{"there is no cluster"});
  worlds_.run(line, *source_, std::move(then));
}

double Stage::desk_seconds() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

std::vector<Address> Stage::bootstrap() const {
  return source_ ? source_->bootstrap() : std::vector<Address>{};
}

std::string Stage::properties(NodeId broker) const {
  if (source_ == nullptr) return {};
  auto text = source_->properties(broker);
  return text ? *text : std::string();
}

std::string Stage::properties_file(NodeId broker) const {
  return source_ ? properties_file_of(*source_, broker) : std::string();
}

std::string Stage::log_file(NodeId broker) const {
  return source_ ? log_file_of(*source_, broker) : std::string();
}

std::vector<std::string> Stage::log_tail(NodeId broker, std::size_t lines) const {
  return source_ ? source_->log_tail(broker, lines) : std::vector<std::string>{};
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
