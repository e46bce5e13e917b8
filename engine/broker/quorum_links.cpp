#include "engine/broker/quorum_links.h"

namespace lab::broker {
namespace {
template <class Request>
constexpr std::int16_t version_of = Request::max_version;
}

QuorumLinks::QuorumLinks(Context& context, const std::vector<raft::Voter>& voters,
                         client::ConnectionOptions options)
    : context_(context), options_(std::move(options)) {
  for (const auto& voter : voters) voters_[voter.id] = voter.address;
}

client::Connection* QuorumLinks::link(const Key& key) {
  auto& link = links_[key];
  if (!link) {
    const auto voter = voters_.find(key.first);
    LAB_CHECK(voter != voters_.end());
    link = std::make_unique<client::Connection>(context_, voter->second, options_);
  }
  return link.get();
}

template <class Request>
void QuorumLinks::ask(client::Connection& link, Request request, std::int16_t version,
                      raft::RequestHandle handle) {
  link.call<Request>(std::move(request), version,
                     [this, handle](Result<client::ResponseOf<Request>> result) {
                       in_flight_.erase(handle);
                       if (result) {
                         quorum_->on_response(handle, std::move(*result));
                       } else {
                         quorum_->on_failed(handle);
                       }
                     });
}

void QuorumLinks::send(NodeId to, raft::Request request, raft::RequestHandle handle) {
  const bool fetches = std::holds_alternative<protocol::FetchRequest>(request) ||
                       std::holds_alternative<protocol::FetchSnapshotRequest>(request);
  const Key key{to, fetches ? Lane::fetch : Lane::control};
  client::Connection& way = *link(key);
  in_flight_[handle] = key;
  std::visit(
      [&](auto& message) {
        using Request = std::decay_t<decltype(message)>;
        ask<Request>(way, std::move(message), version_of<Request>, handle);
      },
      request);
}

void QuorumLinks::gave_up(NodeId, raft::RequestHandle handle) {
  const auto it = in_flight_.find(handle);
  if (it == in_flight_.end()) return;
  // Nothing may overtake on a connection, so one that is stuck is given up as a whole.
  link(it->second)->close("no answer within controller.quorum.request.timeout.ms");
}

client::Connection* QuorumLinks::owner(ConnId conn) {
  for (auto& [key, link] : links_) {
    if (link->owns(conn)) return link.get();
  }
  return nullptr;
}

}  // namespace lab::broker
