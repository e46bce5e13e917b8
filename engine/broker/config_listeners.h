// Reading of listeners, advertised.listeners, their protocols, process.roles and the quorum's
// voters, with Kafka's rules on what they may say of each other. Used by load_config only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/broker/config.h"
#include "engine/broker/properties.h"

namespace lab::broker {

// "a, b,,c" as {"a", "b", "c"}.
std::vector<std::string> split_list(std::string_view text);

// The refusals that concern listeners and the quorum carry no file name; load_config adds it.
Result<> read_roles(const Properties& properties, Config& config);
Result<> read_listeners(const Properties& properties, LoadedConfig& loaded);
Result<> read_quorum(const Properties& properties, LoadedConfig& loaded);
// Kafka's checks on roles, listeners and voters together.
Result<> check_roles(LoadedConfig& loaded);

}  // namespace lab::broker
