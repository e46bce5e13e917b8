// That the checks of one log's order can fail: a log with one thing wrong names it.
#include "engine/sim/log_order.h"

#include <doctest/doctest.h>

#include "engine/sim/violation.h"

using namespace lab;
using sim::Batch;

namespace {
Batch batch(std::int64_t base, std::int64_t next, int epoch, int producer_epoch = -1,
            int sequence = -1) {
  Batch out;
  out.base = Offset(base);
  out.next = Offset(next);
  out.epoch = Epoch(epoch);
  if (producer_epoch < 0) return out;
  out.producer = ProducerId(7);
  out.producer_epoch = static_cast<std::int16_t>(producer_epoch);
  out.base_sequence = sequence;
  out.last_sequence = sequence + static_cast<std::int32_t>(next - base) - 1;
  return out;
}

// The invariant that the last of these breaks; those before it must be in order.
int broken_by_last(const std::vector<Batch>& batches) {
  sim::LogOrder order("orders-0 on broker 1");
  for (std::size_t i = 0; i + 1 < batches.size(); ++i) order.take(batches[i]);
  try {
    order.take(batches.back());
  } catch (const sim::Violation& violation) {
    return violation.invariant;
  }
  return 0;
}
}  // namespace

TEST_CASE("a log whose offsets, epochs and sequences rise is in order") {
  CHECK(broken_by_last({batch(0, 3, 0, 0, 0), batch(3, 4, 0), batch(4, 5, 2, 0, 3),
                        batch(5, 6, 2, 1, 0), batch(6, 8, 2, 1, 1)}) == 0);
}

TEST_CASE("offsets that leave a gap, go back or do not begin at 0 are seen") {
  CHECK(broken_by_last({batch(0, 3, 0), batch(4, 5, 0)}) == 17);
  CHECK(broken_by_last({batch(0, 3, 0), batch(2, 5, 0)}) == 17);
  CHECK(broken_by_last({batch(1, 2, 0)}) == 17);
}

TEST_CASE("a batch of an earlier epoch than the one before it is seen") {
  CHECK(broken_by_last({batch(0, 1, 3), batch(1, 2, 2)}) == 17);
}

TEST_CASE("a producer's batch that is missing or there twice is seen") {
  CHECK(broken_by_last({batch(0, 2, 0, 0, 0), batch(2, 3, 0, 0, 3)}) == 19);
  CHECK(broken_by_last({batch(0, 2, 0, 0, 0), batch(2, 4, 0, 0, 0)}) == 19);
  CHECK(broken_by_last({batch(0, 2, 0, 0, 5)}) == 19);
}

TEST_CASE("a producer's epoch that falls, or that does not begin at 0, is seen") {
  CHECK(broken_by_last({batch(0, 2, 0, 1, 0), batch(2, 3, 0, 0, 2)}) == 19);
  CHECK(broken_by_last({batch(0, 2, 0, 0, 0), batch(2, 3, 0, 1, 2)}) == 19);
}

TEST_CASE("an epoch cache that says otherwise than the batches is seen") {
  storage::EpochCache epochs;
  epochs.assign(Epoch(1), Offset(0));
  epochs.assign(Epoch(2), Offset(5));
  const sim::LogOrder order("orders-0 on broker 1");
  CHECK_NOTHROW(order.agrees(batch(0, 5, 1), epochs));
  CHECK_NOTHROW(order.agrees(batch(5, 6, 2), epochs));
  CHECK_THROWS_AS(order.agrees(batch(5, 6, 1), epochs), sim::Violation);
  CHECK_THROWS_AS(order.agrees(batch(4, 6, 1), epochs), sim::Violation);
}
