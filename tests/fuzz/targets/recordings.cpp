// Recording files and the events in them, which are also the lab socket's messages. The first byte
// chooses: a file as it is, the same with its checksums made right, or one event.
#include "engine/base/crc32c.h"
#include "engine/trace/codec.h"
#include "engine/trace/recording.h"
#include "engine/trace/recording_format.h"
#include "tests/engine/trace/every_kind.h"
#include "tests/fuzz/target.h"

namespace lab::fuzz {
namespace {

void read_event(ByteView bytes) {
  const auto event = trace::decode(bytes);
  if (!event) return;
  promise(trace::knows_kind(bytes), "only known kinds are decoded");
  const auto again = trace::decode(trace::encode(*event));
  promise(again.ok() && *again == *event, "an event comes back the same");
  promise(!trace::to_json(*event).empty(), "an event can be printed");
}

struct Content {
  std::vector<trace::Event> events;
  std::uint64_t skipped = 0, damaged = 0;
  bool operator==(const Content&) const = default;
};

Content content(trace::RecordingReader& reader) {
  Content out;
  for (std::size_t i = 0; i < reader.blocks().size(); ++i) {
    const auto events = reader.block(i);
    out.damaged += events.ok() ? 0 : 1;
    if (events) out.events.insert(out.events.end(), events->begin(), events->end());
  }
  out.skipped = reader.skipped();
  return out;
}

void read_recording(ByteBuffer bytes) {
  const trace::MemoryFile file(std::move(bytes));
  auto reader = trace::RecordingReader::open(file);
  if (!reader) return;
  const Content all = content(*reader);
  (void)reader->first();
  (void)reader->last();
  (void)reader->seek(Instant{});
  promise(all.events.size() <= file.size(), "no more events than bytes");

  trace::MemoryFile copy;
  auto writer = trace::RecordingWriter::create(copy, reader->meta());
  if (!writer) return;  // meta data larger than a recording may have
  for (const auto& event : all.events) promise(writer->add(event).ok(), "an event can be written");
  promise(writer->finish().ok(), "a recording can be ended");
  auto again = trace::RecordingReader::open(copy);
  promise(again.ok() && again->notes().empty(), "what was written is whole");
  promise(again->meta() == reader->meta(), "the meta data come back the same");
  promise(content(*again).events == all.events, "the events come back the same");
}

// Checksums of the head and of each part that can be found, so that mutations get behind them.
void make_right(ByteBuffer& bytes) {
  using namespace trace::format;
  const auto put = [&](std::size_t at, std::uint32_t crc) {
    for (std::size_t i = 0; i < 4; ++i)
      bytes[at + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  };
  if (bytes.size() < head_size) return;
  std::size_t at = head_size;
  std::size_t size = get_u32(bytes, 12);
  if (size > bytes.size() - at) return;
  put(16, crc32c(ByteView(bytes).subspan(at, size)));
  for (at += size; bytes.size() - at >= part_head_size; at += size) {
    size = get_u32(bytes, at + 4);
    at += part_head_size;
    if (size > bytes.size() - at) return;
    put(at - 4, crc32c(ByteView(bytes).subspan(at, size)));
  }
}

}  // namespace

void run_recordings(ByteView input) {
  Input in(input);
  const std::uint8_t how = in.byte();
  const ByteView rest = in.rest();
  if (how % 3 == 2) return read_event(rest);
  ByteBuffer bytes(rest.begin(), rest.end());
  if (how % 3 == 1) make_right(bytes);
  read_recording(std::move(bytes));
}

std::vector<ByteBuffer> seeds_recordings() {
  std::vector<ByteBuffer> seeds;
  trace::MemoryFile file;
  trace::RecordingMeta meta;
  meta.cluster = "three";
  meta.nodes = {{1, "broker 1"}};
  meta.settings = {{"seed", "7"}};
  auto writer = trace::RecordingWriter::create(file, meta);
  LAB_CHECK(writer.ok());
  const std::vector<trace::Event> events = trace::every_kind();
  for (const auto& event : events) {
    LAB_CHECK(writer->add(event).ok());
    if (event.number % 20 == 0) LAB_CHECK(writer->flush().ok());
    ByteBuffer seed = trace::encode(event);
    seed.insert(seed.begin(), 2);
    seeds.push_back(std::move(seed));
  }
  LAB_CHECK(writer->finish().ok());
  for (const std::uint8_t how : {std::uint8_t{0}, std::uint8_t{1}}) {
    ByteBuffer seed = file.bytes();
    seed.insert(seed.begin(), how);
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

}  // namespace lab::fuzz
