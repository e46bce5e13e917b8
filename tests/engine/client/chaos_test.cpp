// Many seeds of brokers that break connections, lose answers, move leaders and freeze: what the
// producer promises must hold in all of them.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/engine/client/fake_cluster.h"

namespace lab::client {

namespace {

using protocol::ApiKey;
using protocol::ErrorCode;
using Act = FakeCluster::Act;
using Seen = FakeCluster::Seen;

// What a broker in trouble does with a request.
Act misfortune(Rng& rng, const Seen& seen) {
  switch (rng.below(14)) {
    case 0:
      return {Act::Kind::cut, {}, {}};
    case 1:
      return {Act::Kind::serve_then_cut, {}, {}};
    case 2:
      return {Act::Kind::hold, {}, {}};
    case 3:
      if (seen.header.api_key != ApiKey::produce && seen.header.api_key != ApiKey::fetch) return {};
      return {Act::Kind::refuse, ErrorCode::not_leader_or_follower, {}};
    case 4:
      if (seen.header.api_key != ApiKey::produce) return {};
      return {Act::Kind::refuse, ErrorCode::not_enough_replicas, {}};
    default:
      return {};
  }
}

}  // namespace

TEST_CASE("under faults every acknowledged record is there once, in order, and is read so") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Rng rng(seed);
    FakeCluster cluster(3, false);
    cluster.add_topic("t", 2);
    cluster.chunk = 1 + rng.below(200);
    cluster.script = [&](const Seen& seen) { return misfortune(rng, seen); };
    ProducerOptions options;
    options.network = cluster.network();
    options.network.request_timeout = seconds(3);
    options.batch_size = 1 + rng.below(200);
    options.linger = milliseconds(rng.between(0, 10));
    std::size_t told = 0, failed = 0;
    std::vector<std::string> read[2];
    Producer* producer = nullptr;
    cluster.run([&] {
      producer = &cluster.machine.add_producer("p", options);
      ConsumerOptions reading;
      reading.network = options.network;
      Consumer& consumer = cluster.machine.add_consumer(
          "c", reading,
          [&](const ConsumerRecord& record) {
            read[record.partition.v].emplace_back(record.value->text());
          },
          {});
      for (int p = 0; p < 2; ++p) consumer.assign("t", PartitionIndex(p), StartAt::beginning());
    });
    std::vector<std::string> sent[2];
    for (int round = 0; round < 30; ++round) {
      cluster.run([&] {
        for (std::uint64_t n = rng.below(8); n > 0; --n) {
          ProducerRecord record;
          record.topic = "t";
          const int p = static_cast<int>(rng.below(2));
          record.partition = PartitionIndex(p);
          sent[p].push_back(std::to_string(sent[p].size()));
          record.value = Slice::copy(sent[p].back());
          CHECK(producer->send(std::move(record), [&](const Delivery& delivery) {
            ++told;
            failed += !delivery.ok();
          }));
        }
      });
      cluster.run_for(milliseconds(rng.between(0, 400)));
      if (rng.one_in(5))
        cluster.move_leader("t", static_cast<int>(rng.below(2)), rng.one_in(2) ? 1 : 2);
    }
    cluster.release();
    const std::size_t all = sent[0].size() + sent[1].size();
    CHECK(cluster.run_until([&] { return told == all; }, seconds(60)));
    CHECK(failed == 0);
    for (int p = 0; p < 2; ++p) CHECK(cluster.values("t", p) == sent[p]);
    CHECK(cluster.run_until(
        [&] { return read[0].size() >= sent[0].size() && read[1].size() >= sent[1].size(); },
        seconds(60)));
    for (int p = 0; p < 2; ++p) CHECK(read[p] == sent[p]);
  }
}

}  // namespace lab::client
