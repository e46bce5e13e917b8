// What an error code in a reply asks of a client. Used by producer, consumer and admin; whether a
// code may be retried at all is protocol::is_retriable.
#pragma once

#include "engine/protocol/error_codes.h"

namespace lab::client {

// Whether the client's picture of the cluster is stale (Kafka's InvalidMetadataException): ask for
// Metadata before the next attempt.
constexpr bool wants_metadata(protocol::ErrorCode code) {
  using protocol::ErrorCode;
  switch (code) {
    case ErrorCode::unknown_topic_or_partition:
    case ErrorCode::leader_not_available:
    case ErrorCode::not_leader_or_follower:
    case ErrorCode::broker_not_available:
    case ErrorCode::replica_not_available:
    case ErrorCode::network_exception:
    case ErrorCode::kafka_storage_error:
    case ErrorCode::listener_not_found:
    case ErrorCode::fenced_leader_epoch:
    case ErrorCode::unknown_leader_epoch:
    case ErrorCode::unknown_topic_id:
    case ErrorCode::inconsistent_topic_id:
      return true;
    default:
      return false;
  }
}

// Whether a topic's own error in Metadata will not go away by asking again.
constexpr bool is_final_for_topic(protocol::ErrorCode code) {
  using protocol::ErrorCode;
  return code == ErrorCode::invalid_topic_exception ||
         code == ErrorCode::topic_authorization_failed;
}

}  // namespace lab::client
