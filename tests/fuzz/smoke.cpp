// Runs the fuzz targets with any compiler: the seeds, the corpus, and mutations of both from a seed
// of random numbers, for so many seconds each. A single allocation of more than 64 MiB, or an input
// that takes more than ten seconds of the processor, is a finding as a broken promise is; the input
// is kept and named.
//   fuzz_smoke CORPUS SECONDS [TARGET...]     fuzz_smoke --seeds DIRECTORY     fuzz_smoke --run
//   TARGET FILE
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>

#include "engine/base/rng.h"
#include "tests/fuzz/target.h"

namespace {

constexpr std::size_t largest_allocation = std::size_t{64} << 20;  // bytes
constexpr std::size_t largest_input = 16 * 1024;                   // bytes
constexpr double slowest_input = 10;                               // seconds of the processor

// What is being run, for the handler of a crash.
const lab::fuzz::Target* running = nullptr;
const lab::ByteBuffer* running_input = nullptr;

void keep_input() {
  std::FILE* file = std::fopen("fuzz-finding.bin", "wb");
  if (file == nullptr || running_input == nullptr) return;
  std::fwrite(running_input->data(), 1, running_input->size(), file);
  std::fclose(file);
}

[[noreturn]] void finding(const char* what) {
  std::fprintf(stderr, "%s: %s; the input is in fuzz-finding.bin\n",
               running == nullptr ? "?" : running->name.data(), what);
  keep_input();
  std::_Exit(1);
}

void crashed(int) { finding("crashed"); }

}  // namespace

// Everything that is allocated on a stranger's word comes through here, except what the
// compression libraries take for themselves.
void* operator new(std::size_t size) {
  if (size > largest_allocation) finding("allocated more than 64 MiB at once");
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace lab;
using namespace lab::fuzz;
namespace fs = std::filesystem;

ByteBuffer read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return ByteBuffer(std::istreambuf_iterator<char>(in), {});
}

void run_one(const Target& target, const ByteBuffer& input) {
  running = &target;
  running_input = &input;
  const std::clock_t began = std::clock();
  try {
    target.run(input);
  } catch (const std::exception& e) {
    finding(e.what());
  }
  if (static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC > slowest_input) {
    finding("took more than ten seconds");
  }
  running_input = nullptr;
}

// A few changes of the kinds that break readers: bits, bytes, extreme numbers, cuts, repeats, parts
// of another input.
ByteBuffer mutate(Rng& rng, ByteBuffer bytes, const ByteBuffer& other) {
  const auto place = [&](const ByteBuffer& in) {
    return static_cast<std::ptrdiff_t>(rng.below(in.size() + 1));
  };
  for (std::uint64_t n = 1 + rng.below(4); n > 0; --n) {
    const std::uint64_t kind = bytes.empty() ? 4 : rng.below(8);
    const auto at = static_cast<std::size_t>(bytes.empty() ? 0 : rng.below(bytes.size()));
    if (kind == 0) {
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1u << rng.below(8)));
    } else if (kind == 1) {
      bytes[at] = static_cast<std::uint8_t>(rng.next());
    } else if (kind == 2) {
      const std::uint8_t extremes[] = {0x00, 0xff, 0x7f, 0x80, 0x01};
      const std::uint8_t value = extremes[rng.below(std::size(extremes))];
      const std::size_t width = std::size_t{1} << rng.below(4);
      for (std::size_t i = at; i < std::min(bytes.size(), at + width); ++i) {
        bytes[i] = i == at || value == 0 ? value : value == 0x7f ? 0xff : value;
      }
    } else if (kind == 3) {
      bytes.resize(at);
    } else if (kind == 4) {
      const auto from = place(other);
      const auto count = static_cast<std::ptrdiff_t>(
          rng.below(static_cast<std::uint64_t>(std::ssize(other) - from) + 1));
      bytes.insert(bytes.begin() + place(bytes), other.begin() + from,
                   other.begin() + from + count);
    } else if (kind == 5) {
      const ByteBuffer copy(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end());
      bytes.insert(bytes.begin() + place(bytes), copy.begin(), copy.end());
    } else if (kind == 6) {
      const std::size_t count = std::min<std::size_t>(bytes.size() - at, 1 + rng.below(16));
      const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
      bytes.erase(from, from + static_cast<std::ptrdiff_t>(count));
    } else {
      bytes[at] = static_cast<std::uint8_t>(bytes[at] + (rng.one_in(2) ? 1 : -1));
    }
  }
  if (bytes.size() > largest_input) bytes.resize(largest_input);
  return bytes;
}

void smoke(const Target& target, const fs::path& corpus, double for_seconds) {
  using Clock = std::chrono::steady_clock;
  std::vector<ByteBuffer> inputs = target.seeds();
  const fs::path own = corpus / target.name;
  std::vector<fs::path> files;
  if (fs::is_directory(own)) {
    for (const auto& entry : fs::directory_iterator(own)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) inputs.push_back(read_file(file));
  std::size_t runs = 0;
  for (const auto& input : inputs) run_one(target, input), ++runs;
  const auto ends = Clock::now() + std::chrono::duration<double>(for_seconds);
  Rng rng(20260101);
  while (Clock::now() < ends) {
    for (int i = 0; i < 50; ++i, ++runs) {
      const ByteBuffer& base = inputs[rng.below(inputs.size())];
      const ByteBuffer& other = inputs[rng.below(inputs.size())];
      run_one(target, mutate(rng, base, other));
    }
  }
  std::printf("%-12s %9zu executions, %zu of them seeds and corpus, no finding\n",
              target.name.data(), runs, inputs.size());
  std::fflush(stdout);
}

void write_seeds(const fs::path& directory) {
  for (const Target& target : targets()) {
    fs::create_directories(directory / target.name);
    int number = 0;
    for (const ByteBuffer& seed : target.seeds()) {
      std::ofstream out(directory / target.name / fmt::format("seed-{:04}", number++),
                        std::ios::binary);
      out.write(reinterpret_cast<const char*>(seed.data()), std::ssize(seed));
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() == 2 && words[0] == "--seeds") return write_seeds(words[1]), 0;
  for (const int signal : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL}) std::signal(signal, crashed);
  if (words.size() == 3 && words[0] == "--run" && find_target(words[1]) != nullptr) {
    run_one(*find_target(words[1]), read_file(words[2]));
    return 0;
  }
  const double seconds = words.size() < 2 ? 0 : std::strtod(words[1].c_str(), nullptr);
  if (seconds <= 0) {
    std::fprintf(stderr, "usage: fuzz_smoke CORPUS SECONDS [TARGET...]\n");
    return 2;
  }
  for (const Target& target : targets()) {
    const bool wanted =
        words.size() == 2 || std::find(words.begin() + 2, words.end(), target.name) != words.end();
    if (wanted) smoke(target, words[0], seconds);
  }
  return 0;
}
