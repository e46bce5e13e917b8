#include "engine/trace/codec.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <type_traits>

#include "engine/base/varint.h"
#include "engine/trace/json.h"

namespace lab::trace {
namespace {

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
concept Id = requires(T id) {
  typename T::rep;
  id.v;
};

// ---- Writing

template <class T>
void put(ByteBuffer& out, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    put_uvarint(out, value.size());
    out.insert(out.end(), value.begin(), value.end());
  } else if constexpr (std::is_same_v<T, Uuid>) {
    out.insert(out.end(), value.bytes.begin(), value.bytes.end());
  } else if constexpr (IsVector<T>::value) {
    put_uvarint(out, value.size());
    for (const auto& item : value) put(out, item);
  } else if constexpr (std::is_enum_v<T>) {
    put_uvarint(out, static_cast<std::uint64_t>(value));
  } else if constexpr (Id<T>) {
    put_varint(out, value.v);
  } else if constexpr (std::is_signed_v<T>) {
    put_varint(out, value);
  } else {
    put_uvarint(out, static_cast<std::uint64_t>(value));
  }
}

void put_header(ByteBuffer& out, const Event& event) {
  ByteBuffer header;
  put_uvarint(header, event.number);
  put_varint(header, event.at.time_since_epoch().count());
  put_varint(header, event.node.v);
  put_uvarint(header, event.incarnation);
  put_uvarint(header, event.cause == no_cause ? 0 : event.cause + 1);
  put_varint(header, event.within.count());
  put_uvarint(out, header.size());
  out.insert(out.end(), header.begin(), header.end());
}

// ---- Reading

struct Reader {
  ByteView bytes;
  std::size_t at = 0;
  const char* trouble = nullptr;

  bool fail(const char* why) {
    if (trouble == nullptr) trouble = why;
    return false;
  }
  std::size_t left() const { return bytes.size() - at; }
  bool uvarint(std::uint64_t& x) { return get_uvarint(bytes, at, x) || fail("a number is cut"); }
  bool varint(std::int64_t& x) { return get_varint(bytes, at, x) || fail("a number is cut"); }
  // A count of things of which each takes at least one byte.
  bool count(std::size_t& n) {
    std::uint64_t x = 0;
    if (!uvarint(x)) return false;
    if (x > left()) return fail("a length goes past the end");
    n = static_cast<std::size_t>(x);
    return true;
  }

  template <class T>
  bool integer(T& value) {
    if constexpr (std::is_signed_v<T>) {
      std::int64_t x = 0;
      if (!varint(x)) return false;
      if (x < std::numeric_limits<T>::min() || x > std::numeric_limits<T>::max()) {
        return fail("a number is out of its range");
      }
      value = static_cast<T>(x);
    } else {
      std::uint64_t x = 0;
      if (!uvarint(x)) return false;
      if (x > static_cast<std::uint64_t>(std::numeric_limits<T>::max())) {
        return fail("a number is out of its range");
      }
      value = static_cast<T>(x);
    }
    return true;
  }

