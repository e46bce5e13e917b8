// The connections of one client, one per address, opened when first asked for. Used by the parts of
// this room and by broker::Node; it forwards the inputs of all its connections. It never decides
// which broker to ask.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/client/connection.h"

namespace lab::client {

class ConnectionPool {
 public:
  ConnectionPool(Context& context, ConnectionOptions options)
      : context_(context), options_(std::move(options)) {}

  // The connection to `address`; made (not opened) where there is none. The reference is for this
  // input only: at max_connections one without calls makes room.
  Connection& to(const Address& address);
  Connection* find(const Address& address);

  // True where the input was for one of these connections; then it has been forwarded.
  bool opened(const Opened& opened);
  bool bytes(const Bytes& bytes);
  bool writable(const Writable& writable);
  bool closed(const Closed& closed);
  bool owns(ConnId conn) const;

  // Closes and forgets; what is in flight fails with `reason`.
  void drop(const Address& address, const std::string& reason);
  void close_all(const std::string& reason);
  std::size_t size() const { return connections_.size(); }

  // Addresses come from peers: more than this are never kept.
  static constexpr std::size_t max_connections = 1024;

 private:
  Connection* owner(ConnId conn);
  void make_room(const Connection& but);
  void sweep();

  Context& context_;
  ConnectionOptions options_;
  std::map<Address, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> dropped_;  // closed; they may have failures to tell
};

}  // namespace lab::client
