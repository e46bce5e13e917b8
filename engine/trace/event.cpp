#include "engine/trace/event.h"

namespace lab::trace {

std::string_view text(Role role) {
  switch (role) {
    case Role::unattached:
      return "unattached";
    case Role::prospective:
      return "prospective";
    case Role::candidate:
      return "candidate";
    case Role::leader:
      return "leader";
    case Role::follower:
      return "follower";
    case Role::resigned:
      return "resigned";
    case Role::observer:
      return "observer";
  }
  return "?";
}

std::string_view name_of(const Payload& payload) {
  return std::visit([](const auto& event) { return event.name; }, payload);
}

Weight weight_of(const Payload& payload) {
  return std::visit([](const auto& event) { return event.weight; }, payload);
}

}  // namespace lab::trace
