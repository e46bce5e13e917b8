// What the built-in clients say that they are (ApiVersions v3, KIP-511).
#pragma once

namespace lab::client {

inline constexpr const char* software_name = "brokerlab";
inline constexpr const char* software_version = "0.1.0";  // as project() in CMakeLists.txt

}  // namespace lab::client
