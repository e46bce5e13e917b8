#include "engine/host/listening.h"

#include <fmt/format.h>

#include "engine/host/port_holder.h"

namespace lab::host {
namespace {

struct Wanted {
  asio::ip::address address;
  bool may_be_missing = false;  // a machine without IPv6 has no ::1
};

Result<std::vector<Wanted>> addresses_of(asio::io_context& io, const ListenOn& where) {
  const auto v4 = [](const char* text) { return asio::ip::make_address(text); };
  if (where.host.empty() && where.any)
    return std::vector<Wanted>{{v4("0.0.0.0")}, {v4("::"), true}};
  if (where.host.empty() || where.host == "localhost") {
    return std::vector<Wanted>{{v4("127.0.0.1")}, {v4("::1"), true}};
  }
  error_code error;
  const auto literal = asio::ip::make_address(where.host, error);
  if (!error) return std::vector<Wanted>{{literal}};
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(where.host, "", error);
  if (error || found.empty()) return bind_error(where, where.port, error);
  return std::vector<Wanted>{{found.begin()->endpoint().address()}};
}

error_code bind_one(tcp::acceptor& acceptor, const asio::ip::address& address, std::uint16_t port) {
  const tcp::endpoint endpoint(address, port);
  error_code error;
  if (acceptor.open(endpoint.protocol(), error)) return error;
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (error) return error;
  if (address.is_v6() && acceptor.set_option(asio::ip::v6_only(true), error)) return error;
  acceptor.bind(endpoint, error);
  return error;
}

bool means_missing(const error_code& error) {
  return error == boost::system::errc::address_not_available ||
         error == boost::system::errc::address_family_not_supported;
}

}  // namespace

Error bind_error(const ListenOn& where, std::uint16_t port, const error_code& error) {
  std::string holder;
  if (error == boost::system::errc::address_in_use) {
    const auto found = port_holder(port);
    holder = found ? fmt::format(" The port is held by {}.", found->text())
                   : std::string(" The port is held by another process.");
  }
  const std::string host = where.host.empty() ? (where.any ? "*" : "localhost") : where.host;
  return Error{fmt::format("Socket server failed to bind to {}:{}: {}. (listener {}){}", host, port,
                           error.message(), where.name, holder)};
}

Result<BoundListener> bind_listener(asio::io_context& io, const ListenOn& where) {
  const auto addresses = addresses_of(io, where);
  if (!addresses) return addresses.error();
  constexpr int attempts = 16;  // a free port of one address may be taken on the other
  for (int attempt = 1;; ++attempt) {
    BoundListener bound{where.name, where.port, {}};
    error_code error;
    for (const auto& wanted : addresses.value()) {
      tcp::acceptor acceptor(io);
      error = bind_one(acceptor, wanted.address, bound.port);
      if (error && wanted.may_be_missing && means_missing(error)) {
        error = {};
        continue;
      }
      if (error) break;
      bound.port = acceptor.local_endpoint(error).port();
      bound.acceptors.push_back(std::move(acceptor));
    }
    if (!error && !bound.acceptors.empty()) return bound;
    const bool again = where.port == 0 && error == boost::system::errc::address_in_use;
    if (!again || attempt == attempts) return bind_error(where, bound.port, error);
  }
}

}  // namespace lab::host
