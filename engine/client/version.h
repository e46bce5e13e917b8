// What the built-in clients say that they are (ApiVersions v3, KIP-511).
#pragma once

#include "engine/base/version.h"

namespace lab::client {

inline constexpr const char* software_name = "brokerlab";
inline constexpr const char* software_version = project_version;

}  // namespace lab::client
