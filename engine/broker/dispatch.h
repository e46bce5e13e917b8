// The closed lists of what each listener serves, and the way from a frame to its handler. What
// ApiVersions announces is computed from these lists and the protocol's table (DESIGN §3). A
// handler is an overload of handle(Side&, const Peer&, Request, ReplyTo<Response>), one file per
// API.
#pragma once

#include <span>

#include "engine/broker/session.h"
#include "engine/client/response_of.h"
#include "engine/protocol/api_table.h"
#include "engine/protocol/codec.h"
#include "engine/protocol/messages/api_versions.h"

namespace lab::broker {

template <class Side>
struct Served {
  protocol::ApiKey key;
  void (*serve)(Side& side, const Peer& peer, Incoming incoming, ReplySlot slot);
};

template <class Side, class Request>
void serve_request(Side& side, const Peer& peer, Incoming incoming, ReplySlot slot) {
  auto request = protocol::decode<Request>(incoming.body, incoming.version);
  if (!request) return slot.refuse(request.error().message);
  incoming.body = {};  // the request holds what it needs of it
  handle(side, peer, std::move(*request),
         ReplyTo<client::ResponseOf<Request>>(std::move(slot), incoming.correlation,
                                              incoming.version));
}

template <class Side, class... Requests>
constexpr auto handler_list() {
  return std::array<Served<Side>, sizeof...(Requests)>{
      Served<Side>{Requests::key, &serve_request<Side, Requests>}...};
}

// The reply to ApiVersions: the served range of each API of the list, Produce from 0 (api_table.h).
protocol::ApiVersionsResponse announce(std::span<const protocol::ApiKey> keys);

// What is done with a request that no handler takes: an ApiVersions of a version that is not served
// gets error 35 in version 0's form; anything else closes the connection, as Kafka does.
void refuse_unserved(const Incoming& incoming, const ReplySlot& slot, bool known);

template <class Side>
void dispatch(std::span<const Served<Side>> list, Side& side, const Peer& peer, Incoming incoming,
              const ReplySlot& slot) {
  for (const auto& served : list) {
    if (static_cast<std::int16_t>(served.key) != incoming.api) continue;
    if (!protocol::find_api(served.key)->is_served(incoming.version)) break;
    return served.serve(side, peer, std::move(incoming), slot);
  }
  refuse_unserved(incoming, slot,
                  incoming.api == static_cast<std::int16_t>(protocol::ApiKey::api_versions));
}

}  // namespace lab::broker
