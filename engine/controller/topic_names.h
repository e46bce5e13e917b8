// Which names a topic may have. Called by the controller before it creates a topic, and by whoever
// wants to tell a learner at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lab::controller {

inline constexpr std::size_t max_topic_name_length = 249;

// Why no topic may be called so, in Kafka's words; nullopt where one may.
std::optional<std::string> refuse_topic_name(std::string_view name);

// '.' and '_' become the same in the names of metrics, so that names which differ only there
// collide. The form in which colliding names are equal.
std::string collision_form(std::string_view name);

}  // namespace lab::controller
