// The recording file: a session's events, written as they come and opened again on any machine.
// The lab's sources and `brokersim` write it, the recorded source and `snapshot` read it. It opens
// no file itself: bytes go out through a Sink and come in through a ByteSource.
//
// Layout, numbers big-endian:
//   "BLABREC\n", u32 version (1)
//   u32 size, u32 CRC-32C, meta as JSON
//   blocks: "EVTS", u32 size, u32 CRC-32C of the payload, payload: uvarint count, varint first and
//           last time in ns, then each event as uvarint size and its bytes (trace/codec.h)
//   at the end: "INDX", u32 size, u32 CRC-32C, entries (varint first, varint last, uvarint file
//           position, uvarint count), then u64 position of "INDX" and "BLABEND\n"
// A lab that crashed leaves no index and perhaps half a block: the reader then walks the blocks,
// cuts the torn tail and says so in notes().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/slice.h"
#include "engine/trace/event.h"

namespace lab::trace {

class Sink {
 public:
  virtual ~Sink() = default;
  // Appends all of it, or fails; after a failure the writer writes nothing more.
  virtual Result<> append(ByteView bytes) = 0;
};

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::uint64_t size() const = 0;
  // Exactly `count` bytes from `at`; an error where there are fewer.
  virtual Result<ByteBuffer> read(std::uint64_t at, std::size_t count) const = 0;
  virtual std::string name() const = 0;  // for errors
};

// A recording in memory, to write and to read.
class MemoryFile : public Sink, public ByteSource {
 public:
  MemoryFile() = default;
  explicit MemoryFile(ByteBuffer bytes) : bytes_(std::move(bytes)) {}
  Result<> append(ByteView bytes) override;
  std::uint64_t size() const override { return bytes_.size(); }
  Result<ByteBuffer> read(std::uint64_t at, std::size_t count) const override;
  std::string name() const override { return "memory"; }
  const ByteBuffer& bytes() const { return bytes_; }

 private:
  ByteBuffer bytes_;
};

// What a recording says about itself.
struct RecordingMeta {
  std::string cluster;                          // its name
  std::string source;                           // "live", "simulated", "attached"
  std::string made_by;                          // program and version
  Instant mono{};                               // this instant ...
  std::int64_t wall_us = 0;                     // ... was this wall clock time (µs since 1970)
  std::map<std::int32_t, std::string> nodes;    // node id -> name, as the lab had them
  std::map<std::string, std::string> settings;  // free: seed, preset, ...
  bool operator==(const RecordingMeta&) const = default;
};

// Where one block lies.
struct BlockRef {
  Instant first{}, last{};  // least and greatest time in it
  std::uint64_t position = 0;
  std::uint64_t count = 0;  // events
  bool operator==(const BlockRef&) const = default;
};

class RecordingWriter {
 public:
  // Writes the head. `sink` outlives the writer.
  static Result<RecordingWriter> create(Sink& sink, const RecordingMeta& meta);
  // Keeps the event for the open block; full blocks (block_bytes, or two seconds of events) are
  // written at once.
  Result<> add(const Event& event);
  // Writes the open block, so that a crash loses nothing added so far.
  Result<> flush();
  // Writes the open block and the index. Nothing may be added afterwards.
  Result<> finish();
  std::uint64_t events() const { return events_; }
  static constexpr std::size_t block_bytes = 64 * 1024;

 private:
  explicit RecordingWriter(Sink& sink) : sink_(&sink) {}
  Result<> write(ByteView bytes);

  Sink* sink_;
  std::uint64_t position_ = 0, events_ = 0;
  bool finished_ = false;
  std::optional<Error> failed_;
  ByteBuffer open_;  // the entries of the open block
  BlockRef block_;
  std::vector<BlockRef> index_;
};

class RecordingReader {
 public:
  // Reads head and index, or walks the blocks where there is no index. What is no recording, and a
  // version or a size that cannot be, is refused with file and byte position. `source` outlives the
  // reader.
  static Result<RecordingReader> open(const ByteSource& source);

  const RecordingMeta& meta() const { return meta_; }
  const std::vector<BlockRef>& blocks() const { return blocks_; }
  std::uint64_t events() const;  // as the blocks say
  Instant first() const;         // least time; Instant{} where it is empty
  Instant last() const;
  // What was mended on the way: a torn tail that was cut, an index that was rebuilt.
  const std::vector<std::string>& notes() const { return notes_; }

  // The events of one block, in the order in which they were added. Kinds that this lab does not
  // know are left out and counted in skipped(). A block that was damaged is an error.
  Result<std::vector<Event>> block(std::size_t index);
  // The first block that may hold events at or after `at`; blocks().size() where none does.
  std::size_t seek(Instant at) const;
  std::uint64_t skipped() const { return skipped_; }

  // Calls fn(const Event&) for each event from block `from` on, until it returns false.
  template <class Fn>
  Result<> each(std::size_t from, Fn fn) {
    for (std::size_t i = from; i < blocks_.size(); ++i) {
      Result<std::vector<Event>> events = block(i);
      if (!events.ok()) return events.error();
      for (const Event& event : *events) {
        if (!fn(event)) return {};
      }
    }
    return {};
  }

 private:
  explicit RecordingReader(const ByteSource& source) : source_(&source) {}
  Result<> read_head();
  bool read_index();
  void walk();
  // The payload of the part at `position` that begins with `magic`; moves `position` behind it.
  Result<ByteBuffer> part(std::uint64_t& position, const char* magic) const;
  Error bad(std::uint64_t position, const std::string& what) const;

  const ByteSource* source_;
  RecordingMeta meta_;
  std::uint64_t blocks_begin_ = 0;
  std::vector<BlockRef> blocks_;
  std::vector<std::string> notes_;
  std::uint64_t skipped_ = 0;
};

}  // namespace lab::trace
