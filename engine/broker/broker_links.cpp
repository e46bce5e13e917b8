#include "engine/broker/broker_links.h"

namespace lab::broker {
namespace {
constexpr std::int16_t fetch_version = 17;
}

void BrokerLinks::fetch(NodeId leader, protocol::FetchRequest request, Answer answer) {
  std::erase_if(retired_, [](const auto& old) { return old->settled() && old.use_count() == 1; });
  const auto* broker = image_ == nullptr ? nullptr : image_->broker(leader);
  const auto* endpoint = broker == nullptr ? nullptr : broker->endpoint(listener_);
  auto& link = links_[leader];
  const Address address = endpoint == nullptr ? Address{} : Address{endpoint->host, endpoint->port};
  if (link && endpoint != nullptr && link->address() != address) {
    retire(std::exchange(link, nullptr), "broker " + std::to_string(leader.v) + " moved");
  }
  if (!link) link = std::make_shared<client::Connection>(context_, address, options_);
  link->call<protocol::FetchRequest>(std::move(request), fetch_version, std::move(answer));
}

void BrokerLinks::abandon(NodeId leader) {
  const auto it = links_.find(leader);
  if (it == links_.end()) return;
  retire(std::move(it->second), "fetching anew, with more partitions");
  links_.erase(it);
}

void BrokerLinks::retire(std::shared_ptr<client::Connection> connection,
                         const std::string& reason) {
  connection->close(reason);
  retired_.push_back(std::move(connection));
}

client::Connection* BrokerLinks::owner(ConnId conn) {
  for (auto& [leader, link] : links_) {
    if (link->owns(conn)) return link.get();
  }
  return nullptr;
}

void BrokerLinks::close_all(const std::string& reason) {
  for (auto& [leader, link] : links_) retire(std::move(link), reason);
  links_.clear();
}

}  // namespace lab::broker
