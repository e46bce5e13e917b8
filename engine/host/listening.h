// Binds the sockets of one listener. Called by the runner before the machine starts, so that a port
// that is taken is told at once, with the process that has it.
#pragma once

#include <string>
#include <vector>

#include "engine/host/asio.h"
#include "engine/host/runner.h"

namespace lab::host {

// Bound, not listening yet: connections are refused.
struct BoundListener {
  std::string name;
  std::uint16_t port = 0;
  std::vector<tcp::acceptor> acceptors;  // one for each address
};

Result<BoundListener> bind_listener(asio::io_context& io, const ListenOn& where);
// What went wrong on `where`, in Kafka's words and with the port's holder where it is in use.
Error bind_error(const ListenOn& where, std::uint16_t port, const error_code& error);

}  // namespace lab::host
