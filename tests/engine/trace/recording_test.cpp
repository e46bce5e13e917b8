#include "engine/trace/recording.h"

#include <doctest/doctest.h>

#include "engine/base/rng.h"
#include "tests/engine/trace/every_kind.h"

namespace lab::trace {
namespace {

RecordingMeta some_meta() {
  RecordingMeta meta;
  meta.cluster = "three-brokers \"한\"";
  meta.source = "live";
  meta.made_by = "brokerlab 0.1.0";
  meta.mono = Instant(seconds(5));
  meta.wall_us = 1'700'000'000'123'456;
  meta.nodes = {{1, "broker 1"}, {2, "broker 2"}};
  meta.settings = {{"seed", "7"}};
  return meta;
}

Event stalled(std::uint64_t number, Duration at) {
  Event event;
  event.number = number;
  event.at = Instant(at);
  event.node = NodeId(1);
  event.payload = Stalled{static_cast<std::int64_t>(number)};
  return event;
}

// `blocks` blocks of three events each, one second apart.
ByteBuffer small_recording(int blocks, bool finish) {
  MemoryFile file;
  Result<RecordingWriter> writer = RecordingWriter::create(file, some_meta());
  REQUIRE(writer.ok());
  std::uint64_t number = 0;
  for (int block = 0; block < blocks; ++block) {
    for (int i = 0; i < 3; ++i) {
      REQUIRE(writer->add(stalled(number++, seconds(block) + milliseconds(i))).ok());
    }
    REQUIRE(writer->flush().ok());
  }
  if (finish) REQUIRE(writer->finish().ok());
  return file.bytes();
}

std::vector<Event> all_events(RecordingReader& reader) {
  std::vector<Event> out;
  const Result<> done = reader.each(0, [&](const Event& event) {
    out.push_back(event);
    return true;
  });
  REQUIRE(done.ok());
  return out;
}

}  // namespace

TEST_CASE("what was recorded is read again: head, events, index") {
  MemoryFile file;
  Result<RecordingWriter> writer = RecordingWriter::create(file, some_meta());
  REQUIRE(writer.ok());
  const std::vector<Event> events = every_kind();
  for (const Event& event : events) REQUIRE(writer->add(event).ok());
  REQUIRE(writer->finish().ok());
  REQUIRE(writer->finish().ok());  // a second time changes nothing
  Result<RecordingReader> reader = RecordingReader::open(file);
  REQUIRE(reader.ok());
  CHECK(reader->meta() == some_meta());
  CHECK(reader->notes().empty());
  CHECK(reader->events() == events.size());
  CHECK(all_events(*reader) == events);
  CHECK(reader->skipped() == 0);
}

TEST_CASE("blocks are closed by their size and by their span, and sought by time") {
  MemoryFile file;
  Result<RecordingWriter> writer = RecordingWriter::create(file, some_meta());
  REQUIRE(writer.ok());
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    REQUIRE(writer->add(stalled(i, milliseconds(i))).ok());
  }
  REQUIRE(writer->finish().ok());
  Result<RecordingReader> reader = RecordingReader::open(file);
  REQUIRE(reader.ok());
  CHECK(reader->blocks().size() >= 10);  // 20 s in blocks of at most two
  CHECK(reader->first() == Instant(milliseconds(0)));
  CHECK(reader->last() == Instant(milliseconds(19'999)));
  const std::size_t from = reader->seek(Instant(milliseconds(12'345)));
  bool found = false;
  REQUIRE(reader
              ->each(from,
                     [&](const Event& event) {
                       found = event.number == 12'345;
                       return !found;
                     })
              .ok());
  CHECK(found);
  CHECK(reader->blocks()[from].first <= Instant(milliseconds(12'345)));
  CHECK(reader->seek(Instant(seconds(20))) == reader->blocks().size());
}

TEST_CASE("a lab that crashed, at whichever byte of the last block: all before it is there") {
  const std::size_t two = small_recording(2, false).size();
  const ByteBuffer three = small_recording(3, false);
  for (std::size_t size = two; size <= three.size(); ++size) {
    const MemoryFile file(
        ByteBuffer(three.begin(), three.begin() + static_cast<std::ptrdiff_t>(size)));
    CAPTURE(size);
    Result<RecordingReader> reader = RecordingReader::open(file);
    REQUIRE(reader.ok());
    const bool whole = size == three.size();
    const bool torn = !whole && size > two;
    CHECK(all_events(*reader).size() == (whole ? 9 : 6));
    CHECK(reader->notes().size() == (torn ? 2 : 1));
    if (torn) {
      CHECK(reader->notes()[0].find("byte " + std::to_string(two)) != std::string::npos);
    }
  }
}

TEST_CASE("an index that was half written is rebuilt") {
  const std::size_t end = small_recording(3, false).size();
  const ByteBuffer whole = small_recording(3, true);
  for (std::size_t size = end; size < whole.size(); ++size) {
    const MemoryFile file(
        ByteBuffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    Result<RecordingReader> reader = RecordingReader::open(file);
    REQUIRE(reader.ok());
    CHECK(all_events(*reader).size() == 9);
    CHECK_FALSE(reader->notes().empty());
  }
}

TEST_CASE("a damaged block is told with file and byte, the others are read") {
  ByteBuffer bytes = small_recording(3, true);
  const std::size_t first = small_recording(1, false).size();
  bytes[first + 20] ^= 0x40;
  const MemoryFile file(bytes);
  Result<RecordingReader> reader = RecordingReader::open(file);
  REQUIRE(reader.ok());
  CHECK(reader->block(0).ok());
  const Result<std::vector<Event>> bad = reader->block(1);
  REQUIRE_FALSE(bad.ok());
  CHECK(bad.error().message ==
        "memory, byte " + std::to_string(first) + ": a block is damaged (CRC)");
  CHECK(reader->block(2).ok());
}

TEST_CASE("what is no recording is refused") {
  const auto error = [](ByteBuffer bytes) {
    const MemoryFile file(std::move(bytes));
    return RecordingReader::open(file).error().message;
  };
  CHECK(error({}) == "memory, byte 0: this is no Brokerlab recording");
  CHECK(error(ByteBuffer(100, 'x')) == "memory, byte 0: this is no Brokerlab recording");
  ByteBuffer newer = small_recording(1, true);
  newer[11] = 9;
  CHECK(error(newer) == "memory, byte 8: the recording has version 9, this lab reads version 1");
  ByteBuffer huge = small_recording(1, true);
  huge[12] = 0x7f;
  CHECK(error(huge).find("memory, byte 12: meta data of") == 0);
  ByteBuffer damaged = small_recording(1, true);
  damaged[25] ^= 1;
  CHECK(error(damaged) == "memory, byte 20: the meta data are damaged (CRC)");
}

TEST_CASE("no bytes, however broken, do harm") {
  const ByteBuffer whole = small_recording(4, true);
  Rng rng(11);
  for (int round = 0; round < 3'000; ++round) {
    ByteBuffer bytes = whole;
    for (int change = 0; change < 4; ++change) {
      bytes[rng.below(bytes.size())] = static_cast<std::uint8_t>(rng.below(256));
    }
    const MemoryFile file(std::move(bytes));
    Result<RecordingReader> reader = RecordingReader::open(file);
    if (!reader.ok()) continue;
    for (std::size_t i = 0; i < reader->blocks().size(); ++i) (void)reader->block(i).ok();
  }
}

TEST_CASE("a sink that fails stops the writer with its reason") {
  struct Full : Sink {
    int left = 1;
    Result<> append(ByteView) override {
      if (left-- > 0) return {};
      return Error{"no space left on device"};
    }
  };
  Full sink;
  Result<RecordingWriter> writer = RecordingWriter::create(sink, {});
  REQUIRE(writer.ok());
  REQUIRE(writer->add(stalled(0, seconds(1))).ok());
  CHECK(writer->flush().error().message == "writing the recording: no space left on device");
  CHECK_FALSE(writer->add(stalled(1, seconds(2))).ok());
  CHECK_FALSE(writer->finish().ok());
}

}  // namespace lab::trace
