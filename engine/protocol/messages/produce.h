// Produce. Record batches for partitions, one batch for each in practice. The answer tells the
// base offset given, or why not; from version 10 on also who leads now (KIP-951).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol/api_key.h"
#include "engine/protocol/fields.h"
#include "engine/protocol/records.h"

namespace lab::protocol {

struct ProduceRequest {
  static constexpr std::string_view message_name = "ProduceRequest";
  static constexpr ApiKey key = ApiKey::produce;
  static constexpr std::int16_t min_version = 3;
  static constexpr std::int16_t max_version = 11;
  static constexpr std::int16_t flexible_version = 9;

  struct PartitionProduceData {
    std::int32_t index = 0;
    std::optional<Records> records;

    bool operator==(const PartitionProduceData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionProduceData::index, "Index"));
      visit(field(&PartitionProduceData::records, "Records").nullable());
    }
  };

  struct TopicProduceData {
    std::string name;
    std::vector<PartitionProduceData> partition_data;

    bool operator==(const TopicProduceData&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&TopicProduceData::name, "Name"));
      visit(field(&TopicProduceData::partition_data, "PartitionData"));
    }
  };

  std::optional<std::string> transactional_id;
  std::int16_t acks = 0;
  std::int32_t timeout_ms = 0;
  std::vector<TopicProduceData> topic_data;

  bool operator==(const ProduceRequest&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ProduceRequest::transactional_id, "TransactionalId").nullable());
    visit(field(&ProduceRequest::acks, "Acks"));
    visit(field(&ProduceRequest::timeout_ms, "TimeoutMs"));
    visit(field(&ProduceRequest::topic_data, "TopicData"));
  }
};

struct ProduceResponse {
  static constexpr std::string_view message_name = "ProduceResponse";
  static constexpr ApiKey key = ApiKey::produce;
  static constexpr std::int16_t min_version = 3;
  static constexpr std::int16_t max_version = 11;
  static constexpr std::int16_t flexible_version = 9;

  struct BatchIndexAndErrorMessage {
    std::int32_t batch_index = 0;
    std::optional<std::string> batch_index_error_message;

    bool operator==(const BatchIndexAndErrorMessage&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&BatchIndexAndErrorMessage::batch_index, "BatchIndex"));
      visit(field(&BatchIndexAndErrorMessage::batch_index_error_message, "BatchIndexErrorMessage")
                .nullable());
    }
  };

  struct LeaderIdAndEpoch {
    std::int32_t leader_id = -1;
    std::int32_t leader_epoch = -1;

    bool operator==(const LeaderIdAndEpoch&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&LeaderIdAndEpoch::leader_id, "LeaderId"));
      visit(field(&LeaderIdAndEpoch::leader_epoch, "LeaderEpoch"));
    }
  };

  struct PartitionProduceResponse {
    std::int32_t index = 0;
    std::int16_t error_code = 0;
    std::int64_t base_offset = 0;
    std::int64_t log_append_time_ms = -1;
    std::int64_t log_start_offset = -1;
    std::vector<BatchIndexAndErrorMessage> record_errors;
    std::optional<std::string> error_message;
    LeaderIdAndEpoch current_leader;

    bool operator==(const PartitionProduceResponse&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&PartitionProduceResponse::index, "Index"));
      visit(field(&PartitionProduceResponse::error_code, "ErrorCode"));
      visit(field(&PartitionProduceResponse::base_offset, "BaseOffset"));
      visit(field(&PartitionProduceResponse::log_append_time_ms, "LogAppendTimeMs"));
      visit(field(&PartitionProduceResponse::log_start_offset, "LogStartOffset").since(5));
      visit(field(&PartitionProduceResponse::record_errors, "RecordErrors").since(8));
      visit(field(&PartitionProduceResponse::error_message, "ErrorMessage").since(8).nullable());
      visit(field(&PartitionProduceResponse::current_leader, "CurrentLeader").tagged(0).since(10));
    }
  };

  struct TopicProduceResponse {
    std::string name;
    std::vector<PartitionProduceResponse> partition_responses;

    bool operator==(const TopicProduceResponse&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&TopicProduceResponse::name, "Name"));
      visit(field(&TopicProduceResponse::partition_responses, "PartitionResponses"));
    }
  };

  struct NodeEndpoint {
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;

    bool operator==(const NodeEndpoint&) const = default;
    template <class Visit>
    static constexpr void fields(Visit&& visit) {
      visit(field(&NodeEndpoint::node_id, "NodeId"));
      visit(field(&NodeEndpoint::host, "Host"));
      visit(field(&NodeEndpoint::port, "Port"));
      visit(field(&NodeEndpoint::rack, "Rack").nullable());
    }
  };

  std::vector<TopicProduceResponse> responses;
  std::int32_t throttle_time_ms = 0;
  std::vector<NodeEndpoint> node_endpoints;

  bool operator==(const ProduceResponse&) const = default;
  template <class Visit>
  static constexpr void fields(Visit&& visit) {
    visit(field(&ProduceResponse::responses, "Responses"));
    visit(field(&ProduceResponse::throttle_time_ms, "ThrottleTimeMs"));
    visit(field(&ProduceResponse::node_endpoints, "NodeEndpoints").tagged(0).since(10));
  }
};

}  // namespace lab::protocol
