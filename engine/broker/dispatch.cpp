#include "engine/broker/dispatch.h"

#include <fmt/format.h>

#include "engine/protocol/error_codes.h"

namespace lab::broker {
using protocol::ApiKey;
using protocol::ApiVersionsResponse;

ApiVersionsResponse announce(std::span<const ApiKey> keys) {
  ApiVersionsResponse response;
  for (const auto& api : protocol::apis()) {
    for (const ApiKey key : keys) {
      if (key != api.key) continue;
      ApiVersionsResponse::ApiVersion range;
      range.api_key = static_cast<std::int16_t>(api.key);
      range.min_version = api.announced;
      range.max_version = api.served.last;
      response.api_keys.push_back(range);
    }
  }
  return response;
}

void refuse_unserved(const Incoming& incoming, const ReplySlot& slot, bool known) {
  if (known) {
    ApiVersionsResponse response = announce(std::array{ApiKey::api_versions});
    response.error_code = protocol::wire(protocol::ErrorCode::unsupported_version);
    return slot.send(protocol::encode_response(incoming.correlation, 0, response));
  }
  const auto* api = protocol::find_api(static_cast<ApiKey>(incoming.api));
  slot.refuse(fmt::format("Received request api key {} ({}) with version {} which is not enabled",
                          incoming.api, api == nullptr ? "unknown" : api->name, incoming.version));
}

}  // namespace lab::broker
