// A message as JSON, written as Kafka's tools write it: members by their names with a small first
// letter, tagged ones only where they differ from their default. Used by kafka-dump-log.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <type_traits>

#include "engine/base/slice.h"
#include "engine/base/uuid.h"
#include "engine/protocol/fields.h"

namespace lab::commands::kafka {

// With its quotes.
std::string json_string(std::string_view text);
std::string json_bytes(ByteView bytes);  // base64

template <class S>
std::string message_json(const S& message, std::int16_t version);

template <class T>
std::string value_json(const T& value, std::int16_t version) {
  if constexpr (protocol::is_optional<T>) {
    return value ? value_json(*value, version) : "null";
  } else if constexpr (protocol::is_array<T>) {
    std::string all;
    for (const auto& element : value) {
      if (!all.empty()) all += ',';
      all += value_json(element, version);
    }
    return '[' + all + ']';
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json_string(value);
  } else if constexpr (std::is_same_v<T, Slice>) {
    return json_bytes(value.view());
  } else if constexpr (std::is_same_v<T, Uuid>) {
    return json_string(value.text());
  } else if constexpr (protocol::Declared<T>) {
    return message_json(value, version);
  } else if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else {
    return std::to_string(value);
  }
}

template <class S>
std::string message_json(const S& message, std::int16_t version) {
  std::string all;
  S::fields([&](const auto& field) {
    if (!field.versions.has(version)) return;
    const auto& value = message.*field.member;
    if (field.tag >= 0 && value == protocol::default_of<S>.*field.member) return;
    std::string name(field.name);
    if (name[0] >= 'A' && name[0] <= 'Z') name[0] = static_cast<char>(name[0] + 32);
    if (!all.empty()) all += ',';
    all += fmt::format("\"{}\":{}", name, value_json(value, version));
  });
  return '{' + all + '}';
}

}  // namespace lab::commands::kafka
