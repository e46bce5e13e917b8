#include "engine/sim/wire.h"

#include <fmt/format.h>

#include "engine/protocol/codec.h"
#include "engine/sim/violation.h"

namespace lab::sim {

void Wire::arrived(int broker, const Input& input, Instant now) {
  if (const auto* opened = std::get_if<Opened>(&input)) {
    if (!opened->listener.empty()) connections_.try_emplace({broker, opened->conn});
  } else if (const auto* closed = std::get_if<Closed>(&input)) {
    connections_.erase({broker, closed->conn});
  } else if (const auto* bytes = std::get_if<Bytes>(&input)) {
    const auto it = connections_.find({broker, bytes->conn});
    if (it == connections_.end() || it->second.broken) return;
    Connection& connection = it->second;
    connection.requests.push(bytes->slice);
    while (!connection.broken) {
      const auto frame = connection.requests.next();
      if (!frame) connection.broken = true;
      if (!frame || !*frame) return;
      take_request(broker, connection, **frame, now);
    }
  }
}

// A producer with acks=0 gets no reply.
void Wire::take_request(int broker, Connection& connection, const Slice& frame, Instant now) {
  const auto request = protocol::split_request(frame);
  if (!request) {
    connection.broken = true;
    return;
  }
  if (request->header.api_key == protocol::ApiKey::produce) {
    const auto produce =
        protocol::decode<protocol::ProduceRequest>(request->body, request->header.api_version);
    if (produce && on_produce) on_produce(broker, *produce);
    if (produce && produce->acks == 0) return;
  }
  connection.waiting.push_back({request->header, now});
}

void Wire::sent(int broker, const Send& send) {
  const auto it = connections_.find({broker, send.conn});
  if (it == connections_.end()) return;
  Connection& connection = it->second;
  for (const auto& slice : send.slices) {
    connection.replies.push(slice);
    for (;;) {
      const auto frame = connection.replies.next();
      if (!frame)
        violated(32, "broker {} sends what is no frame: {}", broker, frame.error().message);
      if (!*frame) break;
      const auto correlation = protocol::peek_correlation_id(**frame);
      if (!correlation || connection.waiting.empty()) {
        violated(32, "broker {} sends a reply on connection {} that nobody waits for", broker,
                 send.conn);
      }
      const auto& asked = connection.waiting.front().header;
      if (*correlation != asked.correlation_id) {
        violated(32, "broker {} answers request {} of '{}' where {} ({}) comes next", broker,
                 *correlation, asked.client_id.value_or(""), asked.correlation_id,
                 protocol::name(asked.api_key));
      }
      connection.waiting.pop_front();
    }
  }
}

void Wire::ended(int broker) {
  std::erase_if(connections_, [broker](const auto& entry) { return entry.first.first == broker; });
}

std::size_t Wire::connections(int broker) const {
  std::size_t count = 0;
  for (const auto& [key, connection] : connections_) count += key.first == broker ? 1 : 0;
  return count;
}

std::size_t Wire::waiting(int broker) const {
  std::size_t count = 0;
  for (const auto& [key, connection] : connections_) {
    if (key.first == broker) count += connection.waiting.size();
  }
  return count;
}

std::optional<std::string> Wire::unanswered(Instant since) const {
  const Request* oldest = nullptr;
  int broker = 0;
  for (const auto& [key, connection] : connections_) {
    if (connection.broken || connection.waiting.empty()) continue;
    const Request& first = connection.waiting.front();
    if (first.at >= since || (oldest != nullptr && first.at >= oldest->at)) continue;
    oldest = &first;
    broker = key.first;
  }
  if (oldest == nullptr) return std::nullopt;
  return fmt::format("{} of '{}' to broker {} waits since {:.3f}",
                     protocol::name(oldest->header.api_key), oldest->header.client_id.value_or(""),
                     broker, static_cast<double>(oldest->at.time_since_epoch().count()) / 1e6);
}

}  // namespace lab::sim
