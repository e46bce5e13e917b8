// How a message is declared: a plain struct, and one static function that names each member with
// the versions it is in. From that one declaration the codec encodes and decodes every version, the
// inspector dumps, and the tests generate and compare with Kafka's definitions.
//
//   struct FetchRequest {
//     std::int32_t replica_id = -1;                        // the default on the wire is this
//     template <class Visit> static constexpr void fields(Visit&& visit) {
//       visit(field(&FetchRequest::replica_id, "ReplicaId").until(14));
//     }
//   };
//
// A member that may be null in some version is a std::optional. Wire types follow from C++ types:
// Slice is bytes, Records is records, a vector is an array, a struct with fields() is a struct.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lab::protocol {

// The versions first..last of a message, both included; none where first > last.
struct Versions {
  std::int16_t first = 0;
  std::int16_t last = 0x7fff;
  constexpr bool has(std::int16_t v) const { return first <= v && v <= last; }
  constexpr bool none() const { return first > last; }
};
inline constexpr Versions no_versions{1, 0};
inline constexpr std::int16_t never = 0x7fff;  // as flexible_version: no version is flexible

// One member of a message or of a struct in it. `name` is Kafka's.
template <class S, class T>
struct Field {
  using Struct = S;
  using Type = T;
  T S::*member;
  std::string_view name;
  Versions versions{};
  Versions null_in = no_versions;
  int tag = -1;  // -1: not tagged
  bool classic = false;

  // The first and the last version it is in.
  constexpr Field since(std::int16_t v) const { return with(&Field::versions, {v, versions.last}); }
  constexpr Field until(std::int16_t v) const {
    return with(&Field::versions, {versions.first, v});
  }
  // May be null in versions first..last (as far as it is in them).
  constexpr Field nullable(std::int16_t first = 0, std::int16_t last = never) const {
    return with(&Field::null_in, {first, last});
  }
  // In the tag buffer with this number, in all its versions (KIP-482).
  constexpr Field tagged(int number) const { return with(&Field::tag, number); }
  // Keeps its classic length prefix in flexible versions too (the request header's ClientId).
  constexpr Field never_compact() const { return with(&Field::classic, true); }

 private:
  template <class V>
  constexpr Field with(V Field::*what, std::type_identity_t<V> value) const {
    Field copy = *this;
    copy.*what = value;
    return copy;
  }
};

template <class S, class T>
constexpr Field<S, T> field(T S::*member, std::string_view name) {
  return {member, name};
}

// A struct with all members at their defaults.
template <class S>
inline const S default_of{};

struct AnyVisit {
  template <class F>
  constexpr void operator()(const F&) const {}
};
template <class T>
concept Declared = requires {
  T::fields(AnyVisit{});
};

// A message on its own: the top of a request, response or record.
template <class T>
concept Message = Declared<T> && requires {
  T::min_version;
  T::max_version;
  T::flexible_version;
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_array = false;
template <class T>
inline constexpr bool is_array<std::vector<T>> = true;

}  // namespace lab::protocol
