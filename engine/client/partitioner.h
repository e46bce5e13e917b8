// Which partition a record goes to, as Kafka's default partitioner decides: records with a key by
// murmur2 of the key, so that equal keys share a partition; records without one stick to a
// partition until batch.size bytes went there, then to another, drawn at random (KIP-480, KIP-794).
// Used by the producer. The round robin variant takes the next partition for each record.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/rng.h"
#include "engine/base/slice.h"

namespace lab::client {

// Kafka's 32-bit murmur2 (seed 0x9747b28c).
std::uint32_t murmur2(ByteView bytes);

// The partition of a key among `count` > 0 partitions.
PartitionIndex partition_of_key(ByteView key, std::size_t count);

class KeylessPartitioner {
 public:
  enum class Kind : std::uint8_t { sticky, round_robin };
  // `stick_bytes`: batch.size.
  KeylessPartitioner(Kind kind, std::size_t stick_bytes) : kind_(kind), stick_bytes_(stick_bytes) {}

  // The partition for a record of `bytes`. `usable` are the topic's partitions that have a leader,
  // or all of them where none has; never empty.
  PartitionIndex next(const std::string& topic, const std::vector<PartitionIndex>& usable,
                      std::size_t bytes, Rng& rng);

 private:
  struct Stuck {
    PartitionIndex partition{-1};
    std::size_t bytes = 0;
    std::size_t turn = 0;
  };
  Kind kind_;
  std::size_t stick_bytes_;
  std::map<std::string, Stuck> topics_;
};

}  // namespace lab::client
