// Strong types for ids, epochs and offsets, so that one is never passed for another. Each is a
// plain number on the wire: `.v` is that number. Kafka's "none" is -1 in all of them.
#pragma once

#include <fmt/format.h>

#include <compare>
#include <cstdint>
#include <functional>

namespace lab {

template <class Tag, class Rep>
struct Strong {
  using rep = Rep;
  Rep v{};
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : v(value) {}
  constexpr auto operator<=>(const Strong&) const = default;  // NOLINT(modernize-use-nullptr)
};

// A count on a line: offsets move by numbers, and differ by numbers.
template <class Tag>
struct Position : Strong<Tag, std::int64_t> {
  using Strong<Tag, std::int64_t>::Strong;
  constexpr Position operator+(std::int64_t n) const { return Position(this->v + n); }
  constexpr Position operator-(std::int64_t n) const { return Position(this->v - n); }
  constexpr std::int64_t operator-(Position other) const { return this->v - other.v; }
  constexpr auto operator<=>(const Position&) const = default;
};

using NodeId = Strong<struct NodeIdTag, std::int32_t>;  // node.id; -1 none
using PartitionIndex = Strong<struct PartitionIndexTag, std::int32_t>;
using Epoch = Strong<struct EpochTag, std::int32_t>;  // leader epoch, quorum epoch; -1 none
using BrokerEpoch =
    Strong<struct BrokerEpochTag, std::int64_t>;  // offset of its registration; -1 none
using ProducerId = Strong<struct ProducerIdTag, std::int64_t>;  // -1 none
using Offset = Position<struct OffsetTag>;                      // record offset; -1 unknown

inline constexpr NodeId no_node{-1};
inline constexpr Epoch no_epoch{-1};
inline constexpr Offset no_offset{-1};

}  // namespace lab

template <class Tag, class Rep>
struct std::hash<lab::Strong<Tag, Rep>> {
  std::size_t operator()(const lab::Strong<Tag, Rep>& id) const noexcept {
    return std::hash<Rep>{}(id.v);
  }
};
template <class Tag>
struct std::hash<lab::Position<Tag>> {
  std::size_t operator()(const lab::Position<Tag>& id) const noexcept {
    return std::hash<std::int64_t>{}(id.v);
  }
};

template <class Tag, class Rep>
struct fmt::formatter<lab::Strong<Tag, Rep>> : fmt::formatter<Rep> {
  template <class Context>
  auto format(const lab::Strong<Tag, Rep>& id, Context& context) const {
    return fmt::formatter<Rep>::format(id.v, context);
  }
};
template <class Tag>
struct fmt::formatter<lab::Position<Tag>> : fmt::formatter<std::int64_t> {
  template <class Context>
  auto format(const lab::Position<Tag>& id, Context& context) const {
    return fmt::formatter<std::int64_t>::format(id.v, context);
  }
};
