// The closed list of requests that we declare, each with its versions. Whoever lists the handlers
// of a listener computes ApiVersions from it; frames take their header versions from it. It says
// what can be spoken, not what a listener answers.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct ApiInfo {
  ApiKey key;
  std::string_view name;   // Kafka's, as "Fetch"
  Versions served;         // requests of these versions are decoded and answered
  std::int16_t announced;  // first version that ApiVersions tells; Produce says 0 (librdkafka
                           // before 2.11.1 sends uncompressed otherwise), all others served.first
  std::int16_t flexible;   // first flexible version (KIP-482); `never` where none is
  bool is_served(std::int16_t version) const { return served.has(version); }
};

// All of them, by key.
std::span<const ApiInfo> apis();
// nullptr where the key is not in the list.
const ApiInfo* find_api(ApiKey key);

// Of a key in the list. 1, or 2 when the version is flexible.
std::int16_t request_header_version(const ApiInfo& api, std::int16_t version);
// 0, or 1 when the version is flexible; for ApiVersions always 0 (KIP-511), so that a client can
// read the answer before it knows what the broker speaks.
std::int16_t response_header_version(const ApiInfo& api, std::int16_t version);

}  // namespace lab::protocol
