// Prints every message that the protocol room declares as JSON, in the words of Kafka's own
// definitions, for kafka_definitions.py to compare. It reads the declarations and nothing else.
#include <fmt/format.h>

#include "engine/protocol/fields.h"
#include "tests/engine/protocol/all_messages.h"

namespace {

using namespace lab;            // NOLINT: a program of one file
using namespace lab::protocol;  // NOLINT

template <class T>
std::string type_name() {
  if constexpr (is_optional<T>) return type_name<typename T::value_type>();
  if constexpr (is_array<T>) return "[]" + type_name<typename T::value_type>();
  if constexpr (std::is_same_v<T, bool>) return "bool";
  if constexpr (std::is_same_v<T, std::int8_t>) return "int8";
  if constexpr (std::is_same_v<T, std::int16_t>) return "int16";
  if constexpr (std::is_same_v<T, std::uint16_t>) return "uint16";
  if constexpr (std::is_same_v<T, std::int32_t>) return "int32";
  if constexpr (std::is_same_v<T, std::uint32_t>) return "uint32";
  if constexpr (std::is_same_v<T, std::int64_t>) return "int64";
  if constexpr (std::is_same_v<T, double>) return "float64";
  if constexpr (std::is_same_v<T, std::string>) return "string";
  if constexpr (std::is_same_v<T, Uuid>) return "uuid";
  if constexpr (std::is_same_v<T, Slice>) return "bytes";
  if constexpr (std::is_same_v<T, Records>) return "records";
  return "struct";
}

// "null", "empty" for what has no content, "struct" for a struct at its defaults, or the value.
template <class T>
std::string default_text(const T& value) {
  if constexpr (is_optional<T>) {
    return value ? default_text(*value) : "null";
  } else if constexpr (std::is_same_v<T, bool> || std::is_arithmetic_v<T>) {
    return fmt::format("{}", value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return value.empty() ? "empty" : value;
  } else if constexpr (std::is_same_v<T, Uuid>) {
    return value.is_zero() ? "empty" : value.text();
  } else if constexpr (std::is_same_v<T, Slice> || is_array<T>) {
    return value.empty() ? "empty" : "content";
  } else if constexpr (std::is_same_v<T, Records>) {
    return "null";  // Kafka's records have no other default, nullable or not
  } else {
    return value == T{} ? "struct" : "content";
  }
}

template <class T>
struct Inner {
  using type = T;
};
template <class T>
struct Inner<std::optional<T>> : Inner<T> {};
template <class T>
struct Inner<std::vector<T>> : Inner<T> {};

template <class S>
std::string fields_of() {
  std::string out;
  S::fields([&](const auto& f) {
    using T = typename std::remove_cvref_t<decltype(f)>::Type;
    out += fmt::format(
        "{}{{\"name\":\"{}\",\"type\":\"{}\",\"versions\":[{},{}],\"nullable\":[{},{}],"
        "\"tag\":{},\"default\":\"{}\"",
        out.empty() ? "" : ",", f.name, type_name<T>(), f.versions.first, f.versions.last,
        f.null_in.first, f.null_in.last, f.tag, default_text(default_of<S>.*f.member));
    using Struct = typename Inner<T>::type;
    if constexpr (Declared<Struct>) out += ",\"fields\":" + fields_of<Struct>();
    out += "}";
  });
  return "[" + out + "]";
}

// The API key or the metadata record's type; -1 for what has none.
template <class M>
int number_of() {
  if constexpr (requires { M::key; }) return static_cast<int>(M::key);
  if constexpr (requires { M::type; }) return static_cast<int>(M::type);
  return -1;
}

}  // namespace

int main() {
  std::string out;
  testing::each_message([&](const auto& message) {
    using M = std::remove_cvref_t<decltype(message)>;
    out += fmt::format(
        "{}{{\"name\":\"{}\",\"key\":{},\"versions\":[{},{}],\"flexible\":{},\n  \"fields\":{}}}",
        out.empty() ? "" : ",\n", M::message_name, number_of<M>(), M::min_version, M::max_version,
        M::flexible_version, fields_of<M>());
  });
  fmt::print("[{}]\n", out);
}
