// The type of a Records field: record batches as they travel, in as many slices as they came in.
// Used by Produce, Fetch and FetchSnapshot; batch.h looks inside.
#pragma once

#include "engine/base/slice.h"

namespace lab::protocol {

struct Records {
  Slices slices;

  std::size_t size() const { return total_size(slices); }
  bool empty() const { return size() == 0; }
  // Equal bytes, however they are cut.
  friend bool operator==(const Records& a, const Records& b) {
    return join(a.slices) == join(b.slices);
  }
};

}  // namespace lab::protocol
