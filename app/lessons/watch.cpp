#include "app/lessons/watch.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace lab::lessons {
namespace {

constexpr std::size_t most_seen = 4096, most_refusals = 256, log_lines = 300, log_context = 3;

// What the two kinds of reading and writing are called in events, where an event is about a
// partition at all.
struct PartitionOf {
  template <class Event>
  std::string operator()(const Event& event) const {
    if constexpr (requires { event.partition.v + event.topic.size(); }) {
      return model::TopicPartition{event.topic, event.partition}.text();
    } else {
      return {};
    }
  }
};

// The lines of `now` behind those that were the last ones before.
std::vector<std::string> new_lines(const std::vector<std::string>& now,
                                   const std::vector<std::string>& before) {
  if (before.empty()) return now;
  const auto at = std::find_end(now.begin(), now.end(), before.begin(), before.end());
  if (at == now.end()) return now;
  return {at + static_cast<std::ptrdiff_t>(before.size()), now.end()};
}

std::vector<std::string> last_of(std::vector<std::string> lines, std::size_t count) {
  if (lines.size() > count) lines.erase(lines.begin(), lines.end() - std::ptrdiff_t(count));
  return lines;
}

}  // namespace

Counts counts_of(const model::ClusterModel& model, const model::Client& client) {
  Counts counts;
  for (const auto& [key, stats] : model.links()) {
    if (key.partition.topic.empty()) continue;
    if (key.to.client == client.key) counts.read += stats.total_records;
    if (key.from.client == client.key) counts.acknowledged += stats.total_records;
  }
  if (client.kind == model::ClientKind::built_in) {
    // With acks=0 nobody promises anything.
    counts.acknowledged = client.acks == "0" ? 0 : client.ledger.acked;
    counts.failed = client.ledger.failed;
  }
  return counts;
}

std::int64_t end_of(const model::ClusterModel& model, const model::Partition& partition) {
  if (partition.agreed != nullptr) {
    const auto* leader = model.replica(partition.id, partition.agreed->leader);
    if (leader != nullptr && leader->marks.known()) return leader->marks->log_end.v;
  }
  return std::max<std::int64_t>(0, model.row_end(partition).v);
}

Baseline Watch::take(const Outside& outside) const {
  const auto& model = outside.model();
  Baseline now;
  now.at = outside.now();
  now.controller = model.active_controller().value_or(no_node);
  for (const auto& [id, partition] : model.partitions()) {
    if (partition.agreed != nullptr) now.leaders[id] = partition.agreed->leader;
    now.ends[id] = end_of(model, partition);
  }
  for (const auto& [key, client] : model.clients()) now.counts[key] = counts_of(model, client);
  for (const auto& [key, stats] : model.links()) {
    if (!key.partition.topic.empty()) now.moved[{key.from, key.to}] += stats.total_records;
  }
  now.acknowledged = acknowledged_;
  now.read = read_;
  now.checks = checks_.size();
  return now;
}

void Watch::begin(const Outside& outside) {
  auto spans = std::move(spans_);
  *this = Watch();
  spans_ = std::move(spans);
  baselines_[""] = take(outside);
  since_ = outside.now();
  for (const auto& [id, broker] : outside.model().brokers()) {
    logs_[id].before = last_of(outside.log_tail(id, log_context), log_context);
  }
}

void Watch::mark(const std::string& goal, const Outside& outside) {
  baselines_[goal] = take(outside);
}

const Baseline* Watch::baseline(const std::string& goal) const {
  const auto at = baselines_.find(goal);
  return at == baselines_.end() ? nullptr : &at->second;
}

void Watch::see(const model::ClusterModel& model, const trace::Event& event) {
  if (event.at < since_) return;  // told anew, of before
  if (const auto* read = std::get_if<trace::ConsumerRead>(&event.payload)) {
    read_[read->client] += read->count;
  } else if (const auto* sent = std::get_if<trace::ProducerSent>(&event.payload)) {
    spans_.try_emplace(sent->client, Span{event.at, event.at, 0});
  } else if (const auto* acked = std::get_if<trace::ProducerAcked>(&event.payload)) {
    // With acks=0 it was only sent: nobody promises anything.
    const auto client = model.clients().find(acked->client);
    const bool promised = client == model.clients().end() || client->second.acks != "0";
    if (promised) acknowledged_[acked->topic] += acked->count;
    Span& span = spans_.try_emplace(acked->client, Span{event.at, event.at, 0}).first->second;
    span.last = event.at;
    span.records += acked->count;
  } else if (const auto* failed = std::get_if<trace::ProducerFailed>(&event.payload)) {
    if (refused_.size() < most_refusals) refused_.insert(failed->error);
  } else if (const auto* asked = std::get_if<trace::RequestRefused>(&event.payload)) {
    if (refused_.size() < most_refusals) refused_.insert(asked->error);
  } else if (const auto* checked = std::get_if<trace::LedgerChecked>(&event.payload)) {
    if (checks_.size() < most_seen) checks_.push_back(*checked);
  }
  see_mark(model, event);
}

