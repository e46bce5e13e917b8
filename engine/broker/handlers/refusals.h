// The reply that refuses all that a request asked for, with one error for each thing. Used on both
// sides: by the controller that is not active, and by a broker that reaches no controller.
#pragma once

#include "engine/client/response_of.h"
#include "engine/protocol/error_codes.h"
#include "engine/protocol/messages/alter_configs.h"
#include "engine/protocol/messages/create_partitions.h"
#include "engine/protocol/messages/create_topics.h"
#include "engine/protocol/messages/delete_topics.h"
#include "engine/protocol/messages/incremental_alter_configs.h"

namespace lab::broker {

protocol::CreateTopicsResponse refusal(const protocol::CreateTopicsRequest& request,
                                       protocol::ErrorCode code);
protocol::DeleteTopicsResponse refusal(const protocol::DeleteTopicsRequest& request,
                                       protocol::ErrorCode code);
protocol::CreatePartitionsResponse refusal(const protocol::CreatePartitionsRequest& request,
                                           protocol::ErrorCode code);
protocol::AlterConfigsResponse refusal(const protocol::AlterConfigsRequest& request,
                                       protocol::ErrorCode code);
protocol::IncrementalAlterConfigsResponse refusal(
    const protocol::IncrementalAlterConfigsRequest& request, protocol::ErrorCode code);
// Where the reply has one error for all.
template <class Request>
client::ResponseOf<Request> refusal(const Request&, protocol::ErrorCode code) {
  client::ResponseOf<Request> response;
  response.error_code = protocol::wire(code);
  return response;
}

// The first error of a reply, to see whether a controller took the request at all.
inline std::int16_t first_error(const protocol::CreateTopicsResponse& r) {
  return r.topics.empty() ? std::int16_t{0} : r.topics.front().error_code;
}
inline std::int16_t first_error(const protocol::DeleteTopicsResponse& r) {
  return r.responses.empty() ? std::int16_t{0} : r.responses.front().error_code;
}
inline std::int16_t first_error(const protocol::CreatePartitionsResponse& r) {
  return r.results.empty() ? std::int16_t{0} : r.results.front().error_code;
}
inline std::int16_t first_error(const protocol::AlterConfigsResponse& r) {
  return r.responses.empty() ? std::int16_t{0} : r.responses.front().error_code;
}
inline std::int16_t first_error(const protocol::IncrementalAlterConfigsResponse& r) {
  return r.responses.empty() ? std::int16_t{0} : r.responses.front().error_code;
}
template <class Response>
std::int16_t first_error(const Response& response) {
  return response.error_code;
}

}  // namespace lab::broker
