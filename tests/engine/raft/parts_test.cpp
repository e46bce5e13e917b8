// The small parts of the raft room: quorum-state, snapshot files, stretched timeouts.
#include <doctest/doctest.h>

#include "engine/raft/election_state.h"
#include "engine/raft/pace.h"
#include "engine/raft/snapshot_file.h"

using namespace lab;
using namespace lab::raft;

TEST_CASE("quorum-state is Kafka's JSON and comes back as it was") {
  ElectionState state{Epoch(7), no_node, NodeId(2), {}};
  state.voted_directory.bytes[3] = 9;
  const auto again = ElectionState::parse(state.text());
  REQUIRE(again.ok());
  CHECK(*again == state);
  CHECK(ElectionState{Epoch(3), NodeId(1), no_node, {}}.text() ==
        R"({"leaderId":1,"leaderEpoch":3,"votedId":-1,)"
        R"("votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1})");
}

TEST_CASE("quorum-state: version 0 is read, damage is named") {
  const auto old = ElectionState::parse(
      R"({"clusterId":"","leaderId":1,"leaderEpoch":4,"votedId":-1,"appliedOffset":0,)"
      R"("currentVoters":[{"voterId":1}],"data_version":0})");
  REQUIRE(old.ok());
  CHECK(old->epoch == Epoch(4));
  CHECK_FALSE(ElectionState::parse("").ok());
  CHECK_FALSE(ElectionState::parse("[1]").ok());
  CHECK_FALSE(ElectionState::parse(R"({"leaderEpoch":1})").ok());
  CHECK_FALSE(ElectionState::parse(R"({"leaderEpoch":1,"data_version":9})").ok());
  CHECK_FALSE(ElectionState::parse(R"({"leaderEpoch":"x","data_version":1})").ok());
  CHECK_FALSE(ElectionState::parse(R"({"leaderEpoch":99999999999,"data_version":1})").ok());
  CHECK_FALSE(
      ElectionState::parse(R"({"leaderEpoch":1,"votedDirectoryId":7,"data_version":1})").ok());
}

TEST_CASE("snapshot names are Kafka's") {
  const OffsetAndEpoch id{Offset(42), Epoch(7)};
  CHECK(snapshot_name(id) == "00000000000000000042-0000000007.checkpoint");
  CHECK(parse_snapshot_name(snapshot_name(id)) == id);
  CHECK_FALSE(parse_snapshot_name("00000000000000000042-0000000007.checkpoint.tmp"));
  CHECK_FALSE(parse_snapshot_name("00000000000000000042-00000000x7.checkpoint"));
  CHECK_FALSE(parse_snapshot_name("99999999999999999999-0000000007.checkpoint"));
  CHECK_FALSE(parse_snapshot_name("00000000000000000042.log"));
}

TEST_CASE("a snapshot's content comes back; a damaged one is refused") {
  std::vector<Slice> values{Slice::copy("one"), Slice{}};
  for (int i = 0; i < 40; ++i) values.push_back(Slice::copy(std::string(100000, 'x')));
  const OffsetAndEpoch id{Offset(100), Epoch(3)};
  const WallTime time{milliseconds(1234)};
  const Slice bytes = join(snapshot_bytes(id, time, WallTime{milliseconds(5000)}, values));
  const auto content = parse_snapshot(bytes);
  REQUIRE(content.ok());
  CHECK(content->values == values);
  CHECK(content->last_append == time);

  CHECK(parse_snapshot(join(snapshot_bytes(id, time, time, {}))).ok());
  CHECK_FALSE(parse_snapshot(bytes.sub(0, bytes.size() - 1)).ok());
  CHECK_FALSE(parse_snapshot(bytes.sub(0, 100)).ok());
  CHECK_FALSE(parse_snapshot(Slice{}).ok());
  ByteBuffer flipped(bytes.data(), bytes.data() + bytes.size());
  flipped[200] ^= 1;
  CHECK_FALSE(parse_snapshot(Slice::take(std::move(flipped))).ok());
}

TEST_CASE("pace: settings hold while round trips fit, and are stretched until they do") {
  Pace pace;
  const Duration setting = milliseconds(400);
  Instant now = Instant{} + seconds(100);
  pace.observe(now, NodeId(2), milliseconds(134), setting);  // a wait of a third and a bit
  CHECK(pace.fetch_timeout(setting) == setting);
  // A link that held a reply back for long doubles it, once.
  pace.observe(now, NodeId(2), seconds(30), setting);
  pace.observe(now, NodeId(3), seconds(30), setting);
  CHECK(pace.fetch_timeout(setting) == 2 * setting);
  now += seconds(25);
  pace.observe(now, NodeId(2), milliseconds(1), setting);
  CHECK(pace.fetch_timeout(setting) == setting);

  // A millisecond against round trips of 20 ms.
  const Duration tiny = milliseconds(1);
  for (int i = 0; i < 20; ++i)
    pace.observe(now += milliseconds(20), NodeId(2), milliseconds(20), tiny);
  CHECK(pace.fetch_timeout(tiny) == milliseconds(40));
  CHECK(pace.election_timeout(tiny) == milliseconds(40));
  CHECK(pace.fetch_timeout(setting) == setting);

  CHECK(pace.request_timeout(NodeId(5), seconds(2)) == seconds(2));
  pace.timed_out(NodeId(5));
  CHECK(pace.request_timeout(NodeId(5), seconds(2)) == seconds(4));
  pace.timed_out(NodeId(5));
  CHECK(pace.request_timeout(NodeId(5), seconds(2)) == seconds(5));
  CHECK(pace.request_timeout(NodeId(5), seconds(9)) == seconds(9));
}