  bool get(std::string& value) {
    std::size_t size = 0;
    if (!count(size)) return false;
    value = std::string(text_of(bytes.subspan(at, size)));
    at += size;
    return true;
  }
  bool get(Uuid& value) {
    if (left() < value.bytes.size()) return fail("an id is cut");
    for (auto& byte : value.bytes) byte = bytes[at++];
    return true;
  }
  bool get(Role& value) {
    std::uint64_t x = 0;
    if (!uvarint(x)) return false;
    if (x > static_cast<std::uint64_t>(Role::observer)) return fail("no such role");
    value = static_cast<Role>(x);
    return true;
  }
  template <class T>
  bool get(std::vector<T>& value) {
    std::size_t n = 0;
    if (!count(n)) return false;
    for (std::size_t i = 0; i < n; ++i) {
      if (!get(value.emplace_back())) return false;
    }
    return true;
  }
  template <Id T>
  bool get(T& value) {
    return integer(value.v);
  }
  template <class T>
  requires std::is_integral_v<T>
  bool get(T& value) { return integer(value); }
};

// Each kind's fields, as many as the writer says it has.
template <class E>
bool get_fields(Reader& in, std::uint64_t told, Payload& payload) {
  E event;
  std::uint64_t index = 0;
  const bool good = std::apply(
      [&](const auto&... field) {
        return ((index++ >= told || in.get(event.*(field.member))) && ...);
      },
      E::fields());
  if (good) payload = std::move(event);
  return good;
}

using Getter = bool (*)(Reader&, std::uint64_t, Payload&);
template <std::size_t... I>
constexpr std::array<Getter, sizeof...(I)> getters_of(std::index_sequence<I...>) {
  return {&get_fields<std::variant_alternative_t<I, Payload>>...};
}
constexpr auto getters = getters_of(std::make_index_sequence<std::variant_size_v<Payload>>{});

bool get_header(Reader& in, Event& event) {
  std::size_t size = 0;
  if (!in.count(size)) return false;
  Reader head{in.bytes.subspan(in.at, size)};
  std::int64_t at = 0, within = 0;
  std::uint64_t cause = 0;
  const bool good = head.uvarint(event.number) && head.varint(at) && head.get(event.node) &&
                    head.uvarint(event.incarnation) && head.uvarint(cause) && head.varint(within);
  if (!good) return in.fail(head.trouble);
  // Two times can be taken from each other without overflow.
  constexpr std::int64_t limit = std::int64_t{1} << 61;
  if (at > limit || at < -limit || within < 0 || within > limit) {
    return in.fail("a time is out of its range");
  }
  event.at = Instant(Duration(at));
  event.cause = cause == 0 ? no_cause : cause - 1;
  event.within = Duration(within);
  in.at += size;
  return true;
}

// ---- JSON

template <class T>
void put_json(JsonWriter& out, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    out.text(value);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    out.text(value.text());
  } else if constexpr (std::is_same_v<T, bool>) {
    out.boolean(value);
  } else if constexpr (std::is_same_v<T, Role>) {
    out.text(text(value));
  } else if constexpr (IsVector<T>::value) {
    out.open('[');
    for (const auto& item : value) put_json(out, item);
    out.close(']');
  } else if constexpr (Id<T>) {
    out.number(static_cast<std::int64_t>(value.v));
  } else if constexpr (std::is_signed_v<T>) {
    out.number(static_cast<std::int64_t>(value));
  } else {
    out.number(static_cast<std::uint64_t>(value));
  }
}

}  // namespace

ByteBuffer encode(const Event& event) {
  ByteBuffer out;
  put_uvarint(out, event.payload.index());
  put_header(out, event);
  std::visit(
      [&]<class E>(const E& payload) {
        constexpr auto fields = E::fields();
        put_uvarint(out, std::tuple_size_v<decltype(fields)>);
        std::apply([&](const auto&... field) { (put(out, payload.*(field.member)), ...); }, fields);
      },
      event.payload);
  return out;
}

Result<Event> decode(ByteView bytes) {
  Reader in{bytes};
  Event event;
  std::uint64_t kind = 0, told = 0;
  bool good = in.uvarint(kind);
  if (good && kind >= getters.size()) return Error{fmt::format("no event has kind {}", kind)};
  good = good && get_header(in, event) && in.uvarint(told) &&
         getters[static_cast<std::size_t>(kind)](in, told, event.payload);
  if (!good) return Error{fmt::format("an event of {} bytes: {}", bytes.size(), in.trouble)};
  return event;
}

bool knows_kind(ByteView bytes) {
  std::size_t at = 0;
  std::uint64_t kind = 0;
  return get_uvarint(bytes, at, kind) && kind < getters.size();
}

std::string to_json(const Event& event) {
  JsonWriter out;
  out.open('{').key("number").number(event.number);
  out.key("at_ns").number(std::int64_t{event.at.time_since_epoch().count()});
  out.key("node").number(std::int64_t{event.node.v});
  out.key("incarnation").number(event.incarnation).key("cause");
  if (event.cause == no_cause) {
    out.null();
  } else {
    out.number(event.cause);
  }
  out.key("within_ns").number(std::int64_t{event.within.count()});
  out.key("kind").text(name_of(event.payload)).key("fields").open('{');
  std::visit(
      [&]<class E>(const E& payload) {
        std::apply(
            [&](const auto&... field) {
              (put_json(out.key(field.name), payload.*(field.member)), ...);
            },
            E::fields());
      },
      event.payload);
  return out.close('}').close('}').take();
}

}  // namespace lab::trace
