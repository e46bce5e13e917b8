#include "engine/client/network.h"

#include <algorithm>
#include <utility>

namespace lab::client {

namespace {

ConnectionOptions connection_options(const NetworkOptions& options) {
  ConnectionOptions made;
  made.client_id = options.client_id;
  made.request_timeout = options.request_timeout;
  return made;
}

MetadataOptions metadata_options(const NetworkOptions& options) {
  MetadataOptions made;
  made.bootstrap = options.bootstrap;
  made.max_age = options.max_age;
  made.retry_backoff = options.retry_backoff;
  made.request_timeout = std::min<Duration>(options.request_timeout, seconds(5));
  made.auto_create = options.auto_create_topics;
  return made;
}

}  // namespace

Network::Network(Context& context, const NetworkOptions& options, std::function<void()> on_update)
    : patience_(options.patience),
      retry_backoff_(options.retry_backoff),
      data_(context, connection_options(options)),
      control_(context, connection_options(options)),
      metadata_(context, control_, metadata_options(options), std::move(on_update)) {}

bool Network::take(const Opened& opened) { return data_.opened(opened) || control_.opened(opened); }
bool Network::take(const Bytes& bytes) { return data_.bytes(bytes) || control_.bytes(bytes); }
bool Network::take(const Writable& writable) {
  return data_.writable(writable) || control_.writable(writable);
}
bool Network::take(const Closed& closed) { return data_.closed(closed) || control_.closed(closed); }

Duration Network::patience_with(const Address& leader) {
  const Connection* connection = data_.find(leader);
  const bool unreachable = connection != nullptr && connection->backoff_until().has_value();
  return unreachable ? std::min(retry_backoff_, patience_) : patience_;
}

bool Network::lacks(const Address& address, protocol::ApiKey api, std::int16_t lowest) {
  const Connection* connection = control_.find(address);
  if (connection == nullptr || connection->state() != Connection::State::ready) return false;
  return !connection->version_for(api, lowest, INT16_MAX);
}

void Network::close(const std::string& reason) {
  data_.close_all(reason);
  control_.close_all(reason);
}

}  // namespace lab::client
