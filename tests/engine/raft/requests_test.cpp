// What the quorum's requests are refused for, and with which of Kafka's errors.
#include <doctest/doctest.h>

#include "tests/engine/raft/harness.h"

using namespace lab;
using namespace lab::raft;
using namespace lab::raft::test;
using protocol::ErrorCode;

namespace {

Options options() {
  Options o;
  o.settings = lab_settings();
  return o;
}

template <class Request, class Response, class Method>
Response ask(World& w, int id, const Request& request, Method method) {
  std::optional<Response> out;
  w.input(id, [&](Quorum& q) { (q.*method)(request, [&](Response r) { out = std::move(r); }); });
  w.run_until([&] { return out.has_value(); }, seconds(2));
  REQUIRE(out);
  return *out;
}

ErrorCode code(std::int16_t error) { return static_cast<ErrorCode>(error); }

}  // namespace

TEST_CASE("Vote: what is refused") {
  using protocol::VoteRequest;
  using protocol::VoteResponse;
  World w(options());
  REQUIRE(w.elect());
  REQUIRE(w.settle());
  const int leader = w.leader();
  const int follower = leader == 1 ? 2 : 1;
  const int third = 6 - leader - follower;
  const Epoch epoch = w.quorum(leader).epoch();
  VoteRequest good;
  good.cluster_id = "test-cluster";
  good.voter_id = follower;
  good.topics.resize(1);
  good.topics[0].topic_name = metadata_topic;
  auto& data = good.topics[0].partitions.emplace_back();
  data.replica_id = third;
  data.replica_epoch = epoch.v;
  data.last_offset = 100;
  const auto vote = [&](const VoteRequest& r) {
    return ask<VoteRequest, VoteResponse>(w, follower, r, &Quorum::vote);
  };
  const auto partition = [&](const VoteRequest& r) { return vote(r).topics[0].partitions[0]; };

  auto bad = good;
  bad.cluster_id = "another";
  CHECK(code(vote(bad).error_code) == ErrorCode::inconsistent_cluster_id);
  bad = good;
  bad.topics[0].topic_name = "orders";
  CHECK(code(vote(bad).error_code) == ErrorCode::invalid_request);
  bad = good;
  bad.topics.clear();
  CHECK(code(vote(bad).error_code) == ErrorCode::invalid_request);
  bad = good;
  bad.topics[0].partitions[0].replica_epoch = epoch.v - 1;
  bad.topics[0].partitions[0].last_offset_epoch = -1;
  CHECK(code(partition(bad).error_code) == ErrorCode::invalid_request);
  bad.topics[0].partitions[0].last_offset_epoch = epoch.v - 2 < 0 ? 0 : epoch.v - 2;
  bad.topics[0].partitions[0].replica_epoch = epoch.v - 1;
  if (epoch.v >= 2) {
    const auto answer = partition(bad);
    CHECK(code(answer.error_code) == ErrorCode::fenced_leader_epoch);
    CHECK(answer.leader_id == leader);
    CHECK(answer.leader_epoch == epoch.v);
  }
  bad = good;
  bad.topics[0].partitions[0].replica_id = 9;
  CHECK(code(partition(bad).error_code) == ErrorCode::inconsistent_voter_set);
  bad = good;
  bad.voter_id = third;
  CHECK(code(partition(bad).error_code) == ErrorCode::invalid_voter_key);
  bad = good;
  bad.topics[0].partitions[0].voter_directory_id.bytes[0] = 99;
  CHECK(code(partition(bad).error_code) == ErrorCode::invalid_voter_key);
  // Its leader is known and well: no vote, no pre-vote.
  CHECK_FALSE(partition(good).vote_granted);
  good.topics[0].partitions[0].pre_vote = true;
  CHECK_FALSE(partition(good).vote_granted);
  CHECK(w.quorum(follower).epoch() == epoch);
}

