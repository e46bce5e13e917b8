// Small text files of a cluster's directory. Used by ClusterDirectory.
#pragma once

#include <string>

#include "engine/base/result.h"

namespace lab::sources {

// "what: the system's reason".
Error system_error(const std::string& what, int error);
// Written beside and renamed, so that no broker ever reads half a file.
Result<> write_text_file(const std::string& path, const std::string& text);
// With all above it; one that is there is fine.
Result<> make_directories(const std::string& path);

}  // namespace lab::sources
