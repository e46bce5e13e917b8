// The walk over a declaration that reads and writes it. Included only by messages/*.cpp, which
// compile it for their messages, and by tests with messages of their own. All input is hostile:
// counts are held against the bytes left, tags against their size, null against the version, and
// the memory of what is decoded against a budget (Reader::charge).
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/protocol/codec.h"

namespace lab::protocol::detail {

struct Layout {
  std::int16_t version;
  bool flexible;
};
// What the codec must know of a member besides its type.
struct Trait {
  std::string_view name;
  bool compact;
  bool nullable;
};
template <class F>
Trait trait_of(const F& f, Layout layout) {
  return {f.name, layout.flexible && !f.classic, f.null_in.has(layout.version)};
}
template <class F>
bool is_plain(const F& f, Layout layout) {
  return f.tag < 0 && f.versions.has(layout.version);
}
template <class F>
bool is_tag(const F& f, Layout layout) {
  return f.tag >= 0 && f.versions.has(layout.version);
}

// The fewest bytes that a T can take; at least 1, so that a count is always bounded by it.
template <class T>
std::size_t min_size(Layout layout) {
  if constexpr (is_optional<T>) {
    return Declared<typename T::value_type> ? 1 : min_size<typename T::value_type>(layout);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return layout.flexible ? 1 : 2;
  } else if constexpr (is_array<T> || std::is_same_v<T, Slice> || std::is_same_v<T, Records>) {
    return layout.flexible ? 1 : 4;
  } else if constexpr (Declared<T>) {
    std::size_t sum = layout.flexible ? 1 : 0;
    T::fields([&](const auto& f) {
      using Type = typename std::remove_cvref_t<decltype(f)>::Type;
      if (is_plain(f, layout)) sum += min_size<Type>(layout);
    });
    return std::max<std::size_t>(sum, 1);
  } else {
    return sizeof(T);  // numbers, bool and Uuid are as wide as on the wire
  }
}

// ---- reading

// A length or count; -1 for null, also on failure.
template <class T>
std::int64_t read_length(Reader& in, const Trait& trait) {
  std::int64_t n = 0;
  if (trait.compact) {
    n = static_cast<std::int64_t>(in.uvarint()) - 1;
  } else {
    n = std::is_same_v<T, std::string> ? in.int16() : in.int32();
  }
  if (!in.ok()) return -1;
  if (n < -1) in.fail(fmt::format("{} has the length {}", trait.name, n));
  if (n == -1 && !trait.nullable) in.fail(fmt::format("{} is null", trait.name));
  return std::max<std::int64_t>(n, -1);
}

template <class S>
void read_struct(Reader& in, Layout layout, S& out);
template <class T>
void read_value(Reader& in, Layout layout, const Trait& trait, T& out);

template <class T>
void read_elements(Reader& in, Layout layout, const Trait& trait, std::size_t count,
                   std::vector<T>& out) {
  if (count > in.left() / min_size<T>(layout)) {
    return in.fail(
        fmt::format("{} claims {} elements and {} bytes are left", trait.name, count, in.left()));
  }
  constexpr std::size_t reserved_at_once = 4096;
  out.reserve(std::min(count, reserved_at_once));
  for (std::size_t i = 0; i < count && in.charge(sizeof(T)); ++i) {
    T element{};
    read_value(in, layout, Trait{trait.name, layout.flexible, false}, element);
    out.push_back(std::move(element));
  }
}

// The content of a value whose length has been read.
template <class T>
void read_content(Reader& in, Layout layout, const Trait& trait, std::size_t n, T& out) {
  if constexpr (std::is_same_v<T, std::string>) {
    out = in.text(n);
  } else if constexpr (std::is_same_v<T, Slice>) {
    out = in.slice(n);
  } else if constexpr (std::is_same_v<T, Records>) {
    out.slices.clear();
    if (n > 0) out.slices.push_back(in.slice(n));
  } else {
    out.clear();
    read_elements(in, layout, trait, n, out);
  }
}

template <class T>
void read_value(Reader& in, Layout layout, const Trait& trait, T& out) {
  if constexpr (is_optional<T>) {
    using Inner = typename T::value_type;
    out.reset();
    if constexpr (Declared<Inner>) {
      const std::int8_t marker = in.int8();
      if (in.ok() && marker < 0 && !trait.nullable) in.fail(fmt::format("{} is null", trait.name));
      if (in.ok() && marker >= 0) {
        out = Inner{};
        read_struct(in, layout, *out);
      }
    } else {
      const std::int64_t n = read_length<Inner>(in, trait);
      if (n >= 0) read_content(in, layout, trait, static_cast<std::size_t>(n), out.emplace());
    }
  } else if constexpr (std::is_same_v<T, bool>) {
    out = in.boolean();
  } else if constexpr (std::is_same_v<T, std::int8_t>) {
    out = in.int8();
  } else if constexpr (std::is_same_v<T, std::int16_t>) {
    out = in.int16();
  } else if constexpr (std::is_same_v<T, std::uint16_t>) {
    out = in.uint16();
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    out = in.int32();
  } else if constexpr (std::is_same_v<T, std::uint32_t>) {
    out = in.uint32();
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    out = in.int64();
  } else if constexpr (std::is_same_v<T, double>) {
    out = in.float64();
  } else if constexpr (std::is_same_v<T, Uuid>) {
    out = in.uuid();
  } else if constexpr (Declared<T>) {
    read_struct(in, layout, out);
  } else {
    const std::int64_t n = read_length<T>(in, trait);
    if (n >= 0) read_content(in, layout, trait, static_cast<std::size_t>(n), out);
  }
}

// One tag's content, bounded to its size; a number that the version does not know is skipped.
template <class S>
void read_tag(Reader& in, Layout layout, S& out, std::uint64_t& seen) {
  const std::uint32_t tag = in.uvarint();
  const std::uint32_t size = in.uvarint();
  const std::size_t end = in.narrow(size);
  bool known = false;
  S::fields([&](const auto& f) {
    if (!is_tag(f, layout) || static_cast<std::uint32_t>(f.tag) != tag || !in.ok()) return;
    known = true;
    if ((seen >> f.tag & 1) != 0) return in.fail(fmt::format("tag {} comes twice", tag));
    seen |= std::uint64_t{1} << f.tag;
    read_value(in, layout, trait_of(f, layout), out.*f.member);
    if (in.ok() && in.left() > 0) in.fail(fmt::format("tag {} is too long", tag));
  });
  if (!known) in.skip(in.left());
  in.restore(end);
}

template <class S>
void read_struct(Reader& in, Layout layout, S& out) {
  S::fields([&](const auto& f) {
    if (is_plain(f, layout)) read_value(in, layout, trait_of(f, layout), out.*f.member);
  });
  if (!layout.flexible) return;
  std::uint64_t seen = 0;
  for (std::uint32_t n = in.uvarint(); n > 0 && in.ok(); --n) read_tag(in, layout, out, seen);
}

// ---- writing

template <class T>
void write_length(Writer& out, const Trait& trait, std::int64_t n) {
  if (trait.compact) {
    out.uvarint(static_cast<std::uint32_t>(n + 1));
  } else if constexpr (std::is_same_v<T, std::string>) {
    out.int16(static_cast<std::int16_t>(n));
  } else {
    out.int32(static_cast<std::int32_t>(n));
  }
}

template <class S>
void write_struct(Writer& out, Layout layout, const S& value);

template <class T>
void write_value(Writer& out, Layout layout, const Trait& trait, const T& value) {
  if constexpr (is_optional<T>) {
    using Inner = typename T::value_type;
    LAB_CHECK_MSG(value || trait.nullable, std::string(trait.name) + " is null");
    if constexpr (Declared<Inner>) out.int8(value ? 1 : -1);
    if (value) {
      write_value(out, layout, trait, *value);
    } else if constexpr (!Declared<Inner>) {
      write_length<Inner>(out, trait, -1);
    }
  } else if constexpr (std::is_same_v<T, bool>) {
    out.boolean(value);
  } else if constexpr (std::is_same_v<T, std::int8_t>) {
    out.int8(value);
  } else if constexpr (std::is_same_v<T, std::int16_t>) {
    out.int16(value);
  } else if constexpr (std::is_same_v<T, std::uint16_t>) {
    out.uint16(value);
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    out.int32(value);
  } else if constexpr (std::is_same_v<T, std::uint32_t>) {
    out.uint32(value);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    out.int64(value);
  } else if constexpr (std::is_same_v<T, double>) {
    out.float64(value);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    out.uuid(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    const std::size_t n = trait.compact ? value.size() : std::min<std::size_t>(value.size(), 32767);
    write_length<T>(out, trait, static_cast<std::int64_t>(n));
    out.raw(bytes_of(value).first(n));
  } else if constexpr (std::is_same_v<T, Slice>) {
    write_length<T>(out, trait, static_cast<std::int64_t>(value.size()));
    out.slice(value);
  } else if constexpr (std::is_same_v<T, Records>) {
    write_length<T>(out, trait, static_cast<std::int64_t>(value.size()));
    for (const Slice& slice : value.slices) out.slice(slice);
  } else if constexpr (is_array<T>) {
    write_length<T>(out, trait, static_cast<std::int64_t>(value.size()));
    const Trait element{trait.name, layout.flexible, false};
    for (const auto& x : value) write_value(out, layout, element, x);
  } else {
    write_struct(out, layout, value);
  }
}

// The tag buffer: those that differ from their defaults, by number (KIP-482).
template <class S>
void write_tags(Writer& out, Layout layout, const S& value) {
  std::vector<std::pair<int, Writer>> tags;
  S::fields([&](const auto& f) {
    if (!is_tag(f, layout) || value.*f.member == default_of<S>.*f.member) return;
    write_value(tags.emplace_back(f.tag, Writer{}).second, layout, trait_of(f, layout),
                value.*f.member);
  });
  std::sort(tags.begin(), tags.end(), [](auto& a, auto& b) { return a.first < b.first; });
  out.uvarint(static_cast<std::uint32_t>(tags.size()));
  for (auto& [tag, content] : tags) {
    out.uvarint(static_cast<std::uint32_t>(tag));
    out.uvarint(static_cast<std::uint32_t>(content.size()));
    out.append(std::move(content));
  }
}

template <class S>
void write_struct(Writer& out, Layout layout, const S& value) {
  S::fields([&](const auto& f) {
    if (is_plain(f, layout)) write_value(out, layout, trait_of(f, layout), value.*f.member);
  });
  if (layout.flexible) write_tags(out, layout, value);
}

}  // namespace lab::protocol::detail

namespace lab::protocol {

template <class M>
void write_message(Writer& out, const M& message, std::int16_t version) {
  LAB_CHECK_MSG(has_version<M>(version), describe(M::message_name, version));
  detail::write_struct(out, {version, version >= M::flexible_version}, message);
}

template <class M>
M read_message(Reader& in, std::int16_t version) {
  M message;
  if (!has_version<M>(version)) in.fail(describe(M::message_name, version) + " is not known");
  detail::read_struct(in, {version, version >= M::flexible_version}, message);
  return message;
}

}  // namespace lab::protocol