TEST_CASE("Fetch: what is refused, and where to go on") {
  using protocol::FetchRequest;
  using protocol::FetchResponse;
  World w(options());
  REQUIRE(w.elect());
  REQUIRE(w.append("a"));
  REQUIRE(w.settle());
  const int leader = w.leader();
  const int follower = leader == 1 ? 2 : 1;
  const Epoch epoch = w.quorum(leader).epoch();
  FetchRequest good;
  good.replica_state.replica_id = 77;  // an observer
  good.topics.resize(1);
  good.topics[0].topic_id = metadata_topic_id();
  auto& data = good.topics[0].partitions.emplace_back();
  data.current_leader_epoch = epoch.v;
  data.last_fetched_epoch = 0;
  data.partition_max_bytes = 1 << 20;
  const auto fetch = [&](int id, const FetchRequest& r) {
    return ask<FetchRequest, FetchResponse>(w, id, r, &Quorum::fetch);
  };
  const auto partition = [&](int id, const FetchRequest& r) {
    return fetch(id, r).responses[0].partitions[0];
  };
  const auto ok = partition(leader, good);
  CHECK(ok.error_code == 0);
  CHECK(ok.high_watermark == 2);
  CHECK_FALSE(ok.records->empty());

  auto bad = good;
  bad.cluster_id = "another";
  CHECK(code(fetch(leader, bad).error_code) == ErrorCode::inconsistent_cluster_id);
  bad = good;
  bad.topics[0].topic_id = Uuid{};
  CHECK(code(fetch(leader, bad).error_code) == ErrorCode::invalid_request);
  bad = good;
  bad.topics[0].partitions[0].fetch_offset = -1;
  CHECK(code(partition(leader, bad).error_code) == ErrorCode::invalid_request);
  bad = good;
  bad.topics[0].partitions[0].current_leader_epoch = epoch.v - 1;
  CHECK(code(partition(leader, bad).error_code) == ErrorCode::fenced_leader_epoch);
  bad.topics[0].partitions[0].current_leader_epoch = epoch.v + 1;
  CHECK(code(partition(leader, bad).error_code) == ErrorCode::unknown_leader_epoch);
  const auto elsewhere = fetch(follower, good);
  CHECK(code(elsewhere.responses[0].partitions[0].error_code) == ErrorCode::not_leader_or_follower);
  CHECK(elsewhere.responses[0].partitions[0].current_leader.leader_id == leader);
  REQUIRE(elsewhere.node_endpoints.size() == 1);
  CHECK(elsewhere.node_endpoints[0].port == 20000 + leader);

  bad = good;
  bad.topics[0].partitions[0].fetch_offset = 50;
  bad.topics[0].partitions[0].last_fetched_epoch = epoch.v;
  const auto diverging = partition(leader, bad).diverging_epoch;
  CHECK(diverging.epoch == epoch.v);
  CHECK(diverging.end_offset == 2);

  // At the end it waits, but no longer than a third of the fetch timeout.
  bad.topics[0].partitions[0].fetch_offset = 2;
  bad.max_wait_ms = 60000;
  CHECK(partition(leader, bad).error_code == 0);  // what is new is the high watermark
  const Instant before = w.now();
  CHECK(partition(leader, bad).records->empty());
  const auto waited = to_ms(w.now() - before);
  CHECK(waited >= 100);
  CHECK(waited <= 134);
}

TEST_CASE("FetchSnapshot: what is refused") {
  using protocol::FetchSnapshotRequest;
  using protocol::FetchSnapshotResponse;
  World w(options());
  REQUIRE(w.elect());
  REQUIRE(w.append("a"));
  REQUIRE(w.settle());
  const int leader = w.leader();
  FetchSnapshotRequest request;
  request.replica_id = 77;
  request.topics.resize(1);
  request.topics[0].name = metadata_topic;
  auto& data = request.topics[0].partitions.emplace_back();
  data.current_leader_epoch = w.quorum(leader).epoch().v;
  const auto get = [&](const FetchSnapshotRequest& r) {
    return ask<FetchSnapshotRequest, FetchSnapshotResponse>(w, leader, r, &Quorum::fetch_snapshot)
        .topics[0]
        .partitions[0];
  };
  CHECK(code(get(request).error_code) == ErrorCode::snapshot_not_found);
  REQUIRE(w.snapshot(leader));
  w.run_for(milliseconds(50));
  const OffsetAndEpoch id = w.quorum(leader).latest_snapshot();
  request.topics[0].partitions[0].snapshot_id = {id.offset.v, id.epoch.v};
  const auto whole = get(request);
  CHECK(whole.error_code == 0);
  CHECK(whole.size == static_cast<std::int64_t>(whole.unaligned_records.size()));
  request.topics[0].partitions[0].position = whole.size;
  CHECK(code(get(request).error_code) == ErrorCode::position_out_of_range);
  request.topics[0].partitions[0].position = -1;
  CHECK(code(get(request).error_code) == ErrorCode::position_out_of_range);
  request.topics[0].partitions[0].position = 0;
  request.max_bytes = 10;
  CHECK(get(request).unaligned_records.size() == 10);
  request.topics[0].partitions[0].current_leader_epoch = 0;
  CHECK(code(get(request).error_code) == ErrorCode::fenced_leader_epoch);
}

TEST_CASE("DescribeQuorum tells voters and observers, from the leader only") {
  using protocol::DescribeQuorumRequest;
  using protocol::DescribeQuorumResponse;
  auto o = options();
  o.observers = 1;
  World w(o);
  REQUIRE(w.elect());
  REQUIRE(w.append("a"));
  REQUIRE(w.settle());
  w.run_for(milliseconds(300));
  const int leader = w.leader();
  DescribeQuorumRequest request;
  request.topics.resize(1);
  request.topics[0].topic_name = metadata_topic;
  request.topics[0].partitions.resize(1);
  const auto describe = [&](int id) {
    return ask<DescribeQuorumRequest, DescribeQuorumResponse>(w, id, request,
                                                              &Quorum::describe_quorum);
  };
  const auto told = describe(leader);
  const auto& data = told.topics[0].partitions[0];
  CHECK(data.leader_id == leader);
  CHECK(data.high_watermark == 2);
  REQUIRE(data.current_voters.size() == 3);
  for (const auto& voter : data.current_voters) {
    CHECK(voter.log_end_offset == 2);
    CHECK(voter.last_caught_up_timestamp >= 0);
    CHECK((voter.last_fetch_timestamp == -1) == (voter.replica_id == leader));
  }
  REQUIRE(data.observers.size() == 1);
  CHECK(data.observers[0].replica_id == 4);
  CHECK(told.nodes.size() == 3);
  CHECK(code(describe(leader == 1 ? 2 : 1).error_code) == ErrorCode::not_leader_or_follower);
  request.topics[0].topic_name = "orders";
  CHECK(code(describe(leader).topics[0].partitions[0].error_code) ==
        ErrorCode::unknown_topic_or_partition);
}
