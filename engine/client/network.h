// The wires of one client: connections for its work, others for Metadata and what any broker can
// answer (so that neither a fetch that waits nor a produce that waits for its ISR delays them), and
// what it knows of the cluster. Owned by Producer, Consumer and Admin.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/client/cluster_metadata.h"
#include "engine/client/connection_pool.h"

namespace lab::client {

// The settings that all clients share, with Kafka's names and defaults.
struct NetworkOptions {
  std::vector<Address> bootstrap;              // bootstrap.servers, tried in this order
  std::string client_id;                       // client.id
  Duration retry_backoff = milliseconds(100);  // retry.backoff.ms
  Duration request_timeout = seconds(30);      // request.timeout.ms
  Duration max_age = seconds(300);             // metadata.max.age.ms
  bool auto_create_topics = true;              // allow.auto.create.topics
  // After a request to a leader has waited this long, its client looks whether the leader has moved
  // meanwhile, and does not wait for one that has been replaced. (Kafka's clients wait for
  // request.timeout.ms; a frozen broker shows the difference.)
  Duration patience = milliseconds(1000);
};

class Network {
 public:
  Network(Context& context, const NetworkOptions& options, std::function<void()> on_update);

  // True where the input was for one of its connections; then it has been forwarded.
  bool take(const Opened& opened);
  bool take(const Bytes& bytes);
  bool take(const Writable& writable);
  bool take(const Closed& closed);
  void close(const std::string& reason);

  // To a leader or another certain broker.
  Connection& data(const Address& address) { return data_.to(address); }
  Connection* find_data(const Address& address) { return data_.find(address); }
  // How long a leader may be silent until its client looks whether it has been replaced: one that
  // cannot be reached no longer than a retry takes. (A request may wait for the next attempt to
  // connect, and those become rare.)
  Duration patience_with(const Address& leader);
  // To a broker that was chosen because any would do (ClusterMetadata::any_broker).
  Connection& control(const Address& address) { return control_.to(address); }
  // It is connected, and speaks no version of this API from `lowest` on.
  bool lacks(const Address& address, protocol::ApiKey api, std::int16_t lowest);
  ClusterMetadata& metadata() { return metadata_; }
  const ClusterMetadata& metadata() const { return metadata_; }

 private:
  Duration patience_, retry_backoff_;
  ConnectionPool data_, control_;
  ClusterMetadata metadata_;
};

}  // namespace lab::client
