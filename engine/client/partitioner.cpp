#include "engine/client/partitioner.h"

#include <algorithm>

#include "engine/base/check.h"

namespace lab::client {

std::uint32_t murmur2(ByteView bytes) {
  constexpr std::uint32_t m = 0x5bd1e995;
  std::uint32_t h = 0x9747b28c ^ static_cast<std::uint32_t>(bytes.size());
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t k = static_cast<std::uint32_t>(bytes[at]) |
                      static_cast<std::uint32_t>(bytes[at + 1]) << 8 |
                      static_cast<std::uint32_t>(bytes[at + 2]) << 16 |
                      static_cast<std::uint32_t>(bytes[at + 3]) << 24;
    k *= m;
    k ^= k >> 24;
    k *= m;
    h *= m;
    h ^= k;
  }
  const std::size_t rest = bytes.size() - at;
  if (rest >= 3) h ^= static_cast<std::uint32_t>(bytes[at + 2]) << 16;
  if (rest >= 2) h ^= static_cast<std::uint32_t>(bytes[at + 1]) << 8;
  if (rest >= 1) {
    h ^= bytes[at];
    h *= m;
  }
  h ^= h >> 13;
  h *= m;
  h ^= h >> 15;
  return h;
}

PartitionIndex partition_of_key(ByteView key, std::size_t count) {
  LAB_CHECK(count > 0);
  return PartitionIndex(static_cast<std::int32_t>((murmur2(key) & 0x7fffffff) % count));
}

PartitionIndex KeylessPartitioner::next(const std::string& topic,
                                        const std::vector<PartitionIndex>& usable,
                                        std::size_t bytes, Rng& rng) {
  LAB_CHECK(!usable.empty());
  Stuck& stuck = topics_[topic];
  if (kind_ == Kind::round_robin) return usable[stuck.turn++ % usable.size()];
  const bool still = std::find(usable.begin(), usable.end(), stuck.partition) != usable.end();
  if (!still || stuck.bytes >= stick_bytes_) {
    stuck.partition = usable[rng.below(usable.size())];
    stuck.bytes = 0;
  }
  stuck.bytes += bytes;
  return stuck.partition;
}

}  // namespace lab::client
