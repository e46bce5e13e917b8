#include "engine/client/connection_pool.h"

#include <algorithm>

namespace lab::client {

Connection& ConnectionPool::to(const Address& address) {
  auto& connection = connections_[address];
  if (connection) return *connection;
  connection = std::make_unique<Connection>(context_, address, options_);
  Connection& made = *connection;
  if (connections_.size() > max_connections) make_room(made);
  return made;
}

Connection* ConnectionPool::find(const Address& address) {
  const auto it = connections_.find(address);
  return it == connections_.end() ? nullptr : it->second.get();
}

Connection* ConnectionPool::owner(ConnId conn) {
  for (auto& [address, connection] : connections_) {
    if (connection->owns(conn)) return connection.get();
  }
  return nullptr;
}

bool ConnectionPool::owns(ConnId conn) const {
  return std::any_of(connections_.begin(), connections_.end(),
                     [conn](const auto& entry) { return entry.second->owns(conn); });
}

bool ConnectionPool::opened(const Opened& opened) {
  sweep();
  Connection* connection = owner(opened.conn);
  if (connection) connection->opened(opened);
  return connection != nullptr;
}

bool ConnectionPool::bytes(const Bytes& bytes) {
  sweep();
  Connection* connection = owner(bytes.conn);
  if (connection) connection->bytes(bytes.slice);
  return connection != nullptr;
}

bool ConnectionPool::writable(const Writable& writable) {
  sweep();
  Connection* connection = owner(writable.conn);
  if (connection) connection->writable(writable.count);
  return connection != nullptr;
}

bool ConnectionPool::closed(const Closed& closed) {
  sweep();
  Connection* connection = owner(closed.conn);
  if (connection) connection->closed(closed.reason);
  return connection != nullptr;
}

void ConnectionPool::drop(const Address& address, const std::string& reason) {
  const auto it = connections_.find(address);
  if (it == connections_.end()) return;
  it->second->close(reason);
  dropped_.push_back(std::move(it->second));
  connections_.erase(it);
}

void ConnectionPool::close_all(const std::string& reason) {
  while (!connections_.empty()) drop(Address(connections_.begin()->first), reason);
}

void ConnectionPool::make_room(const Connection& but) {
  for (const auto& [address, connection] : connections_) {
    if (connection.get() == &but || !connection->settled()) continue;
    return drop(Address(address), "too many connections");
  }
}

// Called where no callback of theirs can be running.
void ConnectionPool::sweep() {
  std::erase_if(dropped_, [](const auto& connection) { return connection->settled(); });
}

}  // namespace lab::client
