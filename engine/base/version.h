// The version of the project: what programs print, and what our clients and brokers call
// themselves.
#pragma once

namespace lab {
inline constexpr const char* project_version = "0.1.0";
}
