// CRC-32C (Castagnoli), as Kafka's record batches carry it.
#pragma once

#include <cstdint>

#include "engine/base/slice.h"

namespace lab {

// The checksum of `bytes`; pass an earlier result as `seed` to go on where it ended.
std::uint32_t crc32c(ByteView bytes, std::uint32_t seed = 0);

}  // namespace lab
