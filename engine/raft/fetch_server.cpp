// The leader's side of Fetch and DescribeQuorum: checks as Kafka's, divergence, waiting fetches,
// and what is known of each replica.
#include <algorithm>

#include "engine/base/planted.h"
#include "engine/raft/quorum.h"
#include "engine/raft/wire.h"

namespace lab::raft {

using protocol::ErrorCode;
using trace::Role;

namespace {
constexpr std::size_t most_parked = 1024;  // fetches; more are answered at once
constexpr std::size_t most_observers = 1000;
constexpr Duration observer_session = std::chrono::minutes(5);
}  // namespace

ErrorCode Quorum::check_leader_request(Epoch epoch) const {
  if (epoch < election_.epoch) return ErrorCode::fenced_leader_epoch;
  if (epoch > election_.epoch) return ErrorCode::unknown_leader_epoch;
  if (role_ != Role::leader) return ErrorCode::not_leader_or_follower;
  return ErrorCode::none;
}

// A third of the fetch timeout leaves a follower room for the round trip.
Duration Quorum::longest_wait() const {
  return std::clamp<Duration>(fetch_timeout() / 3, milliseconds(1), milliseconds(500));
}

Epoch Quorum::epoch_before(Offset end) const {
  if (end > log_.log_start()) return std::max(log_.epoch_at(end - 1), Epoch(0));
  return snapshot_.epoch;
}

OffsetAndEpoch Quorum::synced_end() const {
  const Offset end = std::max(log_.synced_end(), log_.log_start());
  return {end, epoch_before(end)};
}

OffsetAndEpoch Quorum::end_of_epoch(Epoch epoch) const {
  const storage::EpochEnd found = log_.end_offset_for(epoch);
  if (found.epoch == no_epoch) return {log_.log_end(), epoch_before(log_.log_end())};
  return {std::max(found.end, log_.log_start()), found.epoch};
}

// What a leader lets others know: only once a record of its own epoch is committed.
Offset Quorum::exposed_high_watermark() const {
  return epoch_start_ != no_offset && high_watermark_ > epoch_start_ ? high_watermark_ : no_offset;
}

protocol::FetchResponse Quorum::fetch_response(ErrorCode error) const {
  protocol::FetchResponse::PartitionData data;
  data.error_code = wire::code(error);
  data.high_watermark = role_ == Role::leader ? exposed_high_watermark().v : -1;
  data.log_start_offset = log_.log_start().v;
  data.current_leader = {known_leader().v, election_.epoch.v};
  data.records = protocol::Records{};
  protocol::FetchResponse response;
  response.responses.resize(1);
  response.responses[0].topic = metadata_topic;
  response.responses[0].topic_id = metadata_topic_id();
  response.responses[0].partitions.push_back(std::move(data));
  if (error != ErrorCode::none) add_leader_endpoint(response);
  return response;
}

void Quorum::fetch(const protocol::FetchRequest& request, Reply<protocol::FetchResponse> reply) {
  using Message = protocol::FetchResponse;
  if (request.cluster_id && *request.cluster_id != settings_.cluster_id)
    return answer(reply, wire::refusal<Message>(ErrorCode::inconsistent_cluster_id));
  const auto* asked = wire::only_partition(request);
  if (asked == nullptr) return answer(reply, wire::refusal<Message>(ErrorCode::invalid_request));
  if (asked->fetch_offset < 0 || asked->last_fetched_epoch < 0 || asked->current_leader_epoch < 0 ||
      request.max_wait_ms < 0)
    return answer(reply, fetch_response(ErrorCode::invalid_request));
  const auto bytes =
      std::min({asked->partition_max_bytes, request.max_bytes, settings_.fetch_max_bytes});
  FetchCall call;
  call.replica =
      NodeId(request.replica_id >= 0 ? request.replica_id : request.replica_state.replica_id);
  call.directory_id = asked->replica_directory_id;
  call.epoch = Epoch(asked->current_leader_epoch);
  call.from = {Offset(asked->fetch_offset), Epoch(asked->last_fetched_epoch)};
  call.max_bytes = static_cast<std::size_t>(std::max(bytes, 0));
  call.deadline =
      context_.monotonic() + std::min<Duration>(milliseconds(request.max_wait_ms), longest_wait());
  call.reply = std::move(reply);
  serve(std::move(call), true);
}

// The answer to a replica that cannot go on from `from`: it needs a snapshot, or its log departs
// from this one.
std::optional<protocol::FetchResponse> Quorum::misplaced(const OffsetAndEpoch& from) const {
  if (from.offset.v == 0 && log_.log_start().v == 0) return std::nullopt;
  auto response = fetch_response(ErrorCode::none);
  auto& data = response.responses[0].partitions[0];
  if (snapshot_.offset.v > 0 &&
      (from.offset < log_.log_start() || from.epoch < snapshot_.epoch ||
       (from.offset == snapshot_.offset && from.epoch != snapshot_.epoch))) {
    data.snapshot_id = {snapshot_.offset.v, snapshot_.epoch.v};
    return response;
  }
  const OffsetAndEpoch end = end_of_epoch(from.epoch);
  if (end.epoch == from.epoch && from.offset <= end.offset) return std::nullopt;
  if (planted(Bug::divergence_unnoticed) && from.offset <= log_.log_end()) return std::nullopt;
  data.diverging_epoch = {end.epoch.v, end.offset.v};
  return response;
}

// Refuses, reads, or lets it wait. `first`: it has just come in, and says where its sender stands.
void Quorum::serve(FetchCall call, bool first) {
  const ErrorCode error = check_leader_request(call.epoch);
  if (error != ErrorCode::none) return answer(call.reply, fetch_response(error));
  if (first) note_contact(call.replica, call.directory_id);

  if (auto response = misplaced(call.from)) return answer(call.reply, std::move(*response));
  if (first) {
    note_position(call.replica, call.from.offset);
    // Telling what was committed by it may have ended this leadership.
    if (const ErrorCode now = check_leader_request(call.epoch); now != ErrorCode::none)
      return answer(call.reply, fetch_response(now));
  }
  const Offset limit = call.replica.v >= 0 ? log_.log_end() : exposed_high_watermark();
  if (call.max_bytes > 0 && call.from.offset < limit) return read_for(std::move(call), limit);
  const Replica* replica = replica_of(call.replica);
  const bool news = replica != nullptr && replica->told_high_watermark != exposed_high_watermark();
  if (news || call.max_bytes == 0 || context_.monotonic() >= call.deadline)
    return reply_to_fetch(call, {});
  park(std::move(call));
}

void Quorum::read_for(FetchCall call, Offset limit) {
  const OffsetAndEpoch from = call.from;
  const std::size_t max_bytes = call.max_bytes;
  auto shared = std::make_shared<FetchCall>(std::move(call));
  log_.read(
      from.offset, limit, max_bytes, true, guarded([this, shared](const storage::ReadResult& read) {
        using Status = storage::ReadResult::Status;
        if (const ErrorCode error = check_leader_request(shared->epoch); error != ErrorCode::none)
          return answer(shared->reply, fetch_response(error));
        if (read.status == Status::out_of_range)
          return answer(shared->reply, fetch_response(ErrorCode::offset_out_of_range));
        if (read.status == Status::failed)
          return answer(shared->reply, fetch_response(ErrorCode::kafka_storage_error));
        reply_to_fetch(*shared, read.slices);
      }));
}

void Quorum::reply_to_fetch(const FetchCall& call, Slices records) {
  auto response = fetch_response(ErrorCode::none);
  response.responses[0].partitions[0].records = protocol::Records{std::move(records)};
  if (Replica* replica = replica_of(call.replica))
    replica->told_high_watermark = exposed_high_watermark();
  answer(call.reply, std::move(response));
}

// ---- Waiting

void Quorum::park(FetchCall call) {
  // A replica has one fetch at a time: a second one means that nobody waits for the first.
  if (call.replica.v >= 0) {
    const auto same = std::find_if(parked_.begin(), parked_.end(), [&](const FetchCall& other) {
      return other.replica == call.replica && other.directory_id == call.directory_id;
    });
    if (same != parked_.end()) {
      const FetchCall old = std::move(*same);
      parked_.erase(same);
      reply_to_fetch(old, {});
    }
  }
  if (parked_.size() >= most_parked) return reply_to_fetch(call, {});
  parked_.push_back(std::move(call));
  arm_parked_timer();
}

void Quorum::arm_parked_timer() {
  if (parked_.empty()) return parked_timer_.cancel();
  const auto first =
      std::min_element(parked_.begin(), parked_.end(),
                       [](const auto& a, const auto& b) { return a.deadline < b.deadline; });
  if (!parked_timer_.armed() || parked_timer_.at() != first->deadline)
    parked_timer_.arm(first->deadline);
}

// Something changed: each waiting fetch is answered or waits on.
void Quorum::wake_parked() {
  std::deque<FetchCall> calls;
  calls.swap(parked_);
  parked_timer_.cancel();
  for (FetchCall& call : calls) serve(std::move(call), false);
}

// ---- What is known of the others

Quorum::Replica* Quorum::replica_of(NodeId id) {
  if (const auto it = replicas_.find(id); it != replicas_.end()) return &it->second;
  if (const auto it = observers_.find(id); it != observers_.end()) return &it->second;
  return nullptr;
}

// A replica spoke to this leader: it counts for check quorum.
void Quorum::note_contact(NodeId id, const Uuid& directory_id) {
  if (id.v < 0 || id == settings_.self) return;
  const Instant now = context_.monotonic();
  Replica* replica = replica_of(id);
  if (replica == nullptr) {
    std::erase_if(observers_, [&](const auto& entry) {
      return entry.second.last_fetch && now - *entry.second.last_fetch > observer_session;
    });
    if (observers_.size() >= most_observers) return;
    replica = &observers_[id];
  }
  replica->directory_id = directory_id;
  replica->last_fetch = now;
}

// A replica has synced everything below `fetched`.
void Quorum::note_position(NodeId id, Offset fetched) {
  Replica* replica = replica_of(id);
  if (replica == nullptr) return;
  const std::int64_t now = context_.now().wall.time_since_epoch().count();
  if (fetched >= log_.log_end())
    replica->last_caught_up_ms = std::max(now, replica->last_caught_up_ms);
  else if (replica->end_at_last_fetch != no_offset && fetched >= replica->end_at_last_fetch)
    replica->last_caught_up_ms = std::max(replica->last_fetch_ms, replica->last_caught_up_ms);
  replica->end_at_last_fetch = log_.log_end();
  replica->last_fetch_ms = std::max(now, replica->last_fetch_ms);
  const bool further = fetched > replica->fetched;
  replica->fetched = fetched;
  if (further && is_voter(id)) advance_high_watermark();
}

void Quorum::describe_quorum(const protocol::DescribeQuorumRequest& request,
                             Reply<protocol::DescribeQuorumResponse> reply) {
  using Message = protocol::DescribeQuorumResponse;
  if (wire::only_partition(request) == nullptr) {
    Message message;
    for (const auto& topic : request.topics) {
      auto& out = message.topics.emplace_back();
      out.topic_name = topic.topic_name;
      for (const auto& partition : topic.partitions) {
        auto& data = out.partitions.emplace_back();
        data.partition_index = partition.partition_index;
        data.error_code = wire::code(ErrorCode::unknown_topic_or_partition);
      }
    }
    return answer(reply, std::move(message));
  }
  if (role_ != Role::leader)
    return answer(reply, wire::refusal<Message>(ErrorCode::not_leader_or_follower));
  Message::PartitionData data;
  data.leader_id = settings_.self.v;
  data.leader_epoch = election_.epoch.v;
  data.high_watermark = exposed_high_watermark().v;
  const auto state = [](NodeId id, const Replica& replica) {
    return Message::ReplicaState{id.v, replica.directory_id, replica.fetched.v,
                                 replica.last_fetch_ms, replica.last_caught_up_ms};
  };
  const std::int64_t now = context_.now().wall.time_since_epoch().count();
  for (const Voter& v : settings_.voters) {
    if (v.id == settings_.self)
      data.current_voters.push_back({v.id.v, settings_.directory_id, log_.log_end().v, -1, now});
    else
      data.current_voters.push_back(state(v.id, replicas_.at(v.id)));
  }
  for (const auto& [id, replica] : observers_) data.observers.push_back(state(id, replica));
  auto message = wire::with_partition<Message>(std::move(data));
  for (const Voter& v : settings_.voters)
    message.nodes.push_back({v.id.v, {{settings_.listener_name, v.address.host, v.address.port}}});
  answer(reply, std::move(message));
}

}  // namespace lab::raft
