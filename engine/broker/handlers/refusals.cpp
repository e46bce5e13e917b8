#include "engine/broker/handlers/refusals.h"

namespace lab::broker {
using namespace protocol;

namespace {

template <class Response, class Request>
Response refused_configs(const Request& request, ErrorCode code) {
  Response response;
  for (const auto& resource : request.resources) {
    auto& answer = response.responses.emplace_back();
    answer.error_code = wire(code);
    answer.error_message.reset();
    answer.resource_type = resource.resource_type;
    answer.resource_name = resource.resource_name;
  }
  return response;
}

}  // namespace

CreateTopicsResponse refusal(const CreateTopicsRequest& request, ErrorCode code) {
  CreateTopicsResponse response;
  for (const auto& topic : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    answer.error_code = wire(code);
  }
  return response;
}

DeleteTopicsResponse refusal(const DeleteTopicsRequest& request, ErrorCode code) {
  DeleteTopicsResponse response;
  for (const auto& topic : request.topics) {
    auto& answer = response.responses.emplace_back();
    answer.name = topic.name;
    answer.topic_id = topic.topic_id;
    answer.error_code = wire(code);
  }
  for (const auto& name : request.topic_names) {
    auto& answer = response.responses.emplace_back();
    answer.name = name;
    answer.error_code = wire(code);
  }
  return response;
}

CreatePartitionsResponse refusal(const CreatePartitionsRequest& request, ErrorCode code) {
  CreatePartitionsResponse response;
  for (const auto& topic : request.topics) {
    auto& answer = response.results.emplace_back();
    answer.name = topic.name;
    answer.error_code = wire(code);
  }
  return response;
}

AlterConfigsResponse refusal(const AlterConfigsRequest& request, ErrorCode code) {
  return refused_configs<AlterConfigsResponse>(request, code);
}

IncrementalAlterConfigsResponse refusal(const IncrementalAlterConfigsRequest& request,
                                        ErrorCode code) {
  return refused_configs<IncrementalAlterConfigsResponse>(request, code);
}

}  // namespace lab::broker
