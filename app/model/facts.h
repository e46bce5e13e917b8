// What a single known thing looks like in the lab's model: a value, since when it is known so, and
// who said it; or unknown. Everything in app/model is built from these. Unknown is never a zero.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace lab::model {

// node.id -1 as the teller: the lab itself or one of its clients.
inline constexpr NodeId the_lab = no_node;

template <class T>
struct Fact {
  std::optional<T> value;  // empty: unknown
  Instant as_of{};         // when it was so; meaningless while unknown
  NodeId by = the_lab;     // who says so

  bool known() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  const T* operator->() const { return &*value; }
  T value_or(T otherwise) const { return value.value_or(std::move(otherwise)); }

  // Takes news that are not older than what is known; false where they are older.
  bool set(T news, Instant at, NodeId who) {
    if (value && at < as_of) return false;
    value = std::move(news);
    as_of = at;
    by = who;
    return true;
  }
  void forget() { value.reset(); }
  bool operator==(const Fact&) const = default;
};

struct TopicPartition {
  std::string topic;
  PartitionIndex partition{0};
  auto operator<=>(const TopicPartition&) const = default;
  std::string text() const { return topic + "-" + std::to_string(partition.v); }  // "orders-1"
};

}  // namespace lab::model
