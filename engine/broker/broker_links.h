// A broker's connections to the leaders that it follows: one for each, on the inter-broker
// listener. Owned by BrokerSide; the fetchers of the replication room ask through it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/client/connection.h"
#include "engine/controller/image.h"
#include "engine/replication/fetcher.h"

namespace lab::broker {

class BrokerLinks : public replication::FetchLink {
 public:
  BrokerLinks(Context& context, std::string listener, client::ConnectionOptions options)
      : context_(context), listener_(std::move(listener)), options_(std::move(options)) {}

  // Where brokers can be reached; outlives this.
  void set_image(const controller::Image* image) { image_ = image; }
  void fetch(NodeId leader, protocol::FetchRequest request, Answer answer) override;
  void abandon(NodeId leader) override;
  client::Connection* owner(ConnId conn);
  void close_all(const std::string& reason);

 private:
  void retire(std::shared_ptr<client::Connection> connection, const std::string& reason);

  Context& context_;
  std::string listener_;
  client::ConnectionOptions options_;
  const controller::Image* image_ = nullptr;
  std::map<NodeId, std::shared_ptr<client::Connection>> links_;
  std::vector<std::shared_ptr<client::Connection>> retired_;  // until their inputs are over
};

}  // namespace lab::broker
