#include "app/sources/port_pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "app/sources/server_properties.h"
#include "engine/host/asio.h"
#include "engine/host/clock.h"
#include "engine/host/listening.h"
#include "engine/host/port_holder.h"

namespace lab::sources {
namespace {

constexpr int first_port = 20000, last_port = 31000;
constexpr std::string_view offer = ". These are free: --base-port ";

bool pairs_free(int base, int brokers) {
  for (int i = 0; i < brokers; ++i) {
    const auto client = static_cast<std::uint16_t>(base + i);
    const auto controller = static_cast<std::uint16_t>(base + i + controller_port_distance);
    if (!port_free(client) || !port_free(controller)) return false;
  }
  return true;
}

std::string holder_of(std::uint16_t port) {
  const auto holder = host::port_holder(port);
  return holder ? holder->text() : "a process of another user";
}

}  // namespace

bool port_free(std::uint16_t port) {
  host::asio::io_context io;
  host::ListenOn where;
  where.name = "probe";
  where.port = port;
  return host::bind_listener(io, where).ok();
}

std::optional<std::uint16_t> free_base_port(int brokers, std::uint16_t from) {
  const int last = last_port - controller_port_distance - brokers + 1;
  for (int base = std::max<int>(from, first_port); base <= last; base += brokers) {
    if (pairs_free(base, brokers)) return static_cast<std::uint16_t>(base);
  }
  return std::nullopt;
}

std::optional<std::uint16_t> random_base_port(int brokers) {
  const int span = last_port - controller_port_distance - first_port;
  const auto from =
      first_port + static_cast<int>(host::random_bits() % static_cast<unsigned>(span));
  const auto found = free_base_port(brokers, static_cast<std::uint16_t>(from));
  return found ? found : free_base_port(brokers);
}

Result<> check_ports(const std::vector<std::uint16_t>& ports, int brokers) {
  std::map<std::string, std::string> taken;  // by whom: which
  for (const auto port : ports) {
    if (port == 0 || port_free(port)) continue;
    std::string& list = taken[holder_of(port)];
    list += fmt::format("{}{}", list.empty() ? "" : ", ", port);
  }
  std::string message;
  for (const auto& [holder, list] : taken) {
    message += fmt::format("{}port {} is taken by {}", message.empty() ? "" : "; ", list, holder);
  }
  if (message.empty()) return {};
  const auto base = free_base_port(brokers);
  if (base) message += fmt::format("{}{}", offer, *base);
  return Error{message};
}

std::optional<std::uint16_t> offered_base_port(std::string_view error) {
  const std::size_t at = error.find(offer);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view number = error.substr(at + offer.size());
  std::uint16_t port = 0;
  const auto end = number.data() + number.size();
  const auto parsed = std::from_chars(number.data(), end, port);
  return parsed.ec == std::errc{} && parsed.ptr == end ? std::optional(port) : std::nullopt;
}

}  // namespace lab::sources
