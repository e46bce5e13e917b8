#include "engine/host/event_folder.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace lab::host {
namespace {

constexpr std::size_t max_folded = 1024;

trace::FrameCounts counts_of(const trace::Frame& frame) {
  trace::FrameCounts counts;
  counts.connection = frame.connection;
  counts.local_port = frame.local_port;
  counts.remote_port = frame.remote_port;
  counts.outgoing = frame.outgoing;
  counts.request = frame.request;
  counts.api = frame.api;
  return counts;
}

// What the event's payload is, where it is folded by the latest: topic and partition.
std::optional<std::pair<std::string, std::int32_t>> mark_of(const trace::Payload& payload) {
  if (const auto* marks = std::get_if<trace::ReplicaMarks>(&payload)) {
    return std::pair{marks->topic, marks->partition.v};
  }
  if (const auto* committed = std::get_if<trace::OffsetCommitted>(&payload)) {
    return std::pair{committed->group + "/" + committed->topic, committed->partition.v};
  }
  if (std::holds_alternative<trace::QuorumMarks>(payload) ||
      std::holds_alternative<trace::MetadataApplied>(payload)) {
    return std::pair{std::string(), 0};
  }
  return std::nullopt;
}

}  // namespace

// A bucket of `per_second` tokens that fills as fast.
bool EventFolder::allowed(const Link& link, Instant at) {
  const auto full = static_cast<double>(per_second_);
  const auto [it, fresh] = links_.try_emplace(link, Allowance{full, at});
  auto& allowance = it->second;
  if (!fresh && at > allowance.at) {
    const std::chrono::duration<double> passed = at - allowance.at;
    allowance.tokens = std::min(full, allowance.tokens + passed.count() * full);
    allowance.at = at;
  }
  if (allowance.tokens < 1) return false;
  allowance.tokens -= 1;
  return true;
}

void EventFolder::take(const trace::Event& event) {
  if (trace::weight_of(event.payload) == trace::Weight::control) {
    if (event.cause != trace::no_cause) tell_cause(event.cause);
    return emit_(event);
  }
  const std::size_t kind = event.payload.index();
  if (const auto* frame = std::get_if<trace::Frame>(&event.payload)) {
    if (allowed({0, frame->connection, {}, 0}, event.at)) return emit_(event);
    return fold(event, *frame);
  }
  if (const auto* records = std::get_if<trace::RecordsMoved>(&event.payload)) {
    if (allowed({kind, records->connection, {}, 0}, event.at)) return emit_(event);
    return fold(event, *records);
  }
  const auto mark = mark_of(event.payload);
  const Link link = mark ? Link{kind, 0, mark->first, mark->second} : Link{};
  // Once one is kept, a later one may not overtake it.
  if (!mark || (marks_.count(link) == 0 && allowed(link, event.at))) return emit_(event);
  marks_[link] = event;
}

void EventFolder::fold(const trace::Event& event, const trace::Frame& frame) {
  const FrameKey key{frame.connection, frame.outgoing, frame.request, frame.api};
  const auto [it, fresh] = frames_.try_emplace(key, event);
  auto& kept = it->second;
  if (fresh) kept.payload = counts_of(frame);
  auto& counts = std::get<trace::FrameCounts>(kept.payload);
  ++counts.frames;
  counts.bytes += frame.size;
  kept.number = event.number;
  kept.at = event.at;
  kept.cause = trace::no_cause;
  folded_.push_back(event);
  if (folded_.size() > max_folded) folded_.pop_front();
}

void EventFolder::fold(const trace::Event& event, const trace::RecordsMoved& records) {
  const RecordKey key{records.connection, records.outgoing, records.topic, records.partition.v};
  const auto [it, fresh] = records_.try_emplace(key, event);
  if (fresh) return;
  auto& sum = std::get<trace::RecordsMoved>(it->second.payload);
  sum.count += records.count;
  sum.bytes += records.bytes;
  it->second.number = event.number;
  it->second.at = event.at;
}

void EventFolder::tell_cause(std::uint64_t number) {
  const auto it = std::lower_bound(
      folded_.begin(), folded_.end(), number,
      [](const trace::Event& folded, std::uint64_t wanted) { return folded.number < wanted; });
  if (it == folded_.end() || it->number != number) return;
  const trace::Event event = *it;
  folded_.erase(it);
  const auto& frame = std::get<trace::Frame>(event.payload);
  // Counted no longer, unless the counts were told already.
  const auto kept = frames_.find({frame.connection, frame.outgoing, frame.request, frame.api});
  if (kept != frames_.end()) {
    auto& counts = std::get<trace::FrameCounts>(kept->second.payload);
    counts.frames -= 1;
    counts.bytes -= frame.size;
    if (counts.frames == 0) frames_.erase(kept);
  }
  emit_(event);
}

void EventFolder::flush(Instant now) {
  for (const auto& [key, event] : std::exchange(frames_, {})) emit_(event);
  for (const auto& [key, event] : std::exchange(records_, {})) emit_(event);
  for (const auto& [key, event] : std::exchange(marks_, {})) emit_(event);
  std::erase_if(links_, [&](const auto& entry) { return entry.second.at + seconds(1) < now; });
}

}  // namespace lab::host
