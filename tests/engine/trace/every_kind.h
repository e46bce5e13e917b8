// One event of every kind, with every field set to something that is not its default.
#pragma once

#include <vector>

#include "engine/trace/event.h"

namespace lab::trace {

struct Filler {
  std::int64_t next = 1;
  void fill(std::string& x) { x = "text-" + std::to_string(next++) + " é한"; }
  void fill(bool& x) { x = true; }
  void fill(Role& x) { x = Role::follower; }
  void fill(Uuid& x) {
    for (auto& byte : x.bytes) byte = static_cast<std::uint8_t>(next++);
  }
  template <class T>
  void fill(std::vector<T>& x) {
    x.resize(3);
    for (auto& item : x) fill(item);
  }
  template <class T>
  requires requires(T x) { x.v; }
  void fill(T& x) { fill(x.v); }
  template <class T>
  requires std::is_integral_v<T>
  void fill(T& x) {
    x = static_cast<T>(next % 2 == 0 && std::is_signed_v<T> ? -next * 321 : next * 321);
    ++next;
  }
};

template <std::size_t I = 0>
void add_kinds(std::vector<Event>& out, Filler& filler) {
  if constexpr (I < std::variant_size_v<Payload>) {
    std::variant_alternative_t<I, Payload> payload;
    std::apply([&](const auto&... field) { (filler.fill(payload.*(field.member)), ...); },
               payload.fields());
    Event event;
    event.number = I * 1000;
    event.at = Instant(Duration(1'700'000'000'000 + static_cast<std::int64_t>(I)));
    event.node = NodeId(static_cast<std::int32_t>(I) - 1);
    event.incarnation = I % 3;
    if (I % 2 == 1) event.cause = I * 900;
    event.payload = std::move(payload);
    event.within = Duration(static_cast<std::int64_t>(I) * 7);
    out.push_back(std::move(event));
    add_kinds<I + 1>(out, filler);
  }
}

inline std::vector<Event> every_kind() {
  std::vector<Event> out;
  Filler filler;
  add_kinds(out, filler);
  return out;
}

}  // namespace lab::trace
