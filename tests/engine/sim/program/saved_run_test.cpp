// Runs that are saved and read again; files from strangers.
#include "engine/sim/program/saved_run.h"

#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>

#include "engine/sim/random.h"
#include "engine/trace/recording_file.h"

using namespace lab;
using namespace lab::sim::program;

namespace {

trace::MemoryFile file_with(std::map<std::string, std::string> settings,
                            const std::string& source = "simulated") {
  trace::MemoryFile file;
  trace::RecordingMeta meta = meta_of(7, settings);
  meta.source = source;
  auto writer = trace::RecordingWriter::create(file, meta);
  REQUIRE(writer.ok());
  REQUIRE(writer->finish().ok());
  return file;
}

std::string refused(std::map<std::string, std::string> change) {
  std::map<std::string, std::string> settings{{"seed", "7"}, {"outcome", "good"}};
  for (auto& [name, value] : change) settings[name] = value;
  const auto file = file_with(settings);
  const auto read = read_saved_run(file);
  REQUIRE_FALSE(read.ok());
  return read.error().message;
}

struct TemporaryFile {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("brokersim-saved-" + std::to_string(::getpid()) + ".blab");
  ~TemporaryFile() { std::filesystem::remove(path); }
};

}  // namespace

TEST_CASE("a saved run says all that is needed to run it again") {
  sim::RunOptions options{12, milliseconds(12'500), false};
  options.groups = {sim::FaultGroup::nodes, sim::FaultGroup::links};
  const auto report = sim::random_run(options);
  const auto outcome = outcome_of(options.seed, report);
  REQUIRE_FALSE(report.faults.empty());

  TemporaryFile file;
  const auto recorded = record_run(options, file.path, settings_of(options, outcome));
  REQUIRE(recorded.ok());
  CHECK(recorded->digest == report.digest);
  const auto opened = trace::FileSource::open(file.path);
  REQUIRE(opened.ok());
  const auto saved = read_saved_run(**opened);
  REQUIRE_MESSAGE(saved.ok(), (saved.ok() ? "" : saved.error().message));
  CHECK(saved->run.seed == 12);
  CHECK(saved->run.until == options.until);
  CHECK(saved->run.groups == options.groups);
  CHECK(saved->run.faults == report.faults);
  CHECK(saved->digest == report.digest);
  CHECK(saved->plan == report.plan.text());
  CHECK(sim::random_run(saved->run).digest == report.digest);

  auto reader = trace::RecordingReader::open(**opened);
  REQUIRE(reader.ok());
  CHECK(reader->events() > 1000);
  CHECK(reader->notes().empty());
  // It is never written over.
  CHECK_FALSE(record_run(options, file.path, {}).ok());
}

TEST_CASE("a file that says what cannot be is refused: the file, where, why") {
  const auto seed = refused({{"seed", "x7"}});
  CHECK(seed == "memory, setting \"seed\" of its head: a whole number is expected");
  CHECK(refused({{"until", "12"}}).find("a time as 12.5s") != std::string::npos);
  CHECK(refused({{"faults", "links,floods"}}).find("floods") != std::string::npos);
  CHECK(refused({{"commands", "[{}]"}}).find("\"commands\" of its head: fault 1") !=
        std::string::npos);
  CHECK(refused({{"commands", "[[[["}}).find("byte") != std::string::npos);
  CHECK(refused({{"digest", "xyz"}}).find("hexadecimal") != std::string::npos);
  CHECK(refused({{"outcome", "grand"}}).find("liveness") != std::string::npos);
}

TEST_CASE("a recording of something else is no saved run") {
  const auto live = file_with({{"seed", "7"}, {"outcome", "good"}}, "live");
  CHECK(read_saved_run(live).error().message.find("not of a run of brokersim") !=
        std::string::npos);
  const auto other = file_with({});
  CHECK(read_saved_run(other).error().message.find("says no seed") != std::string::npos);
}

TEST_CASE("a saved run with any byte changed or cut is read or refused, never more") {
  const auto whole = file_with({{"seed", "7"}, {"outcome", "good"}, {"commands", "[]"}}).bytes();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const int change : {0x01, 0x80, 0xff}) {
      ByteBuffer changed = whole;
      changed[i] = static_cast<ByteBuffer::value_type>(changed[i] ^ change);
      const trace::MemoryFile file(std::move(changed));
      (void)read_saved_run(file);
    }
    const trace::MemoryFile cut(
        ByteBuffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(i)));
    (void)read_saved_run(cut);
  }
}
