// What is fuzzed: a target takes any bytes and holds what reads them to its promises. Driven by
// tests/fuzz/smoke.cpp (any compiler, a few seconds) and by libFuzzer (tests/fuzz/libfuzzer.cpp).
// A target asserts more than that nothing crashes: what decodes encodes to bytes that decode to
// the same, and memory is taken for what is there, not for what bytes claim.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/slice.h"

namespace lab::fuzz {

struct Target {
  std::string_view name;
  void (*run)(ByteView input);         // throws where a promise is broken
  std::vector<ByteBuffer> (*seeds)();  // good inputs, made by the real encoders
};

// By name; nullptr where there is none.
const Target* find_target(std::string_view name);
std::span<const Target> targets();

inline void promise(bool kept, std::string_view what) {
  if (!kept) throw std::logic_error(fmt::format("broken promise: {}", what));
}

// Takes an input apart: small choices first, then what is left. Zeros behind the end.
class Input {
 public:
  explicit Input(ByteView bytes) : bytes_(bytes) {}
  std::uint8_t byte() {
    const ByteView one = take(1);
    return one.empty() ? std::uint8_t{0} : one[0];
  }
  std::size_t number16() {
    const std::size_t high = byte();
    return high << 8 | byte();
  }
  ByteView take(std::size_t count) {
    const ByteView part = bytes_.first(std::min(count, bytes_.size()));
    bytes_ = bytes_.subspan(part.size());
    return part;
  }
  ByteView rest() { return take(bytes_.size()); }
  bool empty() const { return bytes_.empty(); }

 private:
  ByteView bytes_;
};

// The targets, one file each in tests/fuzz/targets.
void run_messages(ByteView input);
std::vector<ByteBuffer> seeds_messages();
void run_frames(ByteView input);
std::vector<ByteBuffer> seeds_frames();
void run_batches(ByteView input);
std::vector<ByteBuffer> seeds_batches();
void run_recovery(ByteView input);
std::vector<ByteBuffer> seeds_recovery();
void run_files(ByteView input);
std::vector<ByteBuffer> seeds_files();
void run_properties(ByteView input);
std::vector<ByteBuffer> seeds_properties();
void run_recordings(ByteView input);
std::vector<ByteBuffer> seeds_recordings();

}  // namespace lab::fuzz
