// One target under libFuzzer (clang's preset `fuzz`); tests/fuzz/run --long starts it.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const lab::fuzz::Target* const target = lab::fuzz::find_target(LAB_FUZZ_TARGET);
  try {
    target->run({data, size});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: %s\n", LAB_FUZZ_TARGET, e.what());
    std::abort();
  }
  return 0;
}
