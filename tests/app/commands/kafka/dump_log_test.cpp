// kafka-dump-log on files: batches and records, a torn end, an index that lies.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/commands/kafka/kafka.h"
#include "engine/protocol/batch.h"
#include "engine/storage/segment.h"

namespace lab::commands::kafka {
namespace {

struct Folder {
  std::string path =
      (std::filesystem::temp_directory_path() / ("dump-log-" + std::to_string(::getpid())))
          .string();
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string& name, ByteView bytes) const {
    const std::string file = path + "/" + name;
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return file;
  }
};

Slice batch(Offset base, int count) {
  protocol::BatchOptions options;
  options.base_offset = base;
  options.leader_epoch = Epoch(3);
  options.producer_id = ProducerId(9);
  options.producer_epoch = 0;
  options.base_sequence = 0;
  protocol::BatchBuilder builder(options);
  for (int i = 0; i < count; ++i) builder.append(1000 + i, bytes_of("k"), bytes_of("v"));
  return builder.build();
}

struct Outcome {
  std::string out, err;
  int code = -1;
};

// Drives the command with a clock of its own until it is done.
Outcome dump(const std::vector<std::string>& arguments) {
  Outcome outcome;
  const auto command = parse("kafka-dump-log", arguments,
                             [](const auto& path) { return Result<std::string>(Error{path}); });
  REQUIRE_MESSAGE(command.ok(), command.error().message);
  client::ClientMachine machine(false);
  Effects effects;
  Now now;
  machine.handle(now, Start{1, 1}, effects);
  std::unique_ptr<Session> session;
  machine.run(now, effects, [&] {
    Sink sink;
    sink.out = [&](std::string_view text) { outcome.out += text; };
    sink.err = [&](std::string_view text) { outcome.err += text; };
    sink.done = [&](int code) { outcome.code = code; };
    session = run(*command, machine, sink);
  });
  for (int i = 0; i < 1000 && outcome.code < 0; ++i) {
    now.monotonic += milliseconds(1);
    machine.handle(now, Wake{}, effects);
  }
  machine.run(now, effects, [&] { session.reset(); });
  return outcome;
}

}  // namespace

TEST_CASE("batches and records of a log, and its torn end") {
  const Folder folder;
  const Slice one = batch(Offset(5), 2);
  ByteBuffer bytes(one.view().begin(), one.view().end());
  bytes.resize(bytes.size() + 20, 1);
  const std::string file = folder.write("00000000000000000005.log", bytes);
  const auto seen = dump({"--files", file, "--print-data-log"});
  CHECK(seen.code == 0);
  const auto header = *protocol::parse_batch_header(one.view());
  CHECK(
      seen.out ==
      "Dumping " + file +
          "\nLog starting offset: 5\n"
          "baseOffset: 5 lastOffset: 6 count: 2 baseSequence: 0 lastSequence: 1 producerId: 9 "
          "producerEpoch: 0 partitionLeaderEpoch: 3 isTransactional: false isControl: false "
          "deleteHorizonMs: OptionalLong.empty position: 0 CreateTime: 1001 size: " +
          std::to_string(one.size()) +
          " magic: 2 compresscodec: none crc: " + std::to_string(header.crc) +
          " isvalid: true\n"
          "| offset: 5 CreateTime: 1000 keySize: 1 valueSize: 1 sequence: 0 headerKeys: [] key: k "
          "payload: v\n"
          "| offset: 6 CreateTime: 1001 keySize: 1 valueSize: 1 sequence: 1 headerKeys: [] key: k "
          "payload: v\n"
          "Found 20 invalid bytes at the end of 00000000000000000005.log\n");
}

TEST_CASE("a flipped bit makes a batch invalid, and reading goes on") {
  const Folder folder;
  const Slice one = batch(Offset(0), 1), two = batch(Offset(1), 1);
  ByteBuffer bytes(one.view().begin(), one.view().end());
  bytes[40] ^= 1;
  bytes.insert(bytes.end(), two.view().begin(), two.view().end());
  const auto seen = dump({"--files", folder.write("00000000000000000000.log", bytes)});
  CHECK(seen.out.find("isvalid: false") != std::string::npos);
  CHECK(seen.out.find("baseOffset: 1 ") != std::string::npos);
  CHECK(seen.out.find("isvalid: true") != std::string::npos);
}

TEST_CASE("an index is held against its log") {
  const Folder folder;
  const Slice one = batch(Offset(0), 3), two = batch(Offset(3), 3);
  ByteBuffer log(one.view().begin(), one.view().end());
  log.insert(log.end(), two.view().begin(), two.view().end());
  (void)folder.write("00000000000000000000.log", log);
  const auto size = static_cast<std::int32_t>(one.size());
  const std::string file =
      folder.write("00000000000000000000.index", storage::encode_index({{2, 0}, {4, size}}, 0));
  const auto seen = dump({"--files", file});
  CHECK(seen.out == "Dumping " + file + "\noffset: 2 position: 0\noffset: 4 position: " +
                        std::to_string(size) + "\n");
  CHECK(seen.err == "Mismatches in :" + file + "\n  Index offset: 4, log offset: 5\n");
  CHECK(dump({"--files", file, "--index-sanity-check"}).out.find("passed sanity check.") !=
        std::string::npos);
  const std::string times = folder.write("00000000000000000000.timeindex",
                                         storage::encode_times({{1002, 2}, {900, 5}}, 0));
  const auto told = dump({"--files", times, "--verify-index-only"});
  CHECK(told.err.find("  Index timestamp: 900, log timestamp: 1002") != std::string::npos);
  CHECK(told.err.find("Found out of order timestamp in :") != std::string::npos);
}

TEST_CASE("files that are not there, are no log, or have no name of a log end with their reason") {
  const Folder folder;
  const auto missing = dump({"--files", folder.path + "/00000000000000000000.log"});
  CHECK(missing.code == 1);
  CHECK(missing.err.find("No such file") != std::string::npos);
  CHECK(dump({"--files", folder.write("nonsense.log", {})}).code == 1);
  const auto unknown = dump({"--files", folder.write("partition.metadata", {})});
  CHECK(unknown.code == 0);
  CHECK(unknown.err.starts_with("Ignoring unknown file "));
  const ByteBuffer junk(4000, 0xff);
  CHECK(dump({"--files", folder.write("00000000000000000000.log", junk)}).code == 1);
}

}  // namespace lab::commands::kafka
