// What a broker's start does with the control files of its log directory.
#include "engine/broker/recovery.h"

#include <doctest/doctest.h>

#include "engine/storage/memory_disk.h"

using namespace lab;

TEST_CASE("a clean shutdown is believed once: a power loss during the next start is no clean one") {
  storage::MemoryDisk disk;
  const auto mark = storage::clean_shutdown_text({BrokerEpoch(42)});
  REQUIRE(storage::replace_file(disk, storage::clean_shutdown_file, mark).ok());
  const broker::Config config;
  const auto previous_epoch = [&] {
    Context context(NodeId(1), false);
    Effects effects;
    context.begin({}, effects);
    broker::Recovery recovery(context, config, disk);
    REQUIRE(recovery.begin().ok());
    context.end();
    return recovery.previous_epoch();
  };
  CHECK(previous_epoch() == BrokerEpoch(42));
  disk.lose_power();
  CHECK(previous_epoch() == BrokerEpoch(-1));
}
