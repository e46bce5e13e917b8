// See codec_impl.h. The part of the walk that knows no type.
#include "engine/protocol/codec_impl.h"

#include <fmt/format.h>

namespace lab::protocol::detail {
namespace {

bool is_plain(const Member& m, Layout layout) {
  return m.tag < 0 && m.versions.has(layout.version);
}
bool is_tag(const Member& m, Layout layout) { return m.tag >= 0 && m.versions.has(layout.version); }
Trait trait_of(const Member& m, Layout layout) {
  return {m.name, layout.flexible && !m.classic, m.null_in.has(layout.version)};
}
void* at(const Member& m, void* object) { return static_cast<char*>(object) + m.offset; }
const void* at(const Member& m, const void* object) {
  return static_cast<const char*>(object) + m.offset;
}

// One tag's content, bounded to its size; a number that the version does not know is skipped.
void read_tag(Reader& in, Layout layout, Members members, void* out, std::uint64_t& seen) {
  const std::uint32_t tag = in.uvarint();
  const std::uint32_t size = in.uvarint();
  const std::size_t end = in.narrow(size);
  const auto known = std::find_if(members.begin(), members.end(), [&](const Member& m) {
    return is_tag(m, layout) && static_cast<std::uint32_t>(m.tag) == tag;
  });
  if (known == members.end()) {
    in.skip(in.left());
  } else if (in.ok()) {
    if ((seen >> tag & 1) != 0) in.fail(fmt::format("tag {} comes twice", tag));
    seen |= std::uint64_t{1} << tag;
    if (in.ok()) {
      known->operations->read(in, layout, trait_of(*known, layout), at(*known, out));
    }
    if (in.ok() && in.left() > 0) in.fail(fmt::format("tag {} is too long", tag));
  }
  in.restore(end);
}

// The tag buffer: those that differ from their defaults, by number (KIP-482).
void write_tags(Writer& out, Layout layout, Members members, const void* value) {
  std::vector<std::pair<int, Writer>> tags;
  for (const Member& m : members) {
    if (!is_tag(m, layout) || m.operations->equal(at(m, value), m.initial)) continue;
    m.operations->write(tags.emplace_back(m.tag, Writer{}).second, layout, trait_of(m, layout),
                        at(m, value));
  }
  std::sort(tags.begin(), tags.end(), [](auto& a, auto& b) { return a.first < b.first; });
  out.uvarint(static_cast<std::uint32_t>(tags.size()));
  for (auto& [tag, content] : tags) {
    out.uvarint(static_cast<std::uint32_t>(tag));
    out.uvarint(static_cast<std::uint32_t>(content.size()));
    out.append(std::move(content));
  }
}

}  // namespace

std::size_t min_size_of(Members members, Layout layout) {
  std::size_t sum = layout.flexible ? 1 : 0;
  for (const Member& m : members) {
    if (is_plain(m, layout)) sum += m.operations->min_size(layout);
  }
  return std::max<std::size_t>(sum, 1);
}

void read_members(Reader& in, Layout layout, Members members, void* out) {
  for (const Member& m : members) {
    if (is_plain(m, layout)) m.operations->read(in, layout, trait_of(m, layout), at(m, out));
  }
  if (!layout.flexible) return;
  std::uint64_t seen = 0;
  for (std::uint32_t n = in.uvarint(); n > 0 && in.ok(); --n) {
    read_tag(in, layout, members, out, seen);
  }
}

void write_members(Writer& out, Layout layout, Members members, const void* value) {
  for (const Member& m : members) {
    if (is_plain(m, layout)) m.operations->write(out, layout, trait_of(m, layout), at(m, value));
  }
  if (layout.flexible) write_tags(out, layout, members, value);
}

std::int64_t read_length(Reader& in, const Trait& trait, int classic_width) {
  std::int64_t n = 0;
  if (trait.compact) {
    n = static_cast<std::int64_t>(in.uvarint()) - 1;
  } else {
    n = classic_width == 2 ? in.int16() : in.int32();
  }
  if (!in.ok()) return -1;
  if (n < -1) in.fail(fmt::format("{} has the length {}", trait.name, n));
  if (n == -1 && !trait.nullable) fail_null(in, trait);
  return std::max<std::int64_t>(n, -1);
}

void write_length(Writer& out, const Trait& trait, int classic_width, std::int64_t n) {
  if (trait.compact) {
    out.uvarint(static_cast<std::uint32_t>(n + 1));
  } else if (classic_width == 2) {
    out.int16(static_cast<std::int16_t>(n));
  } else {
    out.int32(static_cast<std::int32_t>(n));
  }
}

bool has_room(Reader& in, const Trait& trait, std::size_t count, std::size_t min_size) {
  if (count <= in.left() / min_size) return true;
  in.fail(fmt::format("{} claims {} elements and {} bytes are left", trait.name, count, in.left()));
  return false;
}

void fail_null(Reader& in, const Trait& trait) { in.fail(fmt::format("{} is null", trait.name)); }

}  // namespace lab::protocol::detail
