#include "engine/raft/election_state.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace lab::raft {
namespace {

using Json = nlohmann::ordered_json;

// A whole number of 32 bits by name; `fallback` where the member is missing.
Result<std::int32_t> number(const Json& object, const char* name, std::int32_t fallback) {
  const auto it = object.find(name);
  if (it == object.end()) return fallback;
  if (!it->is_number_integer()) return Error{std::string(name) + " is not a whole number"};
  const auto value = it->get<std::int64_t>();
  if (value < -1 || value > std::numeric_limits<std::int32_t>::max())
    return Error{std::string(name) + " is out of range"};
  return static_cast<std::int32_t>(value);
}

}  // namespace

std::string ElectionState::text() const {
  Json json;
  json["leaderId"] = leader.v;
  json["leaderEpoch"] = epoch.v;
  json["votedId"] = voted.v;
  json["votedDirectoryId"] = voted_directory.text();
  json["data_version"] = 1;
  return json.dump();
}

Result<ElectionState> ElectionState::parse(std::string_view text) {
  const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (json.is_discarded() || !json.is_object()) return Error{"it is not a JSON object"};
  const auto version = number(json, "data_version", -1);
  if (!version) return version.error();
  if (*version < 0 || *version > 1)
    return Error{"data_version " + std::to_string(*version) + " is not known"};
  const auto epoch = number(json, "leaderEpoch", -1);
  const auto leader = number(json, "leaderId", -1);
  const auto voted = number(json, "votedId", -1);
  for (const auto* field : {&epoch, &leader, &voted})
    if (!*field) return field->error();
  if (*epoch < 0) return Error{"leaderEpoch is missing"};
  ElectionState state{Epoch(*epoch), NodeId(*leader), NodeId(*voted), {}};
  if (const auto it = json.find("votedDirectoryId"); it != json.end()) {
    const auto id = it->is_string() ? Uuid::parse(it->get<std::string>()) : std::nullopt;
    if (!id) return Error{"votedDirectoryId is not a Uuid"};
    state.voted_directory = *id;
  }
  return state;
}

}  // namespace lab::raft