void Watch::see_mark(const model::ClusterModel& model, const trace::Event& event) {
  const bool acked = std::holds_alternative<trace::ProducerAcked>(event.payload);
  if (trace::weight_of(event.payload) == trace::Weight::bulk && !acked) return;
  // A mark of this very event, whether the log keeps it or not.
  const model::LoggedEvent logged{
      0, std::shared_ptr<const trace::Event>(std::shared_ptr<void>(), &event), false};
  const auto mark = model::mark_of(model, logged, i18n::Lang::en);
  if (!mark || seen_.size() >= most_seen) return;
  seen_.push_back({mark->kind, mark->lane, std::visit(PartitionOf{}, event.payload), event.at});
}

void Watch::look(const Outside& outside) {
  for (const auto& [id, broker] : outside.model().brokers()) {
    Log& log = logs_[id];
    log.since = new_lines(outside.log_tail(id, log_lines), log.before);
  }
}

const trace::LedgerChecked* Watch::checked(const std::string& client, const Baseline& from) const {
  for (std::size_t i = checks_.size(); i > from.checks; --i) {
    if (client == "any" || checks_[i - 1].client == client) return &checks_[i - 1];
  }
  return nullptr;
}

bool Watch::logged(NodeId broker, const std::string& text) const {
  const auto at = logs_.find(broker);
  if (at == logs_.end()) return false;
  return std::any_of(at->second.since.begin(), at->second.since.end(),
                     [&](const auto& line) { return line.find(text) != std::string::npos; });
}

std::string Watch::error_line(NodeId broker) const {
  const auto at = logs_.find(broker);
  if (at == logs_.end()) return {};
  for (const std::string& line : at->second.since) {
    // "[2026-11-23 21:44:08,123] ERROR the words (kafka.Logger)"
    for (const std::string_view level : {"] ERROR ", "] FATAL "}) {
      const auto found = line.find(level);
      if (found == std::string::npos) continue;
      std::string words = line.substr(found + level.size());
      const auto logger = words.rfind(" (");
      if (logger != std::string::npos && words.back() == ')') words.resize(logger);
      return words;
    }
  }
  return {};
}

Counts Watch::counts(const model::ClusterModel& model, const model::Client& client,
                     const Baseline& from) const {
  Counts counts = counts_of(model, client);
  if (const auto at = from.counts.find(client.key); at != from.counts.end()) {
    counts.acknowledged -= at->second.acknowledged;
    counts.failed -= at->second.failed;
    counts.read -= at->second.read;
  }
  // A reader of the lab counts its records itself; they may come on connections of another name.
  if (const auto own = read_.find(client.client_id); own != read_.end()) {
    const auto before = from.read.find(client.client_id);
    const auto since = own->second - (before == from.read.end() ? 0 : before->second);
    counts.read = std::max(counts.read, since);
  }
  return counts;
}

std::int64_t Watch::acknowledged(const std::string& topic, const Baseline& from) const {
  std::int64_t sum = 0;
  for (const auto& [name, count] : acknowledged_) {
    if (!topic.empty() && topic != name) continue;
    const auto before = from.acknowledged.find(name);
    sum += count - (before == from.acknowledged.end() ? 0 : before->second);
  }
  return sum;
}

std::int64_t Watch::written(const model::ClusterModel& model, const std::string& topic,
                            const Baseline& from) const {
  std::int64_t sum = 0;
  for (const auto& [id, partition] : model.partitions()) {
    if (topic.empty() ? id.topic.substr(0, 2) == "__" : id.topic != topic) continue;
    const auto before = from.ends.find(id);
    sum += end_of(model, partition) - (before == from.ends.end() ? 0 : before->second);
  }
  return sum;
}

std::int64_t Watch::moved(const model::ClusterModel& model, const model::Client& client,
                          NodeId broker, bool to_broker, const Baseline& from) const {
  const model::Endpoint one{broker, {}}, other{no_node, client.key};
  const auto& source = to_broker ? other : one;
  const auto& target = to_broker ? one : other;
  std::int64_t sum = 0;
  for (const auto& [key, stats] : model.links()) {
    if (key.partition.topic.empty() || key.from != source || key.to != target) continue;
    sum += stats.total_records;
  }
  const auto before = from.moved.find({source, target});
  return sum - (before == from.moved.end() ? 0 : before->second);
}

std::optional<double> Watch::rate(const std::string& client) const {
  const auto at = spans_.find(client);
  if (at == spans_.end() || at->second.last <= at->second.first) return std::nullopt;
  const std::chrono::duration<double> length = at->second.last - at->second.first;
  return static_cast<double>(at->second.records) / length.count();
}

}  // namespace lab::lessons
