// What a partition's leader may and may not ask of the controller, and the blocks of producer ids.
#include "tests/engine/controller/lab.h"

using namespace lab;
using namespace lab::controller;
using namespace lab::protocol;

namespace {

struct IsrStory : Lab {
  IsrStory() {
    start_three();
    create("orders", {{1, 2, 3}}, 2);
  }
  template <class Edit>
  ErrorCode with(Edit edit) {
    auto request = isr_request("orders", {1, 2});
    edit(request, request.topics[0].partitions[0]);
    const std::size_t before = log.size();
    const ErrorCode error = alter(request);
    CHECK(log.size() == before);
    return error;
  }
};

}  // namespace

TEST_CASE("the leader shrinks and expands its ISR; only the partition epoch rises") {
  IsrStory lab;
  CHECK(lab.alter(lab.isr_request("orders", {1, 3})) == ErrorCode::none);
  CHECK(lab.partition("orders").isr == nodes({1, 3}));
  CHECK(lab.partition("orders").leader_epoch == Epoch(0));
  CHECK(lab.partition("orders").partition_epoch == 1);
  CHECK(lab.traced<trace::IsrChanged>().back().why == "leader");
  CHECK(lab.alter(lab.isr_request("orders", {1})) == ErrorCode::none);
  CHECK(lab.partition("orders").elr == nodes({3}));
  const auto reply = lab.take(lab.controller.alter_partition(lab.isr_request("orders", {1, 2}), 3));
  const auto& data = reply.topics.at(0).partitions.at(0);
  CHECK(data.isr == std::vector<std::int32_t>{1, 2});
  CHECK(data.leader_id == 1);
  CHECK(data.partition_epoch == 3);
  CHECK(lab.partition("orders").elr.empty());
}

TEST_CASE("the same ISR again writes nothing and is answered") {
  IsrStory lab;
  CHECK(lab.with([](auto&, auto& data) {
    data.new_isr_with_epochs.push_back({3, -1});
  }) == ErrorCode::none);
}

TEST_CASE("version 2 names the members without their epochs") {
  IsrStory lab;
  auto request = lab.isr_request("orders", {});
  request.topics[0].partitions[0].new_isr = {1, 2};
  const auto reply = lab.take(lab.controller.alter_partition(request, 2));
  CHECK(reply.topics.at(0).partitions.at(0).error_code == 0);
  CHECK(lab.partition("orders").isr == nodes({1, 2}));
}

TEST_CASE("every refusal of AlterPartition") {
  IsrStory lab;
  using E = ErrorCode;
  CHECK(lab.with([](auto& r, auto&) { ++r.broker_epoch; }) == E::stale_broker_epoch);
  CHECK(lab.with([](auto& r, auto&) { r.topics[0].topic_id = Uuid{}; }) == E::unknown_topic_id);
  CHECK(lab.with([](auto&, auto& d) { d.partition_index = 4; }) == E::unknown_topic_or_partition);
  CHECK(lab.with([](auto&, auto& d) { ++d.leader_epoch; }) == E::not_controller);
  CHECK(lab.with([](auto&, auto& d) { ++d.partition_epoch; }) == E::not_controller);
  CHECK(lab.with([](auto&, auto& d) { --d.leader_epoch; }) == E::fenced_leader_epoch);
  CHECK(lab.with([](auto&, auto& d) { --d.partition_epoch; }) == E::invalid_update_version);
  CHECK(lab.with([&](auto& r, auto&) {
    r.broker_id = 2;
    r.broker_epoch = lab.epochs[2];
  }) == E::invalid_request);
  CHECK(lab.with([](auto&, auto& d) { d.new_isr_with_epochs[0].broker_id = 3; }) ==
        E::invalid_request);  // without the leader
  CHECK(lab.with([](auto&, auto& d) { d.new_isr_with_epochs[1].broker_id = 9; }) ==
        E::invalid_request);  // no replica
  CHECK(lab.with([](auto&, auto& d) {
    d.new_isr_with_epochs.push_back({2, -1});
  }) == E::invalid_request);  // twice
  CHECK(lab.with([](auto&, auto& d) { d.leader_recovery_state = 1; }) == E::invalid_request);
  CHECK(lab.with([](auto&, auto& d) { d.leader_recovery_state = 7; }) == E::invalid_request);
  CHECK(lab.with([](auto&, auto& d) { --d.new_isr_with_epochs[1].broker_epoch; }) ==
        E::ineligible_replica);  // restarted since
  lab.die(3);
  CHECK(lab.with([](auto&, auto& d) {
    d.new_isr_with_epochs[1] = {3, -1};
  }) == E::ineligible_replica);  // fenced
}

TEST_CASE("a leader that is still recovering keeps its ISR to itself until it has recovered") {
  Lab lab;
  lab.start(1);
  lab.start(2);
  lab.create("orders", {{1, 2}}, 1);
  lab.die(2);
  lab.die(1);
  lab.enter(lab.registration(1));
  lab.beat(1);
  lab.beat(2);
  REQUIRE(lab.partition("orders").recovering);
  auto request = lab.isr_request("orders", {1, 2});
  request.topics[0].partitions[0].leader_recovery_state = 1;
  CHECK(lab.alter(request) == ErrorCode::invalid_request);
  request.topics[0].partitions[0].leader_recovery_state = 0;
  CHECK(lab.alter(request) == ErrorCode::none);
}

TEST_CASE("producer ids come in blocks of 1000, never the same twice") {
  Lab lab;
  lab.start(1);
  const auto ask = [&] {
    return lab.take(lab.controller.allocate_producer_ids({1, lab.epochs[1]}));
  };
  CHECK(ask().producer_id_start == 0);
  const auto second = ask();
  CHECK(second.producer_id_start == 1000);
  CHECK(second.producer_id_len == 1000);
  lab.controller.deactivate();
  lab.controller.activate(lab.replayed, Epoch(2));
  CHECK(ask().producer_id_start == 2000);
  lab.epochs[1] -= 1;
  CHECK(error_code(ask().error_code) == ErrorCode::stale_broker_epoch);
}
