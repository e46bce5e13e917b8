#include "engine/sim/log_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "engine/sim/violation.h"
#include "engine/storage/segment.h"

namespace lab::sim {
namespace {

using Places = std::map<std::uint32_t, Offset>;  // where a batch begins -> its last offset

std::uint32_t big_endian(ByteView bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | bytes[i];
  return value;
}

// The batches of one file; false where it is damaged. What lies at or behind `limit`, where the
// next file begins, was cut off by who made that file, and the cut has not reached the disk: it is
// no part of the log.
bool scan_segment(const std::string& file, ByteView bytes, Offset limit, LogScan& scan,
                  Places& places) {
  for (std::size_t at = 0; at < bytes.size() && scan.end() < limit;) {
    const auto header = protocol::check_batch(bytes.subspan(at));
    if (!header) {
      scan.damage = fmt::format("{} at byte {}: {}", file, at, header.error().message);
      return false;
    }
    const Batch batch = Batch::of(*header);
    if (batch.base != scan.end()) {
      scan.damage = fmt::format("{} at byte {}: {} where offset {} comes next", file, at,
                                batch.text(), scan.end());
      return false;
    }
    places[static_cast<std::uint32_t>(at)] = batch.next - 1;
    scan.batches.push_back(batch);
    at += header->size_in_bytes();
  }
  return true;
}

void scan_index(const std::string& file, ByteView bytes, Offset base, const Places& places,
                LogScan& scan) {
  for (std::size_t at = 0; at + storage::Segment::index_entry_size <= bytes.size();
       at += storage::Segment::index_entry_size) {
    const auto relative = static_cast<std::int32_t>(big_endian(bytes.subspan(at)));
    const auto position = big_endian(bytes.subspan(at + 4));
    const auto place = places.find(position);
    if (place != places.end() && place->second == base + relative) continue;
    scan.bad_index =
        fmt::format("{} at byte {} says that the batch that ends with offset {} is at {}", file, at,
                    base + relative, position);
    return;
  }
}

}  // namespace

LogScan scan_log(const storage::MemoryDisk& disk, const std::string& directory) {
  LogScan scan;
  const std::string prefix = directory + "/";
  std::vector<Offset> bases;
  for (const auto& file : disk.files()) {  // by name, so by offset
    if (!file.starts_with(prefix)) continue;
    const auto base = storage::offset_of_file(file.substr(prefix.size()), ".log");
    if (base) bases.push_back(*base);
  }
  if (!bases.empty()) scan.start = bases.front();
  for (std::size_t i = 0; i < bases.size(); ++i) {
    const Offset base = bases[i];
    const std::string file = prefix + storage::offset_file(base, ".log");
    if (base != scan.end()) {
      scan.damage = fmt::format("{} begins where offset {} comes next", file, scan.end());
      return scan;
    }
    const Offset limit =
        i + 1 < bases.size() ? bases[i + 1] : Offset(std::numeric_limits<std::int64_t>::max());
    Places places;
    const ByteBuffer log = disk.content(file);
    if (!scan_segment(file, ByteView(log.data(), log.size()), limit, scan, places)) return scan;
    const std::string index_file = prefix + storage::offset_file(base, ".index");
    const ByteBuffer index = disk.content(index_file);
    scan_index(index_file, ByteView(index.data(), index.size()), base, places, scan);
  }
  return scan;
}

void check_recovered(const std::string& who, const LogScan& before, const LogScan& after,
                     Offset synced) {
  if (!after.damage.empty()) {
    violated(35, "{}: recovery left damage: {}", who, after.damage);
  }
  if (!after.bad_index.empty()) {
    violated(35, "{}: recovery left an index that is wrong: {}", who, after.bad_index);
  }
  const auto [was, is] = std::mismatch(before.batches.begin(), before.batches.end(),
                                       after.batches.begin(), after.batches.end());
  if (is != after.batches.end()) {
    violated(35, "{}: recovery made {}; {} was there", who, is->text(),
             was == before.batches.end() ? "nothing" : was->text());
  }
  // What a disk itself lost or damaged below what it had reported as synced is no fault of
  // recovery.
  const Offset least = std::min(synced, before.end());
  if (after.end() < least) {
    violated(35, "{}: {} records were synced and readable; recovery kept {}", who, least,
             after.end());
  }
}

}  // namespace lab::sim
