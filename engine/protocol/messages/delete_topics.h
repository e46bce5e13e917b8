// DeleteTopics. Removes topics by name, from version 6 on also by id (KIP-516). Carried out by the
// active controller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/uuid.h"
#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"

namespace lab::protocol {

struct DeleteTopicsRequest {
  static constexpr std::string_view message_name = "DeleteTopicsRequest";
  static constexpr ApiKey key = ApiKey::delete_topics;
  static constexpr std::int16_t min_version = 1;
  static constexpr std::int16_t max_version = 6;
  static constexpr std::int16_t flexible_version = 4;

  struct DeleteTopicState {
    std::optional<std::string> name;
    Uuid topic_id;

    bool operator==(const DeleteTopicState&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&DeleteTopicState::name, "Name").nullable());
      visit(field(&DeleteTopicState::topic_id, "TopicId"));
    }
  };

  std::vector<DeleteTopicState> topics;
  std::vector<std::string> topic_names;
  std::int32_t timeout_ms = 0;

  bool operator==(const DeleteTopicsRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&DeleteTopicsRequest::topics, "Topics").since(6));
    visit(field(&DeleteTopicsRequest::topic_names, "TopicNames").until(5));
    visit(field(&DeleteTopicsRequest::timeout_ms, "TimeoutMs"));
  }
};

struct DeleteTopicsResponse {
  static constexpr std::string_view message_name = "DeleteTopicsResponse";
  static constexpr ApiKey key = ApiKey::delete_topics;
  static constexpr std::int16_t min_version = 1;
  static constexpr std::int16_t max_version = 6;
  static constexpr std::int16_t flexible_version = 4;

  struct DeletableTopicResult {
    std::optional<std::string> name = "";
    Uuid topic_id;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;

    bool operator==(const DeletableTopicResult&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&DeletableTopicResult::name, "Name").nullable(6));
      visit(field(&DeletableTopicResult::topic_id, "TopicId").since(6));
      visit(field(&DeletableTopicResult::error_code, "ErrorCode"));
      visit(field(&DeletableTopicResult::error_message, "ErrorMessage").since(5).nullable());
    }
  };

  std::int32_t throttle_time_ms = 0;
  std::vector<DeletableTopicResult> responses;

  bool operator==(const DeleteTopicsResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&DeleteTopicsResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&DeleteTopicsResponse::responses, "Responses"));
  }
};

}  // namespace lab::protocol
