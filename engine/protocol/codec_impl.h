// The walk over a declaration that reads and writes it. Included only by messages/*.cpp, which
// compile it for their messages, and by tests with messages of their own. What depends on a type
// alone is compiled once for that type; the walk over a struct's members is compiled once for all
// (codec_impl.cpp). All input is hostile: counts are held against the bytes left, tags against
// their size, null against the version, and the memory of what is decoded against a budget
// (Reader::charge).
#pragma once

#include <algorithm>
#include <span>
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

// What can be done with a value of one type.
struct Operations {
  std::size_t (*min_size)(Layout);
  void (*read)(Reader&, Layout, const Trait&, void*);
  void (*write)(Writer&, Layout, const Trait&, const void*);
  bool (*equal)(const void*, const void*);
};
// A declared member (fields.h) with its type forgotten.
struct Member {
  std::string_view name;
  Versions versions;
  Versions null_in;
  int tag;
  bool classic;
  std::size_t offset;   // where it lies in the struct
  const void* initial;  // its default
  const Operations* operations;
};
using Members = std::span<const Member>;

std::size_t min_size_of(Members members, Layout layout);
void read_members(Reader& in, Layout layout, Members members, void* out);
void write_members(Writer& out, Layout layout, Members members, const void* value);

// A length or count, of classic width 2 or 4; -1 for null, also on failure.
std::int64_t read_length(Reader& in, const Trait& trait, int classic_width);
void write_length(Writer& out, const Trait& trait, int classic_width, std::int64_t n);
// Whether `count` elements of at least `min_size` bytes can be there; fails where they cannot.
bool has_room(Reader& in, const Trait& trait, std::size_t count, std::size_t min_size);
void fail_null(Reader& in, const Trait& trait);

template <class T>
Members members_of();

template <class T>
inline constexpr int classic_width = std::is_same_v<T, std::string> ? 2 : 4;

// The fewest bytes that a T can take; at least 1, so that a count is always bounded by it.
template <class T>
std::size_t min_size(Layout layout) {
  if constexpr (is_optional<T>) {
    return Declared<typename T::value_type> ? 1 : min_size<typename T::value_type>(layout);
  } else if constexpr (is_array<T> || std::is_same_v<T, std::string> || std::is_same_v<T, Slice> ||
                       std::is_same_v<T, Records>) {
    return layout.flexible ? 1 : classic_width<T>;
  } else if constexpr (Declared<T>) {
    return min_size_of(members_of<T>(), layout);
  } else {
    return sizeof(T);  // numbers, bool and Uuid are as wide as on the wire
  }
}

// ---- reading

template <class T>
void read_value(Reader& in, Layout layout, const Trait& trait, T& out);

template <class T>
void read_elements(Reader& in, Layout layout, const Trait& trait, std::size_t count,
                   std::vector<T>& out) {
  if (!has_room(in, trait, count, min_size<T>(layout))) return;
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
      if (in.ok() && marker < 0 && !trait.nullable) fail_null(in, trait);
      if (in.ok() && marker >= 0) {
        out = Inner{};
        read_members(in, layout, members_of<Inner>(), &*out);
      }
    } else {
      const std::int64_t n = read_length(in, trait, classic_width<Inner>);
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
    read_members(in, layout, members_of<T>(), &out);
  } else {
    const std::int64_t n = read_length(in, trait, classic_width<T>);
    if (n >= 0) read_content(in, layout, trait, static_cast<std::size_t>(n), out);
  }
}

// ---- writing

template <class T>
void write_value(Writer& out, Layout layout, const Trait& trait, const T& value) {
  if constexpr (is_optional<T>) {
    using Inner = typename T::value_type;
    LAB_CHECK_MSG(value || trait.nullable, std::string(trait.name) + " is null");
    if constexpr (Declared<Inner>) out.int8(value ? 1 : -1);
    if (value) {
      write_value(out, layout, trait, *value);
    } else if constexpr (!Declared<Inner>) {
      write_length(out, trait, classic_width<Inner>, -1);
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
    write_length(out, trait, classic_width<T>, static_cast<std::int64_t>(n));
    out.raw(bytes_of(value).first(n));
  } else if constexpr (std::is_same_v<T, Slice>) {
    write_length(out, trait, classic_width<T>, static_cast<std::int64_t>(value.size()));
    out.slice(value);
  } else if constexpr (std::is_same_v<T, Records>) {
    write_length(out, trait, classic_width<T>, static_cast<std::int64_t>(value.size()));
    for (const Slice& slice : value.slices) out.slice(slice);
  } else if constexpr (is_array<T>) {
    write_length(out, trait, classic_width<T>, static_cast<std::int64_t>(value.size()));
    const Trait element{trait.name, layout.flexible, false};
    for (const auto& x : value) write_value(out, layout, element, x);
  } else {
    write_members(out, layout, members_of<T>(), &value);
  }
}

// ---- the type forgotten

template <class T>
inline constexpr Operations operations_of{
    min_size<T>,
    [](Reader& in, Layout layout, const Trait& trait, void* out) {
      read_value(in, layout, trait, *static_cast<T*>(out));
    },
    [](Writer& out, Layout layout, const Trait& trait, const void* value) {
      write_value(out, layout, trait, *static_cast<const T*>(value));
    },
    [](const void* a, const void* b) {
      return *static_cast<const T*>(a) == *static_cast<const T*>(b);
    }};

template <class S>
Members members_of() {
  static const std::vector<Member> members = [] {
    std::vector<Member> list;
    S::fields([&](const auto& f) {
      using Type = typename std::remove_cvref_t<decltype(f)>::Type;
      const Type* initial = &(default_of<S>.*f.member);
      const auto offset =
          reinterpret_cast<const char*>(initial) - reinterpret_cast<const char*>(&default_of<S>);
      list.push_back({f.name, f.versions, f.null_in, f.tag, f.classic,
                      static_cast<std::size_t>(offset), initial, &operations_of<Type>});
    });
    return list;
  }();
  return members;
}

}  // namespace lab::protocol::detail

namespace lab::protocol {

template <class M>
void write_message(Writer& out, const M& message, std::int16_t version) {
  LAB_CHECK_MSG(has_version<M>(version), describe(M::message_name, version));
  detail::write_members(out, {version, version >= M::flexible_version}, detail::members_of<M>(),
                        &message);
}

template <class M>
M read_message(Reader& in, std::int16_t version) {
  M message;
  if (!has_version<M>(version)) in.fail(describe(M::message_name, version) + " is not known");
  detail::read_members(in, {version, version >= M::flexible_version}, detail::members_of<M>(),
                       &message);
  return message;
}

}  // namespace lab::protocol
